"""Where may this person be? On file, by the number's prefix, at the facility."""

from zoneinfo import ZoneInfo

import phonenumbers
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from phonenumbers import timezone as phone_zones

from handbell.policy.zones import (
    SPLIT_AREA_CODES,
    TOO_MANY,
    candidate_zones,
    phone_prefix_zones,
    zone,
)

EASTERN, CENTRAL, PACIFIC = "America/New_York", "America/Chicago", "America/Los_Angeles"


def names(given: str = "", phone: str = "", facility: str = EASTERN) -> list[str]:
    return [zone.key for zone in candidate_zones(given=given, phone=phone, facility=facility)]


@pytest.mark.parametrize(
    ("given", "phone", "expected"),
    [
        ("", "", [EASTERN]),
        (PACIFIC, "", [PACIFIC, EASTERN]),
        ("", "+13105550101", [PACIFIC, EASTERN]),
        ("", "+12025550101", [EASTERN]),
        (CENTRAL, "+13105550101", [CENTRAL, PACIFIC, EASTERN]),
        ("", "+18505550101", [EASTERN, CENTRAL]),  # lies in two zones
        ("", "+18005550101", [EASTERN]),  # toll-free says nothing
        ("Mars/Olympus", "", [EASTERN]),
    ],
)
def test_the_surest_zone_comes_first_and_none_twice(
    given: str, phone: str, expected: list[str]
) -> None:
    assert names(given, phone) == expected


def test_without_any_zone_it_is_utc() -> None:
    assert names(facility="") == ["UTC"]


@pytest.mark.parametrize(
    "area", ["208", "219", "270", "308", "423", "541", "605", "785", "812", "850", "906", "907"]
)
def test_area_codes_in_two_zones_count_for_both(area: str) -> None:
    assert len(phone_prefix_zones(f"+1{area}5550101")) == 2


@pytest.mark.parametrize("name", ["", "Nowhere/None", "../etc/passwd", "/etc/passwd", "a" * 400])
def test_a_name_that_is_no_zone_is_none(name: str) -> None:
    assert zone(name) is None


def test_a_name_that_is_one_is_it() -> None:
    assert zone(EASTERN) == ZoneInfo(EASTERN)


@settings(max_examples=200)
@given(st.integers(201, 989), st.integers(200, 999), st.integers(0, 9999))
def test_the_line_of_a_number_says_nothing_its_exchange_does_not(
    area: int, exchange: int, line: int
) -> None:
    if str(area) in SPLIT_AREA_CODES:
        return
    number = f"+1{area}{exchange}{line:04d}"
    asked = tuple(phone_zones.time_zones_for_number(phonenumbers.parse(number)))
    known = () if len(asked) > TOO_MANY or "Etc/Unknown" in asked else asked
    assert phone_prefix_zones(number) == known
