"""May we? Pure functions: an answer depends on the arguments alone. No Django, no database."""
