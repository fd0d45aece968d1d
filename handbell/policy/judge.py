"""May we say this, to this person, by this channel, at this moment?

The planner asks when it plans (`standing_objection`: what the facts say, whatever the hour);
the dispatcher asks again in the transaction that claims the message (`judge`: the same, and
caps, hours and usefulness besides), against the facts of that second.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from handbell.policy.caps import PastTouch, broken_cap
from handbell.policy.consent import (
    ConsentEvent,
    SuppressionEvent,
    address_objection,
    newest,
    subscription_objection,
)
from handbell.policy.quiet_hours import Window, next_open
from handbell.vocabulary.words import (
    AppointmentStatus,
    Channel,
    ConsentKind,
    Objection,
    PatientStatus,
    Purpose,
    Recipient,
    ReminderMode,
)

ADULT_AT = 18

ON_SCHEDULE = frozenset({AppointmentStatus.BOOKED, AppointmentStatus.CONFIRMED})


@dataclass(frozen=True, slots=True)
class Allow:
    """It may leave now."""


@dataclass(frozen=True, slots=True)
class Defer:
    """Not now: ask again at `until`."""

    why: Objection
    until: datetime


@dataclass(frozen=True, slots=True)
class Refuse:
    """It must not be sent."""

    why: Objection


Verdict = Allow | Defer | Refuse


@dataclass(frozen=True, slots=True)
class Standing:
    """What the facts say about one touch, whatever the hour.

    `balance` is the answer of policy.ledger for a balance alert, None for anything else.
    `status` and `when_confirmed` are None and False for anything but a visit; `called_off` says
    that the message itself tells of a visit that does not take place. `held_until` is how long a
    closure holds reminders of the visit's facility. An `ordinary` notice tells of a closure that is
    no emergency (policy.closures): it needs the consent a reminder needs.
    """

    purpose: Purpose
    channel: Channel
    recipient: Recipient
    deceased: bool
    patient_status: PatientStatus
    minor: bool
    has_guardian: bool
    address: str = field(repr=False)
    consents: Sequence[ConsentEvent] = ()
    suppressions: Sequence[SuppressionEvent] = ()
    status: AppointmentStatus | None = None
    when_confirmed: bool = False
    called_off: bool = False
    mode: ReminderMode = ReminderMode.NORMAL
    balance: Objection | None = None
    has_sender: bool = True
    held_until: datetime | None = None
    ordinary: bool = False


@dataclass(frozen=True, slots=True)
class Proposal:
    """One touch at the moment it would leave.

    `corrects` says that this address was already told of the same visit at another time.
    """

    standing: Standing
    touch: str
    useful_until: datetime
    window: Window | None
    zones: Sequence[ZoneInfo]
    past: Sequence[PastTouch] = ()
    corrects: bool = False


def is_minor(birth_date: date | None, *, today: date) -> bool:
    """Return whether somebody is under 18 on the day `today`. Unknown age counts as adult."""
    if birth_date is None:
        return False
    had_birthday = (today.month, today.day) >= (birth_date.month, birth_date.day)
    return today.year - birth_date.year - (0 if had_birthday else 1) < ADULT_AT


def standing_objection(facts: Standing, *, now: datetime) -> Objection | None:
    """Return the first objection the facts raise, gravest first; None if there is none."""
    return (
        _person_objection(facts)
        or _subject_objection(facts)
        or _reach_objection(facts, now=now)
        or (None if facts.has_sender else Objection.NO_SENDER)
    )


def judge(proposal: Proposal, *, now: datetime) -> Verdict:
    """Return whether the message may leave at `now`."""
    facts = proposal.standing
    objection = standing_objection(facts, now=now)
    if objection is Objection.CLOSED and facts.held_until is not None:
        return Defer(objection, facts.held_until)
    if objection is not None:
        return Refuse(objection)
    if now > proposal.useful_until:
        return Refuse(Objection.TOO_LATE)
    if broken_cap(
        proposal.past,
        purpose=facts.purpose,
        channel=facts.channel,
        touch=proposal.touch,
        now=now,
        zone=proposal.zones[0],
        corrects=proposal.corrects,
    ):
        return Refuse(Objection.OVER_CAP)
    opens = next_open(now, window=proposal.window, zones=proposal.zones)
    if opens > proposal.useful_until:
        return Refuse(Objection.TOO_LATE)
    if opens > now + timedelta(seconds=1):
        return Defer(Objection.QUIET_HOURS, opens)
    return Allow()


def _person_objection(facts: Standing) -> Objection | None:
    if facts.deceased:
        return Objection.DECEASED
    if facts.patient_status is PatientStatus.INACTIVE:
        return Objection.INACTIVE
    return None


def _subject_objection(facts: Standing) -> Objection | None:
    if facts.called_off:
        if facts.status is not AppointmentStatus.CANCELLED:
            return Objection.MOVED  # it takes place after all
    elif facts.status is not None:
        if facts.status not in ON_SCHEDULE:
            return Objection.NOT_BOOKED
        if facts.status is AppointmentStatus.CONFIRMED and not facts.when_confirmed:
            return Objection.CONFIRMED
    if facts.purpose is Purpose.APPOINTMENT_REMINDER and facts.mode is ReminderMode.PAUSED:
        return Objection.MODE
    if facts.held_until is not None:
        return Objection.CLOSED
    return facts.balance


def _reach_objection(facts: Standing, *, now: datetime) -> Objection | None:
    if facts.minor and not facts.has_guardian:
        return Objection.MINOR_WITHOUT_GUARDIAN
    notice = facts.purpose is Purpose.EMERGENCY_NOTICE
    # A notice has no switch of its own. Whoever texted START after a STOP is reached again: what
    # they agreed to is their reminders.
    asked = Purpose.APPOINTMENT_REMINDER if notice else facts.purpose
    decisive = newest(facts.consents, purpose=asked, channel=facts.channel, now=now)
    granted = decisive is not None and decisive.kind is ConsentKind.GRANTED
    # The log holds the patient's word: it takes back no STOP of whoever pays for them.
    of_another = facts.recipient is Recipient.GUARANTOR
    consented_at = decisive.at if decisive is not None and granted and not of_another else None
    if (not notice or facts.ordinary) and (objection := subscription_objection(decisive)):
        return objection
    if not facts.address:
        return Objection.NO_CONTACT_POINT
    return address_objection(
        facts.suppressions, channel=facts.channel, consented_at=consented_at, now=now
    )
