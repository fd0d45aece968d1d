"""A PostgreSQL server for a test run or a rehearsal, gone without a trace afterwards."""

import contextlib
import hashlib
import importlib.metadata
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

from config.environment import read
from handbell.supervisor import placement
from handbell.supervisor.postgres import serving

SHELF: Final = "ready-made"  # the folder below HANDBELL_HOME; it may be removed at any time
_CODE: Final = Path(__file__).parent.parent


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


@contextlib.contextmanager
def throwaway_with_tables(home: Path, *, make_tables: Callable[[str], None]) -> Iterator[str]:
    """Run a new server as `throwaway_cluster` does; its database has all tables and no rows.

    The first time, `make_tables` makes them at the address it is given and closes its connections.
    A copy is kept on a shelf in `home` for the next time, which saves making them; it counts as
    long as neither Handbell's code nor anything installed beside it changes.
    """
    place, top = placement.throwaway(chosen_programs=read().pg_bin)
    kept = home / SHELF / _edition(place.programs.version)
    shelved = not place.account.identity  # what another user's server wrote is not ours to copy
    try:
        ready = shelved and _take(kept, place.data)
        with serving(place, say=_silently, durable=False) as server:
            if not ready:
                make_tables(server.url())
            if shelved and not ready:
                server.stop()
                _keep(place.data, kept)
                server.start()
            yield server.url()
    finally:
        shutil.rmtree(top, ignore_errors=True)


def _edition(programs: str) -> str:
    """Return what tables are made by, in short: the programs, the code, and what is installed."""
    said = hashlib.sha256(programs.encode())
    for path in sorted(_CODE.rglob("*.py")):
        said.update(str(path.relative_to(_CODE)).encode() + path.read_bytes())
    for installed in sorted(
        f"{one.name} {one.version}" for one in importlib.metadata.distributions()
    ):
        said.update(installed.encode())
    return said.hexdigest()[:16]


def _take(kept: Path, data: Path) -> bool:
    """Copy the data from the shelf; return False if there are none or they went meanwhile."""
    if not kept.is_dir():
        return False
    try:
        shutil.copytree(kept, data)
    except OSError:
        shutil.rmtree(data, ignore_errors=True)
        return False
    return True


def _keep(data: Path, kept: Path) -> None:
    """Put the data of a stopped server on the shelf, whole or not at all, and take others down."""
    with contextlib.suppress(OSError):  # a home that cannot be written to only costs time
        kept.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        others = [one for one in kept.parent.iterdir() if one != kept]
        fresh = Path(tempfile.mkdtemp(prefix="new-", dir=kept.parent))
        shutil.copytree(data, fresh, dirs_exist_ok=True)
        os.sync()  # its server did not care; what is kept must outlive a power cut
        if not kept.exists():
            fresh.rename(kept)
        for one in others:
            shutil.rmtree(one, ignore_errors=True)


def _silently(_: str) -> None:
    """A throwaway server has nobody to tell about its waits."""
