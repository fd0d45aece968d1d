"""Everything that should exist for one patient, and when to look again. Pure."""

from collections.abc import Collection, Iterable, Sequence
from datetime import date, datetime
from zoneinfo import ZoneInfo

from handbell.facts.people import Person
from handbell.planner.balances import balance_alerts
from handbell.planner.reach import why_unreachable
from handbell.planner.reminders import reminders
from handbell.planner.touches import Frame, Key, Plan, Slot, Touch, Visit
from handbell.policy.judge import ADULT_AT
from handbell.policy.ledger import Entry
from handbell.policy.timetable import start_of_day


def plan_person(
    person: Person,
    *,
    visits: Iterable[Visit],
    entries: Sequence[Entry],
    slots: Sequence[Slot],
    known: Collection[Key],
    next_consent_at: datetime | None,
    frame: Frame,
) -> Plan:
    """Return every touch of the near future for one patient.

    `known` are the dedup keys of messages that were planned in their time; `next_consent_at` is
    when a consent that is recorded already takes effect, if later.
    """
    now = frame.now
    touches: list[Touch] = []
    moments = [next_consent_at, _comes_of_age(person.birth_date, frame.settings.zone, now)]
    for visit in visits:
        if visit.booked_at is not None and visit.booked_at > now:
            moments.append(visit.booked_at)
            continue
        found = reminders(person, visit, frame=frame, known=known)
        touches += found.touches
        moments.append(found.again_at)
    found = balance_alerts(person, entries=entries, slots=slots, frame=frame)
    touches += found.touches
    moments.append(found.again_at)
    again_at = min((at for at in moments if at is not None), default=None)
    # On the practice's clock, by which the patient is planned again on the 18th birthday.
    today = now.astimezone(frame.settings.zone).date()
    return Plan(
        touches,
        again_at,
        settled=found.settled,
        outlook=found.outlook,
        unreachable=why_unreachable(person, today=today, now=now),
    )


def _comes_of_age(born: date | None, zone: ZoneInfo, now: datetime) -> datetime | None:
    """Return when the guardian stops being written to, if that lies ahead."""
    if born is None:
        return None
    year = born.year + ADULT_AT
    is_leap_day = (born.month, born.day) == (2, 29)
    birthday = date(year, 3, 1) if is_leap_day and year % 4 else born.replace(year=year)
    moment = start_of_day(birthday, zone)
    return moment if moment > now else None
