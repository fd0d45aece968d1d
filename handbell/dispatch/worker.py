"""Hand over what is due: claim, hand over, settle, until nothing is due or pacing says wait.

While one batch is out the next is claimed; see docs/adr/0022-two-batches-out.md.

No transaction is open while a provider is spoken to. Database work runs in one thread of its
own (Django's connection belongs to a thread), so the event loop only ever waits for providers.
"""

import asyncio
import math
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, ParamSpec, TypeVar

import structlog
from django.db import close_old_connections, connections

from handbell.channels.gateway import (
    Accepted,
    Busy,
    Gateway,
    Gateways,
    HandOver,
    InDoubt,
    Outcome,
)
from handbell.dispatch.claim import Batch, claim
from handbell.dispatch.settle import settle

log = structlog.get_logger()

P = ParamSpec("P")
R = TypeVar("R")


#: A connection that answered this lately is not asked whether it still does, which takes a way to
#: the database and back.
FRESH_SECONDS: Final = 1.0


class DatabaseThread:
    """One thread with one database connection, awaited from the event loop."""

    def __init__(self) -> None:
        self._pool = ThreadPoolExecutor(max_workers=1, thread_name_prefix="dispatch-db")
        self._fresh_until = -math.inf

    async def run(self, act: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
        """Return `act(...)`, run in the thread. A connection that broke is replaced first."""

        def call() -> R:
            if time.monotonic() >= self._fresh_until:
                close_old_connections()
            self._fresh_until = -math.inf  # unless `act` comes back, ask next time
            found = act(*args, **kwargs)
            self._fresh_until = time.monotonic() + FRESH_SECONDS
            return found

        return await asyncio.get_running_loop().run_in_executor(self._pool, call)

    async def close(self) -> None:
        """Close the thread's connection and the thread."""
        await asyncio.get_running_loop().run_in_executor(self._pool, connections.close_all)
        self._pool.shutdown()


@dataclass(frozen=True, slots=True)
class Progress:
    """What a run over one sender did, and when it should run again (None: nothing is due)."""

    handed_over: int
    again_at: datetime | None


async def dispatch_sender(
    sender_id: int,
    *,
    gateways: Gateways,
    clock: Callable[[], datetime],
    public_url: str,
    database: DatabaseThread,
    until: float = math.inf,
) -> Progress:
    """Hand over what one sender has due, batch by batch, until a claim took all there was.

    No batch is begun after `until` (of time.monotonic); what is left waits for the next turn.
    """
    out = _Out(gateways, clock, database)
    try:
        while time.monotonic() < until:
            batch = await database.run(claim, sender_id, now=clock(), public_url=public_url)
            out.offer(batch)
            if batch.sender is None or batch.again_at is None:
                await out.settle_all()
                return Progress(out.handed_over, batch.again_at)
            await out.make_room()
        await out.settle_all()
        return Progress(out.handed_over, None)
    except Exception:
        await out.settle_all()  # what left is written down, whatever else went wrong
        raise
    except asyncio.CancelledError:
        out.cancel()
        raise


#: While a batch is handed over the next may be claimed, so that neither the provider nor the
#: database waits for the other. Two halves of what a crash may leave in doubt.
MOST_OUT: Final = 2


@dataclass(frozen=True, slots=True)
class _Offered:
    """A batch that is being handed over; its `offers` are in the order of its messages."""

    batch: Batch
    offers: Sequence["asyncio.Task[Outcome]"]
    ended: "asyncio.Future[list[Outcome]]"

    @property
    def goes_alone(self) -> bool:
        """Whether its end must be known before one more batch is begun.

        It must if anything that came back so far is not a plain yes, and while a mailbox provider
        that asked for less is let in one by one.
        """
        assert self.batch.sender is not None  # nothing of it was offered otherwise
        return bool(self.batch.sender.domains) or any(
            offer.done() and not isinstance(offer.result(), Accepted) for offer in self.offers
        )


class _Out:
    """The batches that are being handed over, and are settled one by one as they end."""

    def __init__(
        self, gateways: Gateways, clock: Callable[[], datetime], database: DatabaseThread
    ) -> None:
        self._gateways, self._clock, self._database = gateways, clock, database
        self._batches: list[_Offered] = []
        self.handed_over = 0

    def offer(self, batch: Batch) -> None:
        """Begin to hand a batch over."""
        if batch.sender is None or not batch.messages:
            return
        gateway = self._gateways.get((batch.sender.provider, batch.sender.channel))
        offers = [asyncio.create_task(_offer(gateway, message)) for message in batch.messages]
        self._batches.append(_Offered(batch, offers, asyncio.gather(*offers)))
        self.handed_over += len(offers)

    async def make_room(self) -> None:
        """Come back when one more batch may be begun.

        What a provider said other than yes is settled first, so that it counts for what follows.
        """
        while len(self._batches) >= MOST_OUT or any(each.goes_alone for each in self._batches):
            await self._settle_next()

    async def settle_all(self) -> None:
        while self._batches:
            await self._settle_next()

    def cancel(self) -> None:
        for each in self._batches:
            each.ended.cancel()

    async def _settle_next(self) -> None:
        """Wait for the batch that ends first and settle it."""
        await asyncio.wait(
            [each.ended for each in self._batches], return_when=asyncio.FIRST_COMPLETED
        )
        first = next(each for each in self._batches if each.ended.done())
        self._batches.remove(first)
        batch = first.batch
        answers = list(zip(batch.messages, first.ended.result(), strict=True))
        assert batch.sender is not None  # nothing of it was offered otherwise
        await self._database.run(
            settle, answers, sender=batch.sender, lease=batch.lease, now=self._clock()
        )


#: The sender's provider has no credentials here: nothing left, and `handbell doctor` says why.
NO_ACCOUNT = Busy("no-account", timedelta(minutes=15))


async def _offer(gateway: Gateway | None, message: HandOver) -> Outcome:
    if gateway is None:
        return NO_ACCOUNT
    try:
        return await gateway.hand_over(message)
    except Exception as error:
        # Gateways return an Outcome for all they foresee, so this is our mistake, and the
        # request may have left already. The type only: the text can carry a number.
        name = type(error).__name__
        log.error("gateway.raised", message_id=message.message_id, error=name)
        return InDoubt(name)
