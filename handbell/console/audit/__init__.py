"""Who did what: the audit trail to read."""
