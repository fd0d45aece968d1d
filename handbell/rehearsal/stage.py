"""Where a rehearsal is played: a clock that is moved by hand, the carrier, and our own workers.

`do_what_is_due` is what all workers' ticks together do at one moment; `let_the_carrier_work`
is what happens outside until the next one.
"""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from django.db import connection

from config.environment import TwilioAccount
from handbell.channels.carrier import REHEARSAL_ACCOUNT_SID, Carrier
from handbell.channels.gateway import Gateways
from handbell.dispatch.candidates import senders_with_due
from handbell.dispatch.providers import REHEARSAL, rehearsal_gateways
from handbell.dispatch.resolver import resolve
from handbell.dispatch.sweeper import sweep
from handbell.dispatch.worker import DatabaseThread, Progress, dispatch_sender
from handbell.outbox.operations import expire, withhold_due
from handbell.planner.planner import plan_due
from handbell.receipts.intake import fold_new
from handbell.rehearsal.post import PUBLIC_URL, Post
from handbell.rehearsal.watch import Watch

_NEXT = """
SELECT LEAST(
    (SELECT min(at) FROM facts_change WHERE practice_id = %(practice)s),
    (SELECT min(GREATEST(due_at, %(now)s + interval '1 microsecond')) FROM outbox_message
     WHERE practice_id = %(practice)s AND state = 'queued' AND due_at > %(now)s),
    (SELECT min(look_up_at) FROM outbox_message
     WHERE practice_id = %(practice)s AND state = 'in_doubt'),
    (SELECT min(paused_until) FROM outbox_sender
     WHERE practice_id = %(practice)s AND paused_until > %(now)s))
"""

_HAS_DOUBTS = """
SELECT EXISTS (SELECT FROM outbox_message WHERE state = 'in_doubt' AND look_up_at <= %s)
"""

#: Half a message of a quick sender: no clock needs to stand still for less.
_SHORTEST_WAIT: Final = timedelta(milliseconds=50)


class Clock:
    """A clock that is moved by hand."""

    def __init__(self, now: datetime) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now


@dataclass(slots=True)
class Stage:
    """Everything one practice's messages need in order to leave, arrive and be answered."""

    practice_id: int
    clock: Clock
    carrier: Carrier
    post: Post
    gateways: Gateways
    database: DatabaseThread
    senders: Sequence[int]
    turns: dict[int, datetime] = field(default_factory=dict)  # when senders have tokens again
    watch: Watch = field(default_factory=Watch)

    async def do_what_is_due(self) -> None:
        """Everything the workers' ticks would do at this moment, in their order."""
        now = self.clock.now
        run = self.database.run
        await self.fold()
        await run(self.watch.look, now)
        if await run(_tick, now):
            await resolve(gateways=self.gateways, clock=self.clock, database=self.database)
        due = await run(senders_with_due, now=now)
        self.turns = {s: at for s, at in self.turns.items() if s in due and at > now}
        ready = [s for s in self.senders if s in due and s not in self.turns]
        for sender_id, turn in zip(
            ready, await asyncio.gather(*map(self._dispatch, ready)), strict=True
        ):
            self.watch.news |= turn.handed_over > 0
            self.watch.bad_news |= turn.refused > 0
            if turn.again_at is not None:
                self.turns[sender_id] = max(turn.again_at, now + _SHORTEST_WAIT)

    async def _dispatch(self, sender_id: int) -> Progress:
        return await dispatch_sender(
            sender_id,
            gateways=self.gateways,
            clock=self.clock,
            public_url=PUBLIC_URL,
            database=self.database,
        )

    async def fold(self) -> None:
        """Append and fold the receipts that came since."""
        self.watch.bad_news |= await self.post.flush()
        await self.database.run(fold_new, now=self.clock.now)

    async def next_moment(self) -> datetime | None:
        """Return when something of ours is due next, later than now."""
        now = self.clock.now
        stored = await self.database.run(_next_stored, self.practice_id, now)
        turn = min(self.turns.values(), default=None)
        moments = (stored, turn, self.watch.next_at())
        known = [moment for moment in moments if moment is not None]
        return max(min(known), now + timedelta(microseconds=1)) if known else None

    async def let_the_carrier_work(self, until: datetime) -> bool:
        """Run what the carrier has to do before `until`; stop early if somebody answered.

        Returns True if it stopped early: the facts may have changed, and ours is the next move.
        """
        self.post.news = False
        while (next_at := self.carrier.next_at()) is not None and next_at < until:
            self.clock.now = max(self.clock.now, next_at)
            await self.carrier.advance(self.clock.now)
            if self.post.news:
                self.watch.bad_news = True  # it may be a STOP
                return True
        return False


@asynccontextmanager
async def set_stage(
    practice_id: int, *, now: datetime, senders: Sequence[int], token: str
) -> AsyncIterator[Stage]:
    """Yield a stage with its carrier listening on this machine; `token` signs its webhooks."""
    clock = Clock(now)
    database = DatabaseThread()
    post = Post(database, clock, {})
    carrier = Carrier(
        clock=clock,
        deliver=post.deliver,
        auth_token=token,
        inbound_url=f"{PUBLIC_URL}/hooks/twilio/inbound",
    )
    async with carrier:
        account = TwilioAccount(carrier.base_url, REHEARSAL_ACCOUNT_SID, token)
        gateways = rehearsal_gateways(
            account, smtp_port=carrier.smtp_port, digest_key=account.auth_token
        )
        post.accounts = {REHEARSAL: account}
        try:
            yield Stage(practice_id, clock, carrier, post, gateways, database, senders)
        finally:
            for gateway in gateways.values():
                await gateway.close()
            await database.close()


def _tick(now: datetime) -> bool:
    """Plan, sweep, end what must not or need not be sent; return whether there are doubts."""
    plan_due(now=now)
    sweep(now=now)
    withhold_due(now=now)
    expire(now=now)
    with connection.cursor() as cursor:
        cursor.execute(_HAS_DOUBTS, [now])
        return bool(cursor.fetchone()[0])


def _next_stored(practice_id: int, now: datetime) -> datetime | None:
    with connection.cursor() as cursor:
        cursor.execute(_NEXT, {"practice": practice_id, "now": now})
        row = cursor.fetchone()
    moment: datetime | None = row[0] if row else None
    return moment
