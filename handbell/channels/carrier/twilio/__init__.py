"""Twilio's REST API: addresses, forms, faults and resources as Twilio has them."""
