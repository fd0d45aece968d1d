"""How long does the Patient Email Report of a million patients take, against PostgreSQL's COPY?

    python -m benchmarks.report_million [--patients 1000000] [--messages 1000000]

Starts a throwaway database and prints, from one run: COPY TO of the report's own question with
nothing made safe, which is what PostgreSQL alone needs; the report as CSV; COPY TO of the bare
table of patients; the most memory this process used; and how long each report's page takes with so
many messages of the last four weeks, the worker's part of it done before. Read the ratios, not the
seconds.
"""

import argparse
import os
import resource
import statistics
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from django.db import connection

#: One facility, a mobile number for all, an e-mail address for most, some of everything else.
FILL = """
INSERT INTO facts_patient (practice_id, external_id, first_name, last_name, preferred_name,
    birth_date, language, status, deceased, time_zone, facility_id, guardian_name)
SELECT %(practice)s, 'p' || n, (ARRAY['Dorothy', 'Ines', 'Teo', '=Nora', 'José'])[n %% 5 + 1],
    'Doe' || n %% 9973, '', date '1940-01-01' + n %% 30000, '', 'active', n %% 100 = 0, '',
    %(facility)s, '' FROM generate_series(1, %(patients)s) AS n;
INSERT INTO facts_contactpoint (practice_id, patient_id, owner, kind, value)
SELECT practice_id, id, 'patient', 'mobile_phone', '+1202555' || lpad((id %% 10000)::text, 4, '0')
FROM facts_patient;
INSERT INTO facts_contactpoint (practice_id, patient_id, owner, kind, value)
SELECT practice_id, id, 'patient', 'email', 'p' || id || '@mail.example'
FROM facts_patient WHERE id %% 10 < 7;
INSERT INTO facts_appointment (practice_id, external_id, patient_id, facility_id, provider_name,
    starts_at, duration_minutes, status, revision)
SELECT practice_id, 'a' || id, id, facility_id, '',
    %(now)s + (id %% 60 - 30) * interval '1 day', 45,
    CASE WHEN id %% 60 < 30 THEN (ARRAY['completed', 'no_show', 'cancelled'])[id %% 3 + 1]
         ELSE 'booked' END, 1 FROM facts_patient;
INSERT INTO facts_suppression (practice_id, address, channel, kind, at, source)
SELECT practice_id, value, 'email', (ARRAY['opted_out', 'hard_bounce', 'complaint'])[id %% 3 + 1],
    %(now)s - interval '9 days', 'a test'
FROM facts_contactpoint WHERE kind = 'email' AND id %% 50 = 0;
INSERT INTO facts_marketingpermission (practice_id, patient_id, kind, at, how, by, wording)
SELECT practice_id, id, CASE WHEN id %% 8 = 0 THEN 'withdrawn' ELSE 'granted' END,
    %(now)s - interval '20 days', 'in person', 'desk', '' FROM facts_patient WHERE id %% 2 = 0;
INSERT INTO facts_consent (practice_id, patient_id, purpose, channel, kind, at, how, by, wording,
    recorded_at)
SELECT practice_id, id, 'appointment_reminder', 'sms',
    CASE WHEN id %% 20 = 0 THEN 'withdrawn' ELSE 'granted' END, %(now)s - interval '50 days',
    'paper form', 'desk', '', now() FROM facts_patient WHERE id %% 3 > 0;
"""

MESSAGES = """
INSERT INTO outbox_message (practice_id, purpose, channel, patient_id, appointment_id, subject_id,
    subject_revision, step, recipient, address, sender_id, priority, planned_for, due_at,
    useful_until, state, objection, detail, code, attempts, handed_over_at, changed_at, created_at)
SELECT p.practice_id, CASE WHEN n %% 4 = 0 THEN 'balance_alert' ELSE 'appointment_reminder' END,
    'sms', p.id, CASE WHEN n %% 4 > 0 THEN a.id END, n, 1, 's' || n, 'patient', '+12025550123',
    %(sender)s, 10, due, due, due + interval '1 day', state,
    CASE WHEN state = 'withheld' THEN 'no_consent' ELSE '' END,
    CASE WHEN state = 'undelivered' THEN '30006' ELSE '' END, 'c' || n, 1,
    CASE WHEN state <> 'withheld' THEN due END, due, due
FROM generate_series(1, %(messages)s) AS n
CROSS JOIN LATERAL (SELECT %(now)s - (n %% 38000) * interval '1 minute' AS due,
    (ARRAY['delivered', 'delivered', 'accepted', 'undelivered', 'withheld'])[n %% 5 + 1] AS state)
    AS each
JOIN facts_patient p ON p.id = %(first)s + n %% %(patients)s
JOIN facts_appointment a ON a.patient_id = p.id;
"""


#: Our own rows fit: their keys need not be looked up one by one.
_UNCHECKED = "SET session_replication_role = replica"


def main() -> None:
    """Run the benchmark and print its table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--patients", type=int, default=1_000_000)
    parser.add_argument("--messages", type=int, default=1_000_000)
    given = parser.parse_args()
    from handbell.supervisor.throwaway import throwaway_cluster

    with throwaway_cluster() as url, tempfile.TemporaryDirectory() as home:
        os.environ |= {
            "DATABASE_URL": url,
            "HANDBELL_HOME": home,
            "DJANGO_SETTINGS_MODULE": "config.settings",
        }
        import django

        django.setup()
        _run(given.patients, given.messages, Path(home))


def _run(patients: int, messages: int, home: Path) -> None:
    from django.core.management import call_command

    from handbell.access.models import StaffMember

    call_command("migrate", verbosity=0)
    owner = StaffMember.objects.get(pk=_fill_patients(patients))
    print(f"{patients:,} patients", flush=True)
    _files(owner, home)
    _fill_messages(patients, messages)
    print(f"{messages:,} messages", flush=True)
    _pages(owner)


def _fill_patients(patients: int) -> int:
    from handbell.access.models import Facility, Practice, StaffMember
    from handbell.vocabulary.words import PermissionLevel

    practice = Practice.objects.create(slug="harbor-pt", name="Harbor PT")
    facility = Facility.objects.create(
        practice=practice, external_id="main", name="Main", time_zone="America/New_York"
    )
    now = datetime.now(UTC)
    values: dict[str, Any] = {"practice": practice.pk, "facility": facility.pk, "now": now}
    values["patients"] = patients
    with connection.cursor() as cursor:
        cursor.execute(_UNCHECKED)
        for statement in filter(str.strip, FILL.split(";\n")):
            cursor.execute(statement, values)
        cursor.execute("VACUUM ANALYZE")
    return StaffMember.objects.create_user(
        practice=practice,
        email="owner@harborpt.example",
        name="Robin Desk",
        level=PermissionLevel.BUSINESS_OWNER,
    ).pk


def _fill_messages(patients: int, messages: int) -> None:
    from handbell.access.models import Practice
    from handbell.facts.models import Patient
    from handbell.outbox.models import Sender

    practice = Practice.objects.get()
    sender = Sender.objects.create(
        practice=practice, channel="sms", address="+12025550199", provider="rehearsal"
    )
    values: dict[str, Any] = {
        "now": datetime.now(UTC),
        "patients": patients,
        "messages": messages,
        "sender": sender.pk,
        "first": Patient.objects.order_by("id").values_list("pk", flat=True)[0],
    }
    with connection.cursor() as cursor:
        cursor.execute(_UNCHECKED)
        cursor.execute(MESSAGES, values)
        cursor.execute("VACUUM ANALYZE")


def _files(owner: object, home: Path) -> None:
    from handbell.access.models import StaffMember
    from handbell.reports.asked import ask
    from handbell.reports.catalog import PATIENT_EMAIL
    from handbell.reports.lists import write_lists
    from handbell.reports.statements.patients import all_patients
    from handbell.reports.writing import write

    assert isinstance(owner, StaffMember)
    asked = ask(PATIENT_EMAIL, {}, staff=owner, now=datetime.now(UTC))
    statement = all_patients(asked)
    place = home / "report"

    def bare(sql: str, values: dict[str, object]) -> Callable[[], int]:
        def copy() -> int:
            connection.ensure_connection()
            with connection.connection.cursor() as cursor, place.open("wb") as file:
                with cursor.copy(f"COPY ({sql}) TO STDOUT (FORMAT csv)", values) as rows:
                    for block in rows:
                        file.write(block)
                return int(cursor.rowcount)

        return copy

    kilobytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    copied = _took("COPY TO of the same question", bare(statement.sql, dict(statement.values)))
    written = _took(
        "Patient Email Report, CSV",
        lambda: write(PATIENT_EMAIL, asked, "csv", place, watch=lambda _: None),
    )
    print(f"{'  ratio of the speeds':38} {copied / written:8.2f}")
    table = _took("COPY TO of the table of patients", bare("SELECT * FROM facts_patient", {}))
    print(f"{'  ratio of the speeds':38} {table / written:8.2f}")
    tool = PATIENT_EMAIL.profiles[0]
    lists = ask(PATIENT_EMAIL, {}, staff=owner, profile=tool.name, now=datetime.now(UTC))
    _took("Mailchimp, ZIP", lambda: write_lists(tool, lists, place, watch=lambda _: None))
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    before = f"({kilobytes / 1024:.0f} before)"
    print(f"{'memory, most, of this process':38} {most / 1024:8.0f} MB {before}")


def _took(what: str, act: Callable[[], int]) -> float:
    begun = time.perf_counter()
    rows = act()
    seconds = time.perf_counter() - begun
    print(f"{what:38} {seconds:8.1f} s, {rows:,} rows", flush=True)
    return seconds


def _pages(owner: object) -> None:
    """Open each page; what a worker counts is counted by a worker before."""
    from django.test import Client

    from handbell.access.models import StaffMember
    from handbell.reports.catalog import REPORTS
    from handbell.reports.models import Run
    from handbell.reports.operations import build

    assert isinstance(owner, StaffMember)
    client = Client()
    client.force_login(owner)
    print("pages, median of 5 in ms, and what a worker counted before in s")
    for name in REPORTS:
        address = f"/reports/{name}"
        begun = time.perf_counter()
        client.get(address, headers={"Host": "localhost"})
        first = (time.perf_counter() - begun) * 1000
        counted = 0.0
        for run in Run.objects.filter(state="asked").select_related("practice", "staff"):
            begun = time.perf_counter()
            build(run, clock=lambda: datetime.now(UTC))
            counted = time.perf_counter() - begun
        took = []
        for _ in range(5):
            begun = time.perf_counter()
            answer = client.get(address, headers={"Host": "localhost"})
            took.append((time.perf_counter() - begun) * 1000)
            assert answer.status_code == 200, name
        print(
            f"  {name:36} {statistics.median(took):8.0f} (the first {first:.0f})"
            + (f", counted in {counted:.1f}" if counted else ""),
            flush=True,
        )


if __name__ == "__main__":
    main()
