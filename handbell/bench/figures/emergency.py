"""How soon does an emergency notice leave while everything else waits? Against one second.

A reminder is queued for every patient and all are due; a worker is in the midst of them. Then
somebody presses Send Message: a closure of its own for each round, its words, its audience by name
and number, as the button does it. What counts is the time from the press to the first notice in
the provider's hands.
"""

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.utils import timezone

from handbell.access.models import Practice, StaffMember
from handbell.access.practice_settings import practice_settings
from handbell.bench import filling
from handbell.bench.figures.hand_over import PUBLIC_URL, gateway_to
from handbell.bench.frame import Figure, Rounds, Size
from handbell.bench.ground import fresh_database
from handbell.bench.sinks import sinks
from handbell.channels.gateway import Answer, Gateway, HandOver, LookUp, Outcome, Readiness
from handbell.closures import going, mode
from handbell.closures.audience import audience_of
from handbell.closures.press import Asked, press
from handbell.dispatch.providers import REHEARSAL
from handbell.dispatch.worker import DatabaseThread, dispatch_sender
from handbell.outbox.models import Sending
from handbell.policy.closures import Span
from handbell.scripts.notices import save_notice
from handbell.scripts.starting_notices import starting_notice
from handbell.vocabulary.words import (
    Channel,
    ClosureReason,
    NoticeKind,
    PermissionLevel,
    Purpose,
    SendingState,
)

LIMIT_SECONDS = 1.0
WARM = 5  # batches under way before the press


@dataclass
class _Watched:
    """A gateway that counts what came to it, and notes when the first notice did."""

    inner: Gateway
    count: int = 0
    notice_at: float | None = field(default=None)

    async def hand_over(self, message: HandOver) -> Outcome:
        self.count += 1
        if self.notice_at is None and message.purpose == Purpose.EMERGENCY_NOTICE:
            self.notice_at = time.perf_counter()
        return await self.inner.hand_over(message)

    async def look_up(self, question: LookUp, *, now: datetime) -> Answer:
        return await self.inner.look_up(question, now=now)

    async def look(self) -> Readiness:
        return await self.inner.look()

    async def close(self) -> None:
        await self.inner.close()


def _measure(size: Size) -> Rounds:
    count, rounds, told = size.of(5_000, 1_000_000), size.of(3, 5), size.of(100, 5_000)
    taken = []
    with fresh_database(), sinks() as sink:
        practice, facility = filling.practice()
        sender = filling.sender(practice, Channel.SMS)
        filling.people(practice, facility, patients=count, channels=[Channel.SMS])
        filling.queued(practice, sender, Channel.SMS)
        for number in range(rounds):
            button = _button(practice, filling.booked_elsewhere(practice, number, people=told))
            watched = _Watched(gateway_to(sink, Channel.SMS))
            taken.append(asyncio.run(_once(sender, watched, button)))
    note = f"{count:,} reminders due and waiting; a notice to {told:,} people"
    return Rounds(taken, [LIMIT_SECONDS] * rounds, note)


def _button(practice_id: int, facility_id: int) -> Callable[[], Sending]:
    """Close a facility for tomorrow and the day after; return the button of its texts."""
    now, settings = timezone.now(), practice_settings(practice_id)
    by = StaffMember.objects.create_user(
        practice=Practice.objects.get(pk=practice_id),
        email=f"dana{facility_id}@harborpt.example",
        name="Dana",
        level=PermissionLevel.BUSINESS_OWNER,
    )
    today = now.astimezone(settings.zone).date()
    span = Span(today, today + timedelta(days=2))
    kind, channel = NoticeKind.CLOSING, Channel.SMS
    closure = mode.begin(
        settings,
        reason=ClosureReason.WEATHER,
        facility_ids=[facility_id],
        span=span,
        by=by,
        now=now,
    )
    words = starting_notice(ClosureReason.WEATHER, kind, channel, "en")
    save_notice(closure, (kind, channel, "en"), words, by=by, now=now)
    people = audience_of(closure, settings, kind, channels=[channel], now=now)
    asked = Asked(kind, channel, len(people.reached_by(channel)))

    def pressed() -> Sending:
        return press(closure, settings, asked, by=by, now=timezone.now())

    return pressed


def _stop(sending: Sending) -> None:
    """Let nothing of a round be left for the next one."""
    going.change(sending, SendingState.STOPPED, by=sending.pressed_by, now=timezone.now())


async def _once(sender_id: int, gateway: _Watched, button: Callable[[], Sending]) -> float:
    database, desk = DatabaseThread(), DatabaseThread()
    turns = asyncio.create_task(_turns(sender_id, gateway, database))
    while gateway.count < WARM * 40 and not turns.done():
        await asyncio.sleep(0.005)
    began = time.perf_counter()
    sending = await desk.run(button)
    async with asyncio.timeout(10):
        await turns
    await desk.run(_stop, sending)
    await database.close()
    await desk.close()
    await gateway.close()
    assert gateway.notice_at is not None  # the turns ended
    return gateway.notice_at - began


async def _turns(sender_id: int, gateway: _Watched, database: DatabaseThread) -> None:
    """Give the sender turn after turn, until a notice left."""
    while gateway.notice_at is None:
        await dispatch_sender(
            sender_id,
            gateways={(REHEARSAL, Channel.SMS): gateway},
            clock=timezone.now,
            public_url=PUBLIC_URL,
            database=database,
            until=time.monotonic() + 1,
        )


FIGURES = (
    Figure(
        "emergency",
        "from the button to the first notice with 1 M reminders queued, against one second",
        goal=1.0,
        at_least=False,
        unit="s",
        measure=_measure,
    ),
)
