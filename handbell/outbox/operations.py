"""How messages enter the outbox and how they leave it without being sent.

Plain set-based SQL on Django's connection; every statement names the states it starts from, so
that it loses politely against a worker that claimed the row a moment before.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

import orjson
from django.db import connection

from handbell.outbox.models import link_code
from handbell.vocabulary.words import Objection


@dataclass(frozen=True, slots=True)
class NewMessage:
    """A row for the outbox; the columns of outbox.models.Message."""

    practice_id: int
    purpose: str
    channel: str
    patient_id: int
    appointment_id: int | None
    subject_id: int
    subject_revision: int
    step: str
    recipient: str
    address: str = field(repr=False)
    sender_id: int | None
    visit_date: date | None
    priority: int
    planned_for: datetime
    due_at: datetime
    useful_until: datetime
    state: str
    objection: str
    sending_id: int | None = None


@dataclass(frozen=True, slots=True)
class Replanned:
    """What the planner now wants of a message that still waits."""

    id: int
    address: str = field(repr=False)
    sender_id: int | None
    planned_for: datetime
    due_at: datetime
    useful_until: datetime
    objection: str


# The messages as JSON, whose keys are the columns: one value to quote, where an array for each
# column took longer to write than the rows to insert.
_ENQUEUE = """
INSERT INTO outbox_message (
    practice_id, purpose, channel, patient_id, appointment_id, subject_id, subject_revision, step,
    recipient, address, sender_id, visit_date, priority, planned_for, due_at, useful_until, state,
    objection, sending_id, code, detail, attempts, changed_at, created_at)
SELECT u.*, '', 0, %s, %s FROM ROWS FROM (json_to_recordset(%s::json) AS (
    practice_id bigint, purpose text, channel text, patient_id bigint, appointment_id bigint,
    subject_id bigint, subject_revision int, step text, recipient text, address text,
    sender_id bigint, visit_date date, priority smallint, planned_for timestamptz,
    due_at timestamptz, useful_until timestamptz, state text, objection text,
    sending_id bigint),
    unnest(%s::text[])) AS u
ON CONFLICT ON CONSTRAINT message_once_per_touch DO NOTHING
"""

_REPLAN = """
UPDATE outbox_message m SET
    address = u.address, sender_id = u.sender_id, planned_for = u.planned_for, due_at = u.due_at,
    useful_until = u.useful_until, objection = u.objection, state = 'queued', changed_at =
        CASE WHEN m.state = 'queued' THEN m.changed_at ELSE %s END
FROM unnest(%s::bigint[], %s::text[], %s::bigint[], %s::timestamptz[], %s::timestamptz[],
    %s::timestamptz[], %s::text[])
    AS u (id, address, sender_id, planned_for, due_at, useful_until, objection)
WHERE m.id = u.id AND (m.state = 'queued' OR (m.state = 'cancelled' AND m.attempts = 0))
"""

_CANCEL = """
UPDATE outbox_message m SET state = 'cancelled', objection = u.objection, changed_at = %s
FROM unnest(%s::bigint[], %s::text[]) AS u (id, objection)
WHERE m.id = u.id AND m.state = 'queued'
RETURNING m.id
"""

# What travelled inside a message that will not leave goes back to waiting on its own.
_RELEASE_MERGED = """
UPDATE outbox_message SET state = 'queued', objection = '', merged_into_id = NULL, changed_at = %s
WHERE merged_into_id = ANY(%s) AND state = 'withheld'
"""

# Not while a change of the patient's facts waits to be planned: the objection may be lifted. What a
# closure holds, or somebody paused, waits until that ends or it is of no more use.
_WITHHOLD_DUE = """
UPDATE outbox_message m SET
    state = CASE WHEN m.objection = 'too_late' THEN 'expired' ELSE 'withheld' END,
    changed_at = %s
WHERE m.state = 'queued' AND m.objection <> '' AND m.due_at <= %s
  AND m.objection NOT IN ('closed', 'halted')
  AND NOT EXISTS (SELECT 1 FROM facts_change c WHERE c.patient_id = m.patient_id AND c.at <= %s)
RETURNING m.id
"""

_EXPIRE = """
UPDATE outbox_message SET state = 'expired', objection = 'too_late', changed_at = %s
WHERE state = 'queued' AND useful_until < %s
RETURNING id
"""


def enqueue(messages: Sequence[NewMessage], *, now: datetime) -> int:
    """Put messages into the outbox; return how many were new. The dedup key makes it idempotent."""
    if not messages:
        return 0
    with connection.cursor() as cursor:
        codes = [link_code() for _ in messages]
        cursor.execute(_ENQUEUE, [now, now, orjson.dumps(messages).decode(), codes])
        return int(cursor.rowcount)


def replan(messages: Sequence[Replanned], *, now: datetime) -> int:
    """Change messages that still wait, or were cancelled unsent, to what is wanted now."""
    if not messages:
        return 0
    with connection.cursor() as cursor:
        cursor.execute(
            _REPLAN,
            [
                now,
                [m.id for m in messages],
                [m.address for m in messages],
                [m.sender_id for m in messages],
                [m.planned_for for m in messages],
                [m.due_at for m in messages],
                [m.useful_until for m in messages],
                [m.objection for m in messages],
            ],
        )
        return int(cursor.rowcount)


def cancel(messages: Sequence[tuple[int, Objection]], *, now: datetime) -> int:
    """Cancel messages that still wait, each with its reason; what was merged into them waits on."""
    if not messages:
        return 0
    with connection.cursor() as cursor:
        cursor.execute(
            _CANCEL, [now, [id_ for id_, _ in messages], [why.value for _, why in messages]]
        )
        cancelled = [row[0] for row in cursor.fetchall()]
    release_merged(cancelled, now=now)
    return len(cancelled)


def release_merged(leader_ids: Sequence[int], *, now: datetime) -> None:
    """Let the messages merged into these go on their own: these will not leave."""
    if leader_ids:
        with connection.cursor() as cursor:
            cursor.execute(_RELEASE_MERGED, [now, list(leader_ids)])


def withhold_due(*, now: datetime) -> int:
    """End every message that is due and has an objection; return how many."""
    with connection.cursor() as cursor:
        cursor.execute(_WITHHOLD_DUE, [now, now, now])
        ended = [row[0] for row in cursor.fetchall()]
    release_merged(ended, now=now)
    return len(ended)


def expire(*, now: datetime) -> int:
    """End every waiting message that is no longer useful; return how many."""
    with connection.cursor() as cursor:
        cursor.execute(_EXPIRE, [now, now])
        expired = [row[0] for row in cursor.fetchall()]
    release_merged(expired, now=now)
    return len(expired)
