"""The worker: claim, judge again, hand over, settle; sweep and resolve what is in doubt."""
