"""Is the file that goes with a mail what icalendar would write of the same visits?"""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from icalendar import Calendar

from handbell.access.practice_settings import Place
from handbell.dispatch.calendar_entries import add_clocks, calendar_event, calendar_file
from tests.dispatch.test_compose import NEW_YORK, NOW, SETTINGS, visit

LONG_HOST = "https://" + ".".join(["appointments"] * 8) + ".example/v/abc"


def places(zone: ZoneInfo) -> dict[int, Place]:
    return {1: Place(1, "Suite 4; North, \\ Annex é" * 4, "", "1 Harbor St", zone)}


@pytest.mark.parametrize("zone", [NEW_YORK, ZoneInfo("UTC"), ZoneInfo("America/Phoenix")])
@pytest.mark.parametrize("link", ["https://handbell.example/v/abc", LONG_HOST])
def test_the_file_holds_what_the_library_would_write(zone: ZoneInfo, link: str) -> None:
    settings = replace(SETTINGS, places=places(zone))
    first = visit(4, 14)
    later = replace(first, id=2, starts_at=datetime(2027, 1, 2, 15, tzinfo=UTC), duration_minutes=0)
    oracle = Calendar()
    for name, value in (("prodid", "-//Handbell//EN"), ("version", "2.0"), ("method", "PUBLISH")):
        oracle.add(name, value)
    for one in (first, later):
        oracle.add_component(calendar_event(one, settings, link=link, now=NOW))
    add_clocks(oracle)
    written = calendar_file([first, later], settings, link=link, now=NOW)
    assert sorted(written.splitlines()) == sorted(oracle.to_ical().splitlines())
    assert Calendar.from_ical(written) == oracle


def test_one_moment_in_two_zones_is_written_as_each_clock_shows_it() -> None:
    shown = []
    for zone in (NEW_YORK, ZoneInfo("America/Chicago")):
        settings = replace(SETTINGS, places=places(zone))
        written = calendar_file([visit(4, 14)], settings, link=LONG_HOST, now=NOW)
        (event,) = Calendar.from_ical(written).walk("VEVENT")
        shown.append(event.decoded("dtstart").replace(tzinfo=None))
    assert shown[0] - shown[1] == timedelta(hours=1)
