"""What happens next, and when? A heap of things to do, run by whoever moves the clock.

With a simulated clock the caller calls `advance`, and everything due runs in order of time, one
after the other, so that two rehearsals of the same data are alike. With the wall clock `keep_pace`
starts what is due and goes on: only entries of one lane wait for each other.
"""

import asyncio
import heapq
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime

log = logging.getLogger(__name__)

Act = Callable[[datetime], Awaitable[None]]


@dataclass(slots=True, order=True)
class Entry:
    """Something to do at a time. Entries of one `lane` run one after the other."""

    at: datetime
    order: int
    act: Act = field(compare=False)
    lane: str = field(compare=False, default="")
    cancelled: bool = field(compare=False, default=False)

    def cancel(self) -> None:
        self.cancelled = True


class Agenda:
    """Everything still to happen. Adding and taking cost O(log n)."""

    def __init__(self) -> None:
        self._heap: list[Entry] = []
        self._count = 0
        self._running: set[asyncio.Task[None]] = set()
        self._lanes: dict[str, asyncio.Task[None]] = {}
        self._sooner = asyncio.Event()

    def at(self, when: datetime, act: Act, *, lane: str = "") -> Entry:
        """Have `act` run at `when`; among equal times the first added runs first."""
        self._count += 1
        entry = Entry(when, self._count, act, lane)
        heapq.heappush(self._heap, entry)
        if self._heap[0] is entry:
            self._sooner.set()
        return entry

    def next_at(self) -> datetime | None:
        """Return when the next thing happens, None if nothing is left."""
        while self._heap and self._heap[0].cancelled:
            heapq.heappop(self._heap)
        return self._heap[0].at if self._heap else None

    async def advance(self, to: datetime) -> int:
        """Run everything due up to and including `to`, in order; return how many ran."""
        ran = 0
        while (entry := self._take_due(to)) is not None:
            await entry.act(entry.at)
            ran += 1
        return ran

    async def keep_pace(self, clock: Callable[[], datetime]) -> None:
        """Start what is due as `clock` goes on, until cancelled."""
        try:
            while True:
                self._sooner.clear()
                while (entry := self._take_due(clock())) is not None:
                    self._start(entry)
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

    def _take_due(self, now: datetime) -> Entry | None:
        upcoming = self.next_at()
        return heapq.heappop(self._heap) if upcoming is not None and upcoming <= now else None

    async def _wait_for_next(self, clock: Callable[[], datetime]) -> None:
        upcoming = self.next_at()
        seconds = None if upcoming is None else (upcoming - clock()).total_seconds()
        try:
            async with asyncio.timeout(None if seconds is None else max(seconds, 0)):
                await self._sooner.wait()
        except TimeoutError:
            pass

    def _start(self, entry: Entry) -> None:
        task = asyncio.create_task(self._run(entry, after=self._lanes.get(entry.lane)))
        self._running.add(task)
        if entry.lane:
            self._lanes[entry.lane] = task
        task.add_done_callback(lambda done: self._finish(done, entry.lane))

    async def _run(self, entry: Entry, *, after: asyncio.Task[None] | None) -> None:
        if after is not None:
            await asyncio.wait({after})
        if not entry.cancelled:
            await entry.act(entry.at)

    def _finish(self, task: asyncio.Task[None], lane: str) -> None:
        self._running.discard(task)
        if self._lanes.get(lane) is task:
            del self._lanes[lane]
        if not task.cancelled() and (error := task.exception()) is not None:
            log.error("carrier.act_failed", extra={"error": type(error).__name__})
