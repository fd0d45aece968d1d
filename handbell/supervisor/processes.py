"""How do several processes of ours run as one: their output, their crashes, their end?

Everything happens in one thread, which is the parent of every child: a child lives exactly as
long as that thread (the kernel sends SIGTERM when it goes), and nothing needs a lock.
"""

import os
import selectors
import shutil
import signal
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import IO

from handbell.supervisor.flaws import StartFlaw
from handbell.supervisor.patience import SECONDS_BETWEEN_LINES, Say
from handbell.supervisor.signals import Signals

FIRST_DELAY, LONGEST_DELAY = 1.0, 30.0  # seconds before a child that died is started again
SETTLED_SECONDS = 60  # a child that lived so long starts again without a grown delay
STOP_SECONDS = 60  # a worker's turn and a provider's slow answer; what takes longer is killed
PATIENT_SECONDS = 3  # before we say what we are waiting for
LOOK_SECONDS = 0.1
LONGEST_LINE = 100_000  # bytes held back while a line is not finished

Show = Callable[[str, str], None]  # (name of the child, one line of its output)


@dataclass
class Child:
    """One of our processes. `ready` tells when it can be used; `death_signal` is what the kernel
    sends it if we die."""

    name: str
    command: Sequence[str]
    ready: Callable[[], bool] = lambda: True
    death_signal: str = "TERM"
    process: "subprocess.Popen[bytes] | None" = None
    started_at: float = 0
    again_at: float | None = None
    delay: float = FIRST_DELAY
    unfinished: bytes = field(default=b"", repr=False)

    def is_running(self) -> bool:
        return self.process is not None and self.process.poll() is None

    def signal(self, number: signal.Signals, *, whole_group: bool = False) -> None:
        """Send a signal to the process, or to all it started as well."""
        if self.process is not None and self.process.poll() is None:
            send = os.killpg if whole_group else os.kill
            send(self.process.pid, number)


class Household:
    """The children, in the order they were started."""

    def __init__(self, *, signals: Signals, say: Say, show: Show, names: Mapping[str, str]) -> None:
        self.signals = signals
        self.say = say
        self.show = show
        self.environment = dict(names)
        self.children: list[Child] = []
        self._selector = selectors.DefaultSelector()
        self._selector.register(signals.ear, selectors.EVENT_READ, None)

    def start(self, *children: Child) -> None:
        """Start children beside each other and return when all are ready.

        Raises StartFlaw if one ends before it is.
        """
        for child in children:
            self.children.append(child)
            self._spawn(child)
        for child in children:
            self._await_ready(child)

    def _await_ready(self, child: Child) -> None:
        said = child.started_at
        while not child.ready():
            self._look(LOOK_SECONDS)
            if time.monotonic() - said > SECONDS_BETWEEN_LINES:
                said = time.monotonic()
                self.say(f"{child.name} is not ready yet ({said - child.started_at:.0f} s)")
            if not child.is_running():
                self._drain(child)
                raise StartFlaw(f"{child.name} did not start ({_ending(child)}); see above")

    def watch(self, check: Callable[[], None]) -> None:
        """Keep the children running until somebody asks us to stop.

        `check` is called whenever something happened, and at least every second.
        """
        while not self.signals.stops_heard:
            self._look(self._next_look())
            for child in self.children:
                self._care_for(child)
            check()

    def stop(self, names: Sequence[str]) -> None:
        """Stop children, those first that are named first; what will not go is killed."""
        heard = self.signals.stops_heard
        for name in names:
            for child in (child for child in self.children if child.name == name):
                child.signal(signal.SIGTERM)
                self._await_end(child, heard)
        self._selector.close()

    def _await_end(self, child: Child, heard: int) -> None:
        began = time.monotonic()
        said = False
        while child.is_running():
            self._look(LOOK_SECONDS)
            waited = time.monotonic() - began
            if waited > PATIENT_SECONDS and not said:
                said = True
                self.say(f"{child.name} is finishing its work; Ctrl-C again ends it at once")
            if waited > STOP_SECONDS or self.signals.stops_heard > heard:
                self.say(f"{child.name} does not end by itself: it is killed")
                child.signal(signal.SIGKILL, whole_group=True)
                break
        if child.process is not None:
            child.process.wait()
            self._drain(child)

    def _spawn(self, child: Child) -> None:
        # Its own session keeps the terminal's Ctrl-C away from it: we pass it on in order.
        child.process = subprocess.Popen(
            [*_mortal(child.death_signal), *child.command],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            env=self.environment,
            start_new_session=True,
        )
        child.started_at, child.again_at = time.monotonic(), None
        stream = _output(child)
        os.set_blocking(stream.fileno(), False)
        self._selector.register(stream, selectors.EVENT_READ, child)

    def _care_for(self, child: Child) -> None:
        """Notice that a child ended; start it again when its delay is over."""
        now = time.monotonic()
        if child.again_at is not None:
            if now >= child.again_at:
                self._spawn(child)
            return
        if child.is_running():
            return
        self._drain(child)
        if now - child.started_at >= SETTLED_SECONDS:
            child.delay = FIRST_DELAY
        self.say(
            f"{child.name} ended unexpectedly ({_ending(child)}); "
            f"it is started again in {child.delay:.0f} s"
        )
        child.again_at = now + child.delay
        child.delay = min(child.delay * 2, LONGEST_DELAY)

    def _next_look(self) -> float:
        due = [child.again_at for child in self.children if child.again_at is not None]
        return min([1.0, *(max(0.0, at - time.monotonic()) for at in due)])

    def _look(self, seconds: float) -> None:
        """Pass on what children print, until something happens or `seconds` are over."""
        for key, _ in self._selector.select(seconds):
            if key.data is None:
                self.signals.forget()
            else:
                self._read(key.data)

    def _read(self, child: Child) -> bool:
        """Pass on finished lines. Return whether more may come."""
        stream = _output(child)
        try:
            piece = os.read(stream.fileno(), 65_536)
        except BlockingIOError:
            return False
        *lines, child.unfinished = (child.unfinished + piece).split(b"\n")
        if not piece or len(child.unfinished) > LONGEST_LINE:
            lines.append(child.unfinished)
            child.unfinished = b""
        for line in filter(None, lines):
            self.show(child.name, line.decode(errors="replace"))
        if not piece:
            self._selector.unregister(stream)
            stream.close()
        return bool(piece)

    def _drain(self, child: Child) -> None:
        """Pass on the last words of a child that ended."""
        stream = _output(child)
        while not stream.closed and self._read(child):
            pass
        if not stream.closed:  # a grandchild still holds the other end
            self._selector.unregister(stream)
            stream.close()


def _mortal(death_signal: str) -> tuple[str, ...]:
    """Return the words before a command that end it with us; none where there is no such tool."""
    return ("setpriv", "--pdeathsig", death_signal) if shutil.which("setpriv") else ()


def _output(child: Child) -> IO[bytes]:
    assert child.process is not None
    assert child.process.stdout is not None
    return child.process.stdout


def _ending(child: Child) -> str:
    assert child.process is not None
    code = child.process.returncode
    return f"signal {signal.Signals(-code).name}" if code < 0 else f"exit code {code}"
