"""Act on what senders' rates say: move breakers, note alarms, settle those that are over.

Every change is in the audit trail, in its own transaction with the change; the alarm in the same
one is the to-do on Today and, once `reputation.mailing` has been by, an e-mail.
"""

from collections.abc import Sequence
from dataclasses import asdict, replace
from datetime import datetime, timedelta
from typing import Final

import structlog
from django.db import connection, transaction

from handbell.access.audit import BY_HANDBELL, record
from handbell.access.models import StaffMember
from handbell.dispatch.accounts import NO_ACCOUNT
from handbell.outbox.models import Breaker, Sender
from handbell.reputation.breaker import Standing, step, try_again
from handbell.reputation.models import Alarm
from handbell.reputation.queries import Watched, counted_since, watched
from handbell.reputation.thresholds import read
from handbell.scripts.models import ScriptPause
from handbell.vocabulary.words import AlarmKind, AuditAct, BreakerState, Channel, Purpose, Signal

log = structlog.get_logger()

#: A sender that did nothing for so long is not looked at.
LOOK_BACK: Final = timedelta(days=8)


def judge_all(*, now: datetime) -> int:
    """Look at the rates of every sender that sent lately; return how many breakers moved."""
    return sum(judge(one, now=now) for one in watched(since=now - LOOK_BACK))


@transaction.atomic
def judge(one: Watched, *, now: datetime) -> bool:
    """Look at one sender's rates for one purpose and move its breaker. Idempotent."""
    row = _locked(one, now)
    before = standing_of(row)
    since = counted_since(one, earliest=now - LOOK_BACK, counts_from=before.counts_from)
    after = step(before, read(one.channel, since, now=now), now=now)
    if after == before:
        return False
    _keep(row, after)
    if after.state is before.state:
        return False  # another portion of the trickle is no change
    _tell(row, one.practice_id, one.channel, by=BY_HANDBELL, now=now)
    return True


@transaction.atomic
def try_a_trickle(breaker_id: int, *, by: StaffMember, now: datetime) -> bool:
    """Let a trickle through before a purpose's pause is over; False if it is not paused.

    Whoever calls asks first whether the person may.
    """
    row = (
        Breaker.objects.select_for_update(of=("self",))
        .select_related("sender")
        .get(pk=breaker_id, sender__practice_id=by.practice_id)
    )
    if row.state != BreakerState.PAUSED:
        return False
    _keep(row, try_again(standing_of(row), now=now))
    _tell(row, by.practice_id, Channel(row.sender.channel), by=by, now=now)
    return True


@transaction.atomic
def let_emergencies_pass(sender: Sender, *, passes: bool, by: StaffMember, now: datetime) -> bool:
    """Let emergency notices leave by a sender though it is paused, or no more; False if so already.

    A person's explicit choice, which ends when the sender is released (`outbox.senders`).
    """
    fresh = Sender.objects.select_for_update().get(pk=sender.pk, practice_id=by.practice_id)
    if fresh.emergency_passes == passes:
        return False
    Sender.objects.filter(pk=sender.pk).update(emergency_passes=passes)
    record(
        AuditAct.SENDER_CHANGED,
        practice_id=fresh.practice_id,
        by=by,
        subject=f"sender {fresh.pk}",
        detail={"emergency_passes": passes},
        now=now,
    )
    return True


def standing_of(row: Breaker) -> Standing:
    """Return a breaker's row as the pure rules know it."""
    return Standing(
        state=BreakerState(row.state),
        since=row.since,
        signal=Signal(row.signal) if row.signal else None,
        count=row.count,
        out_of=row.out_of,
        until=row.until,
        counts_from=row.counts_from,
        trickle_left=row.trickle_left,
        trips=row.trips,
    )


def _locked(one: Watched, now: datetime) -> Breaker:
    row, _ = Breaker.objects.select_for_update().get_or_create(
        sender_id=one.sender_id, purpose=one.purpose, defaults={"since": now}
    )
    return row


def _keep(row: Breaker, after: Standing) -> None:
    values = asdict(replace(after)) | {"signal": after.signal or ""}
    for name, value in values.items():
        setattr(row, name, value)
    row.save(update_fields=list(values))


def _tell(
    row: Breaker, practice_id: int, channel: Channel, *, by: StaffMember | str, now: datetime
) -> None:
    """Write down that a breaker moved, and leave an alarm in place of the one before."""
    detail: dict[str, object] = {"purpose": row.purpose, "state": str(row.state)}
    if row.signal:
        detail |= {"signal": str(row.signal), "count": row.count, "out_of": row.out_of}
    record(
        AuditAct.BREAKER_CHANGED,
        practice_id=practice_id,
        by=by,
        subject=f"sender {row.sender_id}",
        detail=detail,
        now=now,
    )
    log.warning("breaker.moved", sender_id=row.sender_id, state=str(row.state))
    Alarm.objects.filter(breaker=row, settled_at=None).update(settled_at=now)
    Alarm.objects.create(
        practice_id=practice_id,
        kind=AlarmKind.BREAKER,
        sender_id=row.sender_id,
        breaker=row,
        purpose=row.purpose,
        channel=channel,
        state=row.state,
        signal=row.signal,
        count=row.count,
        out_of=row.out_of,
        at=now,
        settled_at=now if row.state == BreakerState.CLOSED else None,
    )


# Alarms of what other rooms paused: a provider's answer, a person, a text that was filtered.

_PAUSED_SENDERS = """
INSERT INTO reputation_alarm (practice_id, kind, sender_id, purpose, channel, state, signal,
    count, out_of, reason, at, mail, tries)
SELECT s.practice_id, 'sender', s.id, '', s.channel, '', '', 0, 0, s.paused_reason, %s, '', 0
FROM outbox_sender s
WHERE s.paused_until IS NULL AND s.paused_reason NOT IN ('', %s) AND NOT s.retired
  AND NOT EXISTS (SELECT FROM reputation_alarm a WHERE a.sender_id = s.id AND a.kind = 'sender'
                  AND a.settled_at IS NULL AND a.reason = s.paused_reason)
RETURNING sender_id
"""

_GOING_AGAIN = """
UPDATE reputation_alarm a SET settled_at = %s FROM outbox_sender s
WHERE a.sender_id = s.id AND a.kind = 'sender' AND a.settled_at IS NULL
  AND (s.paused_reason <> a.reason OR s.paused_until IS NOT NULL OR s.retired)
"""


@transaction.atomic
def note_pauses(*, now: datetime) -> int:
    """Leave an alarm for what was paused since, settle those that are over; return how many new."""
    with connection.cursor() as cursor:
        cursor.execute(_GOING_AGAIN, [now])
        cursor.execute(_PAUSED_SENDERS, [now, NO_ACCOUNT])
        new = len(cursor.fetchall())
    return new + _note_scripts(list(ScriptPause.objects.filter(lifted_at=None)), now)


def _note_scripts(paused: Sequence[ScriptPause], now: datetime) -> int:
    known = {
        (alarm.practice_id, alarm.purpose, alarm.channel): alarm
        for alarm in Alarm.objects.filter(kind=AlarmKind.SCRIPT, settled_at=None)
    }
    standing = {(pause.practice_id, pause.purpose, pause.channel): pause for pause in paused}
    over = [alarm.pk for key, alarm in known.items() if key not in standing]
    Alarm.objects.filter(pk__in=over).update(settled_at=now)
    new = [
        Alarm(
            practice_id=pause.practice_id,
            kind=AlarmKind.SCRIPT,
            purpose=Purpose(pause.purpose),
            channel=pause.channel,
            reason=pause.reason,
            at=pause.paused_at,
        )
        for key, pause in standing.items()
        if key not in known
    ]
    Alarm.objects.bulk_create(new)
    return len(new)
