"""Which reminders should exist for a visit now? Pure."""

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import date, datetime

from handbell.access.practice_settings import PracticeSettings
from handbell.facts.people import Person
from handbell.planner.touches import (
    Frame,
    Key,
    Plan,
    Touch,
    Visit,
    chosen_channels,
    ended,
    in_window,
    standing_of,
)
from handbell.policy.judge import ON_SCHEDULE, Standing, standing_objection
from handbell.policy.timetable import Step, step_moment, useful_until
from handbell.vocabulary.words import Channel, MessageState, Objection, Purpose


def reminders(
    person: Person,
    visit: Visit,
    *,
    frame: Frame,
    known: Collection[Key],
) -> Plan:
    """Return the reminders of one visit whose moment is near or past.

    `known` are the dedup keys of messages that were planned in their time.
    """
    settings, now = frame.settings, frame.now
    if visit.starts_at <= now:
        return Plan((), None)
    zone = settings.zone_of(visit.facility_id)
    near: list[tuple[datetime, Step]] = []
    later: list[datetime] = []
    for step in steps_of(visit, settings):
        moment = step_moment(step, starts_at=visit.starts_at, zone=zone)
        if _is_not_made_up_for(step, visit, moment):
            continue
        if moment > now + frame.horizon:
            later.append(moment - frame.horizon)
        else:
            near.append((moment, step))
    touches = [
        _reminder(person, visit, step, channel, moment, frame=frame)
        for moment, step in sorted(near, key=lambda pair: pair[0])
        for channel in step.channels
        or chosen_channels(person, Purpose.APPOINTMENT_REMINDER, frame.sendable, now)
    ]
    return Plan(_only_last_missed(touches, known, now), min(later, default=None))


def steps_of(visit: Visit, settings: PracticeSettings) -> Sequence[Step]:
    """Return the steps a visit has: none where its kind is excluded from reminders."""
    if not visit.wants_reminders:
        return ()
    return settings.steps_for(visit.facility_id, visit.steps_set)


def step_of(visit: Visit, key: str, channel: Channel, settings: PracticeSettings) -> Step | None:
    """Return the step a message of this visit belongs to, None if it is there no more."""
    for step in steps_of(visit, settings):
        if step.key == key:
            return step if not step.channels or channel in step.channels else None
    return None


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
    past = [touch for touch in touches if touch.planned_for < now and touch.objection is None]
    last = {touch.channel: touch for touch in past}  # in order of planned_for
    return [
        ended(touch, Objection.MERGED)
        if touch in past and touch.key not in known and touch is not last[touch.channel]
        else touch
        for touch in touches
    ]


def _reminder(
    person: Person, visit: Visit, step: Step, channel: Channel, moment: datetime, *, frame: Frame
) -> Touch:
    settings, now = frame.settings, frame.now
    zone = settings.zone_of(visit.facility_id)
    facts = reminder_standing(
        person,
        visit,
        channel=channel,
        when_confirmed=step.when_confirmed,
        settings=settings,
        has_sender=channel in frame.sendable,
        today=now.astimezone(zone).date(),
    )
    objection = standing_objection(facts, now=now)
    at_once = max(moment, now)
    due = in_window(
        person, facts, facility_id=visit.facility_id, settings=settings, not_before=at_once
    )
    touch = Touch(
        purpose=Purpose.APPOINTMENT_REMINDER,
        channel=channel,
        patient_id=person.id,
        appointment_id=visit.id,
        subject_id=visit.id,
        subject_revision=visit.revision,
        step=step.key,
        recipient=facts.recipient,
        address=facts.address,
        visit_date=visit.starts_at.astimezone(zone).date(),
        planned_for=moment,
        due_at=due if objection is None else at_once,
        useful_until=useful_until(
            starts_at=visit.starts_at, too_late_hours=settings.too_late_hours
        ),
        objection=objection,
    )
    return _ended_at_once(touch, visit, at_once)


def _ended_at_once(touch: Touch, visit: Visit, at_once: datetime) -> Touch:
    """Return the touch, ended if its visit is off, held if its hour can only be too late."""
    if visit.status not in ON_SCHEDULE:
        return ended(touch, touch.objection or Objection.NOT_BOOKED, MessageState.CANCELLED)
    if touch.objection is None and touch.due_at > touch.useful_until:
        return replace(touch, objection=Objection.TOO_LATE, due_at=at_once)
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
    return standing_of(
        person,
        purpose=Purpose.APPOINTMENT_REMINDER,
        channel=channel,
        today=today,
        has_sender=has_sender,
        status=visit.status,
        when_confirmed=when_confirmed,
        mode=settings.mode,
    )
