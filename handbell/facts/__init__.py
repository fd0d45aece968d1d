"""What the clinic told us, as rows: patients, visits, money, consents, suppressions."""
