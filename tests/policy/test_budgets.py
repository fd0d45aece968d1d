"""Carriers' limits, the slow start of a new sender, and the quarter kept for emergencies."""

from datetime import UTC, date, datetime, timedelta

import pytest

from handbell.policy.budgets import (
    Budget,
    carrier_day_limit,
    left,
    most_a_minute,
    open_again_at,
    paced,
    ramp_limit,
    reserve,
)
from handbell.policy.pacing import Bucket
from handbell.vocabulary.words import Channel, Registration

NOON = datetime(2026, 11, 3, 17, 0, tzinfo=UTC)


@pytest.mark.parametrize("registration", Registration)
@pytest.mark.parametrize(("rate", "burst"), [(0.2, 1), (1.0, 20), (1000.0, 1000)])
def test_no_minute_holds_more_than_its_carriers_allow(
    registration: Registration, rate: float, burst: int
) -> None:
    bucket = paced(Bucket(0, NOON, rate, burst), registration, warned=False)
    limit = most_a_minute(registration)
    assert bucket.rate <= rate
    assert 1 <= bucket.burst <= burst
    assert limit is None or bucket.burst + 60 * bucket.rate <= limit + 1e-9


def test_a_warned_sender_goes_at_half_the_pace() -> None:
    assert paced(Bucket(0, NOON, 1.0, 20), Registration.UNKNOWN, warned=True).rate == 0.5


def test_t_mobiles_day_is_for_half_of_the_patients_at_most() -> None:
    assert carrier_day_limit(Registration.DLC_LOW_VOLUME) == 4_000
    assert carrier_day_limit(Registration.TOLL_FREE) is None


def test_a_quarter_is_left_for_emergencies() -> None:
    spent = [Budget(100, 75, NOON), Budget(None, 10_000, NOON)]
    assert left(spent, emergency=False) == 0
    assert left(spent, emergency=True) == 25
    assert open_again_at(spent) == NOON
    assert left([Budget(None, 5, NOON)], emergency=False) is None
    assert reserve(3) == 0  # of a handful nothing can be kept


def test_a_new_sender_doubles_each_day_until_it_is_known() -> None:
    first = date(2026, 11, 3)
    limits = [
        ramp_limit(Channel.EMAIL, new_since=first, today=first + timedelta(days=n))
        for n in range(15)
    ]
    assert limits[:4] == [100, 200, 400, 800]
    assert limits[14] is None
    assert ramp_limit(Channel.SMS, new_since=None, today=first) is None
