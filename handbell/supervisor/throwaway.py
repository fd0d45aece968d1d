"""A PostgreSQL server for a test run or a rehearsal, gone without a trace afterwards."""

import contextlib
import shutil
from collections.abc import Iterator

from config.environment import read
from handbell.supervisor import placement
from handbell.supervisor.postgres import serving


@contextlib.contextmanager
def throwaway_cluster(*, database: str = "handbell", durable: bool = False) -> Iterator[str]:
    """Run a new server in a temporary folder; yield the address of its empty `database`.

    The address reads `postgresql://handbell@/NAME?host=DIR`. Nothing is written safely to disk
    (about half a second to be ready), unless it is to be as `durable` as a clinic's own. Call
    from the main thread: the server dies with it.
    """
    place, top = placement.throwaway(chosen_programs=read().pg_bin)
    try:
        with serving(place, say=_silently, durable=durable) as server:
            server.create(database)
            yield server.url(database)
    finally:
        shutil.rmtree(top, ignore_errors=True)


def _silently(_: str) -> None:
    """A throwaway server has nobody to tell about its waits."""
