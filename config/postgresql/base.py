"""What Django calls a database backend: its own for PostgreSQL, with quicker moments and lists.

Planning and claiming read and write millions of them. Django puts a class of its own in the place
of psycopg's compiled one for reading moments, and psycopg writes each value of a list by itself.
"""

from datetime import UTC, datetime
from typing import Any, Final

from django.db.backends.postgresql import base
from psycopg import adapters
from psycopg.abc import AdaptContext, Buffer
from psycopg.adapt import AdaptersMap, Loader
from psycopg.postgres import types
from psycopg.pq import Format
from psycopg.types.array import ListDumper

_TIMESTAMPTZ: Final = types["timestamptz"].oid
_COMPILED: Final = adapters.get_loader(_TIMESTAMPTZ, Format.TEXT)


class UtcLoader(Loader):
    """Reads a moment in the connection's time zone, which Django sets to UTC."""

    timezone = UTC  # Django asks whether it is the one the connection is to have

    def __init__(self, oid: int, context: AdaptContext | None = None) -> None:
        super().__init__(oid, context)
        assert _COMPILED is not None
        self.load = _COMPILED(oid, context).load  # type: ignore[method-assign]

    def load(self, data: Buffer) -> Any:  # noqa: ANN401 - every instance has another
        raise NotImplementedError


class PlainListDumper(ListDumper):
    """Writes a list of numbers, words or moments at once; any other as psycopg does."""

    def dump(self, obj: list[Any]) -> Buffer | None:
        kinds = set(map(type, obj))
        if kinds == {int}:
            return f"{{{','.join(map(str, obj))}}}".encode()
        if kinds == {datetime}:
            return f'{{"{_BETWEEN.join(map(str, obj))}"}}'.encode()
        if kinds == {str} and "\0" not in (words := _BETWEEN.join(map(_escaped, obj))):
            return f'{{"{words}"}}'.encode()  # Django speaks UTF-8 to every server
        return super().dump(obj)


_BETWEEN: Final = '","'


def _escaped(word: str) -> str:
    return word.replace("\\", r"\\").replace('"', r"\"")


class DatabaseWrapper(base.DatabaseWrapper):
    """A connection of Django's."""

    def get_connection_params(self) -> dict[str, Any]:
        params: dict[str, Any] = super().get_connection_params()
        own = AdaptersMap(params["context"])
        own.register_loader("timestamptz", UtcLoader)
        own.register_dumper(list, PlainListDumper)
        return params | {"context": own}
