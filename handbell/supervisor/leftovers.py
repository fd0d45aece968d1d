"""Is a lock file of PostgreSQL the mark of a living server, or was it left by a dead one?

A process number in a lock file proves nothing: after a reboot it may belong to anybody. A process
is a server of ours only if its working directory is the data directory. A lock file is removed
only when no process at all works there; nobody is ever signalled from here.
"""

import os
from dataclasses import dataclass
from pathlib import Path

SOCKET_NAME = ".s.PGSQL.5432"


@dataclass(frozen=True, slots=True)
class Free:
    """No server is up: lock files, if there were any, are gone. `cleared` names their holder."""

    cleared: int | None = None


@dataclass(frozen=True, slots=True)
class Running:
    """A postmaster works on these data; `status` is its own word: starting, ready, stopping."""

    pid: int
    status: str


@dataclass(frozen=True, slots=True)
class Lingering:
    """The postmaster is gone but something still works in its directory, named by `what`."""

    pid: int
    what: str


def look(*, data: Path, sockets: Path) -> Free | Running | Lingering:
    """Return what is up on `data`, removing the lock files of a server that is dead."""
    locks = [data / "postmaster.pid", sockets / f"{SOCKET_NAME}.lock"]
    named = [pid for pid in map(named_in, locks) if pid is not None]
    here = working_in(data)
    for pid in named:
        if pid in here:
            return Running(pid, status_of(data))
    if here:
        return Lingering(here[0], _program_of(here[0]))
    for lock in locks:
        lock.unlink(missing_ok=True)
    return Free(cleared=named[0] if named and _is_alive(named[0]) else None)


def status_of(data: Path, *, pid: int | None = None) -> str:
    """Return the word on line 8 of postmaster.pid ("" if there is none, or not of `pid`)."""
    lines = _lines(data / "postmaster.pid")
    if pid is not None and lines[:1] != [str(pid)]:
        return ""
    return lines[7].strip() if len(lines) > 7 else ""


def named_in(lock: Path) -> int | None:
    """Return the process number on a lock file's first line."""
    lines = _lines(lock)
    return abs(int(lines[0])) if lines and lines[0].lstrip("-").isdecimal() else None


def working_in(directory: Path) -> list[int]:
    """Return the processes, zombies apart, whose working directory this is."""
    if not directory.exists():
        return []
    place = directory.stat()
    numbers = (int(path.name) for path in Path("/proc").iterdir() if path.name.isdecimal())
    return sorted(pid for pid in numbers if pid != os.getpid() and _works_in(pid, place))


def _works_in(pid: int, place: os.stat_result) -> bool:
    """Return whether a process works in `place`, by the folder itself and not by its name.

    Where the kernel hides the folder from us (root in a container that lacks SYS_PTRACE), a
    `postgres` of the data's owner is taken for one that does: better to wait than to corrupt.
    """
    try:
        found = Path(f"/proc/{pid}/cwd").stat()
    except PermissionError:
        return _owner_of(pid) == place.st_uid and _program_of(pid) == "postgres"
    except OSError:
        return False  # it has ended, or is a zombie, which has no folder any more
    return (found.st_dev, found.st_ino) == (place.st_dev, place.st_ino)


def _is_alive(pid: int) -> bool:
    return Path(f"/proc/{pid}").exists()


def _owner_of(pid: int) -> int | None:
    try:
        return Path(f"/proc/{pid}").stat().st_uid
    except OSError:
        return None


def _program_of(pid: int) -> str:
    return next(iter(_lines(Path(f"/proc/{pid}/comm"))), "a process that has ended")


def _lines(path: Path) -> list[str]:
    try:
        return path.read_text().splitlines()
    except OSError:
        return []
