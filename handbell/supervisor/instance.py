"""Is Handbell running already in this HANDBELL_HOME, and if so, where?

The answer is a lock the kernel holds for a living process, never a process number in a file: the
note in the file only says, for people, who holds it.
"""

import contextlib
import fcntl
import json
import os
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import IO

from handbell.supervisor.flaws import StartFlaw

LOCK_FILE = "run.lock"


@dataclass(frozen=True, slots=True)
class Holder:
    """Who holds the lock: its process, what it was started as, and its address if it has one."""

    pid: int
    command: str
    address: str = ""


class AlreadyRunning(StartFlaw):
    """Another process keeps this HANDBELL_HOME; `holder` is what its note says."""

    def __init__(self, holder: Holder) -> None:
        self.holder = holder
        where = f" at {holder.address}" if holder.address else ""
        super().__init__(f"`{holder.command}` already runs here{where} (process {holder.pid})")


@contextlib.contextmanager
def only_one(home: Path, *, command: str, address: str = "") -> Iterator[bool]:
    """Hold HANDBELL_HOME for the length of a `with` block. Raises AlreadyRunning.

    Yields whether the last holder went without saying so (a kill, a power cut): what it started
    may still be on its way out.
    """
    home.mkdir(mode=0o700, parents=True, exist_ok=True)
    with (home / LOCK_FILE).open("a+") as file:
        former = _note_in(file.name)
        if not _lock(file):
            raise AlreadyRunning(former or Holder(0, "handbell"))
        _write(file.name, json.dumps(asdict(Holder(os.getpid(), command, address))))
        try:
            yield former is not None
        finally:
            _write(file.name, "")


def holder(home: Path) -> Holder | None:
    """Return who keeps this HANDBELL_HOME now, None if nobody does."""
    try:
        with (home / LOCK_FILE).open() as file:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except FileNotFoundError:
        return None
    except BlockingIOError:
        return _note_in(home / LOCK_FILE) or Holder(0, "handbell")
    return None


def _lock(file: IO[str]) -> bool:
    """Take the lock; try for a moment, since somebody may just be asking `holder`."""
    for _ in range(10):
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            time.sleep(0.02)
        else:
            return True
    return False


def _note_in(path: str | Path) -> Holder | None:
    try:
        return Holder(**json.loads(Path(path).read_text()))
    except (ValueError, TypeError):
        return None


def _write(path: str, text: str) -> None:
    Path(path).write_text(text)  # in place: the lock is on this very file
