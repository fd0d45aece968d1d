"""From which rate on is a sender's name in danger, and where does the number come from? Pure.

Two senders in three hundred are not judged by one angry person: under the smallest number of
messages nothing is said, and nothing is paused for fewer than three.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import IntEnum
from typing import Final

from handbell.reputation.fold import Tally
from handbell.vocabulary.words import Channel, Signal

DAY: Final = timedelta(days=1)
WEEK: Final = timedelta(days=7)

#: Nothing is paused for fewer than so many.
FEWEST_TO_PAUSE: Final = 3


class Level(IntEnum):
    """How bad a rate is."""

    GOOD = 0
    WARN = 1
    PAUSE = 2


@dataclass(frozen=True, slots=True)
class Threshold:
    """One rate's limits. The first of `windows` that holds `smallest` messages is read."""

    signal: Signal
    warn: float
    pause: float | None  # None: it warns only
    smallest: int
    windows: tuple[timedelta, ...]
    source: str


_PHONE = (DAY, WEEK)
_MAIL = (WEEK,)
_S22, _S23, _S30 = "rules.md 22", "rules.md 23", "rules.md 30"

THRESHOLDS: Final[Mapping[Channel, tuple[Threshold, ...]]] = {
    Channel.SMS: (
        Threshold(Signal.OPT_OUT, 0.015, 0.03, 100, _PHONE, _S22),
        Threshold(Signal.ERROR, 0.06, 0.10, 100, _PHONE, _S22),
        Threshold(Signal.FILTERED, 0.01, 0.02, 100, _PHONE, f"{_S30}, 30007"),
    ),
    Channel.VOICE: (
        Threshold(Signal.OPT_OUT, 0.015, 0.03, 100, _PHONE, f"{_S22}, as for texts"),
        Threshold(Signal.ERROR, 0.06, 0.10, 100, _PHONE, f"{_S22}, as for texts"),
        Threshold(Signal.FILTERED, 0.01, 0.02, 100, _PHONE, f"{_S23}, SIP 603+ and 608"),
        # Analytics look at it, and nobody publishes from where on: it slows down, and no more.
        Threshold(Signal.SHORT_CALL, 0.30, None, 50, _PHONE, _S23),
    ),
    Channel.EMAIL: (
        Threshold(Signal.HARD_BOUNCE, 0.02, 0.04, 200, _MAIL, _S22),
        Threshold(Signal.COMPLAINT, 0.0005, 0.001, 200, _MAIL, _S22),
        Threshold(Signal.FILTERED, 0.01, 0.02, 200, _MAIL, f"{_S30}, 5.7.1"),
    ),
}


@dataclass(frozen=True, slots=True)
class Reading:
    """One rate as it is now."""

    threshold: Threshold
    count: int
    out_of: int
    window: timedelta
    level: Level

    @property
    def rate(self) -> float:
        return self.count / self.out_of if self.out_of else 0.0


#: Returns what was counted since a moment.
Since = Callable[[datetime], Tally]


def read(channel: Channel, since: Since, *, now: datetime) -> list[Reading]:
    """Return every rate of a channel's sender."""
    return [_reading(threshold, since, now) for threshold in THRESHOLDS[channel]]


def worst(readings: Iterable[Reading]) -> Reading | None:
    """Return the reading that is furthest over its limit; None if all are good."""
    bad = [reading for reading in readings if reading.level is not Level.GOOD]
    return max(bad, key=lambda r: (r.level, r.rate / r.threshold.warn), default=None)


def level_of(threshold: Threshold, count: int, out_of: int, *, smallest: int) -> Level:
    """Return how bad so many out of so many are. Three are enough without the smallest number.

    (rules.md 22: at least 200 sends, or three complaints.)
    """
    enough = out_of >= smallest
    certain = threshold.signal is Signal.COMPLAINT and count >= FEWEST_TO_PAUSE
    if not out_of or not (enough or certain):
        return Level.GOOD
    rate = count / out_of
    if threshold.pause is not None and rate >= threshold.pause and count >= FEWEST_TO_PAUSE:
        return Level.PAUSE
    return Level.WARN if rate >= threshold.warn and count else Level.GOOD


def _reading(threshold: Threshold, since: Since, now: datetime) -> Reading:
    count = out_of = 0
    window = threshold.windows[0]
    for window in threshold.windows:
        count, out_of = since(now - window).of(threshold.signal)
        if out_of >= threshold.smallest:
            break
    level = level_of(threshold, count, out_of, smallest=threshold.smallest)
    return Reading(threshold, count, out_of, window, level)
