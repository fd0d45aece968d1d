"""Django's way to PostgreSQL, with values read and written in less time."""
