"""The texts: approved, versioned, with blanks from a closed list."""
