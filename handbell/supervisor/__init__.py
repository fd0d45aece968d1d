"""The embedded PostgreSQL and the processes of `handbell run`."""
