"""What happens next, and when? A heap of things to do, run by whoever moves the clock.

With a simulated clock the caller calls `advance`, and everything due runs in order of time, one
after the other, so that two rehearsals of the same data are alike. With the wall clock `keep_pace`
begins what is due and goes on: only what shares a lane waits for each other.
"""

import asyncio
import heapq
import logging
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime

log = logging.getLogger(__name__)

Change = Callable[[datetime], None]
Act = Callable[[datetime], Awaitable[None]]


@dataclass(slots=True, order=True)
class Entry:
    """Something to do at a time: a change, done at once, or an act that takes its while."""

    at: datetime
    order: int
    change: Change | None = field(compare=False, default=None)
    act: Act | None = field(compare=False, default=None)
    lane: str = field(compare=False, default="")
    cancelled: bool = field(compare=False, default=False)

    def cancel(self) -> None:
        """Have it not happen; too late once it has begun."""
        self.cancelled = True


class Agenda:
    """Everything still to happen. Adding and taking cost O(log n)."""

    def __init__(self) -> None:
        self._heap: list[Entry] = []
        self._count = 0
        self._running: set[asyncio.Task[None]] = set()
        self._lanes: dict[str, asyncio.Task[None]] = {}
        self._sooner = asyncio.Event()

    def at(self, when: datetime, change: Change) -> Entry:
        """Have `change` happen at `when`; among equal times the first added is first."""
        return self._add(Entry(when, self._next(), change=change))

    def begin(self, when: datetime, act: Act, *, lane: str) -> Entry:
        """Have `act` begin at `when`, after everything of its lane that began before."""
        return self._add(Entry(when, self._next(), act=act, lane=lane))

    def next_at(self) -> datetime | None:
        """Return when the next thing happens, None if nothing is left."""
        while self._heap and self._heap[0].cancelled:
            heapq.heappop(self._heap)
        return self._heap[0].at if self._heap else None

    async def advance(self, to: datetime) -> int:
        """Run everything due up to and including `to`, in order; return how much ran."""
        ran = 0
        while (entry := self._take_due(to)) is not None:
            if entry.change is not None:
                entry.change(entry.at)
            if entry.act is not None:
                await entry.act(entry.at)
            ran += 1
        return ran

    async def keep_pace(self, clock: Callable[[], datetime]) -> None:
        """Begin what is due as `clock` goes on, until cancelled."""
        try:
            while True:
                self._sooner.clear()
                while (entry := self._take_due(clock())) is not None:
                    self._begin(entry)
                await self._wait_for_next(clock)
        finally:
            for task in self._running:
                task.cancel()
            await asyncio.gather(*self._running, return_exceptions=True)

    async def quiet(self, clock: Callable[[], datetime], *, horizon_seconds: float) -> None:
        """Wait until nothing runs and nothing is due in the next `horizon_seconds`."""
        while True:
            await asyncio.gather(*self._running, return_exceptions=True)
            upcoming = self.next_at()
            later = upcoming is None or (upcoming - clock()).total_seconds() > horizon_seconds
            if later and not self._running:
                return
            await asyncio.sleep(0.005)

    def _next(self) -> int:
        self._count += 1
        return self._count

    def _add(self, entry: Entry) -> Entry:
        heapq.heappush(self._heap, entry)
        if self._heap[0] is entry:
            self._sooner.set()
        return entry

    def _take_due(self, now: datetime) -> Entry | None:
        upcoming = self.next_at()
        return heapq.heappop(self._heap) if upcoming is not None and upcoming <= now else None

    async def _wait_for_next(self, clock: Callable[[], datetime]) -> None:
        upcoming = self.next_at()
        seconds = None if upcoming is None else max((upcoming - clock()).total_seconds(), 0)
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._sooner.wait()

    def _begin(self, entry: Entry) -> None:
        if entry.change is not None:
            try:
                entry.change(entry.at)
            except Exception as error:  # one failing change must not stop the clock
                _log_failure(error)
        if entry.act is not None:
            before = self._lanes.get(entry.lane)
            task = asyncio.create_task(_run(entry, entry.act, after=before))
            self._running.add(task)
            self._lanes[entry.lane] = task
            task.add_done_callback(lambda done: self._finish(done, entry.lane))

    def _finish(self, task: asyncio.Task[None], lane: str) -> None:
        self._running.discard(task)
        if self._lanes.get(lane) is task:
            del self._lanes[lane]
        if not task.cancelled() and (error := task.exception()) is not None:
            _log_failure(error)


async def _run(entry: Entry, act: Act, *, after: asyncio.Task[None] | None) -> None:
    if after is not None:
        await asyncio.wait({after})
    if not entry.cancelled:
        await act(entry.at)


def _log_failure(error: BaseException) -> None:
    """By its type only: the text of an error may hold what a patient was told."""
    log.error("carrier.act_failed", extra={"error": type(error).__name__})
