"""Emergency: close facilities, tell whoever is booked, and see that they know."""
