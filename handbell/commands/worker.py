"""`handbell worker`: run the jobs that plan, hand over and settle messages."""

import asyncio

import click
from procrastinate.app import WorkerOptions
from procrastinate.contrib.django import app

from handbell.commands import ready
from handbell.commands.workers import HEARTBEAT_SECONDS, STALLED_SECONDS

GRACE_SECONDS = 50.0  # for the jobs under way when we are asked to stop: a sender's turn takes
# up to 25, a provider's last answer 20; what is cut off then is in doubt


@click.command()
@click.option("--concurrency", default=8, show_default=True, help="Jobs run at the same time.")
@click.option("--queue", "queues", multiple=True, help="Only jobs of this queue (repeatable).")
def worker(concurrency: int, queues: tuple[str, ...]) -> None:
    """Plan, hand over and settle messages.

    Start as many as you like, on as many hosts as you like, all against one database: they share
    the work. Ctrl-C or SIGTERM lets the messages being handed over finish first.
    """
    with ready.database(command="handbell worker"):
        asyncio.run(_work(concurrency=concurrency, queues=queues))


async def _work(*, concurrency: int, queues: tuple[str, ...]) -> None:
    options: WorkerOptions = {
        "concurrency": concurrency,
        "delete_jobs": "successful",
        "update_heartbeat_interval": HEARTBEAT_SECONDS,
        "stalled_worker_timeout": STALLED_SECONDS,
        "shutdown_graceful_timeout": GRACE_SECONDS,
    }
    if queues:
        options["queues"] = queues
    connector = app.connector.get_worker_connector()  # type: ignore[attr-defined]
    with app.replace_connector(connector):
        async with app.open_async():
            await app.run_worker_async(**options)
