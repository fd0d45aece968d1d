"""Whose link is this, and has that address asked us to stop?"""

from datetime import datetime

from handbell.facts.models import Suppression
from handbell.facts.people import load_people
from handbell.outbox.models import Message
from handbell.outbox.queries import message_of_link
from handbell.policy.consent import SuppressionEvent, address_objection, newest
from handbell.vocabulary.words import Channel, ConsentKind, Objection, Purpose, SuppressionKind


def find_message(code: str) -> Message | None:
    """Return the message a link belongs to: the one whose text carried the visit, or None."""
    message = message_of_link(code)
    if message is not None and message.merged_into is not None:
        return message_of_link(message.merged_into.code)
    return message


def is_stopped(message: Message, *, now: datetime) -> bool:
    """Return whether messages like this one to this address are stopped by their recipient.

    The address may be nobody's any more: a number that changed can still be asked about.
    """
    person = load_people([message.patient_id], now=now)[message.patient_id]
    purpose, channel = Purpose(message.purpose), Channel(message.channel)
    consent = newest(person.consents, purpose=purpose, channel=channel, now=now)
    granted = consent is not None and consent.kind is ConsentKind.GRANTED
    suppressions = Suppression.objects.filter(
        practice_id=message.practice_id, address=message.address, channel=channel, at__lte=now
    )
    objection = address_objection(
        [
            SuppressionEvent(channel, SuppressionKind(row.kind), row.at, row.lifted_at)
            for row in suppressions
        ],
        channel=channel,
        consented_at=consent.at if consent and granted else None,
        now=now,
    )
    return objection is Objection.OPTED_OUT
