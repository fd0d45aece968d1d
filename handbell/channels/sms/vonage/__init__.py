"""Texts through Vonage's SMS interface."""
