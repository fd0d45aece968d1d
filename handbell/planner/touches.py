"""What is a touch, and what do its planners share? Pure.

`planner/reminders.py` and `planner/balances.py` describe a patient's near future completely;
the planner compares it with the outbox and writes the difference.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Final, TypedDict, Unpack

from handbell.access.practice_settings import NO_SET, PracticeSettings, StepsSet
from handbell.facts.people import Person
from handbell.policy.consent import newest
from handbell.policy.judge import Standing
from handbell.policy.quiet_hours import next_open, window_for
from handbell.policy.zones import candidate_zones
from handbell.vocabulary.words import (
    AppointmentStatus,
    Channel,
    ConsentKind,
    MessageState,
    Objection,
    Purpose,
    Recipient,
    ReminderMode,
)

#: How far ahead messages are written to the outbox; staff see this far on Today.
HORIZON: Final = timedelta(days=3)

#: Emergency before reminder before balance (design.md 5).
PRIORITY: Final = {
    Purpose.EMERGENCY_NOTICE: 0,
    Purpose.APPOINTMENT_REMINDER: 10,
    Purpose.BALANCE_ALERT: 20,
}

#: Whose consent is the patient's own, or given for somebody under 18.
THEIR_OWN: Final = frozenset({Recipient.PATIENT, Recipient.GUARDIAN})

Key = tuple[str, int, int, str, str, str]


@dataclass(frozen=True, slots=True)
class Visit:
    """An appointment as planning sees it."""

    id: int
    patient_id: int
    facility_id: int
    starts_at: datetime
    duration_minutes: int
    status: AppointmentStatus
    revision: int
    booked_at: datetime | None
    wants_reminders: bool
    steps_set: StepsSet = NO_SET  # its kind's own


@dataclass(frozen=True, slots=True)
class Slot:
    """A balance alert in the outbox: its day, and whether it waits, was handed over or held."""

    day: date
    sent: bool
    objection: str
    waiting: bool = False


@dataclass(frozen=True, slots=True)
class Touch:
    """One message that should exist. `key` is its dedup key within the practice."""

    purpose: Purpose
    channel: Channel
    patient_id: int
    appointment_id: int | None
    subject_id: int
    subject_revision: int
    step: str
    recipient: Recipient
    address: str = field(repr=False)
    visit_date: date | None
    planned_for: datetime
    due_at: datetime
    useful_until: datetime
    objection: Objection | None
    state: MessageState = MessageState.QUEUED

    @property
    def key(self) -> Key:
        return (
            self.purpose,
            self.subject_id,
            self.subject_revision,
            self.step,
            self.channel,
            self.recipient,
        )


@dataclass(frozen=True, slots=True)
class Outlook:
    """What a patient owes, since when, and when the next alert goes; `objection` if none does."""

    amount: Decimal
    since: date
    next_at: datetime | None
    objection: Objection | None


@dataclass(frozen=True, slots=True)
class Plan:
    """What should exist, and the next moment at which the answer may differ.

    `settled` says that nothing is owed: why a balance alert is wanted no more. `unreachable` says
    why no reminder reaches the patient, None if one does or none is wanted.
    """

    touches: Sequence[Touch]
    again_at: datetime | None
    settled: bool = False
    outlook: Outlook | None = None
    unreachable: Objection | None = None


@dataclass(frozen=True, slots=True)
class Frame:
    """What planning one practice at one moment needs; `sendable` channels have a sender.

    `holds` are the facilities whose reminders a closure holds, each with until when. Touches
    are described as far ahead as `horizon`; a page may look further than the outbox.
    """

    settings: PracticeSettings
    sendable: Collection[Channel]
    now: datetime
    horizon: timedelta = HORIZON
    holds: Mapping[int, datetime] = field(default_factory=dict)


def chosen_channels(
    person: Person, purpose: Purpose, possible: Collection[Channel], now: datetime
) -> list[Channel]:
    """Return the channels the patient subscribed to; without any, one that shows why not."""
    chosen = [c for c in subscribed_channels(person, purpose, now) if c in possible]
    if chosen:
        return chosen
    return [next((channel for channel in Channel if channel in possible), Channel.SMS)]


def subscribed_channels(
    person: Person, purpose: Purpose, now: datetime, recipient: Recipient = Recipient.PATIENT
) -> list[Channel]:
    """Return the channels whose switch is on for this purpose."""
    consents = person.consents_of(recipient)
    return [
        channel
        for channel in Channel
        if (event := newest(consents, purpose=purpose, channel=channel, now=now))
        and event.kind is ConsentKind.GRANTED
    ]


class About(TypedDict, total=False):
    """What only some messages have in their `Standing`."""

    status: AppointmentStatus
    when_confirmed: bool
    called_off: bool
    mode: ReminderMode
    held_until: datetime | None
    ordinary: bool


def standing_of(
    person: Person,
    *,
    purpose: Purpose,
    channel: Channel,
    today: date,
    has_sender: bool,
    recipient: Recipient | None = None,
    **about: Unpack[About],
) -> Standing:
    """Return what the facts say about writing to this person of this subject.

    `today` is the facility's day: on it somebody is a minor or not. `recipient` None: whoever
    answers for the patient. `about` is what the message is about.
    """
    recipient = recipient or person.recipients_for(purpose, today)[0]
    address = person.address(recipient, channel)
    return Standing(
        purpose=purpose,
        channel=channel,
        recipient=recipient,
        deceased=person.deceased,
        patient_status=person.status,
        minor=recipient in THEIR_OWN and person.minor_on(today),
        has_guardian=person.has_guardian,
        address=address,
        consents=person.consents_of(recipient),
        suppressions=person.suppressions_of(address),
        has_sender=has_sender,
        **about,
    )


def in_window(
    person: Person,
    facts: Standing,
    *,
    facility_id: int | None,
    settings: PracticeSettings,
    not_before: datetime,
) -> datetime:
    """Return the first moment not before `not_before` at which this person may be reached."""
    zones = candidate_zones(
        given=person.time_zone,
        phone="" if facts.channel is Channel.EMAIL else facts.address,
        facility=settings.zone_of(facility_id).key,
    )
    window = window_for(facts.purpose, facts.channel, settings.windows)
    return next_open(not_before, window=window, zones=zones)


def ended(touch: Touch, objection: Objection, state: MessageState | None = None) -> Touch:
    """Return the touch with an objection and, if given, the state it ends in at once."""
    return replace(touch, objection=objection, state=state or touch.state)


def held_at(at: datetime, visit: Visit, holds: Mapping[int, datetime]) -> datetime | None:
    """Return until when a closure holds a reminder that would go at `at`, None if none does."""
    until = holds.get(visit.facility_id)
    return until if until is not None and at < until else None
