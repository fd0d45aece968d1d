"""The cases of tests/cases: every touch ends as it was worked out, and as it was foretold."""

import csv
import json
import os
import subprocess
import sys
from collections import Counter
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from handbell.access.models import Practice
from handbell.access.practice_settings import practice_settings
from handbell.dispatch.forecast import Ahead, forecasts
from handbell.facts.models import Appointment, Patient
from handbell.importers.feed import import_paths
from handbell.planner.planner import plan_due
from handbell.rehearsal.player import use_stand_ins
from handbell.vocabulary.words import Purpose
from tests.world import NEW_YORK, at

CASES = Path(__file__).parent.parent / "cases"
SENT = {"delivered", "accepted"}

Outcome = tuple[str, str, str, str, str, str, str, str]


def outcomes() -> list[dict[str, str]]:
    with (CASES / "outcomes.csv").open(newline="", encoding="utf-8") as file:
        return [row for row in csv.DictReader(file) if row["state"] != "none"]


def worked_out(row: dict[str, str]) -> Outcome:
    columns = ("patient", "channel", "to", "step", "state", "reason", "at", "visits")
    return tuple(row[name] for name in columns)  # type: ignore[return-value]


@pytest.fixture(scope="module")
def rehearsed() -> dict[str, Any]:
    practice = CASES / "practice"
    command = [sys.executable, "-m", "handbell.commands.main", "rehearse", "--json"]
    command += ["--data", str(practice / "data"), "--events", str(practice / "events.csv")]
    command += ["--from", "2026-10-26", "--to", "2026-11-22"]
    hidden = {"DATABASE_URL", "HANDBELL_HOME", "DJANGO_SETTINGS_MODULE"}
    names = {name: value for name, value in os.environ.items() if name not in hidden}
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=names)
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    return found


@pytest.fixture(scope="module")
def played(rehearsed: dict[str, Any]) -> list[dict[str, Any]]:
    return list(rehearsed["messages"])


def happened(entry: dict[str, Any]) -> Outcome:
    return (
        entry["patient_id"],
        entry["channel"],
        entry["to"],
        entry["step"],
        entry["state"],
        entry["reason"] or "",
        entry["at"][:16],
        " ".join(entry["appointment_ids"]),
    )


@pytest.mark.slow
def test_every_touch_ends_as_worked_out(played: list[dict[str, Any]]) -> None:
    expected = Counter(worked_out(row) for row in outcomes())
    found = Counter(happened(entry) for entry in played)

    missing, extra = sorted((expected - found).elements()), sorted((found - expected).elements())
    assert (missing, extra) == ([], [])


@pytest.mark.slow
def test_the_summary_adds_up(rehearsed: dict[str, Any]) -> None:
    summary = rehearsed["summary"]
    assert summary["flaws"] == []
    assert summary["messages"] == len(rehearsed["messages"])
    assert sum(summary["by_state"].values()) == summary["messages"]


@pytest.mark.slow
def test_every_touch_says_why(played: list[dict[str, Any]]) -> None:
    for entry in played:
        assert entry["why"].startswith("Not sent: " if entry["reason"] else "Handed over")
        assert bool(entry["text"]) == (entry["reason"] is None)


@pytest.mark.slow
def test_what_is_said_in_a_few_of_them(played: list[dict[str, Any]]) -> None:
    said = {(one["patient_id"], one["step"], one["channel"]): one["text"] for one in played}

    assert "is now Mon, Nov 16 at 4:00 PM" in said["moved_told", "change", "sms"]
    assert "José, su cita es el jue 29 oct" in said["jose", "1d@10:00", "sms"]
    assert "you have 2 appointments on Thu, Oct 29" in said["home_a", "2d@10:00", "sms"]
    assert "Ned" not in said["home_a", "2d@10:00", "sms"]
    assert "$" not in said["owes", "2026-10-27", "sms"]


# What happens next, asked on the first day, agrees with what then happened

#: Whose future hangs on what nobody knows on the first day, or on others on the same number.
_UNFORESEEN = {
    *("stops", "words", "para", "returns", "nine", "stop_a", "stop_b", "renumbered"),
    *("evening", "night", "sameday", "rushed", "panhandle", "agrees"),
    *("moved_early", "moved_planned", "moved_told", "moved_near", "called_off"),
    *("home_a", "home_b", "later", "sooner"),
    "off",  # listed when it comes near, foretold for when it would have gone
}


@pytest.mark.django_db
def test_what_was_foretold_happens() -> None:
    now = at(26, 0, month=10)
    import_paths([CASES / "practice" / "data"], practice=None, now=now - timedelta(days=1))
    practice = Practice.objects.get()
    use_stand_ins(practice)
    plan_due(now=now)
    ids = dict(Patient.objects.values_list("pk", "external_id"))
    visits = dict(Appointment.objects.values_list("pk", "external_id"))

    found = forecasts(practice_settings(practice.pk), list(ids), now=now)

    expected = [row for row in outcomes() if row["patient"] not in _UNFORESEEN]
    for patient_id, name in ids.items():
        if name in _UNFORESEEN:
            continue
        told = {_told(one, visits) for one in found[patient_id]}
        own = {_foretold(row) for row in expected if row["patient"] == name}
        # Of alerts only the next one is told of, of a birthday the guardian's text is not.
        assert told <= own, name
        reminders = {one for one in own if "@" in one[1] and one[2] != "settings_changed"}
        assert reminders - told <= {one for one in own if name == "birthday"}, name


def _told(one: Ahead, visits: dict[int, str]) -> tuple[str, str, str, str]:
    moment = one.at.astimezone(NEW_YORK)
    assert one.touch.purpose in Purpose
    return one.touch.channel, one.touch.step, one.objection or "", f"{moment:%Y-%m-%dT%H:%M}"


def _foretold(row: dict[str, str]) -> tuple[str, str, str, str]:
    return row["channel"], row["step"], row["reason"], row["at"]
