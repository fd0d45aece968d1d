"""Several questions to the database in one way there and back.

What is asked again and again, batch by batch, spends more time on its way than being answered. Here
statements go one behind the other without waiting (PostgreSQL's pipeline mode), and the server has
prepared them; each still sees what was committed before it began, and takes its locks in turn.
"""

import sys
import threading
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, Protocol, TypeAlias, TypeVar

import psycopg
from django.db import connection
from psycopg.pq import Format

Row: TypeAlias = tuple[Any, ...]
Values: TypeAlias = Sequence[Any] | Mapping[str, Any]
Cursor: TypeAlias = psycopg.Cursor[Row]
T = TypeVar("T")
T_co = TypeVar("T_co", covariant=True)


class Answer(Protocol[T_co]):
    """What was asked, to be read once, when the trip is over."""

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
    trip = _Together(_cursors.of(connection.connection))
    with connection.wrap_database_errors, connection.connection.pipeline():
        yield trip
    trip.end()


class _Cursors(threading.local):
    """The cursors of a thread's connection, by statement.

    A cursor knows how to write the values and read the rows of the statement it last had, and to
    find that out takes as long as the rest of a question.
    """

    def __init__(self) -> None:
        self._raw: psycopg.Connection[Row] | None = None
        self._free: dict[str, list[Cursor]] = {}

    def of(self, raw: psycopg.Connection[Row]) -> "_Cursors":
        """Return them for this connection; those of an earlier one are forgotten."""
        if raw is not self._raw:
            self._raw, self._free = raw, defaultdict(list)
            raw.prepare_threshold = sys.maxsize  # Django allows none; nothing is prepared unasked
        return self

    def take(self, sql: str) -> Cursor:
        free = self._free[sql]
        return free.pop() if free else self._new()

    def give_back(self, sql: str, cursor: Cursor) -> None:
        if cursor.connection is self._raw:
            self._free[sql].append(cursor)

    def _new(self) -> Cursor:
        assert self._raw is not None  # `of` was asked first
        cursor = psycopg.Cursor(self._raw)
        cursor.format = Format.BINARY
        return cursor


_cursors = _Cursors()


class _Together:
    def __init__(self, cursors: _Cursors) -> None:
        self._cursors = cursors
        self._told: list[tuple[str, Cursor]] = []

    def ask(self, sql: str, values: Values, read: Callable[[list[Row]], T]) -> Answer[T]:
        cursor = self._send(sql, values)

        def answer() -> T:
            rows = cursor.fetchall()
            self._cursors.give_back(sql, cursor)
            return read(rows)

        return answer

    def tell(self, sql: str, values: Values) -> None:
        self._told.append((sql, self._send(sql, values)))

    def end(self) -> None:
        for sql, cursor in self._told:
            self._cursors.give_back(sql, cursor)

    def _send(self, sql: str, values: Values) -> Cursor:
        if isinstance(values, Mapping):
            written: Values = {name: _written(value) for name, value in values.items()}
        else:
            written = [_written(value) for value in values]
        return self._cursors.take(sql).execute(sql, written, prepare=True)


def _written(value: object) -> object:
    """Return a list as PostgreSQL reads an array; psycopg would ask each element for its type."""
    return "{" + ",".join(map(_element, value)) + "}" if isinstance(value, list) else value


def _element(value: object) -> str:
    if value is None:
        return "NULL"
    if isinstance(value, int):
        return str(value)
    quoted = str(value).replace("\\", "\\\\").replace('"', '\\"')
    return f'"{quoted}"'


class _OneByOne:
    def ask(self, sql: str, values: Values, read: Callable[[list[Row]], T]) -> Answer[T]:
        with connection.cursor() as cursor:
            cursor.execute(sql, values)
            rows = cursor.fetchall()
        return lambda: read(rows)

    def tell(self, sql: str, values: Values) -> None:
        with connection.cursor() as cursor:
            cursor.execute(sql, values)
