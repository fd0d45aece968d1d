"""Settings > Scripts: what each text says, and how it changes."""
