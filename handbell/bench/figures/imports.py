"""How long does it take to import a million visits, against COPY of the file, and nothing else?

The bare COPY goes into a table of text columns: no look-up, no check, no index. The figure
`import-twin` compares with what PostgreSQL alone needs for the same rows in the real table: an
INSERT ... SELECT into a twin of it, with the same columns, indexes, checks and foreign keys.
"""

import random
import tempfile
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

from django.db import connection

from handbell.access.models import Facility, Practice
from handbell.bench.frame import Figure, Rounds, Size, seconds_of
from handbell.bench.ground import fresh_database
from handbell.importers.feed import import_paths

NOW = datetime(2026, 11, 2, 17, tzinfo=UTC)
HEAD = (
    "appointment_id,patient_id,facility,provider,type,starts_at,duration_minutes,status,booked_at"
)
COLUMNS = (
    "practice_id, external_id, patient_id, facility_id, type_id, provider_name, starts_at, "
    "duration_minutes, status, booked_at, revision"
)
_REFERENCES = (
    ("practice_id", "access_practice"),
    ("patient_id", "facts_patient"),
    ("facility_id", "access_facility"),
    ("type_id", "facts_appointmenttype"),
)


def _against_copy(size: Size) -> Rounds:
    return _measure(size, twin=False)


def _against_twin(size: Size) -> Rounds:
    return _measure(size, twin=True)


def _measure(size: Size, *, twin: bool) -> Rounds:
    rows = size.of(20_000, 1_000_000)
    patients = rows // 5
    ours, peer = [], []
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "appointments.csv"
        _write(file, rows, patients)
        for _ in range(size.of(2, 1)):
            with fresh_database():
                practice = _practice(patients)
                bare = seconds_of(lambda: _copy_bare(file))
                peer.append(seconds_of(_insert_twin) if twin else bare)
                ours.append(seconds_of(partial(_import, file, practice, rows)))
    note = f"{rows:,} visits of {patients:,} patients, {file_size(rows)} MB"
    return Rounds(ours, peer, note)


def _import(file: Path, practice: Practice, rows: int) -> None:
    report = import_paths([file], practice=practice, now=NOW)
    assert report.total.new == rows


def file_size(rows: int) -> int:
    """Return about how many MB a file of so many rows has."""
    return round(rows * 96 / 1e6)


def _practice(patients: int) -> Practice:
    """Make a practice with facilities, kinds of visit and patients."""
    practice = Practice.objects.create(slug="p", name="P", time_zone="America/New_York")
    for number in range(8):
        Facility.objects.create(
            practice=practice,
            external_id=f"F{number}",
            name=f"Facility {number}",
            time_zone="America/New_York",
        )
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO facts_patient (practice_id, external_id, first_name, last_name, "
            "preferred_name, language, status, deceased, time_zone, guardian_name) "
            "SELECT %s, 'P' || g, 'Ada', 'Quill', '', '', 'active', false, '', '' "
            "FROM generate_series(1, %s) AS g",
            [practice.pk, patients],
        )
        cursor.execute(
            "INSERT INTO facts_appointmenttype (practice_id, name, reminders) "
            "SELECT %s, 'Type ' || g, true FROM generate_series(0, 7) AS g",
            [practice.pk],
        )
        cursor.execute("ANALYZE facts_patient")
    return practice


def _write(file: Path, rows: int, patients: int) -> None:
    chance = random.Random(7)
    begin = datetime(2026, 11, 3, 8)  # noqa: DTZ001 - as a clinic's system writes it
    with file.open("w") as out:
        out.write(f"{HEAD}\n")
        for number in range(rows):
            starts = begin + timedelta(minutes=15 * chance.randrange(40_000))
            booked = starts - timedelta(minutes=chance.randrange(1, 40_000))
            out.write(
                f"A{number},P{chance.randint(1, patients)},F{chance.randrange(8)},"
                f"Dr. Person {number % 20},Type {number % 8},{starts:%Y-%m-%dT%H:%M},30,"
                f"Scheduled,{booked:%Y-%m-%dT%H:%M}\n"
            )


def _copy_bare(file: Path) -> None:
    columns = ", ".join(f"{name} text" for name in HEAD.split(","))
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE TABLE bare ({columns})")
        command = "COPY bare FROM STDIN (FORMAT csv, HEADER)"
        with file.open("rb") as data, cursor.copy(command) as copy:
            while block := data.read(1 << 16):
                copy.write(block)


def _insert_twin() -> None:
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE twin (LIKE facts_appointment INCLUDING ALL)")
        for column, table in _REFERENCES:
            cursor.execute(f"ALTER TABLE twin ADD FOREIGN KEY ({column}) REFERENCES {table}")
        cursor.execute(
            f"INSERT INTO twin ({COLUMNS}) "  # noqa: S608 - our own columns
            "SELECT p.practice_id, b.appointment_id, p.id, f.id, t.id, b.provider, "
            "b.starts_at::timestamp AT TIME ZONE f.time_zone, b.duration_minutes::int, 'booked', "
            "b.booked_at::timestamp AT TIME ZONE f.time_zone, 1 "
            "FROM bare b JOIN facts_patient p ON p.external_id = b.patient_id "
            "JOIN access_facility f ON f.external_id = b.facility "
            "JOIN facts_appointmenttype t ON t.name = b.type"
        )


FIGURES = (
    Figure(
        "import",
        "importing 1 M rows of CSV, against COPY into text columns",
        goal=5.0,
        at_least=False,
        unit="s",
        measure=_against_copy,
    ),
    Figure(
        "import-twin",
        "importing 1 M rows of CSV, against INSERT ... SELECT into a twin of the table",
        goal=1.5,
        at_least=False,
        unit="s",
        measure=_against_twin,
    ),
)
