"""Everything that should exist for one patient, and when to look again. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from zoneinfo import ZoneInfo

from handbell.facts.people import Person
from handbell.planner.balances import balance_alerts
from handbell.planner.change_notices import DIGEST_CHANNELS
from handbell.planner.digest import digests
from handbell.planner.history import History
from handbell.planner.reach import why_unreachable
from handbell.planner.reminders import reminders
from handbell.planner.touches import Frame, Plan, Slot, Touch, Visit, subscribed_channels
from handbell.policy.judge import ADULT_AT
from handbell.policy.ledger import Entry
from handbell.policy.timetable import start_of_day
from handbell.vocabulary.words import Purpose


def plan_person(
    person: Person,
    *,
    visits: Iterable[Visit],
    entries: Sequence[Entry],
    slots: Sequence[Slot],
    history: History,
    next_consent_at: datetime | None,
    frame: Frame,
) -> Plan:
    """Return every touch of the near future for one patient.

    `history` is what became of the messages before; `next_consent_at` is when a consent that is
    recorded already takes effect, if later.
    """
    now = frame.now
    touches: list[Touch] = []
    moments = [next_consent_at, _comes_of_age(person.birth_date, frame.settings.zone, now)]
    booked = []
    for visit in visits:
        if visit.booked_at is not None and visit.booked_at > now:
            moments.append(visit.booked_at)
        else:
            booked.append(visit)
    weekly = _weekly(person, booked, history, frame)
    for visit in booked:
        at = weekly.get(visit.id)
        found = reminders(person, visit, frame=frame, history=history, digest_at=at)
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
        unreachable=why_unreachable(person, touches, today=today, now=now),
    )


def _weekly(
    person: Person, visits: Sequence[Visit], history: History, frame: Frame
) -> Mapping[int, datetime]:
    """Return which visits are told of by a digest: none to who agreed to calls only."""
    if not frame.settings.options.weekly_digest_from:
        return {}
    agreed = subscribed_channels(person, Purpose.APPOINTMENT_REMINDER, frame.now)
    if not set(agreed) & set(DIGEST_CHANNELS):
        return {}
    return digests(visits, settings=frame.settings, history=history, now=frame.now)


def _comes_of_age(born: date | None, zone: ZoneInfo, now: datetime) -> datetime | None:
    """Return when the guardian stops being written to, if that lies ahead."""
    if born is None:
        return None
    year = born.year + ADULT_AT
    is_leap_day = (born.month, born.day) == (2, 29)
    birthday = date(year, 3, 1) if is_leap_day and year % 4 else born.replace(year=year)
    moment = start_of_day(birthday, zone)
    return moment if moment > now else None
