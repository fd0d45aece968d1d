"""What became of the messages in doubt? Ask the provider, then do what policy says.

A late receipt may settle a message at any time; asking again is harmless.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import connection, transaction

from handbell.channels.gateway import Answer, Gateway, Gateways, Known, LookUp, Unheard
from handbell.channels.receipt import ReceiptStatus
from handbell.dispatch.providers import status_of
from handbell.dispatch.undelivered import act_on_undelivered
from handbell.dispatch.worker import DatabaseThread
from handbell.outbox.models import Message
from handbell.outbox.states import advance
from handbell.policy.in_doubt import Doubt, after_unanswered, after_unheard, next_look_up
from handbell.vocabulary.contact import EmailAddress, PhoneNumber
from handbell.vocabulary.words import Channel, MessageState, Objection, Purpose

BATCH = 50

# What the address was sent besides is asked for in two halves, because each has its own index.
_IN_DOUBT = """
SELECT m.id, m.attempts, m.channel, m.purpose, s.address, m.address, s.provider, a.provider_id,
       a.claimed_at, a.text, m.useful_until,
       ARRAY(SELECT o.provider_id FROM outbox_message om
             JOIN outbox_attempt o ON o.message_id = om.id
             WHERE om.practice_id = m.practice_id AND om.address = m.address
               AND om.handed_over_at IS NOT NULL
               AND o.provider_id <> '' AND o.claimed_at > a.claimed_at - interval '1 day'
             UNION ALL
             SELECT o.provider_id FROM outbox_message om
             JOIN outbox_attempt o ON o.message_id = om.id
             WHERE om.practice_id = m.practice_id AND om.address = m.address
               AND om.handed_over_at IS NULL AND om.attempts > 0
               AND o.provider_id <> '' AND o.claimed_at > a.claimed_at - interval '1 day')
FROM outbox_message m
JOIN outbox_sender s ON s.id = m.sender_id
JOIN outbox_attempt a ON a.message_id = m.id AND a.number = m.attempts
WHERE m.state = 'in_doubt' AND m.look_up_at <= %s
ORDER BY m.look_up_at LIMIT %s
"""

_WAIT = """
UPDATE outbox_message SET look_up_at = %s WHERE id = %s AND state = 'in_doubt'
"""


@dataclass(frozen=True, slots=True)
class Doubted:
    """A message in doubt and everything its provider can be asked by."""

    question: LookUp = field(repr=False)
    purpose: Purpose
    provider: str
    useful_until: datetime


async def resolve(
    *, gateways: Gateways, clock: Callable[[], datetime], database: DatabaseThread
) -> int:
    """Ask about every message in doubt whose turn has come; return how many were asked about."""
    doubted = await database.run(due_for_look_up, now=clock())
    for message in doubted:
        gateway: Gateway | None = gateways.get((message.provider, message.question.channel))
        if gateway is None:
            continue
        answer = await gateway.look_up(message.question, now=clock())
        await database.run(act_on, message, answer, now=clock())
    return len(doubted)


def due_for_look_up(*, now: datetime) -> Sequence[Doubted]:
    """Return the messages in doubt whose next look-up is due."""
    with connection.cursor() as cursor:
        cursor.execute(_IN_DOUBT, [now, BATCH])
        rows = cursor.fetchall()
    return [_doubted(row) for row in rows]


def _doubted(row: Sequence[Any]) -> Doubted:
    is_email = row[2] == Channel.EMAIL
    question = LookUp(
        message_id=row[0],
        attempt=row[1],
        channel=Channel(row[2]),
        sender=row[4],
        to=EmailAddress(row[5]) if is_email else PhoneNumber(row[5]),
        provider_id=row[7] or None,
        handed_over_at=row[8],
        text=row[9],
        known_ids=frozenset(row[11]) - {row[7]},
    )
    return Doubted(question, Purpose(row[3]), provider=row[6], useful_until=row[10])


@transaction.atomic
def act_on(message: Doubted, answer: Answer, *, now: datetime) -> None:
    """Do what a provider's answer about a message in doubt calls for."""
    question = message.question
    if isinstance(answer, Known):
        _believe(message, answer, now)
        return
    if isinstance(answer, Unheard):
        doubt = after_unheard(message.purpose, useful=now <= message.useful_until)
    else:
        doubt = after_unanswered(
            message.purpose,
            attempts=question.attempt,
            handed_over_at=question.handed_over_at,
            now=now,
        )
    match doubt:
        case Doubt.SEND_AGAIN:
            advance(question.message_id, MessageState.QUEUED, now=now, due_at=now)
        case Doubt.GIVE_UP:
            advance(
                question.message_id,
                MessageState.FAILED,
                now=now,
                objection=Objection.TRIES_SPENT,
                detail="the provider never had it",
            )
        case Doubt.WAIT:
            _ask_again(question, next_look_up(handed_over_at=question.handed_over_at, now=now))
        case Doubt.LEAVE:
            _ask_again(question, None)


def _believe(doubted: Doubted, answer: Known, now: datetime) -> None:
    question = doubted.question
    status = status_of(doubted.provider, question.channel, answer.status)
    states = {
        ReceiptStatus.DELIVERED: MessageState.DELIVERED,
        ReceiptStatus.UNDELIVERED: MessageState.UNDELIVERED,
    }
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE outbox_attempt SET provider_id = %s WHERE message_id = %s AND number = %s",
            [answer.provider_id, question.message_id, question.attempt],
        )
    state = states.get(status, MessageState.ACCEPTED)
    moved = advance(question.message_id, state, now=now, detail=answer.code or "")
    if moved and state is MessageState.UNDELIVERED:
        message = Message.objects.get(pk=question.message_id)
        act_on_undelivered(message, answer.code or answer.status, now)


def _ask_again(question: LookUp, at: datetime | None) -> None:
    with connection.cursor() as cursor:
        cursor.execute(_WAIT, [at, question.message_id])
