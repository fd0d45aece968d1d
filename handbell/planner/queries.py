"""What the planner reads: visits ahead, messages that exist, consents to come, senders."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from django.db import connection

from handbell.access.practice_settings import StepsSet
from handbell.outbox.lifecycle import REACHED
from handbell.planner.difference import Existing
from handbell.planner.touches import Slot, Visit
from handbell.vocabulary.words import (
    AppointmentStatus,
    Channel,
    MessageState,
    Purpose,
)

#: Older balance alerts cannot be wanted again, nor can reminders of a visit that has begun; the
#: dedup key guards even so. What has waited longer is of no more use, and expires.
LOOK_BACK = timedelta(days=62)

VISIT_COLUMNS = """a.id, a.patient_id, a.facility_id, a.starts_at, a.duration_minutes, a.status,
       a.revision, a.booked_at, COALESCE(t.reminders, true),
       t.reminder_set_id, t.reminder_set_since"""

_VISITS = f"""
SELECT {VISIT_COLUMNS}
FROM facts_appointment a LEFT JOIN facts_appointmenttype t ON t.id = a.type_id
WHERE a.patient_id = ANY(%s) AND a.starts_at > %s
ORDER BY a.starts_at, a.id
"""  # noqa: S608 - our own column list

_NEXT_CONSENTS = """
SELECT patient_id, min(at) FROM facts_consent WHERE patient_id = ANY(%s) AND at > %s
GROUP BY patient_id
"""

_MESSAGES = """
SELECT m.id, m.patient_id, m.purpose, m.subject_id, m.subject_revision, m.step, m.channel,
       m.recipient, m.state, m.objection, m.address, m.sender_id, m.planned_for, m.due_at,
       m.useful_until, m.attempts, a.revision, l.state
FROM outbox_message m LEFT JOIN facts_appointment a ON a.id = m.appointment_id
LEFT JOIN outbox_message l ON l.id = m.merged_into_id
WHERE m.patient_id = ANY(%s) AND m.due_at > %s
  AND (m.state = 'queued' OR m.appointment_id IS NULL OR a.starts_at > %s)
"""

_SENDERS = """
SELECT channel, min(id) FROM outbox_sender WHERE practice_id = %s AND NOT retired GROUP BY channel
"""


def senders_of(practice_id: int) -> dict[Channel, int]:
    """Return the sender each channel of a practice goes out by."""
    with connection.cursor() as cursor:
        cursor.execute(_SENDERS, [practice_id])
        return {Channel(channel): sender_id for channel, sender_id in cursor.fetchall()}


def existing_messages(patient_ids: Sequence[int], *, now: datetime) -> dict[int, list[Existing]]:
    """Return the messages of these patients that planning may meet again."""
    with connection.cursor() as cursor:
        cursor.execute(_MESSAGES, [list(patient_ids), now - LOOK_BACK, now])
        rows = cursor.fetchall()
    found: dict[int, list[Existing]] = defaultdict(list)
    for row in rows:
        found[row[1]].append(Existing(*row))
    return found


def balance_slots(existing: Iterable[Existing]) -> list[Slot]:
    """Return the balance alerts among some messages, as the timetable counts them."""
    return [
        Slot(
            day=date.fromisoformat(message.step),
            sent=message.state in REACHED,
            objection=message.objection,
            waiting=message.state == MessageState.QUEUED,
        )
        for message in existing
        if message.purpose == Purpose.BALANCE_ALERT and message.state != MessageState.CANCELLED
    ]


def visits_ahead(patient_ids: Sequence[int], *, now: datetime) -> dict[int, list[Visit]]:
    """Return the visits of these patients that have not begun, whatever their status."""
    with connection.cursor() as cursor:
        cursor.execute(_VISITS, [list(patient_ids), now])
        rows = cursor.fetchall()
    found: dict[int, list[Visit]] = defaultdict(list)
    for row in rows:
        found[row[1]].append(visit_from_row(row))
    return found


def visit_from_row(row: Sequence[Any]) -> Visit:
    """Return a visit from the columns of VISIT_COLUMNS."""
    return Visit(
        id=row[0],
        patient_id=row[1],
        facility_id=row[2],
        starts_at=row[3],
        duration_minutes=row[4],
        status=AppointmentStatus(row[5]),
        revision=row[6],
        booked_at=row[7],
        wants_reminders=row[8],
        steps_set=StepsSet(row[9], row[10]),
    )


def next_consents(patient_ids: Sequence[int], *, now: datetime) -> dict[int, datetime]:
    """Return when a consent already recorded takes effect for these patients, if later."""
    with connection.cursor() as cursor:
        cursor.execute(_NEXT_CONSENTS, [list(patient_ids), now])
        return dict(cursor.fetchall())
