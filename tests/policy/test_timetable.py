"""When is a message due? On the wall clock of the facility, whatever the clocks do."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handbell.policy.timetable import (
    Step,
    next_delivery,
    start_of_day,
    step_moment,
    useful_until,
    wall_clock,
)
from handbell.vocabulary.words import Channel

NEW_YORK = ZoneInfo("America/New_York")
ZONES = [
    ZoneInfo(name)
    for name in (
        "America/New_York",
        "America/Los_Angeles",
        "Australia/Lord_Howe",
        "America/Santiago",
        "Africa/Casablanca",
        "Asia/Kathmandu",
    )
]
zones = st.sampled_from(ZONES)
days = st.dates(min_value=date(2024, 1, 1), max_value=date(2030, 12, 31))
minutes = st.integers(0, 24 * 60 - 1).map(lambda n: time(n // 60, n % 60))
moments = st.datetimes(
    min_value=datetime(2024, 1, 1),  # noqa: DTZ001  the zone is given beside it
    max_value=datetime(2030, 12, 31),  # noqa: DTZ001
    timezones=st.just(UTC),
)


def days_before(days: int, at: time) -> Step:
    return Step("d", days, None, at, (Channel.SMS,))


def hours_before(hours: int) -> Step:
    return Step("h", None, hours, None, (Channel.SMS,))


def exists(day: date, at: time, zone: ZoneInfo) -> bool:
    shown = datetime.combine(day, at, tzinfo=zone)
    back = shown.astimezone(UTC).astimezone(zone)
    return back.replace(tzinfo=None) == shown.replace(tzinfo=None)


@given(day=days, at=minutes, zone=zones)
def test_the_wall_shows_the_time_or_the_night_has_no_such_time(
    day: date, at: time, zone: ZoneInfo
) -> None:
    shown = wall_clock(day, at, zone).astimezone(zone)
    if exists(day, at, zone):
        assert (shown.date(), shown.time()) == (day, at)
    else:
        moved = datetime.combine(day, at) - shown.replace(tzinfo=None)
        assert timedelta(0) < -moved <= timedelta(hours=1)


@given(day=days, at=minutes, zone=zones)
def test_of_two_moments_with_the_same_time_the_first_is_meant(
    day: date, at: time, zone: ZoneInfo
) -> None:
    moment = wall_clock(day, at, zone)
    earlier = moment - timedelta(minutes=30), moment - timedelta(hours=1)
    if exists(day, at, zone):
        shown = [e.astimezone(zone).replace(tzinfo=None) for e in earlier]
        assert datetime.combine(day, at) not in shown


@given(not_before=moments, at=minutes, zone=zones)
def test_the_next_delivery_is_the_first_that_is_not_too_early(
    not_before: datetime, at: time, zone: ZoneInfo
) -> None:
    found = next_delivery(not_before=not_before, at=at, zone=zone)

    assert found >= not_before
    assert found - not_before <= timedelta(hours=25)
    day = found.astimezone(zone).date()
    before = {wall_clock(day - timedelta(days=back), at, zone) for back in (0, 1, 2)}
    assert not [moment for moment in before if not_before <= moment < found]


@pytest.mark.parametrize(
    ("visit", "expected"),
    [
        # A visit the day after the clocks go forward, and one after they go back: 10:00 is 10:00.
        (datetime(2026, 3, 9, 14, tzinfo=NEW_YORK), datetime(2026, 3, 8, 10, tzinfo=NEW_YORK)),
        (datetime(2026, 3, 8, 14, tzinfo=NEW_YORK), datetime(2026, 3, 7, 10, tzinfo=NEW_YORK)),
        (datetime(2026, 11, 2, 14, tzinfo=NEW_YORK), datetime(2026, 11, 1, 10, tzinfo=NEW_YORK)),
        (datetime(2028, 3, 1, 9, tzinfo=NEW_YORK), datetime(2028, 2, 29, 10, tzinfo=NEW_YORK)),
        (datetime(2027, 1, 1, 0, 0, tzinfo=NEW_YORK), datetime(2026, 12, 31, 10, tzinfo=NEW_YORK)),
    ],
)
def test_days_before_stay_on_the_wall_clock(visit: datetime, expected: datetime) -> None:
    for starts_at in (visit, visit.astimezone(UTC)):
        found = step_moment(days_before(1, time(10)), starts_at=starts_at, zone=NEW_YORK)
        assert found == expected


def test_the_day_of_a_visit_is_its_day_at_the_facility() -> None:
    late = datetime(2026, 11, 5, 3, 30, tzinfo=UTC)  # still the 4th in New York
    found = step_moment(days_before(1, time(10)), starts_at=late, zone=NEW_YORK)
    assert found == datetime(2026, 11, 3, 10, tzinfo=NEW_YORK)


@pytest.mark.parametrize(
    ("at", "expected"),
    [
        (time(2, 30), datetime(2026, 3, 8, 7, 30, tzinfo=UTC)),  # shown as 03:30
        (time(3, 30), datetime(2026, 3, 8, 7, 30, tzinfo=UTC)),
    ],
)
def test_a_time_that_does_not_exist_is_moved_by_the_gap(at: time, expected: datetime) -> None:
    assert wall_clock(date(2026, 3, 8), at, NEW_YORK) == expected


def test_a_time_that_comes_twice_means_the_first() -> None:
    assert wall_clock(date(2026, 11, 1), time(1, 30), NEW_YORK) == datetime(
        2026, 11, 1, 5, 30, tzinfo=UTC
    )


@pytest.mark.parametrize("day", [7, 8, 9])
def test_hours_before_are_real_hours_in_whatever_clock_the_visit_is_given(day: int) -> None:
    visit = datetime(2026, 3, day, 14, tzinfo=NEW_YORK)
    for starts_at in (visit, visit.astimezone(UTC)):
        found = step_moment(hours_before(24), starts_at=starts_at, zone=NEW_YORK)
        assert visit.astimezone(UTC) - found == timedelta(hours=24)


@pytest.mark.parametrize("day", [7, 8, 9])
def test_a_reminder_is_useful_until_real_hours_before_the_visit(day: int) -> None:
    visit = datetime(2026, 3, day, 4, tzinfo=NEW_YORK)
    for starts_at in (visit, visit.astimezone(UTC)):
        ends = useful_until(starts_at=starts_at, too_late_hours=3)
        assert visit.astimezone(UTC) - ends.astimezone(UTC) == timedelta(hours=3)


def test_a_day_begins_at_midnight_where_it_is() -> None:
    assert start_of_day(date(2026, 11, 1), NEW_YORK) == datetime(2026, 11, 1, 4, tzinfo=UTC)
    assert start_of_day(date(2026, 11, 2), NEW_YORK) == datetime(2026, 11, 2, 5, tzinfo=UTC)
