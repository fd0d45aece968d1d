"""Times as staff read them."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from handbell.console.clock import local_day, same_clock, say_moment, say_zone, today_in

NEW_YORK, CHICAGO, PHOENIX, DENVER = (
    ZoneInfo(f"America/{name}") for name in ("New_York", "Chicago", "Phoenix", "Denver")
)
NOW = datetime(2026, 11, 5, 15, 0, tzinfo=UTC)


def test_a_moment_reads_like_thu_5_nov_10_00() -> None:
    assert say_moment(NOW, zone=NEW_YORK, now=NOW) == "Thu 5 Nov, 10:00"


def test_a_moment_of_another_year_says_the_year() -> None:
    said = say_moment(datetime(2027, 1, 4, 14, 5, tzinfo=UTC), zone=NEW_YORK, now=NOW)
    assert said == "Mon 4 Jan 2027, 09:05"


def test_the_zone_is_called_as_people_call_it_that_day() -> None:
    assert say_zone(NEW_YORK, at=NOW) == "EST"
    assert say_zone(NEW_YORK, at=datetime(2026, 7, 1, tzinfo=UTC)) == "EDT"
    assert say_zone(ZoneInfo("America/Sao_Paulo"), at=NOW) == "America/Sao_Paulo"


def test_two_zones_may_show_the_same_clock_in_one_season_only() -> None:
    assert same_clock(PHOENIX, DENVER, at=NOW)
    assert not same_clock(PHOENIX, DENVER, at=datetime(2026, 7, 1, tzinfo=UTC))


@pytest.mark.parametrize(
    ("day", "hours"), [(date(2026, 3, 8), 23), (date(2026, 11, 1), 25), (date(2026, 11, 5), 24)]
)
def test_a_day_is_as_long_as_its_clock_says(day: date, hours: int) -> None:
    found = local_day(day, NEW_YORK)
    assert found.ends - found.begins == timedelta(hours=hours)


def test_today_is_the_practice_s_own_day() -> None:
    late = datetime(2026, 11, 6, 3, 0, tzinfo=UTC)  # still the 5th in New York
    assert today_in(NEW_YORK, now=late).date == date(2026, 11, 5)
