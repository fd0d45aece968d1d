"""Acts of sending emergency notices: what becomes of their rows, and how far they are.

A pause puts a reason on the rows that wait, a stop ends them; the claim looks at the sending
besides, so a row that comes back to the queue meanwhile waits or ends too.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.db import connection
from django.db.models import Q, QuerySet

from handbell.facts.models import Closure
from handbell.outbox.models import Message, Sending
from handbell.outbox.operations import cancel
from handbell.vocabulary.words import Channel, MessageState, NoticeKind, Objection, SendingState

S = MessageState

_WAITING: Final = """
SELECT DISTINCT m.patient_id FROM outbox_message m
JOIN facts_appointment a ON a.id = m.appointment_id
WHERE m.practice_id = %s AND m.state = 'queued' AND m.purpose = 'appointment_reminder'
  AND a.facility_id = ANY(%s)
"""

_PAUSE: Final = """
UPDATE outbox_message SET objection = 'halted'
WHERE sending_id = %s AND state = 'queued' AND objection = ''
"""

# What a stop or a late second thought ended stays ended.
_GO_ON: Final = """
UPDATE outbox_message SET objection = '', due_at = GREATEST(due_at, %s)
WHERE sending_id = %s AND state = 'queued' AND objection = 'halted'
"""

_STOP: Final = """
UPDATE outbox_message SET state = 'cancelled', objection = 'halted', changed_at = %s
WHERE sending_id = ANY(%s) AND state = 'queued'
RETURNING id
"""

_TALLY: Final = """
SELECT sending_id, state, objection, count(*)
FROM outbox_message WHERE sending_id = ANY(%s) GROUP BY 1, 2, 3
"""

#: The patients a closure's closing notices were written for, and how each channel ended. One that
#: travelled inside another's has that one's end.
_TOLD: Final = """
SELECT m.patient_id, m.channel, COALESCE(l.state, m.state),
       CASE WHEN l.id IS NULL THEN m.objection ELSE l.objection END, m.appointment_id,
       COALESCE(l.handed_over_at, m.handed_over_at), m.id
FROM outbox_message m
JOIN outbox_sending g ON g.id = m.sending_id
LEFT JOIN outbox_message l ON l.id = m.merged_into_id
WHERE g.closure_id = %s AND g.kind = %s
ORDER BY m.id
"""


#: The last visit each patient was to be told of; whoever's row is still promised, with the press.
_TOLD_UNTIL: Final = """
SELECT m.patient_id, max(m.useful_until)
FROM outbox_message m JOIN outbox_sending g ON g.id = m.sending_id
WHERE g.closure_id = %(closure)s AND g.kind = %(kind)s AND g.channel = %(channel)s
GROUP BY 1
UNION ALL
SELECT unnest(g.unwritten), '9000-01-01Z'
FROM outbox_sending g
WHERE g.closure_id = %(closure)s AND g.kind = %(kind)s AND g.channel = %(channel)s
"""


@dataclass(frozen=True, slots=True)
class Tally:
    """So many rows of a sending in the same state with the same reason."""

    state: MessageState
    objection: str
    count: int


@dataclass(frozen=True, slots=True)
class Told:
    """What became of one channel's notice to one patient."""

    patient_id: int
    channel: Channel
    state: MessageState
    objection: str
    appointment_id: int | None
    at: datetime | None
    message_id: int


def waiting_patients(practice_id: int, facility_ids: Collection[int]) -> list[int]:
    """Return whoever has a reminder waiting of a visit at these facilities."""
    with connection.cursor() as cursor:
        cursor.execute(_WAITING, [practice_id, list(facility_ids)])
        return [patient_id for (patient_id,) in cursor.fetchall()]


def hold_rows(sending: Sending) -> int:
    """Let what waits of a sending wait until somebody lets it go on; return how many."""
    return _run(_PAUSE, [sending.pk])


def release_rows(sending: Sending, *, now: datetime) -> int:
    """Let what was paused go on; return how many."""
    return _run(_GO_ON, [now, sending.pk])


def stop_rows(sending_ids: Sequence[int], *, now: datetime) -> int:
    """End what has not left yet; return how many."""
    return _run(_STOP, [now, list(sending_ids)])


def cancel_notices_to(closure_id: int, patient_id: int, *, now: datetime) -> int:
    """End what of a closure's notices to a patient has not left yet; return how many."""
    waiting = Message.objects.filter(
        sending__closure=closure_id, patient=patient_id, state=S.QUEUED
    )
    ids = waiting.values_list("pk", flat=True)
    return cancel([(id, Objection.HALTED) for id in ids], now=now)


def halt_all(closure: Closure, *, now: datetime) -> int:
    """Stop every closing of a closure that is going, paused or awaits somebody."""
    going = Sending.objects.filter(
        closure=closure,
        kind=NoticeKind.CLOSING,
        state__in=[SendingState.GOING, SendingState.PAUSED, SendingState.AWAITING],
    )
    ids = list(going.select_for_update().values_list("pk", flat=True))
    # What is being handed over or in doubt may come back to the queue: then it ends there.
    open_still = Q(message__state__in=[S.QUEUED, S.CLAIMED, S.IN_DOUBT]) | ~Q(unwritten=[])
    unfinished = set(Sending.objects.filter(open_still, pk__in=ids).values_list("pk", flat=True))
    stopped = stop_rows(ids, now=now)
    waiting = Sending.objects.filter(pk__in=ids, state=SendingState.AWAITING)
    waiting.update(state=SendingState.DECLINED)
    Sending.objects.filter(pk__in=unfinished).update(state=SendingState.STOPPED)
    return stopped


def sendings_of(closure_id: int) -> QuerySet[Sending]:
    """Return a closure's sendings in the order they were asked for."""
    found = Sending.objects.filter(closure_id=closure_id)
    return found.select_related("pressed_by", "agreed_by").order_by("pressed_at", "id")


def awaiting_closures(closure_ids: Collection[int]) -> set[int]:
    """Return which closures have a sending that waits for a second person."""
    waits = Sending.objects.filter(closure_id__in=closure_ids, state=SendingState.AWAITING)
    return set(waits.values_list("closure_id", flat=True))


def tallies_of(sending_ids: Sequence[int]) -> dict[int, list[Tally]]:
    """Return each sending's rows counted by state and reason, in one query."""
    found: dict[int, list[Tally]] = {id: [] for id in sending_ids}
    with connection.cursor() as cursor:
        cursor.execute(_TALLY, [list(sending_ids)])
        for sending_id, state, objection, count in cursor.fetchall():
            found[sending_id].append(Tally(S(state), objection, count))
    return found


def told_by(closure_id: int, kind: NoticeKind) -> list[Told]:
    """Return what became of every notice of a closure, of each patient in order."""
    with connection.cursor() as cursor:
        cursor.execute(_TOLD, [closure_id, kind.value])
        rows = cursor.fetchall()
    return [
        Told(row[0], Channel(row[1]), S(row[2]), row[3], row[4], row[5], row[6]) for row in rows
    ]


def told_until(closure_id: int, kind: NoticeKind, channel: Channel) -> dict[int, datetime]:
    """Return up to which visit each patient has a notice of a closure by a channel."""
    values = {"closure": closure_id, "kind": kind.value, "channel": channel.value}
    with connection.cursor() as cursor:
        cursor.execute(_TOLD_UNTIL, values)
        return dict(cursor.fetchall())


def _run(sql: str, values: Sequence[object]) -> int:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)  # type: ignore[arg-type]
        return int(cursor.rowcount)
