"""`handbell worker` as a process: it works, it is seen to work, it stops when asked."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest

CHECKOUT = Path(__file__).parent.parent.parent

pytestmark = [pytest.mark.slow, pytest.mark.timeout(120)]


@pytest.fixture
def work(fresh_database: str, tmp_path: Path) -> Iterator[Callable[[], "subprocess.Popen[bytes]"]]:
    """Yield a function that starts a worker on a database of its own."""
    started: list[subprocess.Popen[bytes]] = []

    def start() -> "subprocess.Popen[bytes]":
        names = {
            "PATH": os.environ["PATH"],
            "DATABASE_URL": fresh_database,
            "HANDBELL_HOME": str(tmp_path),
        }
        words = [sys.executable, "-m", "handbell.commands.main", "worker"]
        started.append(subprocess.Popen(words, cwd=CHECKOUT, env=names))
        return started[-1]

    yield start
    for process in started:
        process.kill()
        process.wait()


def count(database: str, table: str) -> int:
    with psycopg.connect(database) as connection:
        rows = connection.execute(f"SELECT count(*) FROM {table}").fetchall()
    return int(rows[0][0])


def until(true: Callable[[], bool], what: str) -> None:
    end = time.monotonic() + 40
    while not true():
        assert time.monotonic() < end, f"not in 40 s: {what}"
        time.sleep(0.1)


def test_it_registers_runs_the_clock_and_leaves_on_sigterm(
    work: Callable[[], "subprocess.Popen[bytes]"], fresh_database: str
) -> None:
    process = work()
    until(lambda: count(fresh_database, "procrastinate_workers") == 1, "the worker is known")
    until(lambda: count(fresh_database, "procrastinate_periodic_defers") > 0, "its clock runs")
    until(lambda: count(fresh_database, "procrastinate_jobs") == 0, "what was done is deleted")

    process.send_signal(signal.SIGTERM)

    assert process.wait(timeout=60) == 0
    assert count(fresh_database, "procrastinate_workers") == 0


def test_several_share_one_database(
    work: Callable[[], "subprocess.Popen[bytes]"], fresh_database: str
) -> None:
    first, second = work(), work()

    until(lambda: count(fresh_database, "procrastinate_workers") == 2, "both are known")

    assert (first.poll(), second.poll()) == (None, None)


def test_one_that_lost_its_database_comes_back_or_ends_to_be_started_again(
    work: Callable[[], "subprocess.Popen[bytes]"], fresh_database: str
) -> None:
    process = work()
    until(lambda: count(fresh_database, "procrastinate_workers") == 1, "the worker is known")

    with psycopg.connect(fresh_database, autocommit=True) as connection:
        connection.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
        (cut,) = connection.execute("SELECT now()").fetchone() or (None,)

    ends = time.monotonic() + 150
    while time.monotonic() < ends and process.poll() is None and not heard(fresh_database, cut):
        time.sleep(0.5)
    assert process.poll() == 2 or heard(fresh_database, cut)


def heard(database: str, since: object) -> bool:
    """Return whether a worker said that it is alive after that moment."""
    with psycopg.connect(database) as connection:
        found = connection.execute(
            "SELECT count(*) FROM procrastinate_workers WHERE last_heartbeat > %s", [since]
        ).fetchone()
    return bool(found and found[0])
