"""How often may a secret be tried? Usually five times, then a quarter of an hour has to pass.

A try is counted before the secret is looked at, in one statement, so that the limit holds however
many processes are asked at once. What succeeds is forgotten. An address that has no login counts
like one that has, so that a lock says nothing about who works here.
"""

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from django.db import connection

TRIES: Final = 5
WINDOW: Final = timedelta(minutes=15)

#: No limit lasts longer than this; what is older is forgotten.
LONGEST: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Limit:
    """So many tries within a time, then so long a wait."""

    tries: int = TRIES
    window: timedelta = WINDOW


USUAL: Final = Limit()

_COUNT: Final = """
INSERT INTO access_lockout AS kept (key, tries, since, locked_until)
VALUES (%(key)s, 1, %(now)s, NULL)
ON CONFLICT (key) DO UPDATE SET
    tries = CASE WHEN {over} THEN 1 ELSE kept.tries + 1 END,
    since = CASE WHEN {over} THEN %(now)s ELSE kept.since END,
    locked_until = CASE WHEN {over} THEN NULL
                        WHEN kept.tries + 1 >= %(most)s THEN coalesce(kept.locked_until, %(until)s)
                        ELSE kept.locked_until END
RETURNING tries, locked_until
""".format(over="(coalesce(kept.locked_until, kept.since + %(window)s) <= %(now)s)")


class LockedOut(Exception):
    """Too many tries: `until` says when the next is allowed, `just_now` that this is the first."""

    def __init__(self, until: datetime, *, just_now: bool) -> None:
        super().__init__(f"locked until {until.isoformat()}")
        self.until = until
        self.just_now = just_now


def count_try(kind: str, whose: str, *, now: datetime, limit: Limit = USUAL) -> None:
    """Count a try of a secret that is about to be looked at. Raises LockedOut if it must not be."""
    given: dict[str, Any] = {
        "key": _key(kind, whose),
        "now": now,
        "most": limit.tries,
        "until": now + limit.window,
        "window": limit.window,
    }
    with connection.cursor() as cursor:
        cursor.execute(_COUNT, given)
        tries, until = cursor.fetchone()
        if tries == 1:
            cursor.execute("DELETE FROM access_lockout WHERE since < %s", [now - 2 * LONGEST])
    if tries > limit.tries:
        raise LockedOut(until, just_now=tries == limit.tries + 1)


def locked_until(kind: str, whose: str, *, now: datetime) -> datetime | None:
    """Return until when nothing may be tried, or None if it may. Changes nothing."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT locked_until FROM access_lockout WHERE key = %s AND locked_until > %s",
            [_key(kind, whose), now],
        )
        row = cursor.fetchone()
    return row[0] if row else None


def tries_left(kind: str, whose: str, *, now: datetime, limit: Limit = USUAL) -> int:
    """Return how often it may be tried before a wait. Changes nothing."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT tries FROM access_lockout WHERE key = %s AND (locked_until > %s OR since > %s)",
            [_key(kind, whose), now, now - limit.window],
        )
        row = cursor.fetchone()
    return max(limit.tries - row[0], 0) if row else limit.tries


def give_back_try(kind: str, whose: str, *, limit: Limit = USUAL) -> None:
    """Count one try as none: what was tried was right, and others share the count.

    A lock goes only if the tries that stay are too few for it: others may have tried meanwhile.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE access_lockout SET tries = greatest(tries - 1, 0), "
            "locked_until = CASE WHEN tries - 1 < %s THEN NULL ELSE locked_until END "
            "WHERE key = %s",
            [limit.tries, _key(kind, whose)],
        )


def forget_tries(kind: str, whose: str) -> None:
    """Start counting anew: the secret was right, or somebody who may vouches for the person."""
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM access_lockout WHERE key = %s", [_key(kind, whose)])


def _key(kind: str, whose: str) -> str:
    return hashlib.sha256(f"{kind}:{whose.strip().lower()}".encode()).hexdigest()
