"""Write what the provider answered, and what follows from it.

One statement settles a batch. It changes a message only while it is still claimed (or swept
into doubt) under the same lease: a receipt that came first has said more than we know.
"""

import uuid
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

import orjson
import structlog
from django.db import connection, transaction

from handbell.access.audit import BY_HANDBELL, record
from handbell.access.practice_settings import practice_settings
from handbell.access.round_trip import round_trip
from handbell.channels.codes import CodeRule
from handbell.channels.gateway import Accepted, Busy, HandOver, InDoubt, Outcome, Rejected
from handbell.dispatch.accounts import NO_ACCOUNT
from handbell.dispatch.allowance import SenderRow
from handbell.dispatch.consequences import Consequence, Seen, acting, after_busy, after_code
from handbell.dispatch.providers import rule_for
from handbell.dispatch.resting import REST, rest, rest_if_too_fast
from handbell.facts.operations import mark_changed, suppress
from handbell.policy.in_doubt import next_look_up
from handbell.scripts.operations import pause_scripts
from handbell.vocabulary.words import AuditAct, Objection, Purpose

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Settlement:
    """One row to write: the message's new state and the attempt's outcome."""

    message_id: int
    attempt: int
    state: str
    outcome: str
    provider_id: str = ""
    code: str = ""
    objection: str = ""
    due_at: datetime | None = None
    look_up_at: datetime | None = None
    address: str = field(default="", repr=False)
    purpose: str = ""
    consequence: Consequence | None = None


_SETTLE = """
UPDATE outbox_message m SET
    state = u.state, objection = u.objection, detail = u.code, changed_at = %s,
    due_at = COALESCE(u.due_at, m.due_at), look_up_at = u.look_up_at,
    handed_over_at = CASE WHEN u.state IN ('queued', 'failed') THEN NULL ELSE m.handed_over_at END,
    lease_until = NULL
FROM json_to_recordset(%s::json) AS u (id bigint, state text, objection text, code text,
    due_at timestamptz, look_up_at timestamptz)
WHERE m.id = ANY(%s) AND m.id = u.id AND m.lease = %s AND m.state IN ('claimed', 'in_doubt')
"""

_SETTLE_ATTEMPTS = """
UPDATE outbox_attempt a SET outcome = u.outcome, code = u.code, settled_at = %s,
    provider_id = COALESCE(NULLIF(u.provider_id, ''), a.provider_id)
FROM json_to_recordset(%s::json) AS u (id bigint, attempt smallint, outcome text,
    provider_id text, code text)
WHERE a.message_id = ANY(%s) AND a.message_id = u.id AND a.number = u.attempt
"""

_PATIENTS_OF = """
SELECT DISTINCT patient_id FROM outbox_message WHERE id = ANY(%s) OR merged_into_id = ANY(%s)
"""

_USEFUL_UNTIL = "SELECT id, useful_until FROM outbox_message WHERE id = ANY(%s)"

# `detail` holds the last code of a message that was refused or not delivered.
_SEEN = """
SELECT count(*) FILTER (WHERE sender_id = %(sender)s AND changed_at > %(yesterday)s),
       count(*) FILTER (WHERE address = %(address)s),
       count(DISTINCT (changed_at AT TIME ZONE %(zone)s)::date) FILTER (
           WHERE address = %(address)s AND (changed_at AT TIME ZONE %(zone)s)::date <> %(today)s)
FROM outbox_message
WHERE practice_id = %(practice)s AND detail = ANY(%(codes)s) AND detail <> ''
  AND changed_at > %(month_ago)s AND (sender_id = %(sender)s OR address = %(address)s)
  AND id <> %(message)s
"""

# What a person wrote stays, with the provider's last answer behind it: whoever releases the sender
# reads both. What only waits, or was paused by an earlier answer, is paused by this one.
_PAUSED = """
UPDATE outbox_sender SET paused_until = NULL, paused_reason = CASE
    WHEN paused_until IS NOT NULL OR paused_reason IN ('', %(no_account)s)
        OR paused_reason ~ '^\\w+ answered \\S+$' THEN %(reason)s
    ELSE left(regexp_replace(paused_reason, '; \\w+ answered \\S+$', ''), 118 - length(%(reason)s))
        || '; ' || %(reason)s END
"""

_PAUSE = f"{_PAUSED} WHERE id = %(sender)s"

_PAUSE_PROVIDER = f"{_PAUSED} WHERE provider = %(provider)s"

# Those that a person need not release yet: what pauses them now is a change, on the record.
_STILL_RUNNING = """
SELECT id, practice_id FROM outbox_sender
WHERE (id = %s OR provider = %s) AND NOT retired
  AND (paused_until IS NOT NULL OR paused_reason IN ('', %s))
ORDER BY id FOR UPDATE
"""

_HOLD = """
UPDATE outbox_sender SET paused_reason = %s, paused_until = %s
WHERE id = %s AND (paused_reason = '' OR paused_until IS NOT NULL)
"""


def settle(
    answers: Sequence[tuple[HandOver, Outcome]],
    *,
    sender: SenderRow,
    lease: uuid.UUID,
    now: datetime,
) -> None:
    """Record the outcome of every hand-over of a batch. Idempotent under one lease."""
    useful = _useful_until([m.message_id for m, outcome in answers if _is_refusal(outcome)])
    met: Counter[str] = Counter()
    rows = [
        _settlement(message, outcome, sender, useful.get(message.message_id, now), met, now)
        for message, outcome in answers
    ]
    with transaction.atomic():
        _write(rows, lease, now)
        _plan_again([row.message_id for row in rows if row.state == "failed"], now)
        for row in rows:
            if row.consequence is not None:
                apply_consequence(
                    row.consequence,
                    sender=sender,
                    address=row.address,
                    purpose=Purpose(row.purpose),
                    code=row.code,
                    now=now,
                )
        rest_if_too_fast(answers, sender, now=now)


def _settlement(
    message: HandOver,
    outcome: Outcome,
    sender: SenderRow,
    useful_until: datetime,
    met: Counter[str],
    now: datetime,
) -> Settlement:
    """Return what to write; `met` counts the codes the batch has met so far."""
    match outcome:
        case Accepted(provider_id):
            return Settlement(
                message.message_id, message.attempt, "accepted", "accepted", provider_id
            )
        case InDoubt(why):
            return Settlement(
                message.message_id,
                message.attempt,
                "in_doubt",
                "in_doubt",
                code=why,
                look_up_at=next_look_up(handed_over_at=now, now=now),
            )
        case Busy(code, retry_after):
            rule = _rule_of(message, code, sender, met, now)
            consequence = after_code(
                rule, attempts=message.attempt, useful_until=useful_until, now=now
            )
            retry_at = after_busy(
                rule,
                attempts=message.attempt,
                retry_after=retry_after,
                useful_until=useful_until,
                now=now,
            )
            # How long the sender rests, or whether only one mail domain is held, says resting.py.
            consequence = replace(consequence, slow_down=False)
            return _not_taken(message, "busy", code, retry_at, Objection.TRIES_SPENT, consequence)
        case Rejected(code):
            rule = _rule_of(message, code, sender, met, now)
            consequence = after_code(
                rule, attempts=message.attempt, useful_until=useful_until, now=now
            )
            return _not_taken(
                message,
                "rejected",
                code,
                consequence.retry_at,
                Objection.PROVIDER_REFUSED,
                consequence,
            )


def _rule_of(
    message: HandOver, code: str, sender: SenderRow, met: Counter[str], now: datetime
) -> CodeRule:
    met[code] += 1
    return rule_now(
        sender,
        address=message.to.value,
        code=code,
        message_id=message.message_id,
        in_batch=met[code],
        now=now,
    )


def _not_taken(
    message: HandOver,
    outcome: str,
    code: str,
    retry_at: datetime | None,
    objection: Objection,
    consequence: Consequence | None,
) -> Settlement:
    return Settlement(
        message.message_id,
        message.attempt,
        state="failed" if retry_at is None else "queued",
        outcome=outcome,
        code=code[:40],
        objection=objection.value if retry_at is None else "",
        due_at=retry_at,
        address=message.to.value,
        purpose=message.purpose,
        consequence=consequence,
    )


def _write(rows: Sequence[Settlement], lease: uuid.UUID, now: datetime) -> None:
    settled = orjson.dumps(
        [
            {
                "id": row.message_id,
                "attempt": row.attempt,
                "state": row.state,
                "outcome": row.outcome,
                "provider_id": row.provider_id,
                "code": row.code,
                "objection": row.objection,
                "due_at": row.due_at,
                "look_up_at": row.look_up_at,
            }
            for row in rows
        ]
    ).decode()
    ids = [row.message_id for row in rows]
    with round_trip() as trip:
        trip.tell(_SETTLE, [now, settled, ids, lease])
        trip.tell(_SETTLE_ATTEMPTS, [now, settled, ids])


def _plan_again(failed: Sequence[int], now: datetime) -> None:
    """Let the planner look at the patients of what the provider refused: another way may follow."""
    if failed:
        with connection.cursor() as cursor:
            cursor.execute(_PATIENTS_OF, [list(failed), list(failed)])
            mark_changed([patient_id for (patient_id,) in cursor.fetchall()], at=now)


def _is_refusal(outcome: Outcome) -> bool:
    return isinstance(outcome, Busy | Rejected)


def _useful_until(ids: Sequence[int]) -> dict[int, datetime]:
    """Return until when refused messages help: whether they are offered again depends on it."""
    if not ids:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(_USEFUL_UNTIL, [list(ids)])
        return dict(cursor.fetchall())


def rule_now(
    sender: SenderRow,
    *,
    address: str,
    code: str,
    message_id: int,
    in_batch: int = 1,
    now: datetime,
) -> CodeRule:
    """Return the rule of a code as it acts now: some actions wait until it was seen often.

    `in_batch` says how many of the batch being settled met it, this message included.
    """
    rule = rule_for(sender.provider, sender.channel, code, sender=sender.address)
    if max(rule.alert_after, rule.flag_after, rule.suppress_after) == 1:
        return rule
    zone = practice_settings(sender.practice_id).zone
    with connection.cursor() as cursor:
        cursor.execute(
            _SEEN,
            {
                "sender": sender.id,
                "practice": sender.practice_id,
                "address": address,
                "codes": list(rule.days_with or (code[:40],)),
                "message": message_id,
                "zone": zone.key,
                "today": now.astimezone(zone).date(),
                "yesterday": now - timedelta(days=1),
                "month_ago": now - timedelta(days=30),
            },
        )
        by_sender, by_address, days = cursor.fetchone()
    if rule.days_with:
        return acting(rule, Seen(by_sender + in_batch, days + 1))
    return acting(rule, Seen(by_sender + in_batch, by_address + 1))


def apply_consequence(
    consequence: Consequence,
    *,
    sender: SenderRow,
    address: str,
    purpose: Purpose,
    code: str,
    now: datetime,
) -> None:
    """Suppress the address, pause the sender, tell the operator: what a code asks for."""
    if consequence.suppress_as is not None:
        suppress(
            practice_id=sender.practice_id,
            address=address,
            channels=consequence.suppress_channels or (sender.channel,),
            kind=consequence.suppress_as,
            source=f"{sender.provider} {code}",
            now=now,
        )
    reason = f"{sender.provider} answered {code}"
    # A notice is written once for its closure: no later version would ever let the next one leave.
    if consequence.pause_script and purpose is not Purpose.EMERGENCY_NOTICE:
        pause_scripts(
            practice_id=sender.practice_id,
            purpose=purpose,
            channel=sender.channel,
            reason=reason,
            now=now,
        )
    told = {"reason": reason, "no_account": NO_ACCOUNT}
    if consequence.pause_provider or consequence.pause_sender:
        _record_pauses(sender, code, everywhere=consequence.pause_provider, now=now)
    with connection.cursor() as cursor:
        if consequence.pause_provider:
            cursor.execute(_PAUSE_PROVIDER, told | {"provider": sender.provider})
        elif consequence.pause_sender:
            cursor.execute(_PAUSE, told | {"sender": sender.id})
        elif consequence.hold_until is not None:
            cursor.execute(_HOLD, [reason, consequence.hold_until, sender.id])
        elif consequence.slow_down:
            rest(sender.id, now=now, until=now + REST)
    if consequence.alarm:
        log.error("provider.code", provider=sender.provider, code=code, sender_id=sender.id)


def _record_pauses(sender: SenderRow, code: str, *, everywhere: bool, now: datetime) -> None:
    """Write down which senders a provider's answer is about to pause, that were not paused."""
    with connection.cursor() as cursor:
        provider = sender.provider if everywhere else None
        cursor.execute(_STILL_RUNNING, [sender.id, provider, NO_ACCOUNT])
        found = cursor.fetchall()
    for sender_id, practice_id in found:
        record(
            AuditAct.SENDER_CHANGED,
            practice_id=practice_id,
            by=BY_HANDBELL,
            subject=f"sender {sender_id}",
            detail={"paused": True, "reason": code[:40]},
            now=now,
        )
