"""What the address of the Messages page asks for, and that it says nothing about patients."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from urllib.parse import parse_qsl

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handbell.console.asked import Asked, address_of, day_links, filter_chips, read_asked
from handbell.outbox.queries import Cursor, Standing
from handbell.vocabulary.words import Channel, Objection, Purpose

TODAY = date(2026, 11, 5)

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

cursors = st.builds(
    Cursor,
    due_at=st.integers(min_value=0, max_value=7 * 10**15).map(
        lambda micros: EPOCH + timedelta(microseconds=micros)
    ),
    id=st.integers(min_value=0, max_value=10**17),
)
days = st.none() | st.dates(min_value=date(1971, 1, 1), max_value=date(2199, 1, 1))
views = st.builds(
    Asked,
    first_day=days,
    last_day=days,
    purpose=st.none() | st.sampled_from(Purpose),
    channel=st.none() | st.sampled_from(Channel),
    standing=st.none() | st.sampled_from(Standing),
    reason=st.none() | st.sampled_from(Objection),
    facility_id=st.none() | st.integers(min_value=1, max_value=10**9),
    search=st.sampled_from(["", "0a1b2c3d4e5f"]),
    latest_first=st.booleans(),
    before=st.none() | cursors,
    after=st.none() | cursors,
)


def params(address: str) -> dict[str, str]:
    return dict(parse_qsl(address[1:], keep_blank_values=True))


@given(view=views)
def test_reading_an_address_gives_the_view_it_was_written_from(view: Asked) -> None:
    first, last = view.first_day, view.last_day
    if first and last and last < first:
        view = replace(view, first_day=last, last_day=first)
    assert read_asked(params(address_of(view)), today=TODAY) == view


def test_a_bare_address_asks_for_today() -> None:
    asked = read_asked({}, today=TODAY)
    assert (asked.first_day, asked.last_day) == (TODAY, TODAY)


def test_a_search_asks_for_any_day() -> None:
    asked = read_asked({"search": "0a1b2c3d4e5f"}, today=TODAY)
    assert (asked.first_day, asked.last_day) == (None, None)


@pytest.mark.parametrize(
    "params",
    [
        {"purpose": "marketing"},
        {"channel": "fax"},
        {"state": "lost"},
        {"reason": "because"},
        {"facility": "9" * 40},
        {"facility": "-1"},
        {"from": "2026-13-01", "to": "tomorrow"},
        {"from": "9999-12-31", "to": "0001-01-01"},
        {"after": "99999999999999999999-1", "before": "x"},
        {"search": "<script>"},
    ],
)
def test_a_value_nobody_knows_counts_as_not_given(params: dict[str, str]) -> None:
    assert read_asked({"from": "", "to": ""} | params, today=TODAY) == Asked()


def test_days_the_wrong_way_round_are_turned() -> None:
    asked = read_asked({"from": "2026-11-09", "to": "2026-11-05"}, today=TODAY)
    assert (asked.first_day, asked.last_day) == (date(2026, 11, 5), date(2026, 11, 9))


def test_each_chip_leads_to_the_list_without_its_filter_and_with_the_others() -> None:
    asked = Asked(
        first_day=TODAY - timedelta(days=2),
        last_day=TODAY,
        channel=Channel.SMS,
        standing=Standing.HELD_BACK,
        reason=Objection.PAID,
        facility_id=7,
    )
    chips = {
        chip.label: read_asked(params(chip.without), today=TODAY)
        for chip in filter_chips(asked, today=TODAY, facilities={7: "Main"}, searched="")
    }
    assert chips == {
        "Tue 3 Nov to Thu 5 Nov": replace(asked, first_day=None, last_day=None),
        "Text": replace(asked, channel=None),
        "Held back": replace(asked, standing=None),
        "Reason: Balance settled": replace(asked, reason=None),
        "Main": replace(asked, facility_id=None),
    }


def test_day_links_keep_the_other_filters_and_mark_the_chosen_one() -> None:
    links = day_links(Asked(first_day=TODAY, last_day=TODAY, channel=Channel.SMS), today=TODAY)
    assert [link.label for link in links if link.chosen] == ["Today"]
    assert all("channel=sms" in link.address for link in links)
