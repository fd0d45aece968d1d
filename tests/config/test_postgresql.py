"""Values come back from the database as they went, though they take the quick way."""

from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from django.db import connection

pytestmark = pytest.mark.django_db

EARLY = datetime(2026, 11, 1, 5, 30, 0, 250, tzinfo=timezone(-timedelta(hours=4)))


def returned(kind: str, value: Any) -> Any:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT %s::{kind}", [value])
        return cursor.fetchone()[0]


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        ("bigint[]", [1, -2, 2**40]),
        ("bigint[]", [1, None]),
        ("bigint[]", []),
        ("text[]", ["", "NULL", "a b", 'say "so"', "back\\slash", "{1,2}", "O'Neil", "é\n\t"]),
        ("text[]", ["one", None]),
        ("boolean[]", [True, False]),
        ("timestamptz[]", [EARLY, EARLY.astimezone(UTC)]),
        ("timestamptz", EARLY),
        ("timestamptz", None),
    ],
)
def test_what_is_written_is_read_again(kind: str, value: Any) -> None:
    assert returned(kind, value) == value


def test_moments_are_read_in_utc() -> None:
    read = returned("timestamptz", EARLY)

    assert read.isoformat() == "2026-11-01T09:30:00.000250+00:00"
    assert read.tzinfo is UTC


def test_a_cursor_of_the_server_reads_moments_too() -> None:
    with connection.chunked_cursor() as cursor:
        cursor.execute("SELECT %s::timestamptz", [EARLY])
        assert cursor.fetchone() == (EARLY,)
