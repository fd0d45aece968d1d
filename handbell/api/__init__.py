"""The addresses machines use: providers' webhooks."""
