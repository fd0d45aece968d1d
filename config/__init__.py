"""How a Handbell installation is configured: everything comes from the environment."""
