"""How long does a rehearsal of a 400-patient practice over four weeks take?

Makes the files of such a practice in a temporary folder, plays them with `handbell rehearse`,
and prints the seconds and what came of it. The goal is under a minute on 2 cores.

    python benchmarks/rehearse_month.py [patients]
"""

import csv
import json
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from pathlib import Path

import phonenumbers

BEGINS = date(2026, 11, 2)
WEEKS = 4


def numbers() -> list[str]:
    """Return the fictitious numbers libphonenumber calls valid."""
    areas = [
        area
        for area in range(201, 990)
        if phonenumbers.is_valid_number(phonenumbers.parse(f"+1{area}5550100"))
    ]
    return [f"+1{area}55501{last:02d}" for last in range(100) for area in areas]


def write(folder: Path, name: str, header: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Write one CSV file."""
    with (folder / name).open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(header)
        writer.writerows(rows)


def make(folder: Path, patients: int) -> None:
    """Write a believable practice: two visits a week each, half of them owing."""
    chance = random.Random(4)
    (folder / "practice.toml").write_text(
        'name = "Harbor PT"\ndomains = ["harborpt.example"]\n'
        "[reminders]\nsteps = ["
        '{days_before = 3, at = "10:00", channels = ["email"]},'
        '{days_before = 1, at = "10:00", channels = ["sms", "voice"]}]\n'
        '[balance]\nfrequency = "every_two_weeks"\nat = "11:00"\n'
    )
    write(
        folder,
        "facilities.csv",
        ["facility", "name", "phone", "address", "time_zone"],
        [["main", "Main", "+12025550190", "1 Harbor St", "America/New_York"]],
    )
    known = numbers()
    write(
        folder,
        "patients.csv",
        ["patient_id", "first_name", "last_name", "mobile_phone", "email", "facility"],
        [
            [f"p{i}", f"Pat{i}", "Doe", known[i], f"p{i}@patients.example", "main"]
            for i in range(patients)
        ],
    )
    write(
        folder,
        "subscriptions.csv",
        ["patient_id", "purpose", "channels", "consented_at", "how", "by"],
        [
            [f"p{i}", purpose, "sms+email+voice", "2026-10-01T09:00", "paper form", "front desk"]
            for i in range(patients)
            for purpose in ("appointment_reminder", "balance_alert")
            if chance.random() < 0.85
        ],
    )
    write(
        folder,
        "appointments.csv",
        [
            "appointment_id",
            "patient_id",
            "facility",
            "type",
            "starts_at",
            "duration_minutes",
            "status",
            "booked_at",
        ],
        visits(chance, patients),
    )
    write(
        folder,
        "ledger.csv",
        ["entry_id", "patient_id", "kind", "amount", "date", "description"],
        [
            [
                f"e{i}",
                f"p{i}",
                "responsibility",
                "45.00",
                BEGINS + timedelta(days=chance.randrange(-40, 20)),
                "",
            ]
            for i in range(0, patients, 2)
        ],
    )


def visits(chance: random.Random, patients: int) -> Iterable[Sequence[object]]:
    """Yield two visits a week per patient, some booked late."""
    for i in range(patients):
        for week in range(WEEKS + 1):
            for day in chance.sample(range(5), 2):
                on = BEGINS + timedelta(weeks=week, days=day)
                starts = datetime(on.year, on.month, on.day, chance.randrange(8, 18), 0)
                booked = starts - timedelta(days=chance.choice([1, 7, 21]), hours=3)
                yield [
                    f"a{i}-{on}",
                    f"p{i}",
                    "main",
                    "visit",
                    f"{starts:%Y-%m-%dT%H:%M}",
                    45,
                    "booked",
                    f"{booked:%Y-%m-%dT%H:%M}",
                ]


def main() -> None:
    """Make, play, print."""
    patients = int(sys.argv[1]) if len(sys.argv) > 1 else 400
    with tempfile.TemporaryDirectory() as name:
        make(Path(name), patients)
        ends = BEGINS + timedelta(weeks=WEEKS) - timedelta(days=1)
        command = [sys.executable, "-m", "handbell.commands.main", "rehearse", "--data", name,
                   "--from", f"{BEGINS}", "--to", f"{ends}", "--json"]  # fmt: skip
        began = time.monotonic()
        done = subprocess.run(command, capture_output=True, check=False)
        seconds = time.monotonic() - began
    if done.returncode:
        sys.exit(done.stderr.decode())
    summary = json.loads(done.stdout)["summary"]
    print(f"{patients} patients, {WEEKS} weeks: {seconds:.1f} s, {summary['messages']} touches")
    print({key: summary[key] for key in ("by_state", "by_reason", "by_channel", "by_purpose")})


if __name__ == "__main__":
    main()
