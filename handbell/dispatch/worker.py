"""Hand over what is due: claim, hand over, settle, until nothing is due or pacing says wait.

No transaction is open while a provider is spoken to. Database work runs in one thread of its
own (Django's connection belongs to a thread), so the event loop only ever waits for providers.
"""

import asyncio
import math
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, ParamSpec, TypeVar

import structlog
from django.db import close_old_connections, connections

from handbell.channels.gateway import Busy, Gateway, Gateways, HandOver, InDoubt, Outcome, Rejected
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
    """What a run over one sender did, and when it should run again (None: nothing is due).

    `refused` of those handed over were certainly not taken.
    """

    handed_over: int
    again_at: datetime | None
    refused: int = 0


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
    handed_over = refused = 0
    while time.monotonic() < until:
        batch = await database.run(claim, sender_id, now=clock(), public_url=public_url)
        if batch.messages:
            refused += await _hand_over_batch(batch, gateways, clock, database)
            handed_over += len(batch.messages)
        if batch.sender is None or batch.again_at is None:
            return Progress(handed_over, batch.again_at, refused)
    return Progress(handed_over, None, refused)


async def _hand_over_batch(
    batch: Batch, gateways: Gateways, clock: Callable[[], datetime], database: DatabaseThread
) -> int:
    """Offer a claim's messages and settle them; return how many were certainly not taken."""
    sender = batch.sender
    assert sender is not None  # the caller saw it
    gateway = gateways.get((sender.provider, sender.channel))
    outcomes = await asyncio.gather(*(_offer(gateway, message) for message in batch.messages))
    answers = list(zip(batch.messages, outcomes, strict=True))
    await database.run(settle, answers, sender=sender, lease=batch.lease, now=clock())
    return sum(isinstance(outcome, Busy | Rejected) for outcome in outcomes)


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
