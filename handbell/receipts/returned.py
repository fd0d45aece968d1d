"""A mail came back: what follows for the message it is about, and for the address.

Believed is only a report that names a message of ours and its digest, which stands in the mail and
its envelope: anybody can write to the address bounces go to.
"""

import hmac
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

import structlog
from django.conf import settings
from django.db import InterfaceError, OperationalError, transaction

from config.environment import secret
from handbell.channels.email.returned.found import Kind, Ours, Returned
from handbell.channels.email.returned.read import read
from handbell.channels.email.smtp.receipt import receipt_of
from handbell.channels.email.smtp.request import digest_of
from handbell.facts.operations import one_at_a_time, suppress
from handbell.outbox.models import Message
from handbell.receipts.intake import append_event, append_receipt
from handbell.receipts.operations import stop_address
from handbell.vocabulary.words import Channel, SuppressionKind

log = structlog.get_logger()

#: How the suppression names where it comes from; staff read it.
REPORTED: Final = "reported as unwanted"
ASKED_BY_MAIL: Final = "asked for no more by e-mail"


class Did(StrEnum):
    """What became of a mail in the mailbox for bounces."""

    KEPT = "kept"  # appended; what follows from it follows
    KNOWN = "known"  # it was here before
    NOT_OURS = "not_ours"  # about no message of ours, or without the proof that it is
    LEFT = "left"  # no report: a person's mail, or a machine's answer
    BROKEN = "broken"  # reading it raised: a mistake of ours, and the mail is left for a person


@dataclass(frozen=True, slots=True)
class Received:
    """One mail: what it is and what was done."""

    returned: Returned
    did: Did


def receive_mail(raw: bytes, *, now: datetime) -> Received:
    """Act on a mail that came to the address for bounces. Idempotent.

    What cannot be acted on is never offered again, so that no mail stands in the way of others.
    Raises only what the database says of itself: then the mail's time is still to come.
    """
    try:
        return _receive(raw, now)
    except (OperationalError, InterfaceError):
        raise
    except Exception as error:
        log.error("returned.broken", error=type(error).__name__)
        return Received(Returned(Kind.LETTER), Did.BROKEN)


@transaction.atomic
def _receive(raw: bytes, now: datetime) -> Received:
    returned = read(raw)
    if returned.kind in {Kind.ANSWER, Kind.LETTER, Kind.AUTH_FAILURE}:
        return Received(returned, Did.LEFT)
    message = _message_of(returned)
    if message is None:
        return Received(returned, Did.NOT_OURS)
    provider = message.sender.provider if message.sender is not None else ""
    if returned.kind is Kind.COMPLAINT:
        key = f"complaint:hb.{message.pk}"
        new = complained(message, provider=provider, key=key, now=now)
    elif returned.kind is Kind.OPT_OUT:
        new = wants_no_more(message, source=ASKED_BY_MAIL, now=now)
    else:
        receipt = receipt_of(returned)
        assert receipt is not None  # of a message of ours, and none of the kinds above
        new = append_receipt(receipt, provider=provider, now=now)
    return Received(returned, Did.KEPT if new else Did.KNOWN)


def _message_of(returned: Returned) -> Message | None:
    """Return the message a report names, if the report proves that it is about it."""
    if returned.ours is None:
        return None
    message = (
        Message.objects.select_related("sender")
        .filter(pk=returned.ours.message_id, channel=Channel.EMAIL)
        .first()
    )
    if message is None or message.handed_over_at is None:
        return None
    if not is_proven(message, returned.ours):
        log.warning("returned.wrong_digest", message_id=message.pk)
        return None
    return message


def is_proven(message: Message, ours: Ours) -> bool:
    """Whether who names a message so had the mail itself: the digest is made with our secret."""
    digest = digest_of(
        message.pk,
        practice=str(message.practice_id),
        address=message.address,
        key=secret(settings.ENVIRONMENT, "mail_digest_key"),
    )
    return hmac.compare_digest(digest.encode(), ours.digest.encode())


@transaction.atomic
def complained(message: Message, *, provider: str, key: str, now: datetime) -> bool:
    """Note that the recipient reported a mail as unwanted: no more e-mail to that address."""
    event = append_event(
        provider=provider,
        kind="complaint",
        key=key,
        message_id=message.pk,
        attempt=0,
        payload={},
        now=now,
    )
    if event is None:
        return False
    one_at_a_time(message.practice_id, message.address)
    suppress(
        practice_id=message.practice_id,
        address=message.address,
        channels=(Channel.EMAIL,),
        kind=SuppressionKind.COMPLAINT,
        source=REPORTED,
        now=now,
    )
    log.warning("mail.complaint", message_id=message.pk, sender_id=message.sender_id)
    return True


def wants_no_more(message: Message, *, source: str, now: datetime) -> bool:
    """Stop e-mail to the address a message went to; False if it was stopped already."""
    return stop_address(
        practice_id=message.practice_id,
        address=message.address,
        channels=(Channel.EMAIL,),
        source=source,
        now=now,
    )
