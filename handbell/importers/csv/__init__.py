"""CSV: the columns of our own templates, and other systems' exports by their headers."""
