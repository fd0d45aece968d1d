"""What stands around every page: which facility is shown, and what is off."""
