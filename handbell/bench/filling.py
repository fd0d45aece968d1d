"""Practices of any size, made by PostgreSQL itself in seconds: invented people, nothing else."""

import contextlib
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from django.db import connection

from handbell.access.models import Facility, Practice, ReminderStep
from handbell.outbox.models import Sender
from handbell.vocabulary.words import Channel

Values = Mapping[str, int | str | list[str]]

_PATIENTS: Final = """
INSERT INTO facts_patient (practice_id, external_id, first_name, last_name, preferred_name,
    birth_date, language, status, deceased, time_zone, facility_id, guardian_name)
SELECT %(practice)s, 'P' || g,
    (ARRAY['Ada','Bela','Chidi','Dolores','Emil','Fatima','Gus','Hana','Ines','José'])[1 + g %% 10]
        || chr(97 + g %% 26) || chr(97 + g / 26 %% 26),
    (ARRAY['Peña','Quill','Ruiz','Stone','Tan','Underhill','Varga','Weaver'])[1 + g / 10 %% 8]
        || chr(97 + g / 7 %% 26) || chr(97 + g / 182 %% 26),
    '', date '1950-01-01' + g %% 18000, '', 'active', false, '', %(facility)s, ''
FROM generate_series(1, %(patients)s) AS g
"""
_POINTS: Final = """
INSERT INTO facts_contactpoint (practice_id, patient_id, owner, kind, value)
SELECT practice_id, id, 'patient', 'mobile_phone', '+1202' || lpad((2000000 + id)::text, 7, '0')
FROM facts_patient WHERE practice_id = %(practice)s AND 'sms' = ANY(%(channels)s)
UNION ALL
SELECT practice_id, id, 'patient', 'email', 'p' || id || '@mail' || id %% 50 || '.example'
FROM facts_patient WHERE practice_id = %(practice)s AND 'email' = ANY(%(channels)s)
"""
_CONSENTS: Final = """
INSERT INTO facts_consent (practice_id, patient_id, purpose, channel, kind, at, how, by, wording,
    recorded_at)
SELECT practice_id, id, 'appointment_reminder', c, 'granted', now() - interval '90 days', 'form',
    'desk', '', now()
FROM facts_patient CROSS JOIN unnest(%(channels)s::text[]) AS c WHERE practice_id = %(practice)s
"""
_VISITS: Final = """
INSERT INTO facts_appointment (practice_id, external_id, patient_id, facility_id, provider_name,
    starts_at, duration_minutes, status, revision)
SELECT practice_id, 'A' || id, id, %(facility)s, '',
    date_trunc('hour', now()) + interval '20 hours', 30, 'booked', 1
FROM facts_patient WHERE practice_id = %(practice)s
"""
_VISITS_OF_SOME: Final = """
INSERT INTO facts_appointment (practice_id, external_id, patient_id, facility_id, provider_name,
    starts_at, duration_minutes, status, revision)
SELECT practice_id, 'B' || %(facility)s || '-' || id, id, %(facility)s, '',
    date_trunc('hour', now()) + interval '30 hours', 30, 'booked', 1
FROM facts_patient WHERE practice_id = %(practice)s ORDER BY id DESC LIMIT %(patients)s
"""
_QUEUED: Final = """
INSERT INTO outbox_message (practice_id, purpose, channel, patient_id, appointment_id, subject_id,
    subject_revision, step, recipient, address, priority, planned_for, due_at, useful_until,
    state, objection, detail, code, attempts, changed_at, created_at, sender_id, visit_date)
SELECT a.practice_id, 'appointment_reminder', %(channel)s, a.patient_id, a.id, a.id, 1, '24h',
    'patient', c.value, 10, now(), now() + %(in)s::interval, a.starts_at, 'queued', '', '',
    left(md5(a.id || %(channel)s), 20), 0, now(), now(), %(sender)s,
    (a.starts_at AT TIME ZONE 'America/New_York')::date
FROM facts_appointment a JOIN facts_contactpoint c ON c.patient_id = a.patient_id
    AND c.kind = CASE WHEN %(channel)s = 'email' THEN 'email' ELSE 'mobile_phone' END
WHERE a.practice_id = %(practice)s ORDER BY a.id
"""
#: Settled alerts of the patients there are, a month apart, oldest far in the past.
_HISTORY: Final = """
INSERT INTO outbox_message (practice_id, purpose, channel, patient_id, subject_id,
    subject_revision, step, recipient, address, priority, planned_for, due_at, useful_until,
    state, objection, detail, code, attempts, changed_at, created_at, handed_over_at, sender_id)
SELECT p.practice_id, 'balance_alert', 'sms', p.id, p.id, n, t::date::text, 'patient',
    '+1202' || lpad((2000000 + p.id)::text, 7, '0'), 20, t, t, t, 'delivered', '', '',
    left(md5(p.id || '-' || n), 20), 1, t, t, t, %(sender)s
FROM facts_patient p CROSS JOIN generate_series(1, %(each)s) AS n
CROSS JOIN LATERAL (SELECT now() - interval '1 day' * (40 + n * 30 + p.id %% 30)) AS u (t)
WHERE p.practice_id = %(practice)s
"""

#: How each constraint and index of a table is dropped and made again. Rows that are right by making
#: need not be checked, so only those that come later are.
_RULES: Final = """
SELECT format('ALTER TABLE %%s DROP CONSTRAINT %%I', conrelid::regclass, conname),
    format('ALTER TABLE %%s ADD CONSTRAINT %%I %%s', conrelid::regclass, conname,
        pg_get_constraintdef(oid) || CASE contype WHEN 'c' THEN ' NOT VALID' ELSE '' END)
FROM pg_constraint WHERE conrelid = %(table)s::regclass AND contype IN ('c', 'u')
UNION ALL
SELECT format('DROP INDEX %%s', indexrelid::regclass), pg_get_indexdef(indexrelid)
FROM pg_index i WHERE indrelid = %(table)s::regclass AND NOT indisprimary
    AND NOT EXISTS (SELECT FROM pg_constraint c WHERE c.conindid = i.indexrelid)
"""


def practice(slug: str = "bench") -> tuple[int, int]:
    """Make a practice that may write at any hour, with one step; return it and its facility."""
    made = Practice.objects.create(
        slug=slug,
        name="Harbor PT",
        domains=["harborpt.example"],
        windows={"sms": ["00:00", "23:59"]},
    )
    facility = Facility.objects.create(
        practice=made,
        external_id="F",
        name="Main",
        phone="+12025550190",
        address="1 Harbor St, Springfield",
        time_zone="America/New_York",
    )
    ReminderStep.objects.create(practice=made, key="24h", hours_before=24, channels=[])
    return made.pk, facility.pk


def sender(practice_id: int, channel: Channel) -> int:
    """Make a sender whose pace is no limit."""
    address = "desk@harborpt.example" if channel is Channel.EMAIL else "+12025550199"
    made = Sender.objects.create(
        practice_id=practice_id,
        channel=channel,
        address=address,
        provider="rehearsal",
        rate_per_second=1_000_000.0,
        burst=1_000_000,
    )
    return made.pk


def people(
    practice_id: int,
    facility_id: int,
    *,
    patients: int,
    visits: bool = True,
    channels: Sequence[Channel] = (Channel.SMS, Channel.EMAIL),
) -> None:
    """Make patients who can be reached and want to be, each with a visit in 20 hours."""
    wanted: Values = {
        "practice": practice_id,
        "facility": facility_id,
        "patients": patients,
        "channels": [channel.value for channel in channels],
    }
    with _in_bulk("facts_patient", "facts_contactpoint", "facts_consent", "facts_appointment"):
        _run([_PATIENTS, _POINTS, _CONSENTS, *([_VISITS] if visits else [])], wanted)
    settle_down()


def booked_elsewhere(practice_id: int, number: int, *, people: int) -> int:
    """Make one more facility at which so many patients have a visit in 30 hours; return it."""
    made = Facility.objects.create(
        practice_id=practice_id,
        external_id=f"F{number}",
        name=f"Branch {number}",
        phone="+12025550190",
        time_zone="America/New_York",
    )
    wanted: Values = {"practice": practice_id, "facility": made.pk, "patients": people}
    _run([_VISITS_OF_SOME], wanted)
    _run(["ANALYZE facts_appointment"], {})  # a facility of a clinic is known to its database
    return made.pk


def queued(
    practice_id: int, sender_id: int, channel: Channel, *, due_in: str = "-1 minute"
) -> None:
    """Queue a reminder for every visit."""
    wanted: Values = {
        "practice": practice_id,
        "sender": sender_id,
        "channel": channel,
        "in": due_in,
    }
    with _in_bulk("outbox_message"):
        _run([_QUEUED], wanted)
    settle_down()


def history(practice_id: int, sender_id: int, *, each: int) -> None:
    """Give every patient so many settled messages."""
    with _in_bulk("outbox_message"):
        _run([_HISTORY], {"practice": practice_id, "sender": sender_id, "each": each})
    settle_down()


def settle_down() -> None:
    """Let the planner of PostgreSQL know what is there, as autovacuum would a minute later."""
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")


@contextlib.contextmanager
def _in_bulk(*tables: str) -> Iterator[None]:
    """Let tables take a million rows at once: triggers and rules rest, indexes are made after."""
    made = [definition for table in tables for definition in _drop_rules(table)]
    _run(["SET session_replication_role = replica", "SET maintenance_work_mem = '512MB'"], {})
    yield
    _run([*made, "RESET session_replication_role", "RESET maintenance_work_mem"], {})


def _drop_rules(table: str) -> list[str]:
    """Drop all constraints and indexes but the keys; return what makes them again."""
    with connection.cursor() as cursor:
        cursor.execute(_RULES, {"table": table})
        found: Sequence[tuple[str, str]] = cursor.fetchall()
        for drop, _ in found:
            cursor.execute(drop)
    return [make for _, make in found]


def _run(statements: Sequence[str], values: Values) -> None:
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement, values or None)
