"""How many messages may this sender hand over now?

A token bucket per sender: it refills at `rate` a second up to `burst`; providers queue a burst
for us, carriers do not forgive a flood. Pure; the outbox keeps the numbers.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta


@dataclass(frozen=True, slots=True)
class Bucket:
    """A sender's tokens as of `tokens_at` (None: never used, so full)."""

    tokens: float
    tokens_at: datetime | None
    rate: float
    burst: int


def refilled(bucket: Bucket, *, now: datetime) -> Bucket:
    """Return the bucket as of `now`. A clock that went back adds nothing."""
    if bucket.tokens_at is None:
        return replace(bucket, tokens=float(bucket.burst), tokens_at=now)
    seconds = max((now - bucket.tokens_at).total_seconds(), 0.0)
    tokens = min(bucket.tokens + seconds * bucket.rate, float(bucket.burst))
    return replace(bucket, tokens=tokens, tokens_at=max(now, bucket.tokens_at))


def whole_tokens(bucket: Bucket) -> int:
    """Return how many messages may leave now (rounded so that float dust costs nothing)."""
    return int(bucket.tokens + 1e-6)


def next_token_at(bucket: Bucket, *, count: int = 1) -> datetime | None:
    """Return when `count` whole tokens are there, or None if they are there already."""
    if whole_tokens(bucket) >= count or bucket.tokens_at is None:
        return None
    seconds = (count - bucket.tokens) / bucket.rate
    # A clock counts microseconds: one more, so that rounding does not wake us a moment too soon.
    return bucket.tokens_at + timedelta(seconds=seconds, microseconds=1)
