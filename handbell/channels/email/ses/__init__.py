"""E-mail through Amazon SES's own interface (version 2)."""
