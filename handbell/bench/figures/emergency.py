"""How soon does an emergency notice leave while everything else waits? Against one second.

A reminder is queued for every patient and all are due; a worker is in the midst of them. Then
notices are put into the outbox, at the head by their priority. What counts is the time from
their commit to the first one in the provider's hands.
"""

import asyncio
import time
from dataclasses import dataclass, field
from datetime import datetime

from django.db import connection
from django.utils import timezone

from handbell.bench import filling
from handbell.bench.figures.hand_over import PUBLIC_URL, gateway_to
from handbell.bench.frame import Figure, Rounds, Size
from handbell.bench.ground import fresh_database
from handbell.bench.sinks import sinks
from handbell.channels.gateway import Answer, Gateway, HandOver, LookUp, Outcome, Readiness
from handbell.dispatch.providers import REHEARSAL
from handbell.dispatch.worker import DatabaseThread, dispatch_sender
from handbell.planner.touches import PRIORITY
from handbell.vocabulary.words import Channel, Purpose

LIMIT_SECONDS = 1.0
WARM = 5  # batches under way before the notice

# One of the reminders that wait becomes as urgent as a notice: what is measured is the queue.
_HURRY = """
UPDATE outbox_message SET priority = %s
WHERE id = (SELECT max(id) FROM outbox_message WHERE state = 'queued') RETURNING id
"""


@dataclass
class _Watched:
    """A gateway that notes when each message came to it."""

    inner: Gateway
    at: dict[int, float] = field(default_factory=dict)

    async def hand_over(self, message: HandOver) -> Outcome:
        self.at[message.message_id] = time.perf_counter()
        return await self.inner.hand_over(message)

    async def look_up(self, question: LookUp, *, now: datetime) -> Answer:
        return await self.inner.look_up(question, now=now)

    async def look(self) -> Readiness:
        return await self.inner.look()

    async def close(self) -> None:
        await self.inner.close()


def _measure(size: Size) -> Rounds:
    count, rounds = size.of(5_000, 1_000_000), size.of(3, 5)
    taken = []
    with fresh_database(), sinks() as sink:
        practice, facility = filling.practice()
        sender = filling.sender(practice, Channel.SMS)
        filling.people(practice, facility, patients=count)
        filling.queued(practice, sender, Channel.SMS)
        for _ in range(rounds):
            watched = _Watched(gateway_to(sink, Channel.SMS))
            taken.append(asyncio.run(_once(sender, watched)))
    return Rounds(taken, [LIMIT_SECONDS] * rounds, f"{count:,} reminders due and waiting")


async def _once(sender_id: int, gateway: _Watched) -> float:
    database, hurry = DatabaseThread(), DatabaseThread()
    turn = asyncio.create_task(
        dispatch_sender(
            sender_id,
            gateways={(REHEARSAL, Channel.SMS): gateway},
            clock=timezone.now,
            public_url=PUBLIC_URL,
            database=database,
            until=time.monotonic() + 5,
        )
    )
    while len(gateway.at) < WARM * 40:
        await asyncio.sleep(0.005)
    urgent = await hurry.run(_hurry)
    began = time.perf_counter()
    await turn
    await database.close()
    await hurry.close()
    await gateway.close()
    return gateway.at[urgent] - began


def _hurry() -> int:
    with connection.cursor() as cursor:
        cursor.execute(_HURRY, [PRIORITY[Purpose.EMERGENCY_NOTICE]])
        return int(cursor.fetchone()[0])


FIGURES = (
    Figure(
        "emergency",
        "the first urgent message with 1 M reminders queued, against one second",
        goal=1.0,
        at_least=False,
        unit="s",
        measure=_measure,
    ),
)
