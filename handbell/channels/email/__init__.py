"""E-mail: one folder per provider."""
