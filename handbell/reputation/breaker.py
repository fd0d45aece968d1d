"""When does a breaker open, and when does it close again? Pure.

    CLOSED ⇄ WARNED → PAUSED → HALF_OPEN → CLOSED or WARNED
                        ↑__________|

Warned, a sender goes at half its pace. Paused, nothing of the purpose leaves for a few hours, the
longer the more often in a row. Then a trickle tries whether it is better: as bad, and it pauses
again; good, and it closes; in between, and it is warned. What was counted before the trial counts
no more.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from handbell.reputation.thresholds import Level, Reading, level_of, worst
from handbell.vocabulary.words import BreakerState, Signal

S = BreakerState

#: How long a first, second and further pause in a row lasts.
PAUSES: Final = (timedelta(hours=4), timedelta(hours=24), timedelta(hours=72))

#: How many messages of the purpose may leave in an hour while it is half open.
TRICKLE: Final = 10
TRICKLE_EVERY: Final = timedelta(hours=1)

#: A trickle is judged by fewer messages than a day's traffic: so many can open it again ...
FEWEST_TO_REOPEN: Final = 10
#: ... and so many, without a bad rate, close it: or a day without one, where little is sent.
ENOUGH_TO_CLOSE: Final = 20
LONGEST_TRIAL: Final = timedelta(hours=24)

#: A breaker whose last pause ended so long ago begins with a short one again.
FORGIVEN_AFTER: Final = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Standing:
    """A breaker as it stands; the columns of outbox.models.Breaker."""

    state: BreakerState
    since: datetime
    signal: Signal | None = None
    count: int = 0
    out_of: int = 0
    until: datetime | None = None
    counts_from: datetime | None = None
    trickle_left: int = 0
    trips: int = 0


def step(standing: Standing, readings: Sequence[Reading], *, now: datetime) -> Standing:
    """Return how a breaker stands after these readings; the same if nothing changes."""
    match standing.state:
        case S.CLOSED | S.WARNED:
            return _watch(standing, worst(readings), now)
        case S.PAUSED:
            over = standing.until is not None and standing.until <= now
            return try_again(standing, now=now) if over else standing
        case S.HALF_OPEN:
            return _judge_trial(standing, readings, now)


def try_again(standing: Standing, *, now: datetime) -> Standing:
    """Let a trickle through: the pause is over, or a person says so."""
    return replace(
        standing,
        state=S.HALF_OPEN,
        since=now,
        counts_from=now,
        until=now + TRICKLE_EVERY,
        trickle_left=TRICKLE,
    )


def _watch(standing: Standing, bad: Reading | None, now: datetime) -> Standing:
    if bad is None:
        return standing if standing.state is S.CLOSED else _moved(standing, S.CLOSED, None, now)
    if bad.level is Level.PAUSE:
        return _paused(standing, bad, now)
    same = standing.state is S.WARNED and standing.signal is bad.threshold.signal
    return standing if same else _moved(standing, S.WARNED, bad, now)


def _paused(standing: Standing, bad: Reading, now: datetime) -> Standing:
    # Rates count from the end of the last pause on.
    ended = standing.counts_from
    forgiven = ended is None or now - ended > FORGIVEN_AFTER
    trips = 0 if forgiven else standing.trips
    length = PAUSES[min(trips, len(PAUSES) - 1)]
    paused = _moved(standing, S.PAUSED, bad, now)
    return replace(paused, until=now + length, trips=trips + 1, trickle_left=0)


def _judge_trial(standing: Standing, readings: Sequence[Reading], now: datetime) -> Standing:
    again = [
        replace(r, level=level_of(r.threshold, r.count, r.out_of, smallest=FEWEST_TO_REOPEN))
        for r in readings
    ]
    bad = worst(again)
    if bad is not None and bad.level is Level.PAUSE:
        return _paused(standing, bad, now)
    tried = max((reading.out_of for reading in readings), default=0)
    long_enough = now - standing.since >= TRICKLE_EVERY
    enough = tried >= ENOUGH_TO_CLOSE and long_enough
    if enough or now - standing.since >= LONGEST_TRIAL:
        # Not bad enough to pause, too bad to be as before: it goes on at half its pace.
        return _moved(standing, S.CLOSED if bad is None else S.WARNED, bad, now)
    if standing.until is not None and standing.until <= now:
        return replace(standing, until=now + TRICKLE_EVERY, trickle_left=TRICKLE)
    return standing


def _moved(standing: Standing, state: S, bad: Reading | None, now: datetime) -> Standing:
    return replace(
        standing,
        state=state,
        since=now,
        signal=bad.threshold.signal if bad else None,
        count=bad.count if bad else 0,
        out_of=bad.out_of if bad else 0,
        until=None,
        trickle_left=0,
    )
