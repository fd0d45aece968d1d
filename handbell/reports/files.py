"""Where do finished reports lie? Under names of chance, for us alone, beside other private files.

In HANDBELL_HOME, readable by its owner only. Web and worker must see the same folder.
"""

import json
import re
import secrets
import shutil
import time
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from django.conf import settings

_NAME: Final = re.compile(r"[0-9a-f]{32}")


def new_file() -> str:
    """Return a name for a file that is not there yet, in a folder that is."""
    folder().mkdir(mode=0o700, parents=True, exist_ok=True)
    return secrets.token_hex(16)


def path_of(name: str) -> Path:
    """Return where a file is. Raises ValueError for a name that is not ours."""
    if not _NAME.fullmatch(name):
        raise ValueError("not a name of a report's file")
    return folder() / name


def beside(name: str, ending: str) -> Path:
    """Return the place of something that belongs to a file while it is written."""
    return path_of(name).with_name(f"{name}.{ending}")


@contextmanager
def workshop(name: str) -> Iterator[Path]:
    """Give one builder of a file a folder for its pieces, which goes with what is in it."""
    place = beside(name, secrets.token_hex(8))
    place.mkdir(mode=0o700)
    try:
        yield place
    finally:
        shutil.rmtree(place, ignore_errors=True)


def remove(name: str) -> None:
    """Remove a file and what was left beside it. Idempotent."""
    if name:
        for path in (path_of(name), *folder().glob(f"{name}.*")):
            _clear(path)


def remove_old(seconds: float, *, but: Collection[str]) -> None:
    """Remove what nobody has written to for so long, whatever it is; `but` names files in use."""
    for path in sorted(folder().iterdir()) if folder().is_dir() else ():
        if path.name.partition(".")[0] not in but and _age(path) > seconds:
            _clear(path)


def _age(path: Path) -> float:
    try:
        return time.time() - path.stat().st_mtime
    except FileNotFoundError:  # somebody else removed it
        return 0.0


def _clear(path: Path) -> None:
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path, ignore_errors=True)
    else:
        path.unlink(missing_ok=True)


def write_progress(name: str, done: int, total: int) -> None:
    """Note how far the worker is, for the page that asks. A folder that is gone is no matter."""
    place, new = beside(name, "progress"), beside(name, "new")
    try:
        new.write_text(json.dumps({"done": done, "total": total}))
        new.replace(place)
    except OSError:
        return


def read_progress(name: str) -> dict[str, Any]:
    """Return how far the worker is, nothing if it has not said so yet."""
    try:
        found = json.loads(beside(name, "progress").read_text())
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def folder() -> Path:
    """Return the folder of all of them."""
    home: Path = settings.ENVIRONMENT.home
    return home / "reports"
