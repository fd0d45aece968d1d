"""Files from the clinic's own system in, facts or flaws out."""
