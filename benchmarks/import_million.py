"""How long does it take to import a million visits, against what PostgreSQL itself needs?

    python -m benchmarks.import_million [--rows 1000000]

Starts a throwaway database and prints, from one run: the bare COPY of the file into a table of
text columns; an INSERT ... SELECT of the same rows, from that table, into a twin of the real one
(the same columns, indexes, checks and foreign keys), which is what PostgreSQL alone needs; the
import; the same import again, which changes nothing; and the most memory this process and its
server process used. Read the ratios, not the seconds.
"""

import argparse
import os
import random
import resource
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

NOW = datetime(2026, 11, 2, 17, tzinfo=UTC)
PATIENTS = 200_000
HEAD = (
    "appointment_id,patient_id,facility,provider,type,starts_at,duration_minutes,status,booked_at"
)
COLUMNS = (
    "practice_id, external_id, patient_id, facility_id, type_id, provider_name, starts_at, "
    "duration_minutes, status, booked_at, revision"
)


def main() -> None:
    """Run the benchmark and print its table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=1_000_000)
    rows = parser.parse_args().rows
    from handbell.supervisor.throwaway import throwaway_cluster

    with throwaway_cluster() as url, tempfile.TemporaryDirectory() as home:
        os.environ |= {
            "DATABASE_URL": url,
            "HANDBELL_HOME": home,
            "DJANGO_SETTINGS_MODULE": "config.settings",
        }
        import django

        django.setup()
        _run(Path(home), rows)


def _run(home: Path, rows: int) -> None:
    from django.core.management import call_command
    from django.db import connection

    call_command("migrate", verbosity=0)
    practice = _practice()
    file = home / "appointments.csv"
    _write(file, rows)
    bare = _timed(lambda: _copy_bare(file))
    twin = _timed(lambda: _insert_twin(practice))
    first = _timed(lambda: _import(file, practice, new=rows))
    again = _timed(lambda: _import(file, practice, new=0))
    print(f"{rows:,} visits of {PATIENTS:,} patients, {file.stat().st_size / 1e6:.0f} MB")
    for name, seconds in (
        ("bare COPY into text columns", bare),
        ("INSERT into a twin of the table", twin),
        ("import", first),
        ("the same import again", again),
    ):
        rate = rows / seconds
        print(
            f"{name:32} {seconds:7.1f} s {rate:12,.0f} rows/s"
            f"   {seconds / bare:6.1f} x bare   {seconds / twin:5.2f} x twin"
        )
    own = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        row = cursor.fetchone()
    print(f"most memory: this process {own:.0f} MB, its server process {_peak(row[0]):.0f} MB")


def _practice() -> int:
    """Make a practice with facilities and patients; return its id."""
    from django.db import connection

    from handbell.access.models import Facility, Practice

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
            [practice.pk, PATIENTS],
        )
        cursor.execute("ANALYZE facts_patient")
    return int(practice.pk)


def _write(file: Path, rows: int) -> None:
    chance = random.Random(7)
    begin = datetime(2026, 11, 3, 8)
    with file.open("w") as out:
        out.write(f"{HEAD}\n")
        for number in range(rows):
            starts = begin + timedelta(minutes=15 * chance.randrange(40_000))
            booked = starts - timedelta(minutes=chance.randrange(1, 40_000))
            out.write(
                f"A{number},P{chance.randint(1, PATIENTS)},F{chance.randrange(8)},"
                f"Dr. Person {number % 20},Type {number % 8},{starts:%Y-%m-%dT%H:%M},30,"
                f"Scheduled,{booked:%Y-%m-%dT%H:%M}\n"
            )


def _copy_bare(file: Path) -> None:
    from django.db import connection

    columns = ", ".join(f"{name} text" for name in HEAD.split(","))
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE TABLE bare ({columns})")
        command = "COPY bare FROM STDIN (FORMAT csv, HEADER)"
        with file.open("rb") as data, cursor.copy(command) as copy:
            while block := data.read(1 << 16):
                copy.write(block)


def _insert_twin(practice: int) -> None:
    """INSERT the rows into a table just like the real one, in one statement."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE twin (LIKE facts_appointment INCLUDING ALL)")
        for column, table in (
            ("practice_id", "access_practice"),
            ("patient_id", "facts_patient"),
            ("facility_id", "access_facility"),
            ("type_id", "facts_appointmenttype"),
        ):
            cursor.execute(f"ALTER TABLE twin ADD FOREIGN KEY ({column}) REFERENCES {table}")
        cursor.execute(
            "INSERT INTO facts_appointmenttype (practice_id, name, reminders) "
            "SELECT %s, 'Type ' || g, true FROM generate_series(0, 7) AS g",
            [practice],
        )
        cursor.execute(
            f"INSERT INTO twin ({COLUMNS}) "
            "SELECT p.practice_id, b.appointment_id, p.id, f.id, t.id, b.provider, "
            "b.starts_at::timestamp AT TIME ZONE f.time_zone, b.duration_minutes::int, 'booked', "
            "b.booked_at::timestamp AT TIME ZONE f.time_zone, 1 "
            "FROM bare b JOIN facts_patient p ON p.external_id = b.patient_id "
            "JOIN access_facility f ON f.external_id = b.facility "
            "JOIN facts_appointmenttype t ON t.name = b.type"
        )


def _import(file: Path, practice: int, *, new: int) -> None:
    from handbell.access.models import Practice
    from handbell.importers.feed import import_paths

    report = import_paths([file], practice=Practice.objects.get(pk=practice), now=NOW)
    assert report.total.new == new, report.total
    assert not report.flaws


def _timed(work: Callable[[], None]) -> float:
    begun = time.perf_counter()
    work()
    return time.perf_counter() - begun


def _peak(pid: int) -> float:
    """Return the most memory a process of ours used, in MB."""
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmHWM"):
            return int(line.split()[1]) / 1024
    return 0.0


if __name__ == "__main__":
    main()
