"""Play a practice's weeks: the real planner, dispatcher and fold, a clock that jumps.

Nothing is imitated but the time and the provider. The clock jumps from one moment at which
something is due to the next; between two such moments the carrier delivers, and people answer.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final

from django.db import connection

from config.environment import TwilioAccount
from handbell.access.models import Practice
from handbell.channels.carrier import Carrier
from handbell.channels.gateway import Gateways
from handbell.dispatch.providers import REHEARSAL, rehearsal_gateways
from handbell.dispatch.resolver import resolve
from handbell.dispatch.sweeper import sweep
from handbell.dispatch.worker import DatabaseThread, dispatch_sender
from handbell.importers.feed import import_paths
from handbell.outbox.models import Message, Sender
from handbell.outbox.operations import expire, withhold_due
from handbell.planner.planner import plan_due
from handbell.receipts.intake import fold_new
from handbell.rehearsal.events import Event, Kind
from handbell.rehearsal.post import PUBLIC_URL, Post
from handbell.vocabulary.words import Channel

#: What stands in for a sender the data does not name.
STAND_INS: Final = {
    Channel.SMS: "+12025550100",
    Channel.VOICE: "+12025550101",
    Channel.EMAIL: "frontdesk@rehearsal.example",
}

_NEXT = """
SELECT LEAST(
    (SELECT min(at) FROM facts_change WHERE practice_id = %(practice)s),
    (SELECT min(GREATEST(due_at, %(now)s + interval '1 microsecond')) FROM outbox_message
     WHERE practice_id = %(practice)s AND state = 'queued' AND due_at > %(now)s),
    (SELECT min(look_up_at) FROM outbox_message
     WHERE practice_id = %(practice)s AND state = 'in_doubt'))
"""


class Clock:
    """A clock that is moved by hand."""

    def __init__(self, now: datetime) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now


@dataclass(slots=True)
class Rehearsal:
    """One rehearsal under way."""

    practice: Practice
    ends: datetime
    clock: Clock
    carrier: Carrier
    post: Post
    gateways: Gateways
    database: DatabaseThread
    senders: Sequence[int]
    events: list[Event]
    flaws: list[dict[str, Any]] = field(default_factory=list)
    turn_at: datetime | None = None  # when a sender's next token is there


def use_stand_ins(practice: Practice) -> list[int]:
    """Send everything of the practice to the rehearsal carrier; return its senders' ids."""
    Sender.objects.filter(practice=practice).update(provider=REHEARSAL)
    for channel, address in STAND_INS.items():
        if not Sender.objects.filter(practice=practice, channel=channel).exists():
            Sender.objects.create(
                practice=practice, channel=channel, address=address, provider=REHEARSAL
            )
    return list(Sender.objects.filter(practice=practice).values_list("pk", flat=True))


async def play(
    practice: Practice,
    *,
    begins: datetime,
    ends: datetime,
    events: Sequence[Event],
    senders: Sequence[int],
    account: TwilioAccount,
    progress: Callable[[datetime], None],
) -> list[dict[str, Any]]:
    """Play the time between `begins` and `ends` (exclusive); return the flaws met on the way."""
    clock = Clock(begins)
    database = DatabaseThread()
    post = Post(database, clock, {REHEARSAL: account})
    async with Carrier(
        clock=clock,
        deliver=post.deliver,
        account_sid=account.account_sid,
        auth_token=account.auth_token,
        inbound_url=f"{PUBLIC_URL}/hooks/twilio/inbound",
    ) as carrier:
        reachable = TwilioAccount(carrier.base_url, account.account_sid, account.auth_token)
        gateways = rehearsal_gateways(reachable, smtp_port=carrier.smtp_port)
        post.accounts = {REHEARSAL: reachable}
        rehearsal = Rehearsal(
            practice=practice,
            ends=ends,
            clock=clock,
            carrier=carrier,
            post=post,
            gateways=gateways,
            database=database,
            senders=senders,
            events=list(events),
        )
        try:
            await _play(rehearsal, progress)
        finally:
            for gateway in gateways.values():
                await gateway.close()
            await database.close()
    return rehearsal.flaws


async def _play(rehearsal: Rehearsal, progress: Callable[[datetime], None]) -> None:
    while True:
        await _do_what_is_due(rehearsal)
        progress(rehearsal.clock.now)
        upcoming = await _next_moment(rehearsal)
        if upcoming is None or upcoming >= rehearsal.ends:
            await _let_the_carrier_work(rehearsal, rehearsal.ends)
            await rehearsal.database.run(fold_new, now=rehearsal.clock.now)
            return
        if not await _let_the_carrier_work(rehearsal, upcoming):
            rehearsal.clock.now = upcoming


async def _do_what_is_due(rehearsal: Rehearsal) -> None:
    """Everything a worker's ticks would do at this moment, in their order."""
    now = rehearsal.clock.now
    run = rehearsal.database.run
    while rehearsal.events and rehearsal.events[0].at <= now:
        await _happen(rehearsal, rehearsal.events.pop(0))
    await run(fold_new, now=now)
    await run(_tick, now)
    if await run(_has_doubts, now):
        await resolve(
            gateways=rehearsal.gateways, clock=rehearsal.clock, database=rehearsal.database
        )
    again = []
    for sender_id in rehearsal.senders:
        turn = await dispatch_sender(
            sender_id,
            gateways=rehearsal.gateways,
            clock=rehearsal.clock,
            public_url=PUBLIC_URL,
            database=rehearsal.database,
        )
        again += [turn.again_at] if turn.again_at else []
    rehearsal.turn_at = min(again, default=None)


def _tick(now: datetime) -> None:
    plan_due(now=now)
    sweep(now=now)
    withhold_due(now=now)
    expire(now=now)


def _has_doubts(now: datetime) -> bool:
    return Message.objects.filter(state="in_doubt", look_up_at__lte=now).exists()


async def _next_moment(rehearsal: Rehearsal) -> datetime | None:
    """Return when something of ours is due next, later than now."""
    now = rehearsal.clock.now
    stored = await rehearsal.database.run(_next_stored, rehearsal.practice.pk, now)
    turn = rehearsal.turn_at
    moments = [
        stored,
        rehearsal.events[0].at if rehearsal.events else None,
        max(turn, now + timedelta(milliseconds=50)) if turn else None,
    ]
    known = [moment for moment in moments if moment is not None]
    return max(min(known), now + timedelta(microseconds=1)) if known else None


def _next_stored(practice_id: int, now: datetime) -> datetime | None:
    with connection.cursor() as cursor:
        cursor.execute(_NEXT, {"practice": practice_id, "now": now})
        row = cursor.fetchone()
    moment: datetime | None = row[0] if row else None
    return moment


async def _let_the_carrier_work(rehearsal: Rehearsal, until: datetime) -> bool:
    """Run what the carrier has to do before `until`; stop early if somebody answered.

    Returns True if it stopped early: the facts may have changed, and ours is the next move.
    """
    rehearsal.post.news = False
    while (next_at := rehearsal.carrier.next_at()) is not None and next_at < until:
        rehearsal.clock.now = max(rehearsal.clock.now, next_at)
        await rehearsal.carrier.advance(rehearsal.clock.now)
        if rehearsal.post.news:
            return True
    return False


async def _happen(rehearsal: Rehearsal, event: Event) -> None:
    match event.kind:
        case Kind.INBOUND_SMS:
            sender = await rehearsal.database.run(_texting_sender, rehearsal.practice.pk)
            await rehearsal.carrier.text_from(event.sender, sender, event.text)
        case Kind.KEY_PRESS:
            if not await rehearsal.post.press(rehearsal.practice.pk, event):
                rehearsal.flaws.append(
                    {"file": "events", "line": event.line, "reason": "no call to this number yet"}
                )
        case Kind.IMPORT:
            await rehearsal.database.run(_import, rehearsal, Path(event.text))


def _texting_sender(practice_id: int) -> str:
    senders = Sender.objects.filter(practice_id=practice_id, channel=Channel.SMS).order_by("pk")
    return senders.values_list("address", flat=True)[0]


def _import(rehearsal: Rehearsal, folder: Path) -> None:
    report = import_paths([folder], practice=rehearsal.practice, now=rehearsal.clock.now)
    rehearsal.flaws += flaws_of(report)
    use_stand_ins(rehearsal.practice)


def flaws_of(report: Any) -> list[dict[str, Any]]:  # noqa: ANN401
    """Return an import's flaws as JSON holds them."""
    return [flaw.as_json() for flaw in report.flaws]
