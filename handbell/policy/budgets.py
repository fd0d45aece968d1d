"""How much may leave by a sender now, beside its pace? Carriers' limits, hours, days, a slow start.

Pure. A quarter of every budget is kept for emergency notices: a closure on the busiest day of the
month still leaves. Handbell does not look up which carrier a number is with (a look-up tells a
stranger that somebody is a patient); it reckons that no carrier has more than half of them.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Final

from handbell.policy.pacing import Bucket
from handbell.vocabulary.words import Channel, Registration

#: The largest share of a practice's texts that one carrier gets, as a fraction.
CARRIER_SHARE: Final = 0.5

#: Calls an hour by one caller ID: more, and analytics label it (rules.md 23).
CALLS_AN_HOUR: Final = 60

#: How many messages a new sender may send on its first day; twice as many on each day after.
FIRST_DAY: Final = {Channel.SMS: 200, Channel.VOICE: 60, Channel.EMAIL: 100}
#: When it counts as known.
RAMP_DAYS: Final = 14


@dataclass(frozen=True, slots=True)
class CarrierLimit:
    """What carriers allow a registration, in segments; None where there is no number.

    `a_minute` is AT&T's or the network's, `a_day` T-Mobile's.
    """

    a_minute: int | None
    a_day: int | None
    source: str


_S = "rules.md 17"
CARRIER_LIMITS: Final = {
    Registration.UNKNOWN: CarrierLimit(None, None, "none"),
    Registration.DLC_HIGH: CarrierLimit(4_500, 200_000, _S),
    Registration.DLC_MIDDLE: CarrierLimit(2_400, 40_000, _S),
    Registration.DLC_LOW: CarrierLimit(240, 10_000, _S),
    Registration.DLC_LOW_VOLUME: CarrierLimit(75, 2_000, _S),
    Registration.DLC_SOLE_PROPRIETOR: CarrierLimit(15, 1_000, _S),
    # Not a carrier's: what providers hand on for one number, 3 and 100 segments a second.
    Registration.TOLL_FREE: CarrierLimit(180, None, "Twilio, toll-free throughput"),
    Registration.SHORT_CODE: CarrierLimit(6_000, None, "Twilio, short code throughput"),
}
_ALL_OF_IT: Final = frozenset({Registration.TOLL_FREE, Registration.SHORT_CODE})


def most_a_minute(registration: Registration) -> int | None:
    """Return the segments a minute a number may send to all carriers together."""
    limit = CARRIER_LIMITS[registration].a_minute
    if limit is None or registration in _ALL_OF_IT:
        return limit
    return int(limit / CARRIER_SHARE)


def paced(bucket: Bucket, registration: Registration, *, warned: bool) -> Bucket:
    """Return the bucket at the pace that holds now: the sender's own, or less.

    No minute holds more than its carriers allow: what is saved up for a burst, and a minute's
    refill. A sender whose name is in danger goes at half the pace.
    """
    rate, burst = bucket.rate, bucket.burst
    if (limit := most_a_minute(registration)) is not None:
        burst = min(burst, max(limit // 4, 1))
        rate = min(rate, (limit - burst) / 60)
    return replace(bucket, rate=rate / 2 if warned else rate, burst=burst)


def carrier_day_limit(registration: Registration) -> int | None:
    """Return the segments a Pacific day a number may send to all carriers together."""
    limit = CARRIER_LIMITS[registration].a_day
    return None if limit is None else int(limit / CARRIER_SHARE)


def ramp_limit(channel: Channel, *, new_since: date | None, today: date) -> int | None:
    """Return how many messages a new sender may send today; None once it is known."""
    if new_since is None or (today - new_since).days >= RAMP_DAYS:
        return None
    doubled: int = FIRST_DAY[channel] << max((today - new_since).days, 0)
    return doubled


@dataclass(frozen=True, slots=True)
class Budget:
    """One limit, what is used of it, when it begins anew and how often. None is no limit."""

    limit: int | None
    used: int
    begins_anew: datetime
    every: timedelta = timedelta(days=1)

    def left(self, *, emergency: bool) -> int | None:
        """Return how much may still leave under it; an emergency may use the reserve."""
        if self.limit is None:
            return None
        most = self.limit if emergency else self.limit - reserve(self.limit)
        return max(most - self.used, 0)


def left(budgets: Iterable[Budget], *, emergency: bool) -> int | None:
    """Return how much may still leave under all of them; None is no limit."""
    found = (budget.left(emergency=emergency) for budget in budgets)
    return min((each for each in found if each is not None), default=None)


def open_again_at(budgets: Iterable[Budget]) -> datetime | None:
    """Return when the last of the budgets that are spent begins anew; None if none is spent."""
    spent = [budget.begins_anew for budget in budgets if budget.left(emergency=False) == 0]
    return max(spent, default=None)


def reserve(limit: int) -> int:
    """Return the part of a budget that only emergency notices may use: a quarter."""
    return limit // 4


def hour_of(now: datetime) -> datetime:
    """Return the hour that a count of `now` belongs to."""
    return now.replace(minute=0, second=0, microsecond=0)


def next_hour(now: datetime) -> datetime:
    """Return when the count of hours begins anew."""
    return hour_of(now) + timedelta(hours=1)
