"""The practice's own data played with a simulated clock: what would have gone out, and why not."""
