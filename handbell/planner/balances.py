"""Which balance alert should exist for a patient now? Pure, but for following the last one."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Final
from zoneinfo import ZoneInfo

from handbell.access.practice_settings import PracticeSettings
from handbell.facts.people import Person
from handbell.planner.touches import (
    Frame,
    Outlook,
    Plan,
    Slot,
    Touch,
    chosen_channels,
    in_window,
    standing_of,
)
from handbell.policy.judge import Standing, standing_objection
from handbell.policy.ledger import (
    Account,
    Entry,
    account,
    balance_objection,
    is_past_due,
    owing_since,
)
from handbell.policy.timetable import (
    BALANCE_USEFUL_FOR,
    DAYS_BETWEEN_ALERTS,
    next_delivery,
    wall_clock,
)
from handbell.vocabulary.words import (
    BalanceFrequency,
    BalancePreference,
    Channel,
    Objection,
    Purpose,
)

_ABOUT_THE_BALANCE: Final = frozenset({Objection.BELOW_MINIMUM, Objection.NO_RECENT_RESPONSIBILITY})


def balance_channels(settings: PracticeSettings) -> Sequence[Channel]:
    """Return how balance alerts may go: text or e-mail, and a call where a practice wants it.

    By text or e-mail only is what StrataEMR does (strataemr.md 1.4).
    """
    by_voice = (Channel.VOICE,) if settings.options.balance_by_voice else ()
    return (Channel.SMS, Channel.EMAIL, *by_voice)


def balance_alerts(
    person: Person,
    *,
    entries: Sequence[Entry],
    slots: Sequence[Slot],
    frame: Frame,
) -> Plan:
    """Return the next balance alert, if the patient owes anything and it is near.

    The plan's outlook tells of the next one however far ahead it is.
    """
    settings, now = frame.settings, frame.now
    between = DAYS_BETWEEN_ALERTS.get(frequency_for(person, settings))
    if not entries:
        return Plan((), None, settled=between is not None)
    coming = [entry.effective_at for entry in entries if entry.effective_at > now]
    again = min(coming, default=None)
    state = account(entries, now=now)
    if between is None:
        told = _outlook(state, entries, (), Objection.SETTINGS_CHANGED, now)  # "Don't Send"
        return Plan((), again, outlook=told)
    moment = _next_alert(person, state, slots, between=between, settings=settings, now=now)
    if moment is None:
        told = _outlook(state, entries, (), Objection.NO_RECENT_RESPONSIBILITY, now)
        return Plan((), again, settled=state.balance <= Decimal(0), outlook=told)
    touches = [
        _balance_alert(person, state, channel, moment, frame=frame)
        for channel in chosen_channels(
            person, Purpose.BALANCE_ALERT, balance_channels(settings), now
        )
    ]
    told = _outlook(state, entries, touches, None, now)
    if moment > now + frame.horizon:
        return Plan((), min([*coming, moment - frame.horizon]), outlook=told)
    # Once this one has gone, the next one must be found.
    return Plan(touches, min([*coming, moment + BALANCE_USEFUL_FOR]), outlook=told)


def _outlook(
    state: Account,
    entries: Sequence[Entry],
    touches: Sequence[Touch],
    why_none: Objection | None,
    now: datetime,
) -> Outlook | None:
    """Return what is expected of the next alert; None for somebody who owes nothing."""
    since = owing_since(entries, now=now)
    if since is None:
        return None
    next_at = min((touch.due_at for touch in touches if touch.objection is None), default=None)
    held = next((touch.objection for touch in touches if touch.objection is not None), why_none)
    return Outlook(state.balance, since, next_at, None if next_at else held)


def frequency_for(person: Person, settings: PracticeSettings) -> BalanceFrequency:
    """Return how often this patient is told: as the practice says, unless they are opted in."""
    opted_in = person.balance_alerts is BalancePreference.IN
    if opted_in and settings.frequency not in DAYS_BETWEEN_ALERTS:
        return BalanceFrequency.EVERY_MONTH
    return settings.frequency


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
        (slot for slot in slots if not slot.sent and not _waits(slot, at, zone, now)),
        key=lambda slot: slot.day,
        default=None,
    )
    earliest = newest_responsibility.effective_at
    if last_sent is not None:
        earliest = max(earliest, wall_clock(last_sent + timedelta(days=between), at, zone))
    if held is not None and not _is_news(state, held, settings):
        if held.objection == Objection.NO_RECENT_RESPONSIBILITY:
            return None
        earliest = max(earliest, wall_clock(held.day + timedelta(days=between), at, zone))
    for slot in slots:
        moment = wall_clock(slot.day, at, zone)
        if _waits(slot, at, zone, now) and earliest <= moment:
            return moment  # due, and about to be claimed
    return next_delivery(not_before=max(earliest, now), at=at, zone=zone)


def _is_news(state: Account, held: Slot, settings: PracticeSettings) -> bool:
    """Return whether what is owed now was not yet known when that alert was held.

    A charge is dated by the day. On the day itself it is news if the reason is no longer true.
    """
    newest = state.newest_responsibility
    if newest is None or newest.entry_date != held.day:
        return newest is not None and newest.entry_date > held.day
    true_now = balance_objection(state, minimum=settings.balance_minimum, today=held.day)
    return held.objection in _ABOUT_THE_BALANCE and held.objection != true_now


def _waits(slot: Slot, at: time, zone: ZoneInfo, now: datetime) -> bool:
    """Return whether an alert may still leave; one that is of no more use is about to expire."""
    return slot.waiting and now <= wall_clock(slot.day, at, zone) + BALANCE_USEFUL_FOR


def _balance_alert(
    person: Person, state: Account, channel: Channel, moment: datetime, *, frame: Frame
) -> Touch:
    settings = frame.settings
    day = moment.astimezone(settings.zone_of(person.facility_id)).date()
    facts = balance_standing(
        person,
        state,
        channel=channel,
        settings=settings,
        has_sender=channel in frame.sendable,
        today=day,
    )
    objection = standing_objection(facts, now=frame.now)
    due = in_window(
        person, facts, facility_id=person.facility_id, settings=settings, not_before=moment
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
    facts = standing_of(
        person,
        purpose=Purpose.BALANCE_ALERT,
        channel=channel,
        today=today,
        has_sender=has_sender,
    )
    if frequency_for(person, settings) not in DAYS_BETWEEN_ALERTS:
        return replace(facts, balance=Objection.SETTINGS_CHANGED)  # "Don't Send"
    if person.with_agency:
        return replace(facts, balance=Objection.WITH_AGENCY)
    if person.balance_alerts is BalancePreference.OUT:
        return replace(facts, balance=Objection.SWITCHED_OFF)
    if channel not in balance_channels(settings):
        return replace(facts, balance=Objection.SETTINGS_CHANGED)
    if channel is Channel.VOICE and is_past_due(state, today=today):
        return replace(facts, balance=Objection.PAST_DUE_CALL)
    return replace(
        facts, balance=balance_objection(state, minimum=settings.balance_minimum, today=today)
    )
