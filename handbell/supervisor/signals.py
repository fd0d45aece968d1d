"""How does the program that keeps everything running hear Ctrl-C, SIGTERM and a child's end?

While it starts, a signal interrupts it at once (StopRequested is raised where it stands, and the
`with` blocks undo what was begun). Once it watches, signals only wake it: it stops in order.
"""

import contextlib
import os
import select
import signal
from collections.abc import Iterator
from types import FrameType, TracebackType

STOPPING = {signal.SIGINT, signal.SIGTERM, signal.SIGHUP}


class StopRequested(BaseException):
    """Somebody asked us to stop. Not an Exception: nothing but the outermost frame answers it."""


class Signals:
    """Hears signals for the length of a `with` block, in the main thread."""

    def __init__(self) -> None:
        self.interrupting = True
        self.stops_heard = 0

    def __enter__(self) -> "Signals":
        self._ear, self._mouth = os.pipe2(os.O_NONBLOCK | os.O_CLOEXEC)
        self._former_fd = signal.set_wakeup_fd(self._mouth, warn_on_full_buffer=False)
        heard = {*STOPPING, signal.SIGCHLD}
        if signal.getsignal(signal.SIGHUP) == signal.SIG_IGN:
            heard.remove(signal.SIGHUP)  # nohup: we are to outlive the terminal
        self._former = {number: signal.signal(number, self._hear) for number in heard}
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        for number, handler in self._former.items():
            signal.signal(number, handler)
        signal.set_wakeup_fd(self._former_fd)
        os.close(self._ear)
        os.close(self._mouth)

    @property
    def ear(self) -> int:
        """A file descriptor that can be read after a signal; pass it to `select`."""
        return self._ear

    @contextlib.contextmanager
    def interruptible(self) -> Iterator[None]:
        """Let a signal raise StopRequested for the length of a `with` block that may be long."""
        if self.stops_heard:
            raise StopRequested
        self.interrupting = True
        try:
            yield
        finally:
            self.interrupting = False

    def wait(self, seconds: float) -> None:
        """Return after the next signal, or after `seconds`."""
        if select.select([self._ear], [], [], seconds)[0]:
            self.forget()

    def forget(self) -> None:
        """Empty the ear, so that it can be waited for again."""
        os.read(self._ear, 4096)

    def _hear(self, number: int, _: FrameType | None) -> None:
        if number not in STOPPING:
            return
        self.stops_heard += 1
        if self.interrupting:
            self.interrupting = False  # a second one must not interrupt the undoing
            raise StopRequested
