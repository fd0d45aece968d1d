"""E-mail handed to a mail server by SMTP (RFC 5321)."""
