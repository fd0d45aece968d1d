"""Does the carrier still know after a kill? An append-only file of everything it kept.

One JSON line per version of a record; the last version wins. Each line is written to the
kernel before the state changes, so killing the process loses nothing (a power cut may).
"""

import base64
import os
from collections.abc import Iterator
from dataclasses import fields
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Any

import orjson

from handbell.channels.carrier.records import (
    Call,
    CallRequest,
    Contract,
    Fate,
    Mail,
    Origin,
    Report,
    Reporting,
    Step,
    Text,
)
from handbell.channels.carrier.truth import Kept, StopMark

_KINDS: dict[str, type[Kept]] = {
    "text": Text,
    "call": Call,
    "mail": Mail,
    "stop": StopMark,
}
_NAMES = {kind: name for name, kind in _KINDS.items()}
_WORDS: dict[str, type[StrEnum]] = {
    "origin": Origin,
    "fate": Fate,
    "reporting": Reporting,
    "contract": Contract,
}


class Journal:
    """The file. Readable by its owner only: it holds what patients were told."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._path = path
        _drop_torn_line(path)
        self._handle = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)

    def keep(self, kept: Kept) -> None:
        """Append one record."""
        line = orjson.dumps({_NAMES[type(kept)]: kept}, default=_as_json) + b"\n"
        while line:
            line = line[os.write(self._handle, line) :]

    def kept(self) -> Iterator[Kept]:
        """Yield everything the file holds, in the order it was written."""
        with self._path.open("rb") as lines:
            for line in lines:
                ((name, values),) = orjson.loads(line).items()
                yield _revive(_KINDS[name], values)

    def close(self) -> None:
        os.close(self._handle)


def _drop_torn_line(path: Path) -> None:
    """A kill may have cut the last line; what it said was not yet true for anybody."""
    if not path.exists():
        return
    with path.open("r+b") as file:
        size = file.seek(0, os.SEEK_END)
        whole = _end_of_last_line(file.fileno(), size)
        if whole != size:
            file.truncate(whole)


def _end_of_last_line(handle: int, size: int) -> int:
    end = size
    while end > 0:
        start = max(0, end - 65_536)
        found = os.pread(handle, end - start, start).rfind(b"\n")
        if found >= 0:
            return start + found + 1
        end = start
    return 0


def _as_json(value: object) -> str:
    if isinstance(value, bytes):
        return base64.b64encode(value).decode()
    raise TypeError(f"a record cannot hold {type(value).__name__}")


def _revive(kind: type[Kept], values: dict[str, Any]) -> Kept:
    known = (f.name for f in fields(kind) if f.name in values)  # an older journal knew fewer
    return kind(**{name: _value(name, values[name]) for name in known})


def _value(name: str, value: Any) -> Any:  # noqa: ANN401  JSON
    if value is None:
        return None
    if name.endswith("_at") or name == "at":
        return datetime.fromisoformat(value)
    if name in _WORDS:
        return _WORDS[name](value)
    match name:
        case "raw":
            return base64.b64decode(value)
        case "reports":
            return tuple(Report(**_values(each)) for each in value)
        case "steps":
            return tuple(Step(**_values(each)) for each in value)
        case "request":
            return CallRequest(**{**value, "events": tuple(value["events"])})
    return value


def _values(values: dict[str, Any]) -> dict[str, Any]:
    return {name: _value(name, value) for name, value in values.items()}
