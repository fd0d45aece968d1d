"""A limit holds, and says until when, however many try at once."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection

from handbell.access.lockout import Limit, LockedOut, count_try, give_back_try, locked_until

NOW = datetime(2026, 11, 5, 15, 0, tzinfo=UTC)
LIMIT = Limit(tries=3, window=timedelta(hours=1))
MINUTE = timedelta(minutes=1)


def attempt(now: datetime = NOW) -> datetime | None:
    """Return None if it may be tried, else until when not."""
    try:
        count_try("secret", "a", now=now, limit=LIMIT)
    except LockedOut as locked:
        return locked.until
    return None


@pytest.mark.django_db
def test_a_right_try_given_back_between_others_leaves_a_lock_that_says_until_when() -> None:
    """One is right at the third try; before it is given back, a fourth is refused."""
    until = NOW + LIMIT.window
    assert [attempt() for _ in range(4)] == [None, None, None, until]
    give_back_try("secret", "a", limit=LIMIT)
    assert locked_until("secret", "a", now=NOW) == until
    assert attempt() == until


@pytest.mark.django_db
def test_a_right_try_that_was_the_last_opens_the_lock_again() -> None:
    assert [attempt() for _ in range(3)] == [None, None, None]
    give_back_try("secret", "a", limit=LIMIT)
    assert locked_until("secret", "a", now=NOW) is None
    assert attempt() is None
    assert attempt() is not None


@pytest.mark.django_db
def test_trying_on_while_locked_does_not_make_the_wait_longer() -> None:
    until = NOW + LIMIT.window
    assert [attempt() for _ in range(3)] == [None, None, None]
    assert [attempt(NOW + minutes * MINUTE) for minutes in range(1, 4)] == [until] * 3
    assert attempt(until) is None


@pytest.mark.django_db(transaction=True)
def test_many_at_once_who_give_back_what_was_right_are_never_left_without_an_end() -> None:
    def in_and_out(number: int) -> bool:
        try:
            refused = attempt(NOW + number * timedelta(milliseconds=1))
            if refused is None:
                give_back_try("secret", "a", limit=LIMIT)
            return refused is None
        finally:
            connection.close()

    with ThreadPoolExecutor(6) as pool:
        allowed = list(pool.map(in_and_out, range(60)))
    assert any(allowed)
