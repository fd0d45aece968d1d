"""What follows from a button on the page behind a patient's link.

Each act is one transaction: the fact, its row in the audit trail, and a LinkEvent that the life of
the message tells. Pressing twice is as pressing once. Staff are told of every act by these rows;
none of them holds an address, an amount or a birth date.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Any, Final

from django.db import transaction

from handbell.access.audit import BY_THE_PATIENT, record
from handbell.facts.models import Patient
from handbell.facts.operations import STOPPED_BY_LINK, change_patient, record_consent
from handbell.facts.people import load_people
from handbell.outbox.models import Message
from handbell.receipts.models import LinkEvent
from handbell.receipts.operations import PHONE_CHANNELS, confirm_visits, stop_address
from handbell.vocabulary.words import (
    AuditAct,
    Channel,
    ConsentKind,
    LinkAct,
    Purpose,
    Recipient,
)

#: How the consent log names the page.
CHOSEN: Final = "chosen on the page behind a link"
BY_THE_GUARDIAN: Final = "the guardian or caregiver"


@dataclass(frozen=True, slots=True, order=True)
class Choice:
    """One patient's switch for a purpose and channel, as the person wants it."""

    patient_id: int
    purpose: Purpose
    on: bool
    channel: Channel


def who_chose(message: Message) -> str:
    """Return how the consent log and the audit trail name whoever has the link."""
    return _WHO.get(Recipient(message.recipient), BY_THE_PATIENT)


_WHO: Final = {
    Recipient.GUARDIAN: BY_THE_GUARDIAN,
    Recipient.CAREGIVER: "the caregiver",
    Recipient.GUARANTOR: "the guarantor",
}


@transaction.atomic
def confirm_by_link(*, message: Message, visits: Iterable[int], now: datetime) -> int:
    """Confirm the visits as the page shows them; return how many were newly confirmed."""
    count = confirm_visits(message=message, how="link", shown=visits, now=now)
    if count:
        note(LinkAct.CONFIRMED, message, now=now)
    return count


@transaction.atomic
def stop_by_link(*, message: Message, now: datetime) -> bool:
    """Stop every message to the address this link was sent to, on its kind of channel.

    Returns False if they were stopped already.
    """
    stopped = _stop(message, message.address, now)
    if stopped:
        _record_stop(message, message.patient_id, now)
        note(LinkAct.STOPPED, message, now=now)
    return stopped


def _stop(message: Message, address: str, now: datetime) -> bool:
    return stop_address(
        practice_id=message.practice_id,
        address=address,
        channels=(Channel.EMAIL,) if "@" in address else PHONE_CHANNELS,
        source=STOPPED_BY_LINK,
        now=now,
    )


def _record_stop(message: Message, patient_id: int, now: datetime) -> None:
    _record(AuditAct.CONSENT_RECORDED, message, patient_id, {"kind": "stopped"}, now)


@transaction.atomic
def stop_everything(*, message: Message, patient_ids: Iterable[int], now: datetime) -> None:
    """Stop this address and every one of these patients, and take back every consent they gave.

    Name only patients whose address this one still is: nobody else's may be stopped by it.
    Emergency notices need no consent; only a stopped address keeps them away.
    """
    people = load_people(patient_ids, now=now)
    addresses = {
        address
        for person in people.values()
        for (owner, _), address in person.contacts.items()
        if owner == message.recipient
    }
    stopped = [_stop(message, address, now) for address in sorted({message.address, *addresses})]
    choices = [
        Choice(person.id, event.purpose, on=False, channel=event.channel)
        for person in people.values()
        for event in person.consents_of(Recipient(message.recipient))
        if event.kind is ConsentKind.GRANTED
        # Whoever pays for a patient speaks of what is owed, not of the patient's visits.
        and (message.recipient != Recipient.GUARANTOR or event.purpose is Purpose.BALANCE_ALERT)
    ]
    _record_choices(message, choices, {}, now)
    if any(stopped):
        for patient_id in sorted({message.patient_id, *people}):
            _record_stop(message, patient_id, now)
    if any(stopped) or choices:
        note(LinkAct.STOPPED, message, now=now)


@transaction.atomic
def save_choices(
    *,
    message: Message,
    choices: Collection[Choice],
    wordings: Mapping[Purpose, str],
    now: datetime,
) -> None:
    """Record what a person switched on or off; `wordings` is what they read before they agreed."""
    _record_choices(message, choices, wordings, now)
    if choices:
        note(LinkAct.CHOSE, message, now=now)


def _record_choices(
    message: Message,
    choices: Collection[Choice],
    wordings: Mapping[Purpose, str],
    now: datetime,
) -> None:
    alike = groupby(
        sorted(choices), key=lambda choice: (choice.patient_id, choice.purpose, choice.on)
    )
    for (patient_id, purpose, on), group in alike:
        channels = [choice.channel for choice in group]
        kind = ConsentKind.GRANTED if on else ConsentKind.WITHDRAWN
        record_consent(
            practice_id=message.practice_id,
            patient_id=patient_id,
            purpose=purpose,
            channels=channels,
            kind=kind,
            how=CHOSEN,
            by=who_chose(message),
            wording=wordings[purpose] if on else "",
            now=now,
            of_caregiver=message.recipient == Recipient.CAREGIVER,
        )
        told = {
            "purpose": purpose.value,
            "kind": kind.value,
            "channels": [channel.value for channel in channels],
        }
        _record(AuditAct.CONSENT_RECORDED, message, patient_id, told, now)


def _apart_from_the_way(choice: Choice) -> tuple[int, Purpose, bool]:
    return choice.patient_id, choice.purpose, choice.on


@transaction.atomic
def choose_language(
    *, message: Message, patient_ids: Iterable[int], language: str, now: datetime
) -> bool:
    """Write to these patients in another language from now on; False if that is so already."""
    changed = [
        patient_id
        for patient_id in sorted(patient_ids)
        if change_patient(
            practice_id=message.practice_id,
            patient_id=patient_id,
            columns={"language": language},
            contacts={},
            now=now,
        )
    ]
    for patient_id in changed:
        told = {"changed": ["language"], "to": language}
        _record(AuditAct.PATIENT_CHANGED, message, patient_id, told, now)
    if changed:
        note(LinkAct.LANGUAGE_CHOSEN, message, now=now)
    return bool(changed)


@transaction.atomic
def note_balance_shown(*, message: Message, now: datetime) -> None:
    """Note that somebody who knew the birth date was shown the balance."""
    _record(AuditAct.PATIENT_SEEN, message, message.patient_id, {"shown": "balance"}, now)
    note(LinkAct.BALANCE_SHOWN, message, now=now)


def note(act: LinkAct, message: Message, *, now: datetime) -> None:
    """Append one thing that was done behind a message's link."""
    LinkEvent.objects.create(
        practice_id=message.practice_id, message_id=message.pk, act=act, at=now
    )


def events_behind(message: Message) -> list[LinkEvent]:
    """Return what was done behind a message's link, in the order it happened."""
    return list(LinkEvent.objects.filter(message=message).order_by("at", "id"))


def people_of(message: Message) -> list[Patient]:
    """Return the patients a message spoke of, its own first."""
    rows = [message, *message.merged.all()]
    ids = list(dict.fromkeys(row.patient_id for row in rows))
    found = Patient.objects.in_bulk(ids)
    return [found[patient_id] for patient_id in ids]


def _record(
    act: AuditAct, message: Message, patient_id: int, detail: dict[str, Any], now: datetime
) -> None:
    record(
        act,
        practice_id=message.practice_id,
        by=who_chose(message),
        subject=f"patient {patient_id}",
        detail=detail | {"link of message": message.pk},
        now=now,
    )
