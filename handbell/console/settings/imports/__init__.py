"""Settings > Import: bring files, see what would change, import, and a way back."""
