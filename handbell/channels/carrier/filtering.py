"""How a carrier's spam filter thinks, as far as anybody outside knows. Pure, and no dice.

No carrier publishes its filter. What registries and providers say of them (rules.md 15, 17, 22,
23) agrees on three things it weighs, and this model weighs those:

* **likeness**: how much a text is like texts that people reported lately, whoever sent those;
* **bursts**: how much more a sender sends in a minute than its registration allows;
* **history**: what share of the sender's own texts of the last week was reported, answered with
  STOP, went to numbers that are dead, or was filtered: a number that keeps sending what is taken
  for spam is distrusted itself (Telnyx calls it unhealthy, 40315).

Each is a number from 0 to 1; a text passes with the product of what the three leave. Filtered
texts are not reported again: the person never saw them. The weights are assumptions, written down
here and in docs/deliverability.md; what they are for is to compare two ways of sending.
"""

import re
from collections import deque
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Final

WEEK: Final = timedelta(days=7)

#: A text as like as this to a reported one is filtered for certain; less, in proportion.
ALIKE_FOR_CERTAIN: Final = 0.9
ALIKE_AT_ALL: Final = 0.5
#: How many reports make a text a known one; they are forgotten after so long.
REPORTS_TO_KNOW: Final = 5
KNOWN_FOR: Final = timedelta(days=14)

#: Shares of a week's texts at which half are filtered, and how steep that is. Flowroute flags a
#: number at 5 % opt-outs, HighLevel suspends at 12.5 % errors (rules.md 22): limits, so a share
#: well below costs next to nothing, one above nearly all. For reports to 7726 nobody says a number.
#: Being filtered fades: nobody who sends well from then on stays filtered for ever.
HALF_AT: Final = {
    "reported": (0.004, 6),
    "stopped": (0.05, 6),
    "dead": (0.125, 6),
    "filtered": (0.6, 2),
}
#: Nothing is held against a sender of so few texts, or for fewer than so many.
FEW: Final = 50
AT_LEAST: Final = 3

_WORD: Final = re.compile(r"[^\W\d_]+")


def shingles(text: str) -> frozenset[tuple[str, ...]]:
    """Return a text as a filter keeps it: its pairs of words, without numbers and cases."""
    words = _WORD.findall(text.lower())
    return frozenset(pairwise(words))


def likeness(one: frozenset[tuple[str, ...]], other: frozenset[tuple[str, ...]]) -> float:
    """Return how alike two texts are, from 0 to 1 (Jaccard)."""
    whole = len(one | other)
    return len(one & other) / whole if whole else 0.0


@dataclass(slots=True)
class _Sender:
    """What the carrier remembers of one number."""

    minute: datetime | None = None
    in_minute: int = 0
    sent: deque[datetime] = field(default_factory=deque)
    reported: deque[datetime] = field(default_factory=deque)
    stopped: deque[datetime] = field(default_factory=deque)
    dead: deque[datetime] = field(default_factory=deque)
    filtered: deque[datetime] = field(default_factory=deque)

    def share(self, of: str, now: datetime) -> float:
        """Return a share of the last week's texts; nothing where there are few."""
        counted: deque[datetime] = getattr(self, of)
        for times in (self.sent, counted):
            while times and times[0] < now - WEEK:
                times.popleft()
        enough = len(self.sent) >= FEW and len(counted) >= AT_LEAST
        return len(counted) / len(self.sent) if enough else 0.0


@dataclass(slots=True)
class SpamFilter:
    """One carrier's filter and what it has learned. `a_minute` is what a registration allows."""

    a_minute: int
    _senders: dict[str, _Sender] = field(default_factory=dict)
    _reported: dict[frozenset[tuple[str, ...]], list[datetime]] = field(default_factory=dict)

    def passes(self, sender: str, text: str, now: datetime) -> float:
        """Return the chance that a text gets through, and count it as sent."""
        known = self._senders.setdefault(sender, _Sender())
        minute = now.replace(second=0, microsecond=0)
        if known.minute != minute:
            known.minute, known.in_minute = minute, 0
        known.in_minute += 1
        known.sent.append(now)
        return (
            (1 - self._like_spam(text, now))
            * (1 - self._burst(known))
            * (1 - self._history(known, now))
        )

    @property
    def knows_any(self) -> bool:
        return bool(self._reported)

    def hear(self, sender: str, what: str, now: datetime, *, text: str = "") -> None:
        """Learn what became of a text: `reported`, `stopped`, `dead` or `filtered`."""
        getattr(self._senders.setdefault(sender, _Sender()), what).append(now)
        if what == "reported" and text:
            self._reported.setdefault(shingles(text), []).append(now)

    def know(self, text: str, now: datetime) -> None:
        """Learn that people reported a text often enough to know it."""
        for _ in range(REPORTS_TO_KNOW):
            self._reported.setdefault(shingles(text), []).append(now)

    def _like_spam(self, text: str, now: datetime) -> float:
        own = shingles(text)
        known = [
            kind
            for kind, times in self._reported.items()
            if sum(when > now - KNOWN_FOR for when in times) >= REPORTS_TO_KNOW
        ]
        most = max((likeness(own, kind) for kind in known), default=0.0)
        return min(max((most - ALIKE_AT_ALL) / (ALIKE_FOR_CERTAIN - ALIKE_AT_ALL), 0.0), 1.0)

    def _burst(self, known: _Sender) -> float:
        """Return what is over the limit of a minute, as a share of what was sent in it."""
        return max(known.in_minute - self.a_minute, 0) / known.in_minute

    def _history(self, known: _Sender, now: datetime) -> float:
        """Return the weight of a week's reports, STOPs and dead numbers: a half at `HALF_AT`."""
        left = 1.0
        for of, (half, steepness) in HALF_AT.items():
            left *= 1 / (1 + (known.share(of, now) / half) ** steepness)
        return 1 - left
