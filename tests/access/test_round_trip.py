"""Several questions go to the database at once, and mean what they mean one by one."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction

from handbell.access.round_trip import Row, round_trip

pytestmark = pytest.mark.django_db

ODD = ['a "quote"', "back\\slash", "{brace, comma}", "", "NULL", "José", None]
_ECHO = "SELECT n, t, d FROM unnest(%s::bigint[], %s::text[], %s::date[]) AS u (n, t, d)"


@contextmanager
def watched() -> Iterator[None]:
    def watch(execute: Any, *given: Any) -> object:
        return execute(*given)

    with connection.execute_wrapper(watch):
        yield


def echoed() -> list[Row]:
    numbers, days = [1, -2, None, 2**40, 5, 6, 7], [date(2026, 11, day) for day in range(1, 8)]
    with round_trip() as trip:
        trip.tell("CREATE TEMPORARY TABLE IF NOT EXISTS told (at timestamptz)", [])
        trip.tell("INSERT INTO told VALUES (%(at)s)", {"at": datetime(2026, 11, 3, tzinfo=UTC)})
        first = trip.ask(_ECHO, [numbers, ODD, days], list)
        second = trip.ask(_ECHO, [[], [], []], list)
        third = trip.ask("SELECT max(at), 'x' = ANY(%s::text[]) FROM told", [["x"]], list)
    return [*first(), *second(), *third()]


@pytest.mark.parametrize("again", [1, 2])
def test_the_answers_are_the_same_together_and_one_by_one(again: int) -> None:
    for _ in range(again):
        together = echoed()
    assert together[:2] == [(1, ODD[0], date(2026, 11, 1)), (-2, ODD[1], date(2026, 11, 2))]
    assert [row[1] for row in together[:7]] == ODD
    with watched():
        assert echoed() == together


def test_what_goes_wrong_is_what_django_raises_and_the_connection_lives_on() -> None:
    with pytest.raises(DatabaseError), transaction.atomic(), round_trip() as trip:
        trip.tell("SELECT 1 / %s", [0])
    with round_trip() as trip:
        one = trip.ask("SELECT %s::int", [1], list)
    assert one() == [(1,)]
