"""Settings > Practice: who the practice is, and how patients reach it."""
