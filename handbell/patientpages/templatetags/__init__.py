"""Filters for the pages patients open."""
