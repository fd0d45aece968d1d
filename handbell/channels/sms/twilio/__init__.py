"""Texts through Twilio's Messages resource (2010-04-01)."""
