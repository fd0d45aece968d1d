"""Whom did staff search for, and what came back that a person must read?"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.db.models import F, Q, QuerySet, Value
from django.db.models.functions import Concat

from handbell.access.models import Practice
from handbell.facts.models import Consent, ContactPoint, Patient, Suppression
from handbell.outbox.models import Message
from handbell.receipts.models import ProviderEvent, Reply
from handbell.vocabulary.contact import ContactFlaw, EmailAddress, PhoneNumber
from handbell.vocabulary.words import ConsentKind, Recipient

#: More patients than this is not a search result but a reason to type one more letter.
MOST_PATIENTS: Final = 500

#: Letters that count as the same: people type Pena and mean Peña.
_ALIKE: Final = ("aáàâäãå", "eéèêë", "iíìîï", "oóòôöõ", "uúùûü", "nñ", "cç", "yý")
_LETTERS: Final = {letter: f"[{alike}]" for alike in _ALIKE for letter in alike}

_PHONE: Final = re.compile(r"[+(]?[\d\s().-]{7,}")


@dataclass(frozen=True, slots=True)
class Found:
    """What a search means: some patients, or one message by its number."""

    patient_ids: tuple[int, ...]
    message_id: int | None = None
    too_many: bool = False


def search(practice: Practice, text: str) -> Found:
    """Return whom `text` means: a message number, a telephone, an e-mail, an id or a name."""
    text = text.strip()
    if text.startswith("#") and text[1:].isdecimal() and len(text) < 20:
        return Found((), message_id=int(text[1:]))
    if "@" in text:
        return _capped(_by_email(practice, text))
    if _PHONE.fullmatch(text) and (number := _phone(text, practice.region)):
        return _capped(_by_number(practice, number))
    return _capped(_by_name_or_id(practice, text))


def _capped(found: Iterable[int]) -> Found:
    ids = tuple(dict.fromkeys(found))
    return Found(ids[:MOST_PATIENTS], too_many=len(ids) > MOST_PATIENTS)


def _phone(text: str, region: str) -> str | None:
    try:
        return PhoneNumber.parse(text, region=region).value
    except ContactFlaw:
        return None


def _by_email(practice: Practice, text: str) -> QuerySet[ContactPoint, int]:
    """A whole address, or its beginning up to and with the @."""
    points = ContactPoint.objects.filter(practice=practice)
    try:
        points = points.filter(value=EmailAddress.parse(text).value)
    except ContactFlaw:
        points = points.filter(value__startswith=text)
    return points.values_list("patient_id", flat=True).distinct()[: MOST_PATIENTS + 1]


def _by_number(practice: Practice, number: str) -> set[int]:
    """Whoever has the number now, and whoever was written to at it."""
    points = ContactPoint.objects.filter(practice=practice, value=number)
    sent = Message.objects.filter(
        practice=practice, address=number, handed_over_at__isnull=False
    ).values_list("patient_id", flat=True)
    have_it = points.values_list("patient_id", flat=True)
    return {*have_it[: MOST_PATIENTS + 1], *sent.distinct()[: MOST_PATIENTS + 1]}


def _by_name_or_id(practice: Practice, text: str) -> list[int]:
    """Every word begins a name of the patient, in any order; or the whole is the patient's id."""
    patients = Patient.objects.filter(practice=practice)
    by_id = patients.filter(external_id=text).values_list("id", flat=True)
    words = text.lower().replace("-", " ").split()
    if not words:
        return []
    space = Value(" ")
    named = patients.annotate(
        names=Concat(space, F("first_name"), space, F("preferred_name"), space, F("last_name"))
    )
    for word in words:
        named = named.filter(names__iregex=_beginning(word))
    return [*by_id, *named.values_list("id", flat=True)[: MOST_PATIENTS + 1]]


def _beginning(word: str) -> str:
    """Return the pattern of a name that begins like `word`, accents aside (PostgreSQL's own)."""
    letters = (_LETTERS.get(letter) or _literal(letter) for letter in word)
    return "[ -]" + "".join(letters)


def _literal(letter: str) -> str:
    return letter if letter.isalnum() else f"\\{letter}"


def unread_replies(practice: Practice, *, facility_id: int | None, limit: int) -> list[Reply]:
    """Return replies a person should read and nobody has, the oldest first.

    Those are the ones nobody understood and those that ask for a call. One from a number nobody
    knows belongs to every facility.
    """
    unread = Reply.objects.filter(practice=practice, seen_at__isnull=True)
    if facility_id is not None:
        ours = Q(patient__facility_id=facility_id) | Q(
            message__appointment__facility_id=facility_id
        )
        unread = unread.filter(ours | Q(patient__isnull=True) | Q(patient__facility__isnull=True))
    return list(unread.select_related("patient", "message").order_by("received_at", "id")[:limit])


def replies_to(message: Message) -> list[Reply]:
    """Return what the patient answered to one message."""
    return list(Reply.objects.filter(message=message).order_by("received_at", "id"))


def events_of(message: Message) -> list[ProviderEvent]:
    """Return what the provider reported of one message, in the order it arrived."""
    return list(ProviderEvent.objects.filter(message=message).order_by("received_at", "id"))


def stop_behind(message: Message) -> tuple[str, datetime] | None:
    """Return how and when the address or the patient was taken off, for a message held for it."""
    suppression = (
        Suppression.objects.filter(
            practice_id=message.practice_id,
            address=message.address,
            channel=message.channel,
            lifted_at__isnull=True,
        )
        .order_by("-at")
        .first()
    )
    if suppression:
        return suppression.source, suppression.at
    withdrawn = (
        Consent.objects.filter(
            of_caregiver=message.recipient == Recipient.CAREGIVER,
            patient_id=message.patient_id,
            purpose=message.purpose,
            channel=message.channel,
            kind=ConsentKind.WITHDRAWN,
        )
        .order_by("-at")
        .first()
    )
    return (withdrawn.how, withdrawn.at) if withdrawn else None
