"""The one table of messages to go, and every arrow of a message's life."""
