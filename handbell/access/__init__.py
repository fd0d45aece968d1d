"""Practices, facilities and their settings, staff and what each may do."""
