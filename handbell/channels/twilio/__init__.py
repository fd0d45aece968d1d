"""What texts and calls through Twilio share: the account, the wire, the signature, the codes."""
