"""Plays a scenario against the real carrier, with a clock moved by hand.

A scenario is an async function; its database work goes through `stage.database.run`, because
Django's connection belongs to a thread. `play` runs it from an ordinary test.
"""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime

from handbell.outbox.models import Sender
from handbell.rehearsal.stage import Stage, set_stage
from tests.world import Clinic

Scenario = Callable[[Stage], Awaitable[None]]

TOKEN = "a token for tests"


def play(clinic: Clinic, scenario: Scenario, *, now: datetime | None = None) -> None:
    """Run the scenario on a stage of the clinic's senders."""
    senders = list(Sender.objects.filter(practice=clinic.practice).values_list("pk", flat=True))

    async def run() -> None:
        async with set_stage(
            clinic.practice.pk, now=now or clinic.now, senders=senders, token=TOKEN
        ) as stage:
            await scenario(stage)

    asyncio.run(run())


async def until(stage: Stage, moment: datetime) -> None:
    """Let time pass on the stage, everything happening when it is due."""
    while True:
        await stage.do_what_is_due()
        ours = await stage.next_moment()
        upcoming = min(ours, moment) if ours is not None else moment
        if not await stage.let_the_carrier_work(upcoming):
            stage.clock.now = upcoming
            if upcoming == moment:
                await stage.do_what_is_due()
                return
