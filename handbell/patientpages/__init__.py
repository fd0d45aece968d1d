"""The pages patients reach by a link, without a login."""
