"""Which moment is an HL7 time stamp (YYYYMMDDHHMM[SS[.S]][+/-ZZZZ])? Pure.

Without an offset it is the wall clock where the visit takes place, as in importers/times.py.
"""

import re
from calendar import monthrange
from datetime import date, datetime, timedelta, timezone
from typing import Final
from zoneinfo import ZoneInfo

from handbell.importers.bad_value import BadValue
from handbell.importers.times import settle

_STAMP: Final = re.compile(
    r"(?P<year>\d{4})(?:(?P<month>\d{2})(?:(?P<day>\d{2})"
    r"(?:(?P<hour>\d{2})(?P<minute>\d{2})?(?P<second>\d{2})?(?:\.\d{1,6})?)?)?)?"
    r"(?P<offset>[+-]\d{4})?",
    re.ASCII,
)
_CURE: Final = "send it as YYYYMMDDHHMM"


def parse_stamp(text: str, zone: ZoneInfo) -> datetime:
    """Return the moment in UTC. Raises BadValue; also for a date without a time."""
    parts = _parts(text)
    if not parts["hour"]:
        raise BadValue("date and time", "there is a date but no time", _CURE)
    try:
        wall = datetime(
            int(parts["year"]),
            int(parts["month"]),
            int(parts["day"]),
            int(parts["hour"]),
            int(parts["minute"] or 0),
            min(int(parts["second"] or 0), 59),
            tzinfo=_offset(parts["offset"]),
        )
    except ValueError as error:
        raise BadValue("date and time", "there is no such moment", _CURE) from error
    if not 1850 <= wall.year <= 2200:
        raise BadValue("date and time", "the year cannot be right", _CURE)
    return settle(wall, zone)


def parse_stamp_day(text: str) -> tuple[date, bool]:
    """Return the date of a stamp, and whether it says a day. Raises BadValue.

    Of a year or a month alone it is the last day, so that nobody who may be a minor is taken for
    an adult.
    """
    parts = _parts(text)
    year, month = int(parts["year"]), int(parts["month"] or 12)
    try:
        day = int(parts["day"]) if parts["day"] else monthrange(year, month)[1]
        found = date(year, month, day)
    except ValueError as error:
        raise BadValue("date", "there is no such day", _CURE) from error
    if not 1850 <= year <= 2200:
        raise BadValue("date", "the year cannot be right", _CURE)
    return found, bool(parts["day"])


def _parts(text: str) -> dict[str, str]:
    match = _STAMP.fullmatch(text.strip())
    if match is None:
        raise BadValue("date and time", "this is not a time stamp", _CURE)
    return match.groupdict(default="")


def _offset(text: str) -> timezone | None:
    if not text:
        return None
    minutes = int(text[1:3]) * 60 + int(text[3:5])
    return timezone(timedelta(minutes=-minutes if text[0] == "-" else minutes))
