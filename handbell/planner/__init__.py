"""Facts and policy in, outbox rows out: idempotent, and again whenever facts change."""
