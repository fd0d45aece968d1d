"""A short ordeal: the command itself, with real processes that are really killed."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from handbell.ordeal.clocks import Clock

KILLS = 3


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_nothing_is_lost_nothing_goes_twice_nothing_goes_after_stop() -> None:
    command = [sys.executable, "-m", "handbell.commands.main", "ordeal", "--json"]
    wishes = ["--kills", str(KILLS), "--workers", "2", "--seed", "7"]
    done = subprocess.run([*command, *wishes], capture_output=True, text=True, check=False)

    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    promised = ("lost", "twice", "after_stop", "stale", "outside_window", "misstated")
    assert {name: found[name] for name in promised} == dict.fromkeys(promised, 0)
    assert found["unfinished"] == 0
    assert found["kills"] == KILLS
    assert found["received"] > KILLS


def test_a_hosts_clock_is_moved_by_somebody_else(tmp_path: Path) -> None:
    path = tmp_path / "clock"
    ours = Clock(path)
    ours.seconds = 90.0
    looking = (
        "import sys; sys.argv = ['clocks', sys.argv[1], '--version']\n"
        "from django.utils import timezone\n"
        "true = timezone.now\n"
        "from handbell.ordeal import clocks\n"
        "try: clocks.main()\n"
        "except SystemExit: pass\n"
        "print((timezone.now() - true()).total_seconds())"
    )
    names = os.environ | {"DJANGO_SETTINGS_MODULE": "config.settings"}
    command = [sys.executable, "-c", looking, str(path)]
    told = subprocess.run(command, capture_output=True, text=True, check=True, env=names)

    assert float(told.stdout.splitlines()[-1]) == pytest.approx(90.0, abs=1)
