"""How is a moment said on screen? "Thu 5 Nov, 10:00", on one named clock. Pure.

Written by hand, not by the process's locale: every page says the same on every machine.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from handbell.policy.timetable import start_of_day

_DAYS: Final = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTHS: Final = (
    *("Jan", "Feb", "Mar", "Apr", "May", "Jun"),
    *("Jul", "Aug", "Sep", "Oct", "Nov", "Dec"),
)


@dataclass(frozen=True, slots=True)
class Day:
    """A day of the practice, and the two moments it lies between."""

    date: date
    begins: datetime
    ends: datetime


def say_day(day: date, *, today: date) -> str:
    """Return "Thu 5 Nov"; the year is added when it is not this year's."""
    said = f"{_DAYS[day.weekday()]} {day.day} {_MONTHS[day.month - 1]}"
    return said if day.year == today.year else f"{said} {day.year}"


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
