"""E-mail service providers: what their events about a mail mean, whoever reports them."""
