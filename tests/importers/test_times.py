"""Which moment does a text mean?"""

from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handbell.importers.bad_value import BadValue
from handbell.importers.times import (
    Order,
    order_of,
    parse_clock,
    parse_day,
    parse_moment,
    parse_wall_clock,
)

NEW_YORK = ZoneInfo("America/New_York")


def moment(text: str, order: Order = Order.MONTH_FIRST) -> datetime:
    return parse_moment(text, order=order, zone=NEW_YORK)


@pytest.mark.parametrize(
    "text",
    [
        "2026-03-04T09:05",
        "2026-03-04 09:05:00",
        "2026-3-4 9:05",
        "20260304 090500",
        "3/4/2026 9:05",
        "03/04/2026 09:05 AM",
        "4 Mar 2026 9:05 am",
        "04-Mar-2026 09:05",
        "March 4, 2026 9:05",
        "Wed, Mar 4 2026 9:05 a.m.",
        "2026/03/04 09:05",
        "4.3.2026 09:05",
        "2026-03-04T09:05-05:00",
        "2026-03-04T14:05Z",
        "2026-03-04 14:05:00.000+00:00",
        "3/4/2026 09:05 AM - 10:05 AM",
        "3/4/2026 0905",
    ],
)
def test_reads_the_ways_in_which_systems_write_a_moment(text: str) -> None:
    assert moment(text) == datetime(2026, 3, 4, 14, 5, tzinfo=UTC)


def test_region_decides_between_day_and_month() -> None:
    assert moment("3/4/2026 9:05", order_of("GB")) == moment("2026-04-03T09:05")
    assert moment("3/4/2026 9:05", order_of("US")) == moment("2026-03-04T09:05")


def test_a_date_against_the_regions_order_is_refused() -> None:
    with pytest.raises(BadValue, match="month first"):
        moment("25/12/2026 10:00")


def test_where_both_orders_are_in_use_only_a_clear_date_is_read() -> None:
    assert moment("25/12/2026 10:00", order_of("CA")) == moment("2026-12-25T10:00")
    assert moment("4/4/2026 10:00", order_of("CA")) == moment("2026-04-04T10:00")
    with pytest.raises(BadValue, match="cannot be told apart"):
        moment("3/4/2026 10:00", order_of("CA"))


def test_a_time_the_clocks_skipped_is_moved_forward_by_the_gap() -> None:
    assert moment("2026-03-08T02:30") == datetime(2026, 3, 8, 7, 30, tzinfo=UTC)  # 03:30 EDT


def test_a_time_that_happens_twice_means_the_first() -> None:
    assert moment("2026-11-01T01:30") == datetime(2026, 11, 1, 5, 30, tzinfo=UTC)  # EDT


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("2026-05-06", "no time"),
        ("3/4/26 9:00", "not a date"),
        ("46085", "not a date"),
        ("soon", "not a date"),
        ("", "not a date"),
        ("2026-02-30 10:00", "no such day"),
        ("2026-03-04 25:00", "no such time"),
        ("3/4/2026 13:00 PM", "no such time"),
        ("3/4/2026 9:00 EST", "not a time"),
        ("0001-01-01 00:00:00", "cannot be right"),
        ("9999-12-31 23:59", "cannot be right"),
    ],
)
def test_says_what_is_wrong_with_a_moment(text: str, reason: str) -> None:
    with pytest.raises(BadValue, match=reason) as raised:
        moment(text)
    assert not text or text not in str(raised.value) + raised.value.cure


def test_a_day_may_have_a_time_behind_it() -> None:
    assert parse_day("10/30/2026 11:15 PM", order=Order.MONTH_FIRST) == date(2026, 10, 30)


def test_a_range_has_a_start_and_a_length() -> None:
    assert parse_clock("05:30 AM - 06:45 AM") == (time(5, 30), 75)
    assert parse_clock("11:30 PM \u2013 12:15 AM") == (time(23, 30), 45)
    assert parse_clock("1430") == (time(14, 30), None)


@given(st.text(max_size=40), st.sampled_from(Order))
def test_any_text_is_a_moment_or_a_bad_value(text: str, order: Order) -> None:
    try:
        found = parse_wall_clock(text, order=order, time_needed=False)
    except BadValue:
        return
    assert 1850 <= found.year <= 2200


@given(st.dates(date(1900, 1, 1), date(2199, 12, 31)), st.times())
def test_every_way_of_writing_it_is_the_same_moment(day: date, clock: time) -> None:
    wall = datetime.combine(day, clock.replace(second=0, microsecond=0))
    written = (f"{wall:%Y-%m-%dT%H:%M}", f"{wall:%m/%d/%Y %I:%M %p}", f"{wall:%d %b %Y %H:%M}")

    assert len({moment(text) for text in written}) == 1
