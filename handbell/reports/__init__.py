"""Questions staff may ask about everybody, each declared once with its permission and its files."""
