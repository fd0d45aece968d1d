"""A snowstorm at a small size: everything is killed, and each is told once or on the call list."""

import json
import subprocess
import sys

import pytest


@pytest.mark.slow
@pytest.mark.timeout(400)
def test_everything_is_killed_and_each_is_told_once_or_on_the_call_list() -> None:
    command = [sys.executable, "-m", "tests.ordeal.snowstorm", "--people", "40"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)

    assert done.returncode == 0, done.stderr + done.stdout
    found = json.loads(done.stdout)
    broken = ("lost", "twice", "after_stop", "reminders_meanwhile", "closings_after_the_end")
    assert {name: found[name] for name in broken} == dict.fromkeys(broken, 0)
    assert found["once"] + found["untold_on_the_call_list"] == found["people"]
    assert found["sendings"] == 1
    assert found["answers"] == {"200 sent": 1, "422 refused": 3}
    assert found["reminded_after_the_end"] == 5
    assert found["others_reminded"] == 0
