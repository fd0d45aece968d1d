"""Texts: one folder per provider."""
