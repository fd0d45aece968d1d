"""Where do files lie that somebody brought to the console? Under names of chance, for us alone.

Beside the installation's other files (HANDBELL_HOME), readable by its owner only, and never in
the folder of temporary files that others see. Web and worker must see the same folder.
"""

import json
import re
import secrets
import shutil
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from django.conf import settings

_NAME: Final = re.compile(r"[0-9a-f]{32}")
_PROGRESS: Final = "progress.json"


def new_folder() -> str:
    """Make a folder for the files of one import; return its name."""
    name = secrets.token_hex(16)
    _root().mkdir(mode=0o700, parents=True, exist_ok=True)
    (_root() / name).mkdir(mode=0o700)
    return name


def path_of(folder: str, kept_as: str = "") -> Path:
    """Return where a folder, or a file in it, is. Raises ValueError for a name that is not ours."""
    for name in filter(None, (folder, kept_as)):
        if not _NAME.fullmatch(name):
            raise ValueError("not a name of an uploaded file")
    if not folder:
        raise ValueError("the files are gone")
    return _root() / folder / kept_as


def remove_folder(folder: str) -> None:
    """Remove the files of one import. Idempotent."""
    if folder:
        shutil.rmtree(path_of(folder), ignore_errors=True)


def folders_older_than(seconds: float) -> Iterator[str]:
    """Yield the folders that nobody has written to for so long."""
    if not _root().is_dir():
        return
    for folder in sorted(_root().iterdir()):
        if _NAME.fullmatch(folder.name) and time.time() - folder.stat().st_mtime > seconds:
            yield folder.name


def write_progress(folder: str, progress: dict[str, Any]) -> None:
    """Note how far the worker is, for the page that asks. A folder that is gone is no matter."""
    place = path_of(folder) / _PROGRESS
    beside = place.with_suffix(".new")
    try:
        beside.write_text(json.dumps(progress))
        beside.replace(place)
    except OSError:
        return


def read_progress(folder: str) -> dict[str, Any]:
    """Return how far the worker is, nothing if it has not said so yet."""
    try:
        found = json.loads((path_of(folder) / _PROGRESS).read_text())
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def _root() -> Path:
    home: Path = settings.ENVIRONMENT.home
    return home / "imports"
