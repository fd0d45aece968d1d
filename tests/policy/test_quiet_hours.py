"""When is a person reached? Never outside the window of any zone they may be in."""

from collections.abc import Sequence
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from handbell.policy.quiet_hours import DEFAULT_WINDOWS, Window, next_open, window_for
from handbell.vocabulary.words import Channel, Purpose

NEW_YORK = ZoneInfo("America/New_York")
CHICAGO = ZoneInfo("America/Chicago")
LOS_ANGELES = ZoneInfo("America/Los_Angeles")
DAY = Window(time(8), time(20))
QUARTER = timedelta(minutes=15)

ZONES = [
    ZoneInfo(name)
    for name in (
        "America/New_York",
        "America/Chicago",
        "America/Los_Angeles",
        "America/Adak",
        "America/Phoenix",
        "Pacific/Kiritimati",
        "Asia/Kathmandu",
        "Australia/Lord_Howe",
        "Africa/Casablanca",
        "UTC",
    )
]

# On a grid of quarter hours, so that a scan of the grid finds the first open moment exactly;
# never between midnight and three, where clocks change.
hours = st.integers(min_value=12, max_value=95).map(lambda n: time(n // 4, n % 4 * 15))
moments = st.integers(min_value=0, max_value=4 * 24 * 400).map(
    lambda n: datetime(2026, 1, 1, tzinfo=UTC) + n * QUARTER
)
windows = st.builds(
    lambda pair, sunday, closed: Window(min(pair), max(pair), sunday, closed),
    st.lists(hours, min_size=2, max_size=2, unique=True),
    st.none() | hours,
    st.booleans(),
)
some_zones = st.lists(st.sampled_from(ZONES), min_size=1, max_size=3, unique=True)


def is_open(at: datetime, window: Window, zone: ZoneInfo) -> bool:
    local = at.astimezone(zone)
    opens = window.opening(local.weekday())
    return opens is not None and opens <= local.time() < window.closes


def first_common_hour(at: datetime, window: Window, zones: Sequence[ZoneInfo]) -> datetime | None:
    """Return the first open quarter hour within a week, found the slow way."""
    for step in range(7 * 24 * 4):
        if all(is_open(at + step * QUARTER, window, zone) for zone in zones):
            return at + step * QUARTER
    return None


@settings(deadline=None)
@given(at=moments, window=windows, zones=some_zones)
def test_the_first_hour_open_in_every_zone_is_found(
    at: datetime, window: Window, zones: list[ZoneInfo]
) -> None:
    found = next_open(at, window=window, zones=zones)

    assert found >= at
    expected = first_common_hour(at, window, zones)
    if expected is not None:
        assert found == expected
    elif any(window.opening(weekday) for weekday in (0, 6)) and window.opening(0):
        assert is_open(found, window, zones[0])


@given(at=moments, window=windows, zones=some_zones)
def test_asking_again_at_the_answer_gives_the_answer(
    at: datetime, window: Window, zones: list[ZoneInfo]
) -> None:
    if first_common_hour(at, window, zones) is None:
        return
    found = next_open(at, window=window, zones=zones)
    assert next_open(found, window=window, zones=zones) == found


@given(at=moments, zones=some_zones)
def test_no_window_means_any_hour(at: datetime, zones: list[ZoneInfo]) -> None:
    assert next_open(at, window=None, zones=zones) == at


@pytest.mark.parametrize(
    ("at", "expected"),
    [
        # The night the clocks go forward: 08:00 is an hour sooner.
        (datetime(2026, 3, 7, 20, 0, tzinfo=NEW_YORK), datetime(2026, 3, 8, 12, 0, tzinfo=UTC)),
        (datetime(2026, 3, 8, 1, 59, tzinfo=NEW_YORK), datetime(2026, 3, 8, 12, 0, tzinfo=UTC)),
        (datetime(2026, 3, 8, 3, 0, tzinfo=NEW_YORK), datetime(2026, 3, 8, 12, 0, tzinfo=UTC)),
        # The night they go back: an hour later.
        (datetime(2026, 10, 31, 20, 0, tzinfo=NEW_YORK), datetime(2026, 11, 1, 13, 0, tzinfo=UTC)),
        (datetime(2026, 11, 1, 1, 30, tzinfo=NEW_YORK), datetime(2026, 11, 1, 13, 0, tzinfo=UTC)),
        (
            datetime(2026, 11, 1, 1, 30, fold=1, tzinfo=NEW_YORK),
            datetime(2026, 11, 1, 13, 0, tzinfo=UTC),
        ),
        # Leap day, and midnight.
        (datetime(2028, 2, 28, 21, 0, tzinfo=NEW_YORK), datetime(2028, 2, 29, 13, 0, tzinfo=UTC)),
        (datetime(2028, 2, 29, 0, 0, tzinfo=NEW_YORK), datetime(2028, 2, 29, 13, 0, tzinfo=UTC)),
        (datetime(2026, 12, 31, 23, 59, tzinfo=NEW_YORK), datetime(2027, 1, 1, 13, 0, tzinfo=UTC)),
    ],
)
def test_eight_in_the_morning_is_eight_on_the_wall(at: datetime, expected: datetime) -> None:
    assert next_open(at, window=DAY, zones=[NEW_YORK]) == expected


def test_a_window_is_open_when_it_opens_and_shut_when_it_closes() -> None:
    opens = datetime(2026, 11, 2, 8, tzinfo=NEW_YORK).astimezone(UTC)
    shuts = datetime(2026, 11, 2, 20, tzinfo=NEW_YORK).astimezone(UTC)
    instant = timedelta(microseconds=1)
    for at, expected in [
        (opens - instant, opens),
        (opens, opens),
        (shuts - instant, shuts - instant),
        (shuts, opens + timedelta(days=1)),
    ]:
        assert next_open(at, window=DAY, zones=[NEW_YORK]) == expected


def test_a_window_that_opens_in_the_hour_that_does_not_exist_opens_after_it() -> None:
    window = Window(time(2, 30), time(20))
    at = datetime(2026, 3, 8, 1, 45, tzinfo=NEW_YORK)
    found = next_open(at, window=window, zones=[NEW_YORK]).astimezone(NEW_YORK)
    assert (found.hour, found.minute) == (3, 30)


@pytest.mark.parametrize("fold", [0, 1])
def test_the_repeated_hour_is_told_apart_even_for_a_local_clock(fold: int) -> None:
    """01:30 comes twice; a clock kept in the zone itself must not be moved between the two."""
    at = datetime(2026, 11, 1, 1, 30, fold=fold, tzinfo=NEW_YORK)
    window = Window(time(1), time(20))
    found = next_open(at, window=window, zones=[NEW_YORK, CHICAGO])
    assert found.astimezone(UTC) == at.astimezone(UTC) + timedelta(minutes=30 if not fold else 0)


def test_a_traveller_between_coasts_is_reached_when_both_are_awake() -> None:
    at = datetime(2026, 11, 2, 8, tzinfo=NEW_YORK)
    found = next_open(at, window=DAY, zones=[NEW_YORK, LOS_ANGELES])
    assert found == datetime(2026, 11, 2, 11, tzinfo=NEW_YORK)
    late = datetime(2026, 11, 2, 20, tzinfo=NEW_YORK)
    assert next_open(late, window=DAY, zones=[NEW_YORK, LOS_ANGELES]) == datetime(
        2026, 11, 3, 11, tzinfo=NEW_YORK
    )


def test_where_no_hour_is_common_the_surest_zone_decides() -> None:
    zones = [NEW_YORK, ZoneInfo("Asia/Shanghai")]  # twelve or thirteen hours apart
    at = datetime(2026, 11, 2, 5, tzinfo=NEW_YORK)
    narrow = Window(time(9), time(17))
    assert next_open(at, window=narrow, zones=zones) == datetime(2026, 11, 2, 9, tzinfo=NEW_YORK)


@pytest.mark.parametrize(
    ("purpose", "channel", "sunday_opens"),
    [
        (Purpose.APPOINTMENT_REMINDER, Channel.SMS, 8),
        (Purpose.APPOINTMENT_REMINDER, Channel.VOICE, 12),
        (Purpose.BALANCE_ALERT, Channel.SMS, 8),
        (Purpose.BALANCE_ALERT, Channel.VOICE, None),
    ],
)
def test_sundays(purpose: Purpose, channel: Channel, sunday_opens: int | None) -> None:
    sunday = datetime(2026, 11, 8, 0, 0, tzinfo=NEW_YORK)
    found = next_open(sunday, window=DEFAULT_WINDOWS[purpose, channel], zones=[NEW_YORK])
    local = found.astimezone(NEW_YORK)
    assert (local.day, local.hour) == ((9, 9) if sunday_opens is None else (8, sunday_opens))


def test_a_practice_chooses_hours_but_not_sundays() -> None:
    chosen = {Channel.VOICE: (time(10), time(18))}
    window = window_for(Purpose.APPOINTMENT_REMINDER, Channel.VOICE, chosen)
    assert window == Window(time(10), time(18), sunday_opens=time(12))
    assert window_for(Purpose.BALANCE_ALERT, Channel.VOICE, chosen) == Window(
        time(10), time(18), closed_on_sunday=True
    )


def test_email_reminders_may_come_at_any_hour_and_emergencies_are_not_held() -> None:
    assert window_for(Purpose.APPOINTMENT_REMINDER, Channel.EMAIL, {}) is None
    chosen = {Channel.SMS: (time(9), time(17))}
    assert window_for(Purpose.EMERGENCY_NOTICE, Channel.SMS, chosen) is None


def test_hours_wider_than_the_law_s_are_cut_to_it() -> None:
    chosen = {Channel.SMS: (time(6), time(23)), Channel.VOICE: (time(5), time(7))}
    text = window_for(Purpose.APPOINTMENT_REMINDER, Channel.SMS, chosen)
    assert text is not None
    assert (text.opens, text.closes) == (time(8), time(21))
    # Nothing is left of these: the usual hours.
    assert window_for(Purpose.APPOINTMENT_REMINDER, Channel.VOICE, chosen) == window_for(
        Purpose.APPOINTMENT_REMINDER, Channel.VOICE, {}
    )
