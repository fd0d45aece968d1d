"""What Django calls a database backend: its own for PostgreSQL, but for how a moment is read.

Django puts a class of its own in the place of psycopg's compiled one, which takes twenty times as
long for each moment; planning and claiming read millions of them.
"""

from datetime import UTC
from typing import Any, Final

from django.db.backends.postgresql import base
from psycopg import adapters
from psycopg.abc import AdaptContext
from psycopg.adapt import AdaptersMap, Loader
from psycopg.postgres import types
from psycopg.pq import Format

TIMESTAMPTZ: Final = types["timestamptz"].oid
_COMPILED: Final = adapters.get_loader(TIMESTAMPTZ, Format.TEXT)


class UtcLoader(Loader):
    """Reads a moment in the connection's time zone, which Django sets to UTC."""

    timezone = UTC  # Django asks whether it is the one the connection is to have

    def __init__(self, oid: int, context: AdaptContext | None = None) -> None:
        super().__init__(oid, context)
        assert _COMPILED is not None  # psycopg reads them all
        self.load = _COMPILED(oid, context).load  # type: ignore[method-assign]

    def load(self, data: Any) -> Any:  # noqa: ANN401 - replaced by every instance
        raise NotImplementedError


class DatabaseWrapper(base.DatabaseWrapper):
    """A connection of Django's."""

    def get_connection_params(self) -> dict[str, Any]:
        params = super().get_connection_params()
        own = AdaptersMap(params["context"].adapters if hasattr(params["context"], "adapters") else params["context"])
        own.register_loader("timestamptz", UtcLoader)
        return {**params, "context": own}
