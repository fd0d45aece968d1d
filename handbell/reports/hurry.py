"""Trying something at once: what takes longer than a moment is given up, for a worker to do."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import timedelta
from typing import Final

from django.db import OperationalError, connection, transaction
from psycopg.errors import QueryCanceled

#: When the moment is over, on time.monotonic; None where nobody hurries.
_UNTIL: Final[ContextVar[float | None]] = ContextVar("until", default=None)

_LIMIT: Final = "SELECT set_config('statement_timeout', %s, true)"


class TakesLong(Exception):
    """It is not done in a moment: a worker has to do it."""


@contextmanager
def hurry(within: timedelta | None) -> Iterator[None]:
    """Do the block in one transaction; raise TakesLong, with nothing done, if time is over."""
    if within is None:
        with transaction.atomic():
            yield
        return
    kept = _UNTIL.set(time.monotonic() + within.total_seconds())
    try:
        with transaction.atomic():
            limit_statement()
            yield
            _limit("0")
    except OperationalError as error:
        if isinstance(error.__cause__, QueryCanceled):
            raise TakesLong from error
        raise
    except QueryCanceled as error:  # of COPY, which goes beside Django's cursor
        raise TakesLong from error
    finally:
        _UNTIL.reset(kept)


def limit_statement() -> None:
    """Give the next statement the time that is left. Raises TakesLong if there is none."""
    until = _UNTIL.get()
    if until is None:
        return
    left = int((until - time.monotonic()) * 1000)
    if left <= 0:
        raise TakesLong
    _limit(str(left))


def _limit(milliseconds: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(_LIMIT, [milliseconds])
