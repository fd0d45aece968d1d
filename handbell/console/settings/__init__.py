"""Settings: how the practice works, and who works there."""
