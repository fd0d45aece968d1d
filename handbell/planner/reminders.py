"""Which reminders should exist for a visit now? Pure."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Final

from handbell.access.practice_settings import PracticeSettings
from handbell.facts.people import Person
from handbell.planner.change_notices import (
    CANCELLED,
    CHANGE,
    CHANGE_NOTICES,
    DIGEST_CHANNELS,
    WEEK,
    notices,
    own_step,
    told_at_once,
)
from handbell.planner.digest import monday_of
from handbell.planner.history import NOTHING_YET, History, Way
from handbell.planner.touches import (
    Frame,
    Key,
    Plan,
    Touch,
    Visit,
    chosen_channels,
    ended,
    held_at,
    in_window,
    standing_of,
)
from handbell.policy.judge import ON_SCHEDULE, Standing, standing_objection
from handbell.policy.timetable import Step, step_moment, useful_until
from handbell.vocabulary.words import Channel, MessageState, Objection, Purpose, Recipient

REMINDER: Final = Purpose.APPOINTMENT_REMINDER

#: Who is written to instead of whom, on another day or by another choice.
_INSTEAD_OF: Final = {
    Recipient.PATIENT: Recipient.GUARDIAN,
    Recipient.GUARDIAN: Recipient.PATIENT,
}

#: What follows a text that did not arrive: what bothers least first.
INSTEAD: Final = (Channel.EMAIL, Channel.VOICE)


@dataclass(frozen=True, slots=True)
class _About:
    """Whose visit is planned, when it is looked at, and what was sent of it already.

    The days are the facility's.
    """

    person: Person
    visit: Visit
    frame: Frame
    history: History
    today: date
    visit_date: date
    recipients: Sequence[Recipient]


def _about(person: Person, visit: Visit, frame: Frame, history: History) -> _About:
    zone = frame.settings.zone_of(visit.facility_id)
    today = frame.now.astimezone(zone).date()
    return _About(
        person=person,
        visit=visit,
        frame=frame,
        history=history,
        today=today,
        visit_date=visit.starts_at.astimezone(zone).date(),
        recipients=person.recipients_for(REMINDER, today),
    )


def reminders(
    person: Person,
    visit: Visit,
    *,
    frame: Frame,
    history: History = NOTHING_YET,
    digest_at: datetime | None = None,
) -> Plan:
    """Return the reminders of one visit whose moment is near or past.

    `digest_at` is when the week's digest goes, if the visit belongs to one.
    """
    settings, now = frame.settings, frame.now
    if visit.starts_at <= now:
        return Plan((), None)
    about = _about(person, visit, frame, history)
    near: list[tuple[datetime, Step]] = []
    later: list[datetime] = []
    for moment, step in _steps_in_time(visit, settings):
        if moment > now + frame.horizon:
            later.append(moment - frame.horizon)
        else:
            near.append((moment, step))
    touches = [
        _reminder(about, step, way, moment)
        for moment, step in sorted(near, key=lambda pair: pair[0])
        for way in _ways(about, step)
    ]
    touches = [touch for touch in touches if not _was_said_to_another(touch, about)]
    at_once = [_notice(about, name, way) for name, way in _notices(about)]
    touches = _only_last_of_a_moment(_only_last_missed(touches, history.known, now))
    if at_once or history.alive:
        touches = _without_what_is_told_at_once(touches, at_once, about)
    if digest_at is not None:
        weekly = _digest(about, digest_at) if digest_at <= now + frame.horizon else []
        later += [digest_at - frame.horizon] if not weekly else []
        first = about.recipients[0]
        # Steps before the digest's moment go as usual: it may yet be called off.
        touches = [
            _merged(touch) if touch.recipient is first and touch.planned_for >= digest_at else touch
            for touch in touches
        ] + weekly
    touches += [*at_once, *_instead(about, near, touches)]
    if held_until := frame.holds.get(visit.facility_id):
        later.append(held_until)
    return Plan(touches, min((at for at in later if at > now), default=None))


def _steps_in_time(visit: Visit, settings: PracticeSettings) -> Iterator[tuple[datetime, Step]]:
    """Yield each step with the moment it names, but what was added later and is not made up for."""
    zone = settings.zone_of(visit.facility_id)
    open_in = settings.region if settings.options.open_days_only else None
    for step in steps_of(visit, settings):
        moment = step_moment(step, starts_at=visit.starts_at, zone=zone, open_in=open_in)
        if not _is_not_made_up_for(step, visit, moment):
            yield moment, step


def steps_of(visit: Visit, settings: PracticeSettings) -> Sequence[Step]:
    """Return the steps a visit has: none where its kind is excluded from reminders."""
    if not visit.wants_reminders:
        return ()
    return settings.steps_for(visit.facility_id, visit.steps_set)


def step_of(visit: Visit, key: str, channel: Channel, settings: PracticeSettings) -> Step | None:
    """Return the step a message of this visit belongs to, None if it is there no more."""
    own = own_step(key, settings.options) if visit.wants_reminders else None
    for step in [own] if own else steps_of(visit, settings):
        if step.key == key:
            return step if _goes_by(step, channel, settings) else None
    return None


def _goes_by(step: Step, channel: Channel, settings: PracticeSettings) -> bool:
    if not step.channels or channel in step.channels:
        return True
    follows_a_text = channel in INSTEAD and Channel.SMS in step.channels and step.key != WEEK
    return settings.options.escalate and follows_a_text


def _is_not_made_up_for(step: Step, visit: Visit, moment: datetime) -> bool:
    if step.since is None or moment >= step.since:
        return False
    return visit.booked_at is None or visit.booked_at < step.since


def _ways(about: _About, step: Step) -> Iterator[Way]:
    """Yield who is reminded by which channel: the patient as told, a caregiver as they agreed."""
    now, sendable = about.frame.now, about.frame.sendable
    first, *others = about.recipients
    for channel in step.channels or chosen_channels(about.person, REMINDER, sendable, now):
        yield first, channel
    for other in others:
        for channel in step.channels or sendable:
            if _has_said(about.person, other, channel) and _is_another(about, other, channel):
                yield other, channel


def _has_said(person: Person, recipient: Recipient, channel: Channel) -> bool:
    """Return whether somebody besides the patient agreed to this, or once did."""
    events = person.consents_of(recipient)
    return any(one.purpose is REMINDER and one.channel is channel for one in events)


def _is_another(about: _About, other: Recipient, channel: Channel) -> bool:
    """Return whether two people are reached: on one telephone they are one recipient."""
    address = about.person.address(other, channel)
    return address != about.person.address(about.recipients[0], channel)


def _was_said_to_another(touch: Touch, about: _About) -> bool:
    """Return whether a past step was told to who was written to then, as a guardian is."""
    other, history = _INSTEAD_OF.get(touch.recipient), about.history
    if other is None or touch.planned_for >= about.frame.now or touch.key in history.since:
        return False
    return replace(touch, recipient=other).key in history.gone


def _only_last_missed(
    touches: Sequence[Touch], known: Collection[Key], now: datetime
) -> list[Touch]:
    """Return the touches, of several steps missed by a late booking all but the last merged.

    Somebody who books for tomorrow gets one message at once, not one per step missed.
    """
    past = [touch for touch in touches if touch.planned_for < now and touch.objection is None]
    if not past:
        return list(touches)
    last = {_way(touch): touch for touch in past}  # in order of planned_for
    return [
        _merged(touch)
        if touch in past and touch.key not in known and touch is not last[_way(touch)]
        else touch
        for touch in touches
    ]


def _only_last_of_a_moment(touches: Sequence[Touch]) -> list[Touch]:
    """Return the touches, of steps that closed days moved to one moment all but the last merged."""
    last = {(_way(touch), touch.planned_for): touch for touch in touches}
    return [
        touch if touch is last[_way(touch), touch.planned_for] else _merged(touch)
        for touch in touches
    ]


def _without_what_is_told_at_once(
    touches: Sequence[Touch], at_once: Sequence[Touch], about: _About
) -> list[Touch]:
    """Return the touches; steps that were past when a change was told of end as its notice does."""
    fates = {touch.key: about.history.refused.get(touch.key, Objection.MERGED) for touch in at_once}
    told = {_way(one): (one.planned_for, fates[one.key]) for one in at_once if one.step == CHANGE}
    at_once_since = told_at_once(about.visit, about.history)
    told |= {way: (moment, Objection.MERGED) for way, moment in at_once_since.items()}
    return [
        _merged(touch, notice[1])
        if (notice := told.get(_way(touch))) is not None and touch.planned_for < notice[0]
        else touch
        for touch in touches
    ]


def _way(touch: Touch) -> Way:
    return touch.recipient, touch.channel


def _merged(touch: Touch, why: Objection = Objection.MERGED) -> Touch:
    return touch if touch.objection is not None else ended(touch, why)


def _digest(about: _About, moment: datetime) -> list[Touch]:
    """Return the visit's part of its week's digest."""
    channels = [channel for channel in about.frame.sendable if channel in DIGEST_CHANNELS]
    step = Step(WEEK, None, None, None, ())
    first = chosen_channels(about.person, REMINDER, channels or DIGEST_CHANNELS, about.frame.now)
    monday = monday_of(about.visit, about.frame.settings)
    return [
        replace(_reminder(about, step, (about.recipients[0], channel), moment), visit_date=monday)
        for channel in first
    ]


def _notices(about: _About) -> list[tuple[str, Way]]:
    """Return each notice, to who is written to now: a guardian may have been told before."""
    if about.visit.id not in about.history.told:
        return []
    now, options = about.recipients, about.frame.settings.options
    found = notices(about.visit, options, about.history)
    ways = [(name, (who if who in now else now[0], channel)) for name, (who, channel) in found]
    return list(dict.fromkeys(ways))


def _notice(about: _About, name: str, way: Way) -> Touch:
    """Return a notice: wanted from now on, or since it was first wanted."""
    step = Step(name, None, None, None, (), when_confirmed=True)
    recipient, channel = way
    key = (REMINDER, about.visit.id, about.visit.revision, name, channel, recipient)
    moment = about.history.since.get(key, about.frame.now)
    return _reminder(about, step, way, moment)


def _instead(
    about: _About, near: Sequence[tuple[datetime, Step]], touches: Sequence[Touch]
) -> Iterator[Touch]:
    """Yield what follows texts that did not arrive, where a practice wants that."""
    if not about.frame.settings.options.escalate:
        return
    for moment, step in near:
        of_step = [touch for touch in touches if touch.step == step.key]
        for text in of_step:
            if text.channel is Channel.SMS and text.key in about.history.lost:
                others = [one for one in of_step if one.recipient is text.recipient]
                yield from _after_lost_text(about, step, moment, text.recipient, others)


def _after_lost_text(
    about: _About, step: Step, moment: datetime, recipient: Recipient, others: Sequence[Touch]
) -> Iterator[Touch]:
    """Yield the next channels, each only once the one before it is lost too."""
    if any(_reaches(one, about.history) for one in others):
        return  # it goes by another channel anyway
    tried = {one.channel for one in others}
    for channel in INSTEAD:
        touch = _reminder(about, step, (recipient, channel), moment)
        if channel in tried or (touch.objection and touch.key not in about.history.since):
            continue
        yield touch
        if _reaches(touch, about.history):
            return


def _reaches(touch: Touch, history: History) -> bool:
    """Return whether a touch goes or has gone: what was held back since reaches nobody."""
    return touch.key in history.gone or (touch.objection is None and touch.key not in history.lost)


def _reminder(about: _About, step: Step, way: Way, moment: datetime) -> Touch:
    person, visit, frame = about.person, about.visit, about.frame
    settings, now = frame.settings, frame.now
    recipient, channel = way
    at_once = max(moment, now)
    facts = reminder_standing(
        person,
        visit,
        channel=channel,
        step=step,
        settings=settings,
        has_sender=channel in frame.sendable,
        today=about.today,
        recipient=recipient,
        held_until=held_at(at_once, visit, frame.holds),
    )
    objection = standing_objection(facts, now=now)
    due = in_window(
        person, facts, facility_id=visit.facility_id, settings=settings, not_before=at_once
    )
    touch = Touch(
        purpose=REMINDER,
        channel=channel,
        patient_id=person.id,
        appointment_id=visit.id,
        subject_id=visit.id,
        subject_revision=visit.revision,
        step=step.key,
        recipient=facts.recipient,
        address=facts.address,
        visit_date=about.visit_date,
        planned_for=moment,
        due_at=due if objection is None else at_once,
        useful_until=_useful_until(visit, step, settings),
        objection=objection,
    )
    return _ended_at_once(touch, visit, at_once)


def _useful_until(visit: Visit, step: Step, settings: PracticeSettings) -> datetime:
    """Return until when it helps; that a visit moved or is off helps until it would begin."""
    hours = 0 if step.key in CHANGE_NOTICES else settings.too_late_hours
    return useful_until(starts_at=visit.starts_at, too_late_hours=hours)


def _ended_at_once(touch: Touch, visit: Visit, at_once: datetime) -> Touch:
    """Return the touch, ended if its visit is off, held if its hour can only be too late."""
    if visit.status not in ON_SCHEDULE and touch.step != CANCELLED:
        return ended(touch, touch.objection or Objection.NOT_BOOKED, MessageState.CANCELLED)
    if touch.objection is None and touch.due_at > touch.useful_until:
        return replace(touch, objection=Objection.TOO_LATE, due_at=at_once)
    return touch


def reminder_standing(
    person: Person,
    visit: Visit,
    *,
    channel: Channel,
    step: Step | None,
    settings: PracticeSettings,
    has_sender: bool,
    today: date,
    recipient: Recipient | None = None,
    held_until: datetime | None = None,
) -> Standing:
    """Return what the facts say about reminding this person of this visit.

    `step` None: the message belongs to none any more.
    """
    return standing_of(
        person,
        purpose=REMINDER,
        channel=channel,
        today=today,
        has_sender=has_sender,
        recipient=recipient,
        status=visit.status,
        when_confirmed=step is not None and step.when_confirmed,
        called_off=step is not None and step.key == CANCELLED,
        mode=settings.mode,
        held_until=held_until,
    )
