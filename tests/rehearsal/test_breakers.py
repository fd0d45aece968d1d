"""Breakers act in a rehearsal as they would in earnest; the carrier can be told to misbehave."""

import json
import os
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from handbell.rehearsal.events import read_events
from handbell.rehearsal.watch import AFTER_BAD_NEWS, WHILE_WELL, Watch

AREAS = (202, 203, 212)
PRACTICE = """
name = "Harbor PT"
time_zone = "America/New_York"
domains = ["harborpt.example"]

[reminders]
steps = [{ days_before = 1, at = "10:00", channels = ["sms"] }]
"""
EVENTS = """at,kind,from,text
2026-11-02T00:00,carrier,*55010?,bounces
2026-11-02T00:00,carrier,*55011[01],bounces
"""


def write_old_list(folder: Path) -> None:
    """Write a practice with a visit on Wednesday for 300 patients, 12 in 100 with a dead number."""
    patients = ["patient_id,first_name,last_name,birth_date,mobile_phone,facility,status"]
    visits = ["appointment_id,patient_id,facility,starts_at,duration_minutes,status,booked_at"]
    consents = ["patient_id,purpose,channels,consented_at,how,by"]
    for area in AREAS:
        for last in range(100):
            who = f"p{area}{last}"
            number = f"+1{area}55501{last:02d}"
            patients.append(f"{who},Ann,Case,1980-01-01,{number},main,active")
            visits.append(f"v{who},{who},main,2026-11-04T14:00,45,booked,2026-10-01T09:00")
            consents.append(f"{who},appointment_reminder,sms,2026-09-15T09:00,paper form,desk")
    place = ["facility,name,phone,address,time_zone"]
    place.append("main,Main,+12025550198,1 Harbor St,America/New_York")
    tables = {"patients": patients, "appointments": visits, "subscriptions": consents}
    for name, lines in {**tables, "facilities": place}.items():
        (folder / f"{name}.csv").write_text("\n".join(lines) + "\n")
    (folder / "practice.toml").write_text(PRACTICE)


@pytest.mark.slow
def test_a_list_with_dead_numbers_is_stopped_before_its_end(tmp_path: Path) -> None:
    data = tmp_path / "data"
    data.mkdir()
    write_old_list(data)
    (tmp_path / "events.csv").write_text(EVENTS)
    command = [sys.executable, "-m", "handbell.commands.main", "rehearse", "--json"]
    command += ["--data", str(data), "--events", str(tmp_path / "events.csv")]
    command += ["--from", "2026-11-02", "--to", "2026-11-03T12:00"]
    hidden = {"DATABASE_URL", "HANDBELL_HOME", "DJANGO_SETTINGS_MODULE"}
    names = {name: value for name, value in os.environ.items() if name not in hidden}
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=names)
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)

    paused, *_ = found["summary"]["protection"]
    assert (paused["kind"], paused["state"], paused["signal"]) == ("breaker", "paused", "error")
    assert "only where one arrived before" in paused["what"]
    by_state = found["summary"]["by_state"]
    assert by_state["delivered"] + by_state["undelivered"] < 300
    assert by_state["queued"] > 0


def test_what_the_carrier_shall_do_is_read_and_what_it_cannot_is_a_flaw(tmp_path: Path) -> None:
    path = tmp_path / "events.csv"
    path.write_text(EVENTS + "2026-11-03T12:00,carrier,,vanishes\n2026-11-04T12:00,carrier,,well\n")
    events, flaws = read_events(path, zone=ZoneInfo("America/New_York"), region="US")
    assert [event.line for event in events] == [2, 3, 5]
    (flaw,) = flaws
    assert flaw.line == 4
    assert flaw.reason.startswith("text: 'vanishes' is none of: ")


@pytest.mark.django_db
def test_the_watch_hurries_only_after_bad_news() -> None:
    watch, now = Watch(), datetime(2026, 11, 3, 15, tzinfo=UTC)
    watch.look(now)
    assert watch.next_at() is None
    watch.news = True
    assert watch.next_at() == now + WHILE_WELL
    watch.bad_news = True
    assert watch.next_at() == now + AFTER_BAD_NEWS
    watch.look(now + timedelta(seconds=5))  # too early
    assert watch.bad_news
    watch.look(now + AFTER_BAD_NEWS)
    assert watch.next_at() is None
