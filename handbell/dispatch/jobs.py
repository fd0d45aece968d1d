"""The dispatcher's clock. One job is one sender's turn, never one message.

What is due lives in our tables; a job only says "look". Losing one costs five seconds.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime
from functools import partial
from typing import Final

from django.conf import settings
from django.db import close_old_connections
from django.utils import timezone
from procrastinate import JobContext
from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued

from handbell.channels.gateway import Gateway
from handbell.dispatch.accounts import hold_without_account
from handbell.dispatch.allowance import may_send_notice
from handbell.dispatch.candidates import senders_with_due
from handbell.dispatch.providers import Place, configured_places, open_gateways
from handbell.dispatch.resolver import resolve
from handbell.dispatch.sweeper import sweep
from handbell.dispatch.worker import DatabaseThread, dispatch_sender
from handbell.outbox.operations import expire, withhold_due

#: A turn ends after this long, so that a worker told to stop is not kept waiting.
TURN_SECONDS: Final = 25.0


@app.periodic(cron="* * * * * */5")
@app.task(name="tick", queueing_lock="tick")
def tick(timestamp: int) -> None:
    """Sweep lost leases, end what must not or need not be sent, give due senders their turn."""
    close_old_connections()
    now = timezone.now()
    sweep(now=now)
    withhold_due(now=now)
    expire(now=now)
    hold_without_account(configured_places(settings.ENVIRONMENT))
    for sender_id in senders_with_due(now=now):
        give_turn(sender_id)


def give_turn(sender_id: int) -> None:
    """Ask a worker to look at a sender now; nothing happens if it was asked already."""
    try:
        sender_turn.configure(queueing_lock=f"sender:{sender_id}").defer(sender_id=sender_id)
    except AlreadyEnqueued:
        return


@app.task(name="sender_turn", pass_context=True)
async def sender_turn(context: JobContext, sender_id: int) -> None:
    """Hand over what one sender has due, at its pace, for one turn."""
    ends = time.monotonic() + TURN_SECONDS
    gateways = open_gateways(settings.ENVIRONMENT)
    database = DatabaseThread()
    try:
        while not _must_end(context):
            progress = await dispatch_sender(
                sender_id,
                gateways=gateways,
                clock=timezone.now,
                public_url=settings.ENVIRONMENT.public_url,
                database=database,
                until=ends,
            )
            if progress.again_at is None:
                return
            waiting = partial(_notice_waits, database, sender_id)
            if not await _wait(context, progress.again_at, ends, wake=waiting):
                return
    finally:
        await _close(gateways, database)


def _must_end(context: JobContext) -> bool:
    """Return whether the worker was told to stop: the batch under way was the last."""
    is_stopping = context.additional_context.get("is_stopping", bool)
    return bool(is_stopping()) or context.should_abort()


async def _notice_waits(database: DatabaseThread, sender_id: int) -> bool:
    """Return whether an emergency notice may go now: then a slow sender is not slept over."""
    return await database.run(may_send_notice, sender_id, now=timezone.now())


async def _wait(
    context: JobContext, moment: datetime, ends: float, *, wake: Callable[[], Awaitable[bool]]
) -> bool:
    """Sleep until `moment` in short pieces, or until `wake`; return False if the turn ends."""
    while (pause := (moment - timezone.now()).total_seconds()) > 0:
        if _must_end(context) or time.monotonic() + pause >= ends:
            return False
        await asyncio.sleep(min(pause, 0.5))
        if pause > 0.5 and await wake():
            return True
    return True


@app.periodic(cron="* * * * * */20")
@app.task(name="resolve_doubts", queueing_lock="resolve_doubts")
async def resolve_doubts(timestamp: int) -> None:
    """Ask providers what became of the messages in doubt."""
    gateways = open_gateways(settings.ENVIRONMENT)
    database = DatabaseThread()
    try:
        await resolve(gateways=gateways, clock=timezone.now, database=database)
    finally:
        await _close(gateways, database)


async def _close(gateways: Mapping[Place, Gateway], database: DatabaseThread) -> None:
    for gateway in gateways.values():
        await gateway.close()
    await database.close()


@app.periodic(cron="* * * * *")
@app.task(name="retry_stalled", queueing_lock="retry_stalled", pass_context=True)
async def retry_stalled(context: JobContext, timestamp: int) -> None:
    """Run the jobs of workers that are gone again (procrastinate does not by itself)."""
    stalled = await app.job_manager.get_stalled_jobs(seconds_since_heartbeat=15)
    for job in stalled:
        await app.job_manager.retry_job(job)


@app.periodic(cron="17 3 * * *")
@app.task(name="remove_old_jobs", queueing_lock="remove_old_jobs", pass_context=True)
async def remove_old_jobs(context: JobContext, timestamp: int) -> None:
    """Forget jobs that ended three days ago; messages keep their own history."""
    await app.job_manager.delete_old_jobs(
        nb_hours=72, include_failed=True, include_cancelled=True, include_aborted=True
    )
