"""How many may leave now? Never more than the burst and what the rate has added since."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handbell.policy.pacing import Bucket, next_token_at, refilled, whole_tokens

START = datetime(2026, 11, 2, 15, tzinfo=UTC)

rates = st.sampled_from([0.1, 0.3, 1.0, 3.75, 10.0, 1000.0])
visits = st.lists(
    st.tuples(st.floats(-5, 60), st.integers(0, 50)), min_size=1, max_size=40
)  # seconds since the last visit (a clock may go back), messages wanted


def take(bucket: Bucket, wanted: int, *, now: datetime) -> tuple[Bucket, int]:
    bucket = refilled(bucket, now=now)
    taken = min(wanted, whole_tokens(bucket))
    return Bucket(bucket.tokens - taken, bucket.tokens_at, bucket.rate, bucket.burst), taken


@given(rate=rates, burst=st.integers(1, 30), steps=visits)
def test_no_interval_ever_holds_more_than_burst_and_rate(
    rate: float, burst: int, steps: list[tuple[float, int]]
) -> None:
    bucket = Bucket(float(burst), None, rate, burst)
    now, newest = START, START - timedelta(minutes=1)
    taken: list[tuple[datetime, int]] = []
    for seconds, wanted in steps:
        now += timedelta(seconds=seconds)
        newest = max(newest, now)
        bucket, count = take(bucket, wanted, now=now)
        assert -1e-6 <= bucket.tokens <= burst
        taken.append((newest, count))
    for first in range(len(taken)):
        for last in range(first, len(taken)):
            allowed = burst + rate * (taken[last][0] - taken[first][0]).total_seconds()
            assert sum(count for _, count in taken[first : last + 1]) <= allowed + 1e-3


@given(rate=rates, burst=st.integers(1, 30), back=st.floats(0.1, 3600))
def test_a_clock_that_goes_back_adds_nothing_and_costs_nothing(
    rate: float, burst: int, back: float
) -> None:
    empty = Bucket(0.0, START, rate, burst)
    earlier = refilled(empty, now=START - timedelta(seconds=back))
    assert earlier == empty
    second = timedelta(seconds=1)
    assert refilled(earlier, now=START + second) == refilled(empty, now=START + second)


@given(rate=rates, tokens=st.floats(0, 0.999))
def test_the_next_token_is_there_when_it_is_said_to_be(rate: float, tokens: float) -> None:
    bucket = Bucket(tokens, START, rate, 5)
    at = next_token_at(bucket)
    assert at is not None
    assert whole_tokens(refilled(bucket, now=at)) == 1
    sooner = at - timedelta(seconds=0.01 / rate)
    assert sooner < START or whole_tokens(refilled(bucket, now=sooner)) == 0


@pytest.mark.parametrize("tokens", [1.0, 2.5])
def test_a_token_that_is_there_is_not_waited_for(tokens: float) -> None:
    assert next_token_at(Bucket(tokens, START, 1.0, 5)) is None


def test_a_sender_never_used_is_full_and_rest_does_not_overfill() -> None:
    fresh = refilled(Bucket(0.0, None, 1.0, 20), now=START)
    assert fresh == Bucket(20.0, START, 1.0, 20)
    assert refilled(fresh, now=START + timedelta(days=9)).tokens == 20.0
