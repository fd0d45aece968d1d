"""`python -m handbell.ordeal.clocks FILE ...`: a process of ours whose clock somebody else moves.

What Handbell takes for the time of day is `django.utils.timezone.now`; here it is off by as many
seconds as the file says at that moment. Everything else is the `handbell` command as it is.
"""

import mmap
import runpy
import struct
import sys
from datetime import datetime, timedelta
from pathlib import Path

from django.utils import timezone

_SECONDS = struct.Struct("d")


class Clock:
    """How far the clock of one host is off, kept in a file that its process looks at."""

    def __init__(self, path: Path) -> None:
        if not path.exists():
            path.write_bytes(_SECONDS.pack(0.0))
        with path.open("r+b") as file:
            self._shared = mmap.mmap(file.fileno(), _SECONDS.size)

    @property
    def seconds(self) -> float:
        return float(_SECONDS.unpack(self._shared[:])[0])

    @seconds.setter
    def seconds(self, value: float) -> None:
        self._shared[:] = _SECONDS.pack(value)


def main() -> None:
    """Put the clock in the place of Django's, before anything of ours is loaded; then go on."""
    clock, true_now = Clock(Path(sys.argv[1])), timezone.now

    def now() -> datetime:
        return true_now() + timedelta(seconds=clock.seconds)

    timezone.now = now
    del sys.argv[1]
    runpy.run_module("handbell.commands.main", run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    main()
