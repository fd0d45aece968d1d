"""What came back: verify, append, fold; what people answered, and what follows from it."""
