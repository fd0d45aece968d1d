"""`handbell import`: what a person sees, and what a program reads."""

import csv
import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.importers.folder import WHOLE, write

CHECKOUT = Path(__file__).parent.parent.parent

Run = Callable[..., "subprocess.CompletedProcess[str]"]

pytestmark = pytest.mark.slow


@pytest.fixture(name="run")
def _run(fresh_database: str, tmp_path: Path) -> Run:
    environment = {
        "DATABASE_URL": fresh_database,
        "HANDBELL_HOME": str(tmp_path / "home"),
        "PATH": "/usr/bin:/bin",
    }

    def run(*given: str, stdin: str = "") -> "subprocess.CompletedProcess[str]":
        return subprocess.run(
            [sys.executable, "-m", "handbell.commands.main", "import", *given],
            cwd=CHECKOUT,
            env=environment,
            input=stdin,
            capture_output=True,
            text=True,
            check=False,
        )

    return run


def test_from_templates_to_facts(run: Run, tmp_path: Path) -> None:
    folder = tmp_path / "mine"

    written = run("--template", str(folder))
    overwriting = run("--template", str(folder))
    first = run(str(folder))
    again = run(str(folder), "--json")

    assert written.returncode == 0
    assert sorted(path.name for path in folder.iterdir()) == [
        "README.txt",
        "appointments.csv",
        "facilities.csv",
        "ledger.csv",
        "patients.csv",
        "practice.toml",
        "subscriptions.csv",
    ]
    assert (overwriting.returncode, "already" in overwriting.stderr) == (2, True)
    assert first.returncode == 0, first.stdout + first.stderr
    assert "12 rows in = 11 stored (11 new, 0 updated) + 0 unchanged + 1 flaws" in first.stdout
    told = json.loads(again.stdout)
    assert told["practices"] == ["harbor-pt"]
    assert (told["total"]["stored"], told["total"]["unchanged"]) == (0, 11)
    assert told["flaws"] == []


def test_flaws_are_told_with_their_place_and_cure(run: Run, tmp_path: Path) -> None:
    broken = WHOLE["patients.csv"] + "9,Gil,,,31/12/1999,,202-555-0101,,,,,,,,,\n"
    folder = write(tmp_path, {**WHOLE, "patients.csv": broken})

    shown = run(str(folder), "--flaws", str(tmp_path / "flaws.csv"))

    assert shown.returncode == 1
    assert "1 x clinic/patients.csv, birth_date: date: the date is not written month first" in (
        shown.stdout
    )
    assert "line 5" in shown.stdout
    assert "what to do: write dates as 2026-03-04" in shown.stdout
    with (tmp_path / "flaws.csv").open() as file:
        (row,) = csv.DictReader(file)
    assert (row["place"], row["field"], row["severity"]) == ("line 5", "birth_date", "row")
    assert "Gil" not in shown.stdout + shown.stderr


def test_standard_input_and_exit_codes(run: Run, tmp_path: Path) -> None:
    nobody = run("-", stdin=WHOLE["patients.csv"])
    run(str(write(tmp_path, {"practice.toml": WHOLE["practice.toml"]})))
    dry = run("-", "--dry-run", stdin=WHOLE["facilities.csv"])
    wet = run("-", "--json", stdin=WHOLE["facilities.csv"])
    unknown = run("-", "--practice", "lake", stdin="x")
    useless = run("-", stdin="what, ever\n1,2\n")
    nothing = run()

    assert nobody.returncode == 2
    assert "whose files are these?" in nobody.stderr
    assert dry.returncode == 0
    assert "A dry run: nothing was kept." in dry.stdout
    assert json.loads(wet.stdout)["total"]["new"] == 2, "the dry run kept nothing"
    assert unknown.returncode == 2
    assert "there are: harbor" in unknown.stderr
    assert useless.returncode == 2
    assert "these columns are missing" in useless.stdout
    assert nothing.returncode == 2
