"""Which visits are told of by one message for their week, instead of one by one? Pure.

A practice that wants it says from how many visits a week on (rules.md 29: a digest counts as one
touch). The digest goes on the Friday before, on the open day before that where it is a holiday
and the practice keeps those free, at the time of its first step. What was booked later, or where
no digest could go, is reminded step by step.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date, datetime, time, timedelta
from typing import Final

from handbell.access.practice_settings import PracticeSettings
from handbell.planner.change_notices import WEEK
from handbell.planner.history import History
from handbell.planner.touches import Visit
from handbell.policy.open_days import open_day_before
from handbell.policy.timetable import wall_clock
from handbell.vocabulary.words import AppointmentStatus, Purpose

FRIDAY_BEFORE: Final = timedelta(days=3)
USUAL_TIME: Final = time(10)


def digests(
    visits: Iterable[Visit], *, settings: PracticeSettings, history: History, now: datetime
) -> Mapping[int, datetime]:
    """Return the visits that belong to a digest, and when it goes."""
    least = settings.options.weekly_digest_from
    if not least:
        return {}
    under_way = {
        (subject, revision)
        for purpose, subject, revision, step, _, _ in history.alive
        if step == WEEK and purpose == Purpose.APPOINTMENT_REMINDER
    }
    found: dict[int, datetime] = {}
    weeks: dict[date, list[tuple[Visit, datetime]]] = defaultdict(list)
    for visit in visits:
        moment = _moment(visit, settings)
        if (visit.id, visit.revision) in under_way and moment < now:
            found[visit.id] = moment
        elif _may_belong(visit, moment, now):
            weeks[monday_of(visit, settings)].append((visit, moment))
    for week in weeks.values():
        if len(week) >= least:
            found |= {visit.id: moment for visit, moment in week}
    return found


def monday_of(visit: Visit, settings: PracticeSettings) -> date:
    """Return the first day of a visit's week, at its facility."""
    day = visit.starts_at.astimezone(settings.zone_of(visit.facility_id)).date()
    return day - timedelta(days=day.weekday())


def _may_belong(visit: Visit, moment: datetime, now: datetime) -> bool:
    known = visit.booked_at is None or visit.booked_at <= now
    on = visit.status is AppointmentStatus.BOOKED and visit.wants_reminders
    return on and known and now <= moment


def _moment(visit: Visit, settings: PracticeSettings) -> datetime:
    day = monday_of(visit, settings) - FRIDAY_BEFORE
    if settings.options.open_days_only:
        day = open_day_before(day, region=settings.region)
    steps = settings.steps_for(visit.facility_id, visit.steps_set)
    at = next((step.at for step in steps if step.at is not None), USUAL_TIME)
    return wall_clock(day, at, settings.zone_of(visit.facility_id))
