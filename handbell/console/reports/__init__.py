"""Reports: which there are, their pages, and their files."""
