"""Where do finished reports lie? Under names of chance, for us alone, beside other private files.

In HANDBELL_HOME, readable by its owner only. Web and worker must see the same folder.
"""

import json
import re
import secrets
import time
from collections.abc import Iterator
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


def remove(name: str) -> None:
    """Remove a file and what was left beside it. Idempotent."""
    if name:
        for path in (path_of(name), *folder().glob(f"{name}.*")):
            path.unlink(missing_ok=True)


def older_than(seconds: float) -> Iterator[str]:
    """Yield the names of files nobody has written to for so long."""
    if folder().is_dir():
        for path in sorted(folder().iterdir()):
            name = path.name.partition(".")[0]
            if _NAME.fullmatch(name) and time.time() - path.stat().st_mtime > seconds:
                yield name


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
