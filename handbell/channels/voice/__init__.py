"""Calls: one folder per provider."""
