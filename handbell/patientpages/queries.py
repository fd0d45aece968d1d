"""Whose link is this, is it theirs still, and has that address asked us to stop?"""

from datetime import datetime

from handbell.access.practice_settings import PracticeSettings, practice_settings
from handbell.facts.models import Suppression
from handbell.facts.people import Person, load_people
from handbell.outbox.models import Message
from handbell.outbox.queries import message_of_link
from handbell.policy.consent import SuppressionEvent, address_objection, newest
from handbell.receipts.links import people_of
from handbell.vocabulary.words import (
    Channel,
    ConsentKind,
    Objection,
    Purpose,
    Recipient,
    SuppressionKind,
)


def find_message(code: str) -> Message | None:
    """Return the message a link belongs to: the one whose text carried the visit, or None."""
    message = message_of_link(code)
    if message is not None and message.merged_into is not None:
        return message_of_link(message.merged_into.code)
    return message


def is_address_of(
    person: Person, message: Message, *, settings: PracticeSettings, now: datetime
) -> bool:
    """Return whether a link still belongs to whoever is written to about this patient.

    A number that changed, or a guardian's once the patient is of age, shows nothing more.
    """
    today = now.astimezone(settings.zone_of(person.facility_id)).date()
    recipient = Recipient(message.recipient)
    if recipient not in person.recipients_for(Purpose(message.purpose), today):
        return False
    return message.address in {person.address(recipient, channel) for channel in Channel}


def people_there(message: Message, *, now: datetime) -> list[Person]:
    """Return those of a message's patients whose address it still is, its own patient first."""
    ids = [patient.pk for patient in people_of(message)]
    settings, people = practice_settings(message.practice_id), load_people(ids, now=now)
    return [
        people[patient_id]
        for patient_id in ids
        if is_address_of(people[patient_id], message, settings=settings, now=now)
    ]


def rows_there(message: Message, *, now: datetime) -> list[Message]:
    """Return the message and what travelled with it, of patients whose address it still is."""
    there = {person.id for person in people_there(message, now=now)}
    return [row for row in (message, *message.merged.all()) if row.patient_id in there]


def is_stopped(message: Message, *, now: datetime) -> bool:
    """Return whether messages like this one to this address are stopped by their recipient.

    The address may be nobody's any more: a number that changed can still be asked about.
    """
    person = load_people([message.patient_id], now=now)[message.patient_id]
    purpose, channel = Purpose(message.purpose), Channel(message.channel)
    consents = person.consents_of(Recipient(message.recipient))
    consent = newest(consents, purpose=purpose, channel=channel, now=now)
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
