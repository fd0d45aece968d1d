"""An ordeal from its start to its verdict: the installation works, and is not left in peace.

Everything random comes from the seed, one sequence for each kind of trouble. How processes
interleave does not, so a seed repeats the troubles, not the run.
"""

import asyncio
import time
from collections import Counter
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Final, ParamSpec, TypeVar

from django.db import InterfaceError, OperationalError, connections

from handbell.channels.carrier import Carrier
from handbell.dispatch.worker import DatabaseThread
from handbell.ordeal import clinics, diary, storms
from handbell.ordeal.clinics import Clinic, Subject
from handbell.ordeal.cluster import Cluster
from handbell.ordeal.hosts import Host, Hosts
from handbell.ordeal.witness import Trial, Verdict, compare, seen_by
from handbell.supervisor.ports import Port
from handbell.vocabulary.words import Channel

P = ParamSpec("P")
R = TypeVar("R")

AHEAD: Final = 80  # so many visits are fed beyond what was received, that there is always work
AT_ONCE: Final = 12
FED: Final = {"harbor": 6, "mill": 3, "hill": 2, "dusk": 3, "night": 1}  # of so many, each
PROGRESS_SECONDS: Final = 10.0  # how long we wait for something to be received before the next kill
#: Clocks are wrong by no more: a look-up finds a text up to two minutes before its hand-over.
WIDEST_JUMP: Final = 100.0
#: In the end clocks are moved on, until retries, leases and look-ups are over.
LAST_STEP: Final = 60.0
LAST_MOST: Final = 3_600.0
#: Most we wait for the end, in real seconds.
LAST_SECONDS: Final = 300.0


@dataclass(frozen=True, slots=True)
class Wish:
    """What was asked for on the command line."""

    kills: int
    seed: int
    workers: int
    web_port: int


@dataclass(slots=True)
class Ordeal:
    """One run: who takes part, and what has happened so far."""

    wish: Wish
    cluster: Cluster
    carrier: Carrier
    hosts: Hosts
    database: DatabaseThread
    say: Callable[[str], None]
    clinics: Sequence[Clinic] = ()
    subjects: list[Subject] = field(default_factory=list)
    killed: Counter[str] = field(default_factory=Counter)
    troubles: Counter[str] = field(default_factory=Counter)
    expected: int = 0  # so many the carrier may get, if nothing else happens

    async def sure(self, act: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
        """Do something in the database, again until it was committed; it must not add up."""
        while True:
            try:
                return await self.database.run(act, *args, **kwargs)
            except (OperationalError, InterfaceError):
                await self.database.run(connections.close_all)
                await asyncio.sleep(0.1)

    @property
    def received(self) -> int:
        truth = self.carrier.truth
        return len(truth.texts) + len(truth.calls) + len(truth.mails)


def now() -> datetime:
    """Return the true time, which no host's clock need agree with."""
    return datetime.now(UTC)


# -- what goes on meanwhile -------------------------------------------------------------------


async def feed(ordeal: Ordeal, chance: Random) -> None:
    """Bring in visits, so that there is always something to hand over."""
    sources = {channel: clinics.addresses(channel) for channel in Channel}
    sources[Channel.VOICE] = sources[Channel.SMS]
    while True:
        if ordeal.expected - ordeal.received < AHEAD:
            clinic = chance.choices(ordeal.clinics, [FED[each.name] for each in ordeal.clinics])[0]
            dues = [now() + timedelta(seconds=chance.uniform(-30, 8)) for _ in range(AT_ONCE)]
            people = [(next(sources[clinic.channel]), due) for due in dues]
            ordeal.subjects += await ordeal.sure(
                clinics.feed, clinic, people, first=len(ordeal.subjects), now=now()
            )
            ordeal.expected += len(people) if clinic.is_open(now()) else 0
        await ordeal.sure(clinics.release_senders)
        await asyncio.sleep(0.3)


async def change(ordeal: Ordeal, chance: Random) -> None:
    """Move, cancel and opt out subjects whose messages are on their way or about to be."""
    acts = (_move, _cancel, _opt_out, _stop)
    while True:
        await asyncio.sleep(chance.uniform(0.1, 0.6))
        recent = [s for s in ordeal.subjects[-8 * AT_ONCE :] if s.is_undisturbed]
        if recent:
            await chance.choice(acts)(ordeal, chance.choice(recent), chance)


async def _move(ordeal: Ordeal, subject: Subject, chance: Random) -> None:
    to = now() + timedelta(seconds=chance.choice([3, 8, 4 * 86_400]))
    await ordeal.sure(clinics.move, subject, revision=2, to=to, now=now())
    subject.revision, subject.moved_at = 2, now()
    ordeal.troubles["moved"] += 1


async def _cancel(ordeal: Ordeal, subject: Subject, _: Random) -> None:
    await ordeal.sure(clinics.cancel, subject, now=now())
    subject.cancelled_at = now()
    ordeal.troubles["cancelled"] += 1


async def _opt_out(ordeal: Ordeal, subject: Subject, _: Random) -> None:
    await ordeal.sure(clinics.opt_out, subject, now=now())
    subject.stopped_at = now()
    ordeal.troubles["opted out"] += 1


async def _stop(ordeal: Ordeal, subject: Subject, _: Random) -> None:
    """Text STOP until our web server has taken it, as a person would who is not answered."""
    if subject.clinic.channel is not Channel.SMS:
        return
    for _again in range(20):
        text = await ordeal.carrier.text_from(subject.address, subject.clinic.sender, "STOP")
        if text.told and text.reports and text.reports[-1].told:
            subject.stopped_at = now()
            ordeal.troubles["STOP"] += 1
            return
        await asyncio.sleep(0.5)


async def storm(ordeal: Ordeal, chance: Random) -> None:
    """Let the carrier misbehave, one way after another."""
    while True:
        await asyncio.sleep(chance.uniform(0.2, 2))
        one = storms.next_storm(chance)
        number = storms.break_out(ordeal.carrier, one)
        ordeal.troubles[one.does.value] += 1
        await asyncio.sleep(one.seconds)
        storms.abate(ordeal.carrier, number)


async def jump(ordeal: Ordeal, chance: Random) -> None:
    """Set a host's clock wrong, forwards or back."""
    while True:
        await asyncio.sleep(chance.uniform(2, 8))
        host = chance.choice(ordeal.hosts.of("worker"))
        host.clock.seconds = chance.uniform(-WIDEST_JUMP, WIDEST_JUMP)
        ordeal.troubles["clock jump"] += 1


# -- the kills --------------------------------------------------------------------------------


async def kill(ordeal: Ordeal, chance: Random) -> None:
    """Kill somebody, again and again, each time after something was received."""
    for number in range(ordeal.wish.kills):
        before, until = ordeal.received, time.monotonic() + PROGRESS_SECONDS
        while ordeal.received == before and time.monotonic() < until:
            await asyncio.sleep(0.02)
        await asyncio.sleep(chance.uniform(0, 0.4))
        await _kill_one(ordeal, chance)
        if (number + 1) % 20 == 0:
            ordeal.say(f"{number + 1} kills, {ordeal.received} messages at the carrier")


async def _kill_one(ordeal: Ordeal, chance: Random) -> None:
    victim = chance.choices(["worker", "web", "postgres", "connection"], [12, 4, 3, 1])[0]
    ordeal.killed[victim] += 1
    if victim == "postgres":
        await ordeal.cluster.kill_server()
    elif victim == "connection":
        await ordeal.cluster.kill_backend()
    else:
        up = [host for host in ordeal.hosts.of(victim) if host.is_up]
        (chance.choice(up) if up else ordeal.hosts.of(victim)[0]).kill()


# -- from the start to the verdict ------------------------------------------------------------


@asynccontextmanager
async def meanwhile(ordeal: Ordeal) -> AsyncIterator[None]:
    """Keep all troubles but the kills going for the length of a block."""
    kinds = (feed, change, storm, jump)
    seeds = {kind: Random(f"{ordeal.wish.seed} {kind.__name__}") for kind in kinds}
    tasks = [asyncio.create_task(kind(ordeal, chance)) for kind, chance in seeds.items()]
    try:
        yield
        for task in tasks:
            if task.done():
                task.result()  # it ends only by an error
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def run(ordeal: Ordeal) -> Verdict:
    """Put the installation through all of it and return the verdict."""
    began = now()
    closing = began + timedelta(seconds=max(60, ordeal.wish.kills))
    ordeal.clinics = await ordeal.sure(clinics.open_clinics, closing_at=closing, now=began)
    await ordeal.sure(diary.begin)
    for number in range(1, ordeal.wish.workers + 1):
        ordeal.hosts.add("worker", f"host-{number}")
    ordeal.hosts.add("web", "host-web")
    await _answers(ordeal)
    ordeal.say("the installation is up; the ordeal begins")
    async with meanwhile(ordeal):
        await kill(ordeal, Random(f"{ordeal.wish.seed} kill"))
    ordeal.say("no more troubles; what is under way comes to its end")
    calm_at = now()
    horizon = await _come_to_an_end(ordeal)
    await ordeal.hosts.stop()
    return compare(
        Trial(
            clinics={clinic.practice_id: clinic for clinic in ordeal.clinics},
            subjects=ordeal.subjects,
            rows=await ordeal.sure(diary.messages),
            claims=await ordeal.sure(diary.claims),
            seen=seen_by(ordeal.carrier.truth),
            widest_jump=timedelta(seconds=WIDEST_JUMP),
            calm_at=calm_at,
            horizon=horizon,
        )
    )


async def _answers(ordeal: Ordeal) -> None:
    port = Port("127.0.0.1", ordeal.wish.web_port, "HANDBELL_WEB_PORT")
    while not await asyncio.to_thread(port.answers):
        await asyncio.sleep(0.1)


async def _come_to_an_end(ordeal: Ordeal) -> datetime:
    """Let time pass, by moving the clocks on, until nothing is left to do; return their time."""
    ordeal.carrier.behave_well()
    ends = time.monotonic() + LAST_SECONDS
    workers: Sequence[Host] = ordeal.hosts.of("worker")
    ahead = quiet = 0.0
    while time.monotonic() < ends and quiet < 2:
        for host in workers:
            host.clock.seconds = ahead
        await ordeal.sure(clinics.release_senders)
        await asyncio.sleep(3)
        by = now() + timedelta(seconds=ahead)
        quiet = 0 if await ordeal.sure(diary.unfinished, by=by) else quiet + 1
        if not quiet and ahead < LAST_MOST:
            ahead += LAST_STEP
    return now() + timedelta(seconds=ahead) - timedelta(seconds=10)
