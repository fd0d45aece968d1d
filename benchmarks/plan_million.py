"""How long does it take to plan a million visits, against what PostgreSQL itself needs?

    python -m benchmarks.plan_million [--visits 1000000]

Starts a throwaway database, stores two visits within the next three days for every patient (each
with a consent, a mobile number and an old charge for every tenth), and prints, from one run: the
planner, until nobody is due; an INSERT ... SELECT of the same messages into a twin of the outbox
(the same columns, indexes, checks and foreign keys), which is what PostgreSQL alone needs; planning
everybody again, which changes nothing; a tick with nothing new; and the most memory this process
used after a tenth of the way and at its end. Read the ratios, not the seconds: those of the clock,
and on a machine that does other things besides, those of the processor time that this process and
its server process took.
"""

import argparse
import os
import resource
import statistics
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

NOW = datetime(2026, 11, 2, 13, tzinfo=UTC)
TICKS = 20

_STATEMENTS = (
    """
INSERT INTO facts_patient (practice_id, external_id, first_name, last_name, preferred_name,
    language, status, deceased, time_zone, facility_id, guardian_name)
SELECT %(practice)s, 'P' || g, 'Ada', 'Quill', '', '', 'active', false, '', %(facility)s, ''
FROM generate_series(1, %(patients)s) AS g
""",
    """
INSERT INTO facts_contactpoint (practice_id, patient_id, owner, kind, value)
SELECT practice_id, id, 'patient', 'mobile_phone', '+1202' || lpad(id::text, 7, '0')
FROM facts_patient
""",
    """
INSERT INTO facts_consent (practice_id, patient_id, purpose, channel, kind, at, how, by, wording,
    recorded_at)
SELECT practice_id, id, 'appointment_reminder', 'sms', 'granted', %(now)s - interval '90 days',
    'form', 'desk', '', %(now)s
FROM facts_patient
""",
    """
INSERT INTO facts_appointment (practice_id, external_id, patient_id, facility_id, provider_name,
    starts_at, duration_minutes, status, revision)
SELECT practice_id, 'A' || id || '-' || n, id, %(facility)s, '',
    %(now)s + interval '1 minute' * (id %% 600) + interval '1 day' * n, 30, 'booked', 1
FROM facts_patient CROSS JOIN generate_series(1, 2) AS n
""",
    """
INSERT INTO facts_ledgerentry (practice_id, external_id, patient_id, kind, amount, entry_date,
    effective_at, description)
SELECT practice_id, 'L' || id, id, 'responsibility', 40, '2026-06-01', '2026-06-01', ''
FROM facts_patient WHERE id %% 10 = 0
""",
)


def main() -> None:
    """Run the benchmark and print its table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--visits", type=int, default=1_000_000)
    visits = parser.parse_args().visits
    from handbell.supervisor.throwaway import throwaway_cluster

    with throwaway_cluster() as url, tempfile.TemporaryDirectory() as home:
        os.environ |= {
            "DATABASE_URL": url,
            "HANDBELL_HOME": home,
            "DJANGO_SETTINGS_MODULE": "config.settings",
        }
        import django

        django.setup()
        _run(visits)


def _run(visits: int) -> None:
    from django.db import connection

    from handbell.facts.operations import mark_practice_changed
    from handbell.outbox.models import Message
    from handbell.planner.planner import BATCH, plan_batch, plan_due

    practice = _fill(visits // 2)
    mark_practice_changed(practice, at=NOW)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
    early = [0.0]

    def plan_everybody() -> None:
        for number in range(1 + visits // 2 // BATCH):
            plan_batch(now=NOW)
            if number == visits // 20 // BATCH:
                early[0] = _memory()
        assert plan_due(now=NOW) == 0

    plan = _timed(plan_everybody)
    most = _memory()
    planned = Message.objects.count()
    twin = _timed(_insert_twin)
    mark_practice_changed(practice, at=NOW)
    again = _timed(lambda: plan_due(now=NOW))
    assert Message.objects.count() == planned
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
    tick = statistics.median(_timed(_tick).clock for _ in range(TICKS))
    print(f"{visits:,} visits of {visits // 2:,} patients, {planned:,} messages")
    for name, taken in (
        ("INSERT into a twin of the outbox", twin),
        ("planning", plan),
        ("planning everybody again", again),
    ):
        print(
            f"{name:34} {taken.clock:7.1f} s {taken.clock / twin.clock:6.2f} x twin"
            f"   processors {taken.cpu:7.1f} s {taken.cpu / twin.cpu:6.2f} x twin"
        )
    print(f"a tick with nothing new: {tick * 1000:.1f} ms")
    print(f"most memory: {early[0]:.0f} MB after a tenth, {most:.0f} MB at the end")


def _tick() -> None:
    """Everything the clocks `plan` and `tick` ask for, with nothing to do."""
    from handbell.dispatch.candidates import senders_with_due
    from handbell.dispatch.sweeper import sweep
    from handbell.outbox.operations import expire, withhold_due
    from handbell.planner.planner import plan_due

    assert plan_due(now=NOW) == sweep(now=NOW) == withhold_due(now=NOW) == expire(now=NOW) == 0
    assert not senders_with_due(now=NOW)


def _fill(patients: int) -> int:
    from django.core.management import call_command
    from django.db import connection

    from handbell.access.models import Facility, Practice, ReminderStep
    from handbell.outbox.models import Sender

    call_command("migrate", verbosity=0)
    practice = Practice.objects.create(slug="p", name="P", time_zone="America/New_York")
    facility = Facility.objects.create(
        practice=practice, external_id="F", name="F", time_zone="America/New_York"
    )
    ReminderStep.objects.create(
        practice=practice, key="1d", days_before=1, at="10:00", channels=["sms"]
    )
    Sender.objects.create(
        practice=practice, channel="sms", address="+12025550199", provider="rehearsal"
    )
    values = {
        "practice": practice.pk,
        "facility": facility.pk,
        "patients": patients,
        "now": NOW,
    }
    with connection.cursor() as cursor:
        for statement in _STATEMENTS:
            cursor.execute(statement, values)
    return int(practice.pk)


def _insert_twin() -> None:
    """INSERT the planned messages into a table just like the outbox, in one statement."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE twin (LIKE outbox_message INCLUDING ALL)")
        cursor.execute("ALTER TABLE twin SET (fillfactor = 70)")
        for column, table in (
            ("practice_id", "access_practice"),
            ("patient_id", "facts_patient"),
            ("appointment_id", "facts_appointment"),
            ("sender_id", "outbox_sender"),
            ("merged_into_id", "twin"),
        ):
            cursor.execute(f"ALTER TABLE twin ADD FOREIGN KEY ({column}) REFERENCES {table}")
        cursor.execute("INSERT INTO twin OVERRIDING SYSTEM VALUE SELECT * FROM outbox_message")


@dataclass(frozen=True, slots=True)
class Taken:
    """What some work took, in seconds: on the clock, and of this machine's processors."""

    clock: float
    cpu: float


def _timed(work: Callable[[], object]) -> Taken:
    begun, cpu = time.perf_counter(), _cpu()
    work()
    return Taken(time.perf_counter() - begun, _cpu() - cpu)


def _cpu() -> float:
    """Return the processor time this process and its server process took so far, in seconds."""
    from django.db import connection

    connection.ensure_connection()
    status = Path(f"/proc/{connection.connection.info.backend_pid}/stat").read_text()
    user, system = status.rpartition(")")[2].split()[11:13]
    server = (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")
    return time.process_time() + server


def _memory() -> float:
    """Return the most memory this process used so far, in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    main()
