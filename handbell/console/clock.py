"""How is a moment said on screen? "Thu 5 Nov, 10:00", on one named clock. Pure.

In the language of the page, never by the process's locale: the same on every machine.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from babel.dates import format_date

from handbell.console.language import locale
from handbell.policy.timetable import start_of_day


@dataclass(frozen=True, slots=True)
class Day:
    """A day of the practice, and the two moments it lies between."""

    date: date
    begins: datetime
    ends: datetime


def say_day(day: date, *, today: date) -> str:
    """Return "Thu 5 Nov", "jue 5 nov"; the year is added when it is not this year's."""
    pattern = "EEE d MMM" if day.year == today.year else "EEE d MMM y"
    return format_date(day, pattern, locale=locale())


def say_date(day: date) -> str:
    """Return "5 Nov 1980", "5 nov 1980"."""
    return format_date(day, "d MMM y", locale=locale())


def say_moment(moment: datetime, *, zone: ZoneInfo, now: datetime) -> str:
    """Return "Thu 5 Nov, 10:00" on the clock of `zone`."""
    local = moment.astimezone(zone)
    return f"{say_day(local.date(), today=now.astimezone(zone).date())}, {local:%H:%M}"


def say_zone(zone: ZoneInfo, *, at: datetime) -> str:
    """Return how people call the zone at that moment: "EST"; its name where it has no letters."""
    letters = at.astimezone(zone).tzname() or zone.key
    return zone.key if letters[0] in "+-" else letters


def same_clock(one: ZoneInfo, other: ZoneInfo, *, at: datetime) -> bool:
    """Return whether two zones show the same time at that moment."""
    return at.astimezone(one).utcoffset() == at.astimezone(other).utcoffset()


def local_day(day: date, zone: ZoneInfo) -> Day:
    """Return a day of the practice's own clock; 23 or 25 hours when the clocks change."""
    return Day(day, start_of_day(day, zone), start_of_day(day + timedelta(days=1), zone))


def today_in(zone: ZoneInfo, *, now: datetime) -> Day:
    """Return the day it is in `zone`."""
    return local_day(now.astimezone(zone).date(), zone)
