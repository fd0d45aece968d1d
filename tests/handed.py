"""Hands messages over without a provider: claim, then settle with the answer a test chooses."""

from datetime import datetime, timedelta
from typing import Any

from django.conf import settings

from config.environment import secret
from handbell.channels.email.smtp.request import message_id_of
from handbell.channels.gateway import Accepted, HandOver, Outcome
from handbell.channels.receipt import Receipt, ReceiptStatus
from handbell.dispatch.claim import claim
from handbell.dispatch.settle import settle
from handbell.facts.models import Appointment
from handbell.outbox.models import Message, Sender
from handbell.planner.planner import plan_due
from handbell.receipts.intake import append_receipt, fold_new
from handbell.vocabulary.words import Channel
from tests.world import MONDAY, Clinic, at, phone

URL = "https://handbell.example"
TEN = at(3, 10)  # when the reminder of a visit on Wednesday is due


def mailbox(number: int) -> str:
    return f"patient{number}@patients.example"


def name_of(message: HandOver) -> str:
    """Return the Message-ID an e-mail of this installation leaves with."""
    return message_id_of(message, digest_key=secret(settings.ENVIRONMENT, "mail_digest_key"))


def reminded(clinic: Clinic, *, channel: Channel = Channel.SMS, number: int = 1) -> Appointment:
    """Make a patient with a visit on Wednesday at two, to be reminded on Tuesday at ten."""
    patient = clinic.patient(mobile=phone(number), email=mailbox(number), consents=[channel])
    return clinic.visit(patient, at(4, 14))


def ready(channel: Channel = Channel.SMS, *, patients: int = 1, **sender: Any) -> Clinic:
    """Return a clinic whose reminders on one channel are planned for Tuesday at ten."""
    clinic = Clinic()
    clinic.sender(channel, **sender)
    clinic.step(channels=[channel])
    for number in range(1, patients + 1):
        reminded(clinic, channel=channel, number=number)
    plan_due(now=MONDAY)
    return clinic


def sender_of(clinic: Clinic, channel: Channel = Channel.SMS) -> Sender:
    return Sender.objects.get(practice=clinic.practice, channel=channel)


def offer(
    clinic: Clinic, outcome: Outcome | None = None, *, now: datetime = TEN, size: int = 40
) -> list[HandOver]:
    """Claim what is due on every sender and settle it; accepted unless told otherwise."""
    offered: list[HandOver] = []
    for sender in Sender.objects.filter(practice=clinic.practice).order_by("pk"):
        batch = claim(sender.pk, now=now, public_url=URL, size=size)
        if batch.sender is None:
            continue
        answers: list[tuple[HandOver, Outcome]] = [
            (message, outcome or Accepted(provider_id(message))) for message in batch.messages
        ]
        settle(answers, sender=batch.sender, lease=batch.lease, now=now)
        offered += batch.messages
    return offered


def provider_id(message: HandOver) -> str:
    return f"SM{message.message_id:028d}{message.attempt:04d}"


def receipt(
    message: Message,
    status: ReceiptStatus,
    code: str | None = None,
    *,
    attempt: int | None = None,
) -> Receipt:
    number = message.attempts if attempt is None else attempt
    return Receipt(
        message_id=message.pk,
        attempt=number,
        key=f"SM{message.pk}-{number}:{status}:{code or ''}",
        provider_id=f"SM{message.pk:028d}{number:04d}",
        status=status,
        code=code,
        provider_word=status.value,
    )


def hear(*receipts: Receipt, now: datetime = TEN + timedelta(minutes=1)) -> None:
    """Append the receipts and fold them together."""
    for one in receipts:
        append_receipt(one, provider="rehearsal", now=now)
    fold_new(now=now)
