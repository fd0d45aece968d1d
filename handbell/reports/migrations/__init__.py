"""The room's migrations."""
