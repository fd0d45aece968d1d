"""Which touches should exist for a patient now? Pure: facts and settings in, touches out.

`reminders` and `balance_alerts` describe the near future completely; the planner compares it
with the outbox and writes the difference. Nothing here depends on what was planned before,
except that a balance alert follows the last one.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Final

from handbell.access.practice_settings import PracticeSettings
from handbell.facts.people import Person
from handbell.policy.consent import newest
from handbell.policy.judge import ON_SCHEDULE, Standing, standing_objection
from handbell.policy.ledger import Account, Entry, account, balance_objection
from handbell.policy.quiet_hours import next_open, window_for
from handbell.policy.timetable import (
    BALANCE_USEFUL_FOR,
    DAYS_BETWEEN_ALERTS,
    Step,
    next_delivery,
    step_moment,
    useful_until,
    wall_clock,
)
from handbell.policy.zones import candidate_zones
from handbell.vocabulary.words import (
    AppointmentStatus,
    Channel,
    ConsentKind,
    MessageState,
    Objection,
    Purpose,
    Recipient,
)

#: How far ahead messages are written to the outbox; staff see this far on Today.
HORIZON: Final = timedelta(days=3)

#: Emergency before reminder before balance (design.md 5).
PRIORITY: Final = {
    Purpose.EMERGENCY_NOTICE: 0,
    Purpose.APPOINTMENT_REMINDER: 10,
    Purpose.BALANCE_ALERT: 20,
}

#: Balance alerts go by text or e-mail (strataemr.md 1.4).
BALANCE_CHANNELS: Final = (Channel.SMS, Channel.EMAIL)

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
class Plan:
    """What should exist, and the next moment at which the answer may differ."""

    touches: Sequence[Touch]
    again_at: datetime | None


def plan_person(
    person: Person,
    *,
    visits: Iterable[Visit],
    entries: Sequence[Entry],
    slots: Sequence[Slot],
    settings: PracticeSettings,
    sendable: Collection[Channel],
    known: Collection[Key],
    next_consent_at: datetime | None,
    now: datetime,
) -> Plan:
    """Return every touch of the near future for one patient.

    `sendable` are the channels the practice has a sender for; `known` the dedup keys already in
    the outbox; `next_consent_at` when a consent already recorded takes effect, if later.
    """
    moments: list[datetime] = [next_consent_at] if next_consent_at else []
    touches: list[Touch] = []
    for visit in visits:
        if visit.booked_at is not None and visit.booked_at > now:
            moments.append(visit.booked_at)
            continue
        found = reminders(person, visit, settings=settings, sendable=sendable, known=known, now=now)
        touches += found.touches
        moments += [found.again_at] if found.again_at else []
    found = balance_alerts(
        person, entries=entries, slots=slots, settings=settings, sendable=sendable, now=now
    )
    touches += found.touches
    moments += [found.again_at] if found.again_at else []
    return Plan(touches, min(moments, default=None))


def reminders(
    person: Person,
    visit: Visit,
    *,
    settings: PracticeSettings,
    sendable: Collection[Channel],
    known: Collection[Key],
    now: datetime,
) -> Plan:
    """Return the reminders of one visit whose moment is near or past."""
    if visit.starts_at <= now or not visit.wants_reminders:
        return Plan((), None)
    zone = settings.zone_of(visit.facility_id)
    near: list[tuple[datetime, Step]] = []
    later: list[datetime] = []
    for step in settings.steps:
        moment = step_moment(step, starts_at=visit.starts_at, zone=zone)
        if _is_not_made_up_for(step, visit, moment):
            continue
        if moment > now + HORIZON:
            later.append(moment - HORIZON)
        else:
            near.append((moment, step))
    touches = [
        _reminder(
            person, visit, step, channel, moment, settings=settings, sendable=sendable, now=now
        )
        for moment, step in sorted(near, key=lambda pair: pair[0])
        for channel in step.channels or _chosen(person, Purpose.APPOINTMENT_REMINDER, sendable, now)
    ]
    return Plan(_only_last_missed(touches, known, now), min(later, default=None))


def _is_not_made_up_for(step: Step, visit: Visit, moment: datetime) -> bool:
    if step.since is None or moment >= step.since:
        return False
    return visit.booked_at is None or visit.booked_at < step.since


def _only_last_missed(
    touches: Sequence[Touch], known: Collection[Key], now: datetime
) -> list[Touch]:
    """Return the touches, of several steps missed by a late booking all but the last merged.

    Somebody who books for tomorrow gets one message at once, not one per step missed.
    """
    missed = [t for t in touches if t.planned_for < now and t.key not in known]
    last = {touch.channel: touch for touch in missed}  # in order of planned_for
    return [
        _with_objection(touch, Objection.MERGED)
        if touch in missed and touch.objection is None and touch is not last[touch.channel]
        else touch
        for touch in touches
    ]


def _reminder(
    person: Person,
    visit: Visit,
    step: Step,
    channel: Channel,
    moment: datetime,
    *,
    settings: PracticeSettings,
    sendable: Collection[Channel],
    now: datetime,
) -> Touch:
    zone = settings.zone_of(visit.facility_id)
    today = now.astimezone(zone).date()
    recipient = person.recipient_on(today)
    address = person.address(recipient, channel)
    objection = standing_objection(
        reminder_standing(
            person,
            visit,
            channel=channel,
            when_confirmed=step.when_confirmed,
            settings=settings,
            has_sender=channel in sendable,
            today=today,
        ),
        now=now,
    )
    ends = useful_until(starts_at=visit.starts_at, too_late_hours=settings.too_late_hours)
    due = _due(
        Purpose.APPOINTMENT_REMINDER,
        channel,
        person,
        address,
        facility_id=visit.facility_id,
        settings=settings,
        not_before=max(moment, now),
    )
    touch = Touch(
        purpose=Purpose.APPOINTMENT_REMINDER,
        channel=channel,
        patient_id=person.id,
        appointment_id=visit.id,
        subject_id=visit.id,
        subject_revision=visit.revision,
        step=step.key,
        recipient=recipient,
        address=address,
        visit_date=visit.starts_at.astimezone(zone).date(),
        planned_for=moment,
        due_at=due if objection is None else max(moment, now),
        useful_until=ends,
        objection=objection,
    )
    return _ended_at_once(touch, visit)


def _ended_at_once(touch: Touch, visit: Visit) -> Touch:
    """Return the touch, already ended if its visit is off or its hour can only be too late."""
    if visit.status not in ON_SCHEDULE:
        return _with_objection(
            touch, touch.objection or Objection.NOT_BOOKED, MessageState.CANCELLED
        )
    if touch.objection is None and touch.due_at > touch.useful_until:
        return _with_objection(touch, Objection.TOO_LATE, MessageState.EXPIRED)
    return touch


def reminder_standing(
    person: Person,
    visit: Visit,
    *,
    channel: Channel,
    when_confirmed: bool,
    settings: PracticeSettings,
    has_sender: bool,
    today: date,
) -> Standing:
    """Return what the facts say about reminding this person of this visit."""
    recipient = person.recipient_on(today)
    address = person.address(recipient, channel)
    return Standing(
        purpose=Purpose.APPOINTMENT_REMINDER,
        channel=channel,
        recipient=recipient,
        deceased=person.deceased,
        patient_status=person.status,
        minor=person.minor_on(today),
        has_guardian=person.has_guardian,
        address=address,
        consents=person.consents,
        suppressions=person.suppressions_of(address),
        status=visit.status,
        when_confirmed=when_confirmed,
        mode=settings.mode,
        has_sender=has_sender,
    )


def balance_alerts(
    person: Person,
    *,
    entries: Sequence[Entry],
    slots: Sequence[Slot],
    settings: PracticeSettings,
    sendable: Collection[Channel],
    now: datetime,
) -> Plan:
    """Return the next balance alert, if the patient owes anything and it is near."""
    between = DAYS_BETWEEN_ALERTS.get(settings.frequency)
    coming = [entry.effective_at for entry in entries if entry.effective_at > now]
    again = min(coming, default=None)
    if between is None:
        return Plan((), None)
    state = account(entries, now=now)
    moment = _next_alert(person, state, slots, between=between, settings=settings, now=now)
    if moment is None:
        return Plan((), again)
    if moment > now + HORIZON:
        return Plan((), min([*coming, moment - HORIZON]))
    touches = [
        _balance_alert(
            person, state, channel, moment, settings=settings, sendable=sendable, now=now
        )
        for channel in _chosen(person, Purpose.BALANCE_ALERT, BALANCE_CHANNELS, now)
    ]
    # Once this one has gone, the next one must be found.
    return Plan(touches, min([*coming, moment + BALANCE_USEFUL_FOR]))


def _next_alert(
    person: Person,
    state: Account,
    slots: Sequence[Slot],
    *,
    between: int,
    settings: PracticeSettings,
    now: datetime,
) -> datetime | None:
    """Return when the next alert is due, or None while nothing is owed.

    The first goes at the delivery time after the responsibility, the next ones `between` days
    after the last. An alert that was held back counts as a turn too, unless something newer
    became owed since; a patient whose 60 days ran out is told so once.
    """
    newest_responsibility = state.newest_responsibility
    if state.balance <= Decimal(0) or newest_responsibility is None:
        return None
    zone = settings.zone_of(person.facility_id)
    at = settings.balance_at
    last_sent = max((slot.day for slot in slots if slot.sent), default=None)
    held = max(
        (slot for slot in slots if not slot.sent and not slot.waiting),
        key=lambda slot: slot.day,
        default=None,
    )
    earliest = newest_responsibility.effective_at
    if last_sent is not None:
        earliest = max(earliest, wall_clock(last_sent + timedelta(days=between), at, zone))
    if held is not None and newest_responsibility.effective_at <= wall_clock(held.day, at, zone):
        if held.objection == Objection.NO_RECENT_RESPONSIBILITY:
            return None
        earliest = max(earliest, wall_clock(held.day + timedelta(days=between), at, zone))
    for slot in slots:
        moment = wall_clock(slot.day, at, zone)
        if slot.waiting and earliest <= moment and now <= moment + BALANCE_USEFUL_FOR:
            return moment  # due, and about to be claimed
    return next_delivery(not_before=max(earliest, now), at=at, zone=zone)


def _balance_alert(
    person: Person,
    state: Account,
    channel: Channel,
    moment: datetime,
    *,
    settings: PracticeSettings,
    sendable: Collection[Channel],
    now: datetime,
) -> Touch:
    zone = settings.zone_of(person.facility_id)
    day = moment.astimezone(zone).date()
    facts = balance_standing(
        person,
        state,
        channel=channel,
        settings=settings,
        has_sender=channel in sendable,
        today=day,
    )
    objection = standing_objection(facts, now=now)
    due = _due(
        Purpose.BALANCE_ALERT,
        channel,
        person,
        facts.address,
        facility_id=person.facility_id,
        settings=settings,
        not_before=moment,
    )
    return Touch(
        purpose=Purpose.BALANCE_ALERT,
        channel=channel,
        patient_id=person.id,
        appointment_id=None,
        subject_id=person.id,
        subject_revision=1,
        step=day.isoformat(),
        recipient=facts.recipient,
        address=facts.address,
        visit_date=None,
        planned_for=moment,
        due_at=due if objection is None else moment,
        useful_until=moment + BALANCE_USEFUL_FOR,
        objection=objection,
    )


def balance_standing(
    person: Person,
    state: Account,
    *,
    channel: Channel,
    settings: PracticeSettings,
    has_sender: bool,
    today: date,
) -> Standing:
    """Return what the facts say about a balance alert on the facility-local day `today`."""
    recipient = person.recipient_on(today)
    address = person.address(recipient, channel)
    return Standing(
        purpose=Purpose.BALANCE_ALERT,
        channel=channel,
        recipient=recipient,
        deceased=person.deceased,
        patient_status=person.status,
        minor=person.minor_on(today),
        has_guardian=person.has_guardian,
        address=address,
        consents=person.consents,
        suppressions=person.suppressions_of(address),
        balance=balance_objection(state, minimum=settings.balance_minimum, today=today),
        has_sender=has_sender,
    )


def _chosen(
    person: Person, purpose: Purpose, possible: Collection[Channel], now: datetime
) -> list[Channel]:
    """Return the channels the patient subscribed to; without any, one that shows why not."""
    chosen = [
        channel
        for channel in Channel
        if channel in possible
        and (event := newest(person.consents, purpose=purpose, channel=channel, now=now))
        and event.kind is ConsentKind.GRANTED
    ]
    if chosen:
        return chosen
    return [next((channel for channel in Channel if channel in possible), Channel.SMS)]


def _due(
    purpose: Purpose,
    channel: Channel,
    person: Person,
    address: str,
    *,
    facility_id: int | None,
    settings: PracticeSettings,
    not_before: datetime,
) -> datetime:
    zones = candidate_zones(
        given=person.time_zone,
        phone="" if channel is Channel.EMAIL else address,
        facility=settings.zone_of(facility_id).key,
    )
    return next_open(not_before, window=window_for(purpose, channel, settings.windows), zones=zones)


def _with_objection(touch: Touch, objection: Objection, state: MessageState | None = None) -> Touch:
    return replace(touch, objection=objection, state=state or touch.state)
