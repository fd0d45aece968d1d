"""`handbell run` as a stranger meets it: it starts, it shows where it is, it stops, it comes back.

Real processes on free ports. A process belongs to a run if its environment names the run's home.
"""

import contextlib
import os
import re
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import psycopg
import pytest

from config.database import embedded_url
from config.environment import read
from handbell.supervisor import leftovers

CHECKOUT = Path(__file__).parent.parent.parent
START_SECONDS, STOP_SECONDS = 90, 40

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]


@dataclass
class Run:
    """One `handbell run`: its process and what it has printed so far."""

    process: "subprocess.Popen[str]"
    home: Path
    lines: list[str] = field(default_factory=list)

    @property
    def said(self) -> str:
        return "\n".join(self.lines)

    def until(self, text: str, *, seconds: float = START_SECONDS) -> str:
        """Return the line that holds `text`, as soon as it is printed."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            found = [line for line in self.lines if text in line]
            if found:
                return found[-1]
            assert self.process.poll() is None, self.said
            time.sleep(0.05)
        raise AssertionError(f"not said in {seconds} s: {text}\n{self.said}")

    def ends(self, number: signal.Signals) -> int:
        """Send a signal; return the exit code."""
        self.process.send_signal(number)
        return self.process.wait(STOP_SECONDS)


Start = Callable[..., Run]


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return one home for this module: the first start makes the database, the rest keep it."""
    private = tmp_path_factory.mktemp("home")
    private.chmod(0o700)
    return private / "var"


@pytest.fixture
def start(home: Path) -> Iterator[Start]:
    """Yield a function that starts `handbell run` and returns when it shows its address."""
    runs: list[Run] = []

    def begin(*, ready: bool = True, **settings: str) -> Run:
        run = _begin(home, settings)
        runs.append(run)
        if ready:
            run.until("Ctrl-C stops everything.")
        return run

    yield begin
    for run in runs:
        run.process.kill()
        run.process.wait()
    _until(lambda: not processes_of(home), "nothing is left running")


def _begin(home: Path, settings: dict[str, str]) -> Run:
    ports = dict(zip(_PORTS, free_ports(3), strict=True))
    kept = {name: value for name, value in os.environ.items() if name in {"PATH", "HOME"}}
    process = subprocess.Popen(
        [sys.executable, "-m", "handbell.commands.main", "run"],
        cwd=CHECKOUT,
        env={**kept, **ports, "HANDBELL_HOME": str(home), **settings},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    run = Run(process, home)
    threading.Thread(target=_listen, args=(run,), daemon=True).start()
    return run


_PORTS = ("HANDBELL_WEB_PORT", "HANDBELL_CARRIER_PORT", "HANDBELL_CARRIER_SMTP_PORT")


def _listen(run: Run) -> None:
    assert run.process.stdout is not None
    for line in run.process.stdout:
        run.lines.append(line.rstrip())


def free_ports(count: int) -> list[str]:
    """Return ports the system calls free now."""
    with contextlib.ExitStack() as holding:
        sockets = [
            holding.enter_context(socket.create_server(("127.0.0.1", 0))) for _ in range(count)
        ]
        return [str(one.getsockname()[1]) for one in sockets]


def processes_of(home: Path) -> dict[int, str]:
    """Return every living process started for `home`, with its command line."""
    found = {}
    for folder in Path("/proc").iterdir():
        if not folder.name.isdecimal():
            continue
        with contextlib.suppress(OSError):
            if f"HANDBELL_HOME={home}\0".encode() in (folder / "environ").read_bytes():
                words = (folder / "cmdline").read_bytes().replace(b"\0", b" ").decode()
                found[int(folder.name)] = words
    return found


def process_named(home: Path, *words: str) -> int:
    """Return the first process of `home` whose command line holds these words."""
    found = [pid for pid, line in processes_of(home).items() if all(w in line for w in words)]
    assert found, processes_of(home)
    return min(found)


def _until(true: Callable[[], bool], what: str, *, seconds: float = STOP_SECONDS) -> None:
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, f"not in {seconds} s: {what}"
        time.sleep(0.05)


def address(run: Run) -> str:
    found = re.search(r"Handbell is running:\s+(\S+)", run.said)
    assert found, run.said
    return found[1]


def status(url: str) -> int:
    try:
        with urllib.request.urlopen(url, timeout=10) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as error:
        return error.code


def practices(home: Path) -> list[str]:
    with psycopg.connect(embedded_url(read({"HANDBELL_HOME": str(home)}))) as connection:
        rows = connection.execute("SELECT slug FROM access_practice ORDER BY slug")
        return [slug for (slug,) in rows]


def test_it_shows_its_address_and_stops_on_sigterm(start: Start, home: Path) -> None:
    run = start()

    assert status(address(run)) == 200  # the login page, after a redirect
    assert "Demo logins:" in run.said
    assert "Nothing leaves this machine" in run.said
    assert practices(home)
    names = " ".join(processes_of(home).values())
    assert all(name in names for name in ("postgres", "web", "worker", "carrier"))
    assert run.ends(signal.SIGTERM) == 0
    assert not processes_of(home)


def test_ctrl_c_stops_in_order_and_the_next_start_keeps_the_data(start: Start, home: Path) -> None:
    first = start()
    logins = [line for line in first.lines if "@" in line and ".example" in line]

    assert first.ends(signal.SIGINT) == 0

    ours = [line for line in first.lines if line.startswith("handbell | stop")]
    assert ours == [
        "handbell | stopping",
        "handbell | stopping the database",
        "handbell | stopped; the data are kept",
    ]
    log = (home / "log" / "database.log").read_text()
    assert log.rstrip().endswith("database system is shut down")
    second = start()
    assert [line for line in second.lines if "@" in line and ".example" in line] == logins


def test_kill_9_leaves_nothing_running_and_loses_nothing(start: Start, home: Path) -> None:
    run = start()
    before = practices(home)

    run.process.kill()
    run.process.wait()
    again = start()  # at once: what was left must be waited for, not stumbled over

    assert practices(home) == before
    assert "making the database" not in again.said
    again.process.kill()
    again.process.wait()
    _until(lambda: not processes_of(home), "every process has ended", seconds=10)
    assert not leftovers.working_in(home / "postgres")


def test_a_second_start_says_where_the_first_runs(start: Start) -> None:
    first = start()
    where = address(first)

    second = start(ready=False)

    assert second.process.wait(START_SECONDS) == 2
    _until(lambda: bool(second.lines), "it said why")
    assert second.said == (
        f"Error: `handbell run` already runs here at {where} (process {first.process.pid})"
    )
    assert status(where) == 200


def test_what_crashes_is_started_again_and_said(start: Start, home: Path) -> None:
    run = start()

    os.kill(process_named(home, "postgres", "-D"), signal.SIGKILL)
    run.until("the database ended unexpectedly; it is started again")
    run.until("starting the database: done")
    os.kill(process_named(home, "handbell.commands.main", " web"), signal.SIGKILL)
    run.until("web ended unexpectedly (signal SIGKILL); it is started again in 1 s")

    _until(lambda: _answers(address(run)), "the pages answer again")
    assert practices(home)
    assert run.ends(signal.SIGTERM) == 0
    assert not processes_of(home)


def _answers(url: str) -> bool:
    try:
        return status(url) == 200
    except OSError:
        return False


def test_a_taken_port_is_named_before_anything_is_started(start: Start, home: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        run = start(ready=False, HANDBELL_WEB_PORT=str(port))

        assert run.process.wait(START_SECONDS) == 2

    _until(lambda: "Error" in run.said, "it said why")
    expected = rf"Error: port {port} is taken: stop the other program or set HANDBELL_WEB_PORT=\d+"
    assert re.search(expected, run.said)
    assert "database" not in run.said


def test_a_signal_during_the_start_stops_it_cleanly(start: Start, home: Path) -> None:
    run = start(ready=False)
    run.until("bringing the tables up to date")

    assert run.ends(signal.SIGINT) == 0

    assert not processes_of(home)
    _until(lambda: "stopped before everything was up" in run.said, "it said so")


def test_a_database_of_ones_own_is_used_as_it_is(
    start: Start, home: Path, fresh_database: str
) -> None:
    run = start(DATABASE_URL=fresh_database)

    assert "using the database of DATABASE_URL" in run.said
    assert "Demo logins" not in run.said
    assert not [line for line in processes_of(home).values() if "postgres -D" in line]
    assert status(address(run)) == 200
    assert run.ends(signal.SIGTERM) == 0
