"""Real servers and real processes for the supervisor's tests."""

import contextlib
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest

from handbell.supervisor import leftovers, placement
from handbell.supervisor.placement import Placement
from handbell.supervisor.postgres import Postgres

CHECKOUT = Path(__file__).parent.parent.parent
KEEPER = "tests.supervisor.keeper"


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """Return a HANDBELL_HOME below a folder only its owner may enter."""
    private = tmp_path / "private"
    private.mkdir(mode=0o700)
    return private / "var"


@pytest.fixture
def place(home: Path) -> Placement:
    return placement.of_installation(home)


@pytest.fixture
def heard() -> list[str]:
    """Return the lines the supervisor says during a test."""
    return []


@pytest.fixture
def postgres(place: Placement, heard: list[str]) -> Iterator[Postgres]:
    """Yield a server that is not started yet and is surely stopped afterwards."""
    server = Postgres(place, say=heard.append)
    with contextlib.closing(contextlib.ExitStack()) as ending:
        ending.callback(server.stop)
        yield server


@pytest.fixture
def bystander() -> Iterator[subprocess.Popen[bytes]]:
    """Yield a process that has nothing to do with Handbell and must not be harmed."""
    with subprocess.Popen(["sleep", "60"]) as process:
        yield process
        assert process.poll() is None, "the bystander was ended"
        process.kill()


@pytest.fixture
def keeper(home: Path) -> Iterator[Callable[[], subprocess.Popen[str]]]:
    """Yield a function that starts a parent with a ready server of its own."""
    started: list[subprocess.Popen[str]] = []

    def start() -> subprocess.Popen[str]:
        command = [sys.executable, "-m", KEEPER, str(home)]
        process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=CHECKOUT)
        started.append(process)
        assert process.stdout is not None
        assert process.stdout.readline().startswith("postgresql://")
        return process

    yield start
    for process in started:
        process.kill()
        process.communicate()
    until(lambda: not leftovers.working_in(home / "postgres"), "no server is left")


def until(true: Callable[[], bool], what: str, *, seconds: float = 20) -> None:
    """Return as soon as `true()`, or fail naming `what` did not come about."""
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, f"not in {seconds} s: {what}"
        time.sleep(0.02)


def write(url: str, text: str) -> None:
    with psycopg.connect(url) as connection:
        connection.execute("CREATE TABLE IF NOT EXISTS notes (text text)")
        connection.execute("INSERT INTO notes VALUES (%s)", [text])


def read(url: str) -> list[str]:
    with psycopg.connect(url) as connection:
        return [text for (text,) in connection.execute("SELECT text FROM notes ORDER BY text")]


def is_alive(pid: int) -> bool:
    """Return whether a process runs (a zombie does not)."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except (FileNotFoundError, ProcessLookupError):
        return False
    return state != "Z"


as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root can take this path")
