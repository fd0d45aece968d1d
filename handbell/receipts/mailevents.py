"""A mail provider reported an event: what follows for the message it is about."""

from datetime import datetime
from typing import Final

import structlog

from handbell.channels.email.esp.receipt import Told
from handbell.channels.receipt import Receipt
from handbell.outbox.models import Attempt, Message
from handbell.receipts.intake import append_receipt
from handbell.receipts.returned import Did, complained, is_proven, wants_no_more
from handbell.vocabulary.words import Channel

log = structlog.get_logger()

#: How the suppression names where it comes from; staff read it.
ASKED_THE_PROVIDER: Final = "unsubscribed with the mail provider"


def receive_event(told: Told, *, now: datetime) -> Did:
    """Act on an event of a provider whose request was verified. Idempotent."""
    if not told.is_known:
        log.error("mail.unknown_event", esp=told.esp)
        return Did.LEFT
    if told.status is None and not told.complains and not told.wants_no_more:
        return Did.LEFT
    found = _attempt_of(told)
    if found is None:
        return Did.NOT_OURS
    message, number = found
    provider = message.sender.provider if message.sender is not None else told.esp
    if told.complains:
        new = complained(message, provider=provider, key=f"complaint:hb.{message.pk}", now=now)
    elif told.wants_no_more:
        new = wants_no_more(message, source=ASKED_THE_PROVIDER, now=now)
    else:
        assert told.status is not None  # seen above
        receipt = Receipt(
            message_id=message.pk,
            attempt=number,
            key=told.key,
            provider_id=told.provider_id[:120],
            status=told.status,
            code=told.code,
            provider_word=told.event_type,
        )
        new = append_receipt(receipt, provider=provider, now=now)
    return Did.KEPT if new else Did.KNOWN


def _attempt_of(told: Told) -> tuple[Message, int] | None:
    """Return the message an event is about, and the attempt where the provider's name tells it."""
    emails = Message.objects.select_related("sender").filter(channel=Channel.EMAIL)
    ours = told.ours
    if ours is not None:
        message = emails.filter(pk=ours.message_id).first()
        return (message, 0) if message is not None and is_proven(message, ours) else None
    if not told.provider_id:
        return None
    attempt = Attempt.objects.filter(
        provider_id=told.provider_id, message__channel=Channel.EMAIL
    ).first()
    return (emails.get(pk=attempt.message_id), attempt.number) if attempt is not None else None
