"""What goes into a patient's calendar about a visit: an entry, and the rules of its zone.

The file that goes with a mail is put together from lines that are remembered: icalendar takes two
milliseconds for one, most of what a mail costs, and visits share their hour, place and zone.
"""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from icalendar import Calendar, Event, Timezone
from icalendar.parser import Contentline

from handbell.access.practice_settings import PracticeSettings
from handbell.planner.touches import Visit


def calendar_event(visit: Visit, settings: PracticeSettings, *, link: str, now: datetime) -> Event:
    """Return a visit as a calendar entry: clinic, place and time, nothing of its reason.

    Its time is the facility's own clock, with the zone's rules. Its name is the visit at the host
    of the patients' links: two clinics with a Handbell each do not overwrite one another's visits.
    """
    starts_at = visit.starts_at.astimezone(settings.zone_of(visit.facility_id))
    event = Event()
    event.add("uid", _uid(visit, link))
    event.add("sequence", visit.revision)
    event.add("dtstamp", now)
    event.add("dtstart", starts_at)
    event.add("dtend", starts_at + timedelta(minutes=_minutes(visit)))
    event.add("summary", settings.name)
    if where := _where(visit, settings):
        event.add("location", where)
    return event


def add_clocks(calendar: Calendar) -> None:
    """Add the rules of each zone the entries name, for the years about them.

    All years there are would be most of the e-mail and most of the time it takes to write it.
    """
    years = [event.start.year for event in calendar.events]
    for name in sorted(calendar.get_missing_tzids()):
        calendar.subcomponents.insert(0, _clock(name, min(years) - 1, max(years) + 2))


def calendar_file(
    visits: Sequence[Visit], settings: PracticeSettings, *, link: str, now: datetime
) -> bytes:
    """Return the visits as a file: the same entries and clocks as the two above make."""
    zones = [settings.zone_of(visit.facility_id) for visit in visits]
    pairs = list(zip(visits, zones, strict=True))
    years = [visit.starts_at.astimezone(zone).year for visit, zone in pairs]
    parts = [_head()]
    parts += [
        _clock_lines(zone, min(years) - 1, max(years) + 2)
        for zone in sorted({zone.key for zone in zones})
    ]
    for visit, zone in pairs:
        parts += [
            b"BEGIN:VEVENT\r\n",
            _line(f"UID:{_uid(visit, link)}"),
            _line(f"SEQUENCE:{visit.revision}"),
            _stamp_lines(now),
            _time_lines(visit.starts_at.astimezone(UTC), _minutes(visit), zone.key),
            _place_lines(settings.name, _where(visit, settings)),
            b"END:VEVENT\r\n",
        ]
    return b"".join([*parts, b"END:VCALENDAR\r\n"])


def _uid(visit: Visit, link: str) -> str:
    return f"visit-{visit.id}@{urlsplit(link).hostname}"


def _minutes(visit: Visit) -> int:
    return visit.duration_minutes or 60


def _where(visit: Visit, settings: PracticeSettings) -> str:
    place = settings.place(visit.facility_id)
    return ", ".join(part for part in (place.name, place.address) if part) if place else ""


@lru_cache(maxsize=64)
def _clock(zone: str, first_year: int, last_year: int) -> Timezone:
    return Timezone.from_tzid(
        zone, first_date=date(first_year, 1, 1), last_date=date(last_year, 1, 1)
    )


@lru_cache(maxsize=64)
def _clock_lines(zone: str, first_year: int, last_year: int) -> bytes:
    """Return the zone's rules; UTC needs none."""
    return b"" if zone == "UTC" else bytes(_clock(zone, first_year, last_year).to_ical())


@lru_cache(maxsize=1)
def _head() -> bytes:
    calendar = Calendar()
    calendar.add("prodid", "-//Handbell//EN")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    return bytes(calendar.to_ical()).removesuffix(b"END:VCALENDAR\r\n")


@lru_cache(maxsize=16)
def _stamp_lines(now: datetime) -> bytes:
    return _lines({"dtstamp": now.astimezone(UTC)})


# The moment is in UTC and the zone beside it: the same moment in two zones is not the same line.
@lru_cache(maxsize=4096)
def _time_lines(starts_at: datetime, minutes: int, zone: str) -> bytes:
    local = starts_at.astimezone(ZoneInfo(zone))
    return _lines({"dtstart": local, "dtend": local + timedelta(minutes=minutes)})


@lru_cache(maxsize=1024)
def _place_lines(name: str, where: str) -> bytes:
    return _lines({"summary": name, "location": where} if where else {"summary": name})


def _lines(properties: dict[str, Any]) -> bytes:
    """Return properties as icalendar writes them, escaped and folded."""
    event = Event()
    for name, value in properties.items():
        event.add(name, value)
    inside = bytes(event.to_ical()).removeprefix(b"BEGIN:VEVENT\r\n")
    return inside.removesuffix(b"END:VEVENT\r\n")


def _line(text: str) -> bytes:
    return bytes(Contentline(text).to_ical()) + b"\r\n"  # type: ignore[no-untyped-call]
