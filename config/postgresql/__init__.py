"""Django's way to PostgreSQL, with moments read by psycopg's compiled code."""
