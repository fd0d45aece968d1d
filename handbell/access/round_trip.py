"""Several questions to the database in one way there and back.

What is asked again and again, batch by batch, spends more time waiting than being answered. Here
statements go one behind the other without waiting (PostgreSQL's pipeline mode), bound and prepared
by the server; each still sees what was committed before it began, and takes its locks in turn.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, Protocol, TypeAlias, TypeVar

import psycopg
from django.db import connection

Row: TypeAlias = tuple[Any, ...]
Values: TypeAlias = Sequence[Any] | Mapping[str, Any]
T = TypeVar("T")
T_co = TypeVar("T_co", covariant=True)


class Answer(Protocol[T_co]):
    """What was asked, to be read when the trip is over."""

    def __call__(self) -> T_co: ...


class Trip(Protocol):
    """One way to the database and back, while it is being packed."""

    def ask(self, sql: str, values: Values, read: Callable[[list[Row]], T]) -> Answer[T]:
        """Ask; `read` makes of the rows what the answer is."""
        ...

    def tell(self, sql: str, values: Values) -> None:
        """Have something done that gives no rows."""
        ...


@contextmanager
def round_trip() -> Iterator[Trip]:
    """Send what is asked within the block together; answers may be read after it.

    Raises what Django's cursors raise, at the end of the block. Whoever watches statements (a test,
    the log) is shown them one by one.
    """
    if connection.execute_wrappers or connection.queries_logged:
        yield _OneByOne()
        return
    connection.validate_no_broken_transaction()
    connection.ensure_connection()
    raw = connection.connection
    with connection.wrap_database_errors, raw.pipeline():
        yield _Pipelined(raw)


class _Pipelined:
    def __init__(self, raw: psycopg.Connection[Row]) -> None:
        self._raw = raw

    def ask(self, sql: str, values: Values, read: Callable[[list[Row]], T]) -> Answer[T]:
        cursor = self._send(sql, values)
        return lambda: read(cursor.fetchall())

    def tell(self, sql: str, values: Values) -> None:
        self._send(sql, values)

    def _send(self, sql: str, values: Values) -> psycopg.Cursor[Row]:
        cursor = psycopg.Cursor(self._raw)
        cursor.format = psycopg.pq.Format.BINARY
        return cursor.execute(sql, values, prepare=True)


class _OneByOne:
    def ask(self, sql: str, values: Values, read: Callable[[list[Row]], T]) -> Answer[T]:
        with connection.cursor() as cursor:
            cursor.execute(sql, values)
            rows = cursor.fetchall()
        return lambda: read(rows)

    def tell(self, sql: str, values: Values) -> None:
        with connection.cursor() as cursor:
            cursor.execute(sql, values)
