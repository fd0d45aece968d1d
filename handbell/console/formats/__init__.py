"""How Django reads and writes numbers and days in each language, where its own way differs."""
