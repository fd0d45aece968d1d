"""Append what a provider reported, as it came, and fold what was appended.

Appending is all a webhook does; folding runs in batches and may run twice, late, or in several
workers at once without changing the answer.
"""

import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import structlog
from django.db import connection, transaction

from handbell.channels.receipt import Receipt, ReceiptStatus
from handbell.dispatch.undelivered import act_on_undelivered
from handbell.outbox.models import Message
from handbell.outbox.states import Move, advance_many
from handbell.receipts.fold import Folded, Heard, fold
from handbell.receipts.models import ProviderEvent
from handbell.vocabulary.words import Channel, MessageState

log = structlog.get_logger()

BATCH = 500

_APPEND = """
INSERT INTO receipts_providerevent
    (provider, kind, key, message_id, attempt, payload, received_at)
SELECT %s, %s, %s, m.id, COALESCE(NULLIF(%s::smallint, 0), m.attempts), %s::jsonb, %s
FROM (SELECT) AS one LEFT JOIN outbox_message m ON m.id = %s
ON CONFLICT ON CONSTRAINT provider_event_once DO NOTHING
RETURNING id
"""

_APPEND_RECEIPTS = """
INSERT INTO receipts_providerevent
    (provider, kind, key, message_id, attempt, payload, received_at)
SELECT u.provider, 'receipt', u.key, m.id, COALESCE(NULLIF(u.attempt, 0), m.attempts), u.payload,
       u.at
FROM unnest(%s::text[], %s::text[], %s::bigint[], %s::smallint[], %s::jsonb[], %s::timestamptz[])
    AS u (provider, key, message_id, attempt, payload, at)
LEFT JOIN outbox_message m ON m.id = u.message_id
ON CONFLICT ON CONSTRAINT provider_event_once DO NOTHING
"""

_UNFOLDED = """
SELECT id, message_id FROM receipts_providerevent
WHERE folded_at IS NULL ORDER BY id LIMIT %s FOR UPDATE SKIP LOCKED
"""

_ALL_OF = """
SELECT message_id, attempt, payload->>'status', COALESCE(payload->>'code', '')
FROM receipts_providerevent WHERE kind = 'receipt' AND message_id = ANY(%s)
"""

_FOLDED = "UPDATE receipts_providerevent SET folded_at = %s WHERE id = ANY(%s)"

_PROVIDER_IDS = """
UPDATE outbox_attempt a SET provider_id = u.provider_id
FROM unnest(%s::bigint[], %s::smallint[], %s::text[]) AS u (message_id, number, provider_id)
WHERE a.message_id = u.message_id AND a.number = u.number AND a.provider_id = ''
"""


def append_event(
    *,
    provider: str,
    kind: str,
    key: str,
    message_id: int | None,
    attempt: int | None,
    payload: Mapping[str, Any],
    now: datetime,
) -> int | None:
    """Append one event; return its id, or None if it was here before (a replay).

    An event that names no attempt (0: a bounced e-mail) is about the newest one there is now.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            _APPEND, [provider, kind, key[:200], attempt, json.dumps(payload), now, message_id]
        )
        row = cursor.fetchone()
    return row[0] if row else None


@dataclass(frozen=True, slots=True)
class Arrived:
    """A receipt, who sent it, and when it came."""

    receipt: Receipt
    provider: str
    at: datetime


def append_receipts(arrived: Sequence[Arrived]) -> int:
    """Append receipts in one statement; return how many were not here before.

    The payload is the receipt in our words; the provider's form holds the patient's number,
    which we have already, so it is not kept a second time.
    """
    for one in arrived:
        if one.receipt.status is ReceiptStatus.UNKNOWN:
            log.error(
                "receipt.unknown_word", provider=one.provider, message_id=one.receipt.message_id
            )
    with connection.cursor() as cursor:
        cursor.execute(
            _APPEND_RECEIPTS,
            [
                [one.provider for one in arrived],
                [_key(one.receipt) for one in arrived],
                [one.receipt.message_id for one in arrived],
                [one.receipt.attempt for one in arrived],
                [json.dumps(_payload(one.receipt)) for one in arrived],
                [one.at for one in arrived],
            ],
        )
        return int(cursor.rowcount)


def append_receipt(receipt: Receipt, *, provider: str, now: datetime) -> bool:
    """Append one receipt; return False if it was here before."""
    return append_receipts([Arrived(receipt, provider, now)]) == 1


def _key(receipt: Receipt) -> str:
    return f"{receipt.message_id}.{receipt.attempt}:{receipt.key}"[:200]


def _payload(receipt: Receipt) -> dict[str, str | int]:
    lasted = {} if receipt.seconds is None else {"seconds": receipt.seconds}
    return lasted | {
        "status": receipt.status.value,
        "word": receipt.provider_word,
        "code": receipt.code or "",
        "answered_by": receipt.answered_by or "",
        "provider_id": receipt.provider_id,
    }


def fold_new(*, now: datetime) -> int:
    """Fold every event that was appended since; return how many. Idempotent."""
    folded = 0
    while count := fold_batch(now=now):
        folded += count
        if count < BATCH:
            break
    return folded


@transaction.atomic
def fold_batch(*, now: datetime) -> int:
    """Fold up to a batch of new events; return how many there were."""
    with connection.cursor() as cursor:
        cursor.execute(_UNFOLDED, [BATCH])
        events = cursor.fetchall()
        if not events:
            return 0
        message_ids = sorted({message_id for _, message_id in events if message_id is not None})
        receipts = _receipts_of(message_ids)
        cursor.execute(_FOLDED, [now, [event_id for event_id, _ in events]])
    messages = Message.objects.select_for_update().in_bulk(message_ids)
    _apply(
        {
            message_id: fold(receipts[message_id], channel=Channel(message.channel))
            for message_id, message in messages.items()
        },
        messages,
        now,
    )
    _note_provider_ids([event_id for event_id, _ in events])
    return len(events)


def _receipts_of(message_ids: Sequence[int]) -> dict[int, list[Heard]]:
    with connection.cursor() as cursor:
        cursor.execute(_ALL_OF, [list(message_ids)])
        rows = cursor.fetchall()
    found: dict[int, list[Heard]] = defaultdict(list)
    for message_id, attempt, status, code in rows:
        found[message_id].append(Heard(attempt or 0, ReceiptStatus(status), code))
    return found


def _note_provider_ids(event_ids: Sequence[int]) -> None:
    """Give attempts that never heard their provider's id (in doubt) the one receipts name."""
    rows = ProviderEvent.objects.filter(
        pk__in=event_ids, kind="receipt", message__isnull=False
    ).values_list("message_id", "attempt", "payload__provider_id")
    with connection.cursor() as cursor:
        cursor.execute(
            _PROVIDER_IDS, [[r[0] for r in rows], [r[1] for r in rows], [r[2] or "" for r in rows]]
        )


def _apply(folded: Mapping[int, Folded], messages: Mapping[int, Message], now: datetime) -> None:
    news = [
        Move(message_id, found.state, found.code)
        for message_id, found in folded.items()
        if found.state is not None
        and found.state != messages[message_id].state
        and not _is_old_news(messages[message_id], found)
    ]
    moved = advance_many(news, now=now)
    for move in news:
        if move.message_id in moved and move.state is MessageState.UNDELIVERED:
            act_on_undelivered(messages[move.message_id], move.detail, now)


def _is_old_news(message: Message, folded: Folded) -> bool:
    """Return whether what the receipts say was acted on already, or must not undo a last word."""
    if folded.state is MessageState.DELIVERED:
        return False  # it arrived, whichever try it was
    if folded.attempt < message.attempts:
        return True  # a later try is under way
    if folded.state is MessageState.UNDELIVERED:
        return message.state == MessageState.QUEUED  # put back because of this very receipt
    return message.state not in _OPEN_TO_ACCEPTED


#: "The provider has it" is news only where we did not know. In QUEUED it ends a second try
#: that was to be made because nobody knew.
_OPEN_TO_ACCEPTED = frozenset(
    {
        MessageState.CLAIMED,
        MessageState.IN_DOUBT,
        MessageState.QUEUED,
        MessageState.FAILED,
        MessageState.EXPIRED,
    }
)
