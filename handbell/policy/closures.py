"""A facility is shut unexpectedly: what is closed, who may be told at which hour, and by when?

Which closures are an emergency is a closed list (47 CFR 64.1200(f)(4) as the FCC reads it for
schools and health providers; rules.md 5): weather, fire or flood, power or water, public safety, a
health hazard. No ruling names private clinics, so everything else keeps the ordinary consent.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from handbell.policy.budgets import Budget
from handbell.policy.quiet_hours import Window, Windows, window_for
from handbell.policy.timetable import start_of_day, wall_clock
from handbell.vocabulary.words import Channel, ClosureReason, Purpose

EMERGENCIES: Final = frozenset(
    {
        ClosureReason.WEATHER,
        ClosureReason.FIRE_OR_FLOOD,
        ClosureReason.POWER_OR_WATER,
        ClosureReason.PUBLIC_SAFETY,
        ClosureReason.HEALTH_HAZARD,
    }
)

#: How many notices of one closure may go by each channel, the all clear included (rules.md 29).
MOST_NOTICES: Final[Mapping[Channel, int]] = {
    Channel.SMS: 3,
    Channel.VOICE: 2,
    Channel.EMAIL: 3,
}

#: The furthest a closure may reach; a longer one is no emergency any more.
MOST_DAYS: Final = 14

#: A sending that takes longer than this is as good as never done.
LOOKS_AHEAD: Final = timedelta(days=30)

#: A call about a visit this near may ring at any hour (rules.md 29).
RINGS_FOR_VISITS_WITHIN: Final = timedelta(hours=3)
CALLS: Final = Window(time(8), time(21))

#: An ordinary closure may be told of early where the visit is near (rules.md 29).
TOLD_EARLY_WITHIN: Final = timedelta(hours=12)
EARLY: Final = Window(time(7), time(21))


@dataclass(frozen=True, slots=True)
class Span:
    """Days a facility is closed, on its own clock; None times are the whole first or last day."""

    first_day: date
    last_day: date
    closed_from: time | None = None
    closed_to: time | None = None

    def on_clock(self, zone: ZoneInfo) -> tuple[datetime, datetime]:
        """Return the two moments it lies between at a facility of that zone."""
        begins = start_of_day(self.first_day, zone)
        if self.closed_from is not None:
            begins = wall_clock(self.first_day, self.closed_from, zone)
        ends = start_of_day(self.last_day + timedelta(days=1), zone)
        if self.closed_to is not None:
            ends = wall_clock(self.last_day, self.closed_to, zone)
        return begins, ends

    @property
    def is_backwards(self) -> bool:
        """Whether it would end before it begins."""
        if self.last_day != self.first_day:
            return self.last_day < self.first_day
        both = self.closed_from is not None and self.closed_to is not None
        return both and self.closed_to <= self.closed_from  # type: ignore[operator]


def is_emergency(reason: ClosureReason) -> bool:
    """Return whether people may be told without having agreed; a STOP still stops."""
    return reason in EMERGENCIES


def notice_window(
    reason: ClosureReason,
    channel: Channel,
    *,
    visit_at: datetime | None,
    chosen: Windows,
    now: datetime,
) -> Window | None:
    """Return the hours at which a notice may be told; None means any.

    `visit_at` is the next visit it is about, None for an all clear.
    """
    if is_emergency(reason):
        if channel is not Channel.VOICE:
            return None
        near = visit_at is not None and visit_at - now <= RINGS_FOR_VISITS_WITHIN
        return None if near else CALLS
    if channel is Channel.EMAIL:
        return None
    if visit_at is not None and visit_at - now <= TOLD_EARLY_WITHIN:
        return EARLY
    return window_for(Purpose.APPOINTMENT_REMINDER, channel, chosen)


@dataclass(frozen=True, slots=True)
class Capacity:
    """What a sender can do: segments a second, and what limits messages and segments."""

    rate_per_second: float
    messages: Sequence[Budget] = ()
    segments: Sequence[Budget] = ()


@dataclass(slots=True)
class _Purse:
    """What is left of one budget, in messages, as time goes on."""

    left: int
    limit: int
    begins_anew: datetime
    every: timedelta

    def renew(self, at: datetime) -> None:
        if at >= self.begins_anew:
            self.begins_anew += ((at - self.begins_anew) // self.every + 1) * self.every
            self.left = self.limit


def finished_at(
    count: int, *, segments: int, capacity: Capacity, begins: datetime
) -> datetime | None:
    """Return when the last of `count` emergency notices will have left; None if never.

    Every hour and day gives what its budgets have, their reserve included. The estimate errs on
    the late side: a full bucket lets the first ones go faster, and a slow start grows.
    """
    each = max(segments, 1)
    pace = timedelta(seconds=each / capacity.rate_per_second)
    purses = [_purse(one, 1) for one in capacity.messages if one.limit is not None]
    purses += [_purse(one, each) for one in capacity.segments if one.limit is not None]
    at, rest = begins, count
    while at - begins <= LOOKS_AHEAD:
        for purse in purses:
            purse.renew(at)
        ends = min((purse.begins_anew for purse in purses), default=None)
        gone = min([rest, *(purse.left for purse in purses)])
        if ends is not None:
            gone = min(gone, (ends - at) // pace)
        rest -= gone
        if rest == 0 or ends is None:
            return at + pace * gone
        for purse in purses:
            purse.left -= gone
        at = ends
    return None


def _purse(budget: Budget, each: int) -> _Purse:
    left, limit = budget.left(emergency=True) or 0, budget.limit or 0
    return _Purse(left // each, limit // each, budget.begins_anew, budget.every)
