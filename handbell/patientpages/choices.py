"""What does somebody get from us, by which of their ways, and what may they switch by this link?

Stopping is always possible: any way of any purpose, or everything. Switching on is a consent, so it
is taken only for the address the link was sent to: whoever reads messages there has shown it by
having the link (rules.md 1: the number's customary user consents). After a STOP by text the
telephone company itself blocks our texts, which no page can lift; a texted START can.
"""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Final

from handbell.access.practice_settings import PracticeSettings, practice_settings
from handbell.facts.models import Consent, Suppression
from handbell.facts.operations import KNOWN_TO_US_ONLY
from handbell.facts.people import Person
from handbell.outbox.models import Message, Sender
from handbell.patientpages.queries import people_there
from handbell.patientpages.speech import masked
from handbell.patientpages.wording import wording
from handbell.planner.balances import balance_channels, frequency_for
from handbell.policy.consent import address_objection, newest
from handbell.policy.timetable import DAYS_BETWEEN_ALERTS
from handbell.receipts.links import Choice
from handbell.vocabulary.words import (
    BalancePreference,
    Channel,
    ConsentKind,
    Objection,
    Purpose,
    Recipient,
    SuppressionKind,
)

#: The purposes that have a switch.
SWITCHES: Final = (Purpose.APPOINTMENT_REMINDER, Purpose.BALANCE_ALERT)


class Fixed(StrEnum):
    """Why a way cannot be switched on by this link."""

    TEXT_START = "text_start"
    NOT_ARRIVING = "not_arriving"
    ELSEWHERE = "elsewhere"  # the link was sent to another address
    CALL_US = "call_us"


@dataclass(frozen=True, slots=True)
class Way:
    """One channel of a purpose as it is now."""

    key: str
    channel: Channel
    address: str = field(repr=False)  # masked
    on: bool
    fixed: Fixed | None


@dataclass(frozen=True, slots=True)
class Kind:
    """One purpose with its ways, and what is read before one is switched on."""

    purpose: Purpose
    wording: str
    ways: Sequence[Way]

    @property
    def switchable(self) -> bool:
        return any(way.fixed is None for way in self.ways)


@dataclass(frozen=True, slots=True)
class Sheet:
    """The choices of one patient whose address this is; without kinds if there are none."""

    patient_id: int
    first_name: str = field(repr=False)
    language: str
    kinds: Sequence[Kind]


@dataclass(frozen=True, slots=True)
class _Desk:
    message: Message
    settings: PracticeSettings
    sendable: Collection[Channel]
    language: str
    now: datetime


def read_sheets(message: Message, *, language: str, now: datetime) -> list[Sheet]:
    """Return the choices of the message's patients whose address it still is."""
    senders = Sender.objects.filter(practice_id=message.practice_id, retired=False)
    desk = _Desk(
        message=message,
        settings=practice_settings(message.practice_id),
        sendable={Channel(channel) for channel in senders.values_list("channel", flat=True)},
        language=language,
        now=now,
    )
    return [_sheet(desk, person) for person in people_there(message, now=now)]


def _sheet(desk: _Desk, person: Person) -> Sheet:
    kinds = [] if person.deceased else [_kind(desk, person, one) for one in SWITCHES]
    return Sheet(
        person.id, person.first_name, person.language, [kind for kind in kinds if kind.ways]
    )


def _kind(desk: _Desk, person: Person, purpose: Purpose) -> Kind:
    ways = list(_ways(desk, person, purpose))
    sent = (
        purpose is not Purpose.BALANCE_ALERT
        or frequency_for(person, desk.settings) in DAYS_BETWEEN_ALERTS
    )
    return Kind(
        purpose=purpose,
        wording=wording(purpose, desk.language, practice=desk.settings.name),
        ways=ways if sent or any(way.on for way in ways) else [],
    )


def _ways(desk: _Desk, person: Person, purpose: Purpose) -> Iterator[Way]:
    today = desk.now.astimezone(desk.settings.zone_of(person.facility_id)).date()
    recipient = Recipient(desk.message.recipient)
    if recipient not in person.recipients_for(purpose, today):
        return  # it is somebody else who is written to about this
    every = tuple(Channel)
    balance = purpose is Purpose.BALANCE_ALERT
    for channel in balance_channels(desk.settings) if balance else every:
        address = person.address(recipient, channel)
        if not address:
            continue
        on, objection = _standing(desk, person, purpose, channel, address)
        if channel not in desk.sendable and not on:
            continue
        yield Way(
            key=f"{person.id}-{purpose}-{channel}",
            channel=channel,
            address=masked(address),
            on=on,
            fixed=None if on else _fixed(desk, person, purpose, channel, address, objection),
        )


def _standing(
    desk: _Desk, person: Person, purpose: Purpose, channel: Channel, address: str
) -> tuple[bool, Objection | None]:
    """Return whether a way is on, and what speaks against the address."""
    consents = person.consents_of(Recipient(desk.message.recipient))
    event = newest(consents, purpose=purpose, channel=channel, now=desk.now)
    granted = event is not None and event.kind is ConsentKind.GRANTED
    objection = address_objection(
        person.suppressions_of(address),
        channel=channel,
        consented_at=event.at if event and granted else None,
        now=desk.now,
    )
    wanted = purpose is not Purpose.BALANCE_ALERT or (
        person.balance_alerts is not BalancePreference.OUT
    )
    return granted and wanted and objection is None, objection


def _fixed(
    desk: _Desk,
    person: Person,
    purpose: Purpose,
    channel: Channel,
    address: str,
    objection: Objection | None,
) -> Fixed | None:
    if objection is Objection.SUPPRESSED:
        return Fixed.NOT_ARRIVING
    if address != desk.message.address:
        return Fixed.ELSEWHERE
    opted_out = purpose is Purpose.BALANCE_ALERT and person.balance_alerts is BalancePreference.OUT
    if opted_out:
        return Fixed.CALL_US
    is_text = channel is Channel.SMS and objection is Objection.OPTED_OUT
    if is_text and _is_blocked_by_carrier(person, address, desk.now):
        return Fixed.TEXT_START
    return None


def _is_blocked_by_carrier(person: Person, address: str, now: datetime) -> bool:
    """Return whether a STOP by text, or a provider's word of one, is newer than any START."""
    owners = {owner for (owner, _), value in person.contacts.items() if value == address}
    started = (
        Consent.objects.filter(
            patient_id=person.id,
            how="texted START",
            of_caregiver=owners == {Recipient.CAREGIVER},
            at__lte=now,
        )
        .order_by("-at")
        .values_list("at", flat=True)
        .first()
    )
    stops = Suppression.objects.filter(
        practice_id=person.practice_id,
        address=address,
        channel=Channel.SMS,
        kind=SuppressionKind.OPTED_OUT,
        lifted_at__isnull=True,
    ).exclude(source__in=KNOWN_TO_US_ONLY)
    return (stops.filter(at__gt=started) if started else stops).exists()


def number_to_text(message: Message) -> str:
    """Return the number a START must be texted to, "" if the practice sends no texts."""
    if message.channel == Channel.SMS and message.sender is not None:
        return message.sender.address
    senders = Sender.objects.filter(
        practice_id=message.practice_id, channel=Channel.SMS, retired=False
    )
    return senders.order_by("pk").values_list("address", flat=True).first() or ""


def read_choices(
    sheets: Sequence[Sheet], *, ticked: Collection[str], was: Collection[str]
) -> list[Choice]:
    """Return what somebody changed, compared with what their page showed (`was`).

    What is not theirs to switch, or is as they want it by now, is no change. A box that was ticked
    when the page was drawn is no consent to what was stopped elsewhere since.
    """
    return [
        Choice(sheet.patient_id, kind.purpose, way.key in ticked, way.channel)
        for sheet in sheets
        for kind in sheet.kinds
        for way in kind.ways
        if (way.key in ticked) != (way.key in was)
        and (way.key in ticked) != way.on
        and (way.on or way.fixed is None)
    ]
