"""Channel health: how each sender does, why it is slowed down or paused, and whom that is about."""
