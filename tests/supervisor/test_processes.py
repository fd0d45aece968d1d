"""Several processes as one: their output, their crashes, their order of ending."""

import os
import signal
import subprocess
import sys
import textwrap
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from handbell.supervisor.flaws import StartFlaw
from handbell.supervisor.processes import Child, Household
from handbell.supervisor.signals import Signals, StopRequested
from tests.supervisor.conftest import CHECKOUT, is_alive, until

pytestmark = pytest.mark.slow


@pytest.fixture
def shown() -> list[tuple[str, str]]:
    """Return the lines children printed, each with its child's name."""
    return []


@pytest.fixture
def signals() -> Iterator[Signals]:
    with Signals() as hearing:
        yield hearing


@pytest.fixture
def household(
    signals: Signals, heard: list[str], shown: list[tuple[str, str]]
) -> Iterator[Household]:
    house = Household(
        signals=signals,
        say=heard.append,
        show=lambda name, line: shown.append((name, line)),
        names=dict(os.environ),
    )
    yield house
    for child in house.children:
        if child.process is not None:
            child.process.kill()
            child.process.wait()


def python(name: str, program: str, *, marker: Path | None = None) -> Child:
    """Return a child that runs `program`; it is ready when it has made the file `marker`."""
    command = [sys.executable, "-u", "-c", textwrap.dedent(program)]
    return Child(name, command, ready=marker.exists if marker else lambda: True)


def test_lines_are_passed_on_with_the_name_of_who_printed_them(
    household: Household, shown: list[tuple[str, str]], tmp_path: Path
) -> None:
    done = tmp_path / "done"
    household.start(
        python(
            "talker",
            f"""
            import pathlib, sys, time
            print("one"); print("two", file=sys.stderr); print("half", end="")
            pathlib.Path({str(done)!r}).touch()
            time.sleep(60)
            """,
            marker=done,
        )
    )

    household.stop(["talker"])

    assert shown == [("talker", "one"), ("talker", "two"), ("talker", "half")]


def test_a_child_that_dies_is_started_again_later_each_time(
    household: Household, signals: Signals, heard: list[str]
) -> None:
    household.start(Child("web", ["false"]))
    began = time.monotonic()

    def enough() -> None:
        if len(heard) == 2:
            os.kill(os.getpid(), signal.SIGTERM)

    signals.interrupting = False
    household.watch(enough)

    assert time.monotonic() - began >= 1
    assert heard == [
        "web ended unexpectedly (exit code 1); it is started again in 1 s",
        "web ended unexpectedly (exit code 1); it is started again in 2 s",
    ]


def test_a_child_that_dies_before_it_is_ready_stops_the_start(
    household: Household, shown: list[tuple[str, str]], tmp_path: Path
) -> None:
    dying = python("web", "print('no such thing'); raise SystemExit(2)", marker=tmp_path / "never")

    with pytest.raises(StartFlaw, match=r"web did not start \(exit code 2\)"):
        household.start(dying)

    assert shown == [("web", "no such thing")]


def test_children_stop_in_the_order_named(household: Household, tmp_path: Path) -> None:
    log = tmp_path / "log"
    for name in ("first", "second"):
        ready = tmp_path / name
        household.start(
            python(
                name,
                f"""
                import pathlib, signal, sys, time
                def end(*_):
                    time.sleep(0.3)
                    with open({str(log)!r}, "a") as log: log.write({name!r} + " ")
                    sys.exit(0)
                signal.signal(signal.SIGTERM, end)
                pathlib.Path({str(ready)!r}).touch()
                time.sleep(60)
                """,
                marker=ready,
            )
        )

    household.stop(["second", "first"])

    assert log.read_text() == "second first "


def test_a_second_ctrl_c_kills_what_will_not_end(
    household: Household, signals: Signals, heard: list[str], tmp_path: Path
) -> None:
    ready = tmp_path / "ready"
    household.start(
        python(
            "stubborn",
            f"""
            import pathlib, signal, subprocess, time
            signal.signal(signal.SIGTERM, signal.SIG_IGN)
            grandchild = subprocess.Popen(["sleep", "60"])
            pathlib.Path({str(ready)!r}).write_text(str(grandchild.pid))
            time.sleep(60)
            """,
            marker=ready,
        )
    )
    until(lambda: ready.read_text() != "", "the grandchild runs")
    grandchild = int(ready.read_text())
    signals.interrupting = False
    again = subprocess.Popen(["sh", "-c", f"sleep 0.5; kill -INT {os.getpid()}"])

    household.stop(["stubborn"])

    again.wait()
    assert heard == ["stubborn does not end by itself: it is killed"]
    until(lambda: not is_alive(grandchild), "what it had started is gone too")


def test_a_signal_interrupts_the_start_at_once(signals: Signals) -> None:
    def slow_start() -> None:
        os.kill(os.getpid(), signal.SIGTERM)
        time.sleep(5)

    with pytest.raises(StopRequested):
        slow_start()

    os.kill(os.getpid(), signal.SIGTERM)  # while things are undone, a second one only counts
    assert signals.stops_heard == 2


def test_nohup_is_respected() -> None:
    former = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        with Signals() as hearing:
            os.kill(os.getpid(), signal.SIGHUP)
            assert hearing.stops_heard == 0
    finally:
        signal.signal(signal.SIGHUP, former)


def test_kill_9_of_the_parent_ends_every_child(tmp_path: Path) -> None:
    pids = tmp_path / "pids"
    program = f"""
        import os, pathlib, time
        from handbell.supervisor.processes import Child, Household
        from handbell.supervisor.signals import Signals
        with Signals() as signals:
            house = Household(signals=signals, say=print, show=print, names=dict(os.environ))
            for name in ("web", "worker"):
                house.start(Child(name, ["sleep", "60"]))
            numbers = [str(child.process.pid) for child in house.children]
            pathlib.Path({str(pids)!r}).write_text(" ".join(numbers))
            time.sleep(60)
    """
    with subprocess.Popen([sys.executable, "-c", textwrap.dedent(program)], cwd=CHECKOUT) as parent:
        until(lambda: pids.exists() and pids.read_text() != "", "the children run")
        children = [int(number) for number in pids.read_text().split()]
        assert all(is_alive(pid) for pid in children)

        parent.kill()

    until(lambda: not any(is_alive(pid) for pid in children), "the children have ended")
