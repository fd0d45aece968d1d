"""Guidance: what the messages are for, and why marketing is not sent here."""
