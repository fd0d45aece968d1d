"""A small practice whose outcomes were worked out by hand, played through the real command.

Each patient is a case. The dates: Monday 2 November 2026 to Sunday 29 November, New York; the
clocks changed on 1 November. One step, the day before at 10:00, by text.
"""

import json
import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

PRACTICE = """
name = "Harbor PT"
domains = ["harborpt.example"]
[reminders]
steps = [{days_before = 1, at = "10:00", channels = ["sms"]}]
[balance]
frequency = "every_two_weeks"
at = "11:00"
"""

FACILITIES = """facility,name,phone,address,time_zone
main,Main,+12025550190,1 Harbor St,America/New_York
west,West,+12025550191,2 Hill Rd,America/Los_Angeles
"""

# id, first name, birth date, mobile, status, deceased, zone, guardian name, guardian phone
PEOPLE = [
    ("plain", "Ann", "1980-01-01", "+12025550101", "active", "", "", "", ""),
    ("nobody", "Bea", "1980-01-01", "+12025550102", "active", "", "", "", ""),
    ("stopped", "Cal", "1980-01-01", "+12025550103", "active", "", "", "", ""),
    ("child", "Dee", "2018-05-05", "", "active", "", "", "Eve Doe", "+12025550104"),
    ("orphan", "Fay", "2018-05-05", "+12025550105", "active", "", "", "", ""),
    ("gone", "Gus", "1930-01-01", "+12025550106", "active", "2026-10-01", "", "", ""),
    ("away", "Hal", "1980-01-01", "+12025550107", "inactive", "", "", "", ""),
    ("numberless", "Ida", "1980-01-01", "", "active", "", "", "", ""),
    ("late", "Jon", "1980-01-01", "+12025550108", "active", "", "", "", ""),
    ("toolate", "Kim", "1980-01-01", "+12025550109", "active", "", "", "", ""),
    ("western", "Lou", "1980-01-01", "+13105550110", "active", "", "", "", ""),
    ("moved", "Max", "1980-01-01", "+12025550111", "active", "", "", "", ""),
    ("called_off", "Ned", "1980-01-01", "+12025550112", "active", "", "", "", ""),
    ("family_a", "Oma", "1980-01-01", "+12025550113", "active", "", "", "", ""),
    ("family_b", "Pip", "1981-01-01", "+12025550113", "active", "", "", "", ""),
    ("often", "Qi", "1980-01-01", "+12025550114", "active", "", "", "", ""),
    ("owes", "Ray", "1980-01-01", "+12025550115", "active", "", "", "", ""),
    ("paid", "Sue", "1980-01-01", "+12025550116", "active", "", "", "", ""),
    ("old_debt", "Tom", "1980-01-01", "+12025550117", "active", "", "", "", ""),
    ("day_sixty", "Una", "1980-01-01", "+12025550118", "active", "", "", "", ""),
    ("little", "Val", "1980-01-01", "+12025550119", "active", "", "", "", ""),
    ("confirms", "Wil", "1980-01-01", "+12025550120", "active", "", "", "", ""),
    ("consents_late", "Xia", "1980-01-01", "+12025550121", "active", "", "", "", ""),
]

REMINDED = [name for name, *_ in PEOPLE if name not in {"nobody", "consents_late"}]
BILLED = ["owes", "paid", "old_debt", "day_sixty", "little"]

# id, patient, facility, starts, status, booked
VISITS = [
    ("v-plain", "plain", "main", "2026-11-05T14:00", "booked", "2026-10-20T09:00"),
    ("v-nobody", "nobody", "main", "2026-11-05T14:00", "booked", "2026-10-20T09:00"),
    ("v-stop1", "stopped", "main", "2026-11-05T15:00", "booked", "2026-10-20T09:00"),
    ("v-stop2", "stopped", "main", "2026-11-12T15:00", "booked", "2026-10-20T09:00"),
    ("v-child", "child", "main", "2026-11-06T09:00", "booked", "2026-10-20T09:00"),
    ("v-orphan", "orphan", "main", "2026-11-06T09:00", "booked", "2026-10-20T09:00"),
    ("v-gone", "gone", "main", "2026-11-06T10:00", "booked", "2026-09-20T09:00"),
    ("v-away", "away", "main", "2026-11-06T10:00", "booked", "2026-09-20T09:00"),
    ("v-numberless", "numberless", "main", "2026-11-06T10:00", "booked", "2026-09-20T09:00"),
    ("v-late", "late", "main", "2026-11-10T15:00", "booked", "2026-11-09T21:30"),
    ("v-toolate", "toolate", "main", "2026-11-10T09:00", "booked", "2026-11-09T21:30"),
    ("v-western", "western", "west", "2026-11-11T08:00", "booked", "2026-10-20T09:00"),
    ("v-moved", "moved", "main", "2026-11-12T08:00", "booked", "2026-10-20T09:00"),
    ("v-off", "called_off", "main", "2026-11-13T08:00", "cancelled", "2026-10-20T09:00"),
    ("v-fam1", "family_a", "main", "2026-11-13T09:00", "booked", "2026-10-20T09:00"),
    ("v-fam2", "family_b", "main", "2026-11-13T10:00", "booked", "2026-10-20T09:00"),
    ("v-often1", "often", "main", "2026-11-16T09:00", "booked", "2026-10-20T09:00"),
    ("v-often2", "often", "main", "2026-11-17T09:00", "booked", "2026-10-20T09:00"),
    ("v-often3", "often", "main", "2026-11-18T09:00", "booked", "2026-10-20T09:00"),
    ("v-often4", "often", "main", "2026-11-19T09:00", "booked", "2026-10-20T09:00"),
    ("v-conf", "confirms", "main", "2026-11-20T09:00", "booked", "2026-10-20T09:00"),
    ("v-consents", "consents_late", "main", "2026-11-23T09:00", "booked", "2026-10-20T09:00"),
]

# id, patient, kind, amount, date
MONEY = [
    ("m1", "owes", "responsibility", "100.00", "2026-11-03"),
    ("m2", "paid", "responsibility", "80.00", "2026-11-03"),
    ("m3", "paid", "payment", "80.00", "2026-11-10"),
    ("m4", "old_debt", "responsibility", "60.00", "2026-09-02"),
    ("m5", "day_sixty", "responsibility", "60.00", "2026-09-03"),
    ("m6", "little", "responsibility", "4.99", "2026-11-03"),
]

EVENTS = """at,kind,from,text
2026-11-05T12:00,inbound_sms,+12025550103,stop please
2026-11-11T09:30,import,,moves
2026-11-19T10:30,inbound_sms,+12025550120,C
"""


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    folder = tmp_path_factory.mktemp("practice")
    write_practice(folder / "data")
    (folder / "events.csv").write_text(EVENTS)
    (folder / "moves").mkdir()
    write_visits(
        folder / "moves" / "appointments.csv",
        [("v-moved", "moved", "main", "2026-11-16T16:00", "booked", "2026-10-20T09:00")],
    )
    command = [sys.executable, "-m", "handbell.commands.main", "rehearse", "--json"]
    command += ["--data", str(folder / "data"), "--events", str(folder / "events.csv")]
    command += ["--from", "2026-11-02", "--to", "2026-11-29"]
    hidden = {"DATABASE_URL", "HANDBELL_HOME", "DJANGO_SETTINGS_MODULE"}
    names = {name: value for name, value in os.environ.items() if name not in hidden}
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=names)
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def write_practice(folder: Path) -> None:
    folder.mkdir()
    (folder / "practice.toml").write_text(PRACTICE)
    (folder / "facilities.csv").write_text(FACILITIES)
    lines = [
        "patient_id,first_name,last_name,birth_date,mobile_phone,status,deceased,time_zone,"
        "guardian_name,guardian_phone,facility"
    ]
    for name, first, born, mobile, status, deceased, zone, guardian, phone in PEOPLE:
        row = (name, first, "Doe", born, mobile, status, deceased, zone, guardian, phone, "main")
        lines.append(",".join(row))
    (folder / "patients.csv").write_text("\n".join(lines) + "\n")
    write_visits(folder / "appointments.csv", VISITS)
    ledger = ["entry_id,patient_id,kind,amount,date,description"]
    ledger += [",".join((*entry, "")) for entry in MONEY]
    (folder / "ledger.csv").write_text("\n".join(ledger) + "\n")
    rows = ["patient_id,purpose,channels,consented_at,how,by"]
    rows += [f"{n},appointment_reminder,sms,2026-10-01T09:00,paper form,desk" for n in REMINDED]
    rows += [f"{n},balance_alert,sms,2026-08-01T09:00,paper form,desk" for n in BILLED]
    rows += ["consents_late,appointment_reminder,sms,2026-11-21T12:00,by phone,desk"]
    (folder / "subscriptions.csv").write_text("\n".join(rows) + "\n")


def write_visits(path: Path, visits: Sequence[Sequence[str]]) -> None:
    lines = [
        "appointment_id,patient_id,facility,provider,type,starts_at,duration_minutes,status,"
        "booked_at"
    ]
    for visit, patient, facility, starts, status, booked in visits:
        lines.append(f"{visit},{patient},{facility},Dr Roe,visit,{starts},45,{status},{booked}")
    path.write_text("\n".join(lines) + "\n")


def touches(played: Mapping[str, Any], patient: str) -> list[tuple[str, str | None, str]]:
    """Return (state, reason, minute of `at`) of a patient's touches."""
    return [
        (entry["state"], entry["reason"], entry["at"][:16])
        for entry in played["messages"]
        if entry["patient_id"] == patient
    ]


SENT = "delivered"

CASES = {
    "plain": [(SENT, None, "2026-11-04T10:00")],
    "nobody": [("withheld", "no_consent", "2026-11-04T10:00")],
    "stopped": [
        (SENT, None, "2026-11-04T10:00"),
        ("withheld", "opted_out", "2026-11-11T10:00"),
    ],
    "child": [(SENT, None, "2026-11-05T10:00")],
    "orphan": [("withheld", "minor_without_guardian", "2026-11-05T10:00")],
    "gone": [("withheld", "deceased", "2026-11-05T10:00")],
    "away": [("withheld", "inactive", "2026-11-05T10:00")],
    "numberless": [("withheld", "no_contact_point", "2026-11-05T10:00")],
    "late": [(SENT, None, "2026-11-10T08:00")],
    "toolate": [("expired", "too_late", "2026-11-09T21:30")],
    "western": [(SENT, None, "2026-11-10T13:00")],  # 10:00 in Los Angeles
    "often": [
        (SENT, None, "2026-11-15T10:00"),
        (SENT, None, "2026-11-16T10:00"),
        (SENT, None, "2026-11-17T10:00"),
        ("withheld", "over_cap", "2026-11-18T10:00"),
    ],
    "owes": [(SENT, None, "2026-11-03T11:00"), (SENT, None, "2026-11-17T11:00")],
    "paid": [(SENT, None, "2026-11-03T11:00")],
    "old_debt": [("withheld", "no_recent_responsibility", "2026-11-02T11:00")],
    "day_sixty": [
        (SENT, None, "2026-11-02T11:00"),
        ("withheld", "no_recent_responsibility", "2026-11-16T11:00"),
    ],
    "little": [
        ("withheld", "below_minimum", "2026-11-03T11:00"),
        ("withheld", "below_minimum", "2026-11-17T11:00"),
    ],
    "confirms": [(SENT, None, "2026-11-19T10:00")],
    "consents_late": [(SENT, None, "2026-11-22T10:00")],
}


@pytest.mark.slow
@pytest.mark.parametrize("patient", CASES)
def test_each_case_ends_as_worked_out(played: dict[str, Any], patient: str) -> None:
    assert touches(played, patient) == CASES[patient]


@pytest.mark.slow
def test_a_household_is_one_entry_that_lists_both_visits(played: dict[str, Any]) -> None:
    (entry,) = [e for e in played["messages"] if "v-fam1" in e["appointment_ids"]]
    assert entry["appointment_ids"] == ["v-fam1", "v-fam2"]
    assert entry["state"] == SENT
    assert touches(played, "family_b") == []
    assert "2 appointments" in entry["text"]


@pytest.mark.slow
def test_a_moved_visit_is_announced_at_its_new_time_only(played: dict[str, Any]) -> None:
    old, new = touches(played, "moved")
    assert old[:2] == ("cancelled", "moved")
    assert new == (SENT, None, "2026-11-15T10:00")


@pytest.mark.slow
def test_a_visit_called_off_says_so(played: dict[str, Any]) -> None:
    ((state, reason, _),) = touches(played, "called_off")
    assert (state, reason) == ("cancelled", "not_booked")


@pytest.mark.slow
def test_the_child_is_reached_through_the_guardian(played: dict[str, Any]) -> None:
    (entry,) = [e for e in played["messages"] if e["patient_id"] == "child"]
    assert entry["to"] == "+12025550104"


@pytest.mark.slow
def test_the_summary_adds_up(played: dict[str, Any]) -> None:
    summary = played["summary"]
    assert summary["flaws"] == []
    assert summary["messages"] == len(played["messages"])
    assert sum(summary["by_state"].values()) == summary["messages"]
