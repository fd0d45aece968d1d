"""Which moment does this text mean? Dates and times as clinics' systems write them. Pure.

A time without an offset is the wall clock where the visit takes place. One that does not exist
(the clocks were put forward over it) is moved forward by the gap; one that exists twice means the
first (PEP 495, fold=0), as everywhere in Handbell (policy/timetable.py).

3/4/2026 is read in the order the practice's region writes dates, and a date that contradicts
that order (25/12/2026 in the US) is a flaw: a file that mixes both orders cannot be trusted with
either. Where a region writes both (Canada), only a date that can mean one thing is read.
"""

import re
from datetime import UTC, date, datetime, time
from enum import StrEnum
from functools import lru_cache
from typing import Final
from zoneinfo import ZoneInfo

from handbell.importers.bad_value import BadValue


class Order(StrEnum):
    """Which of day and month comes first in 3/4/2026."""

    MONTH_FIRST = "month first"
    DAY_FIRST = "day first"
    EITHER = "either"


_MONTH_FIRST: Final = frozenset({"US", "PR", "GU", "VI", "AS", "MP", "PH", "FM", "MH", "PW"})
_EITHER: Final = frozenset({"CA"})

_MONTHS: Final = {
    name: number
    for number, name in enumerate(
        ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"), 1
    )
}
_NAMED: Final = r"(?P<name>jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.?"
_DATES: Final = tuple(
    re.compile(pattern, re.IGNORECASE | re.ASCII)
    for pattern in (
        r"(?P<year>\d{4})[-/.](?P<month>\d{1,2})[-/.](?P<day>\d{1,2})(?!\d)",
        r"(?P<first>\d{1,2})(?P<mark>[/.-])(?P<second>\d{1,2})(?P=mark)(?P<year>\d{4})(?!\d)",
        rf"(?P<day>\d{{1,2}})(?:st|nd|rd|th)?[ -]{_NAMED},?[ -](?P<year>\d{{4}})(?!\d)",
        rf"{_NAMED}[ -](?P<day>\d{{1,2}})(?:st|nd|rd|th)?,?[ -](?P<year>\d{{4}})(?!\d)",
    )
)
_WEEKDAY: Final = re.compile(r"(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*\.?,?\s+", re.IGNORECASE)
_CLOCK: Final = re.compile(
    r"(?P<hour>\d{1,2})(?::(?P<minute>\d{2})(?::(?P<second>\d{2})(?:\.\d+)?)?)?"
    r"\s*(?P<half>[ap]\.?m\.?)?",
    re.IGNORECASE | re.ASCII,
)
_DIGITS: Final = re.compile(r"(?P<hour>\d{2})(?P<minute>\d{2})(?P<second>\d{2})?", re.ASCII)

_EARLIEST: Final = 1850
_LATEST: Final = 2200

_DATE_CURE: Final = "write dates as 2026-03-04"
_MOMENT_CURE: Final = "write the time as 2026-03-04T09:00, or with an offset (-05:00)"


def order_of(region: str) -> Order:
    """Return how a region (ISO 3166) writes dates in figures."""
    if region in _EITHER:
        return Order.EITHER
    return Order.MONTH_FIRST if region in _MONTH_FIRST else Order.DAY_FIRST


@lru_cache(maxsize=65_536)
def parse_day(text: str, *, order: Order) -> date:
    """Return the date a text says, whatever time follows it. Raises BadValue."""
    return parse_wall_clock(text, order=order, time_needed=False).date()


@lru_cache(maxsize=65_536)
def parse_moment(text: str, *, order: Order, zone: ZoneInfo, time_needed: bool = True) -> datetime:
    """Return a moment in UTC; without an offset the text is the wall clock in `zone`.

    Raises BadValue, also for a date without a time unless `time_needed` is False (then the start
    of that day is meant).
    """
    return settle(parse_wall_clock(text, order=order, time_needed=time_needed), zone)


def settle(wall: datetime, zone: ZoneInfo) -> datetime:
    """Return the moment in UTC that a wall clock in `zone` shows; an aware time is kept."""
    try:
        return (wall if wall.tzinfo else wall.replace(tzinfo=zone)).astimezone(UTC)
    except OverflowError as error:
        raise BadValue("date and time", "it is outside the calendar", _MOMENT_CURE) from error


#: For moments that come again and again, such as the hours of a schedule.
settle_often = lru_cache(maxsize=65_536)(settle)


def parse_wall_clock(text: str, *, order: Order, time_needed: bool = True) -> datetime:
    """Return what the text says: naive unless it carries an offset. Raises BadValue."""
    text = text.strip()
    found = _iso(text)
    if found is None:
        day, rest = _split(_WEEKDAY.sub("", text, count=1), order)
        rest = rest.strip(" ,\tT")
        if not rest:
            found = datetime.combine(day, time()), False
        else:
            found = datetime.combine(day, parse_clock(rest)[0]), True
    moment, has_time = found
    if not _EARLIEST <= moment.year <= _LATEST:
        raise BadValue("date", "the year cannot be right", _DATE_CURE)
    if time_needed and not has_time:
        raise BadValue("date and time", "there is a date but no time", _MOMENT_CURE)
    return moment


def _iso(text: str) -> tuple[datetime, bool] | None:
    """Return an ISO 8601 text's moment and whether it says a time; None if it is not ISO."""
    if not text[:4].isdecimal() or not text.isascii():
        return None
    try:
        return datetime.fromisoformat(text), len(text) > 10
    except ValueError:
        return None


def _split(text: str, order: Order) -> tuple[date, str]:
    """Return the date a text begins with, and the rest."""
    for pattern in _DATES:
        if match := pattern.match(text):
            parts = match.groupdict()
            month, day = _month_and_day(parts, order)
            try:
                return date(int(parts["year"]), month, day), text[match.end() :]
            except ValueError as error:
                raise BadValue("date", "there is no such day", _DATE_CURE) from error
    raise BadValue("date", "this is not a date", _DATE_CURE)


def _month_and_day(parts: dict[str, str | None], order: Order) -> tuple[int, int]:
    if parts.get("name"):
        return _MONTHS[str(parts["name"]).lower()], int(parts["day"] or 0)
    if parts.get("month"):
        return int(parts["month"] or 0), int(parts["day"] or 0)
    first, second = int(parts["first"] or 0), int(parts["second"] or 0)
    if parts["mark"] == ".":
        order = Order.DAY_FIRST  # nobody writes 12.31.2026
    if order is Order.EITHER:
        order = _only_reading(first, second)
    month, day = (first, second) if order is Order.MONTH_FIRST else (second, first)
    if month > 12 >= day:
        raise BadValue("date", f"the date is not written {order}, as dates are here", _DATE_CURE)
    return month, day


def _only_reading(first: int, second: int) -> Order:
    if first <= 12 and second <= 12 and first != second:
        raise BadValue("date", "day and month cannot be told apart", _DATE_CURE)
    return Order.DAY_FIRST if first > 12 else Order.MONTH_FIRST


def parse_clock(text: str) -> tuple[time, int | None]:
    """Return a time of day and, for a range (`05:30 AM - 06:30 AM`), its minutes. Raises BadValue.

    A range that ends before it begins ends on the next day.
    """
    begins, dash, ends = re.sub("[\u2013\u2014]", "-", text).partition("-")
    start = _clock(begins)
    if not dash:
        return start, None
    end = _clock(ends)
    minutes = (end.hour - start.hour) * 60 + end.minute - start.minute
    return start, minutes % (24 * 60)


def _clock(text: str) -> time:
    text = text.strip()
    match = _DIGITS.fullmatch(text) or _CLOCK.fullmatch(text)
    if match is None or (text.isdecimal() and len(text) < 4):
        raise BadValue("time", "this is not a time of day", "write times as 14:30 or 2:30 PM")
    parts = match.groupdict()
    hour, half = int(parts["hour"]), (parts.get("half") or "").lower()[:1]
    if half and not 1 <= hour <= 12:
        raise BadValue("time", "there is no such time", "write times as 14:30 or 2:30 PM")
    if half:
        hour = hour % 12 + (12 if half == "p" else 0)
    try:
        return time(hour, int(parts["minute"] or 0), int(parts["second"] or 0))
    except ValueError as error:
        raise BadValue("time", "there is no such time", "write times as 14:30") from error
