"""Balances: who owes, since when, and the next alert or why there is none."""
