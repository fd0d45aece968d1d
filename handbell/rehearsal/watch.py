"""The breakers of a rehearsal: looked at when a worker would have looked, and something is new."""

from datetime import datetime, timedelta
from typing import Final

from handbell.outbox.models import Breaker
from handbell.reputation.counting import count_new
from handbell.reputation.operations import judge_all, note_pauses
from handbell.vocabulary.words import BreakerState

#: As often as `reputation.jobs.watch_senders` while something goes wrong; by the hour while a
#: breaker is not closed, since rates grow old; and by the day while all is well.
AFTER_BAD_NEWS: Final = timedelta(seconds=20)
WHILE_MOVING: Final = timedelta(hours=1)
WHILE_WELL: Final = timedelta(days=1)


class Watch:
    """Counts and judges. `news` and `bad_news` say what was heard since it did."""

    def __init__(self) -> None:
        self.news = self.bad_news = False
        self._looked_at: datetime | None = None
        self._ends: datetime | None = None  # of the first pause or trickle
        self._moving = False

    def next_at(self) -> datetime | None:
        """Return when there is something to look at, None if nothing will come of it."""
        if self._looked_at is None:
            return None
        waits = (
            (self.bad_news, AFTER_BAD_NEWS),
            (self._moving, WHILE_MOVING),
            (self.news, WHILE_WELL),
        )
        moments = [self._looked_at + wait for is_so, wait in waits if is_so]
        moments += [self._ends] if self._ends is not None else []
        return min(moments, default=None)

    def look(self, now: datetime) -> None:
        """Count what is new and move the breakers, if it is time."""
        due_at = self.next_at()
        if self._looked_at is not None and (due_at is None or due_at > now):
            return
        count_new(now=now)
        judge_all(now=now)
        note_pauses(now=now)
        moving = Breaker.objects.exclude(state=BreakerState.CLOSED)
        ends = [until for until in moving.values_list("until", flat=True) if until is not None]
        self._ends, self._moving = min(ends, default=None), moving.exists()
        self._looked_at, self.news, self.bad_news = now, False, False
