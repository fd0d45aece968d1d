"""Calls through Twilio's Calls resource (2010-04-01) and TwiML."""
