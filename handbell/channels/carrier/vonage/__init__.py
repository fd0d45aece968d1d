"""Vonage's SMS interface, as the rehearsal carrier speaks it."""
