"""`handbell worker`: run the jobs that plan, hand over and settle messages."""

import asyncio
import signal

import click
from procrastinate.app import WorkerOptions
from procrastinate.contrib.django import app

from handbell.commands import ready
from handbell.commands.workers import HEARTBEAT_SECONDS, STALLED_SECONDS
from handbell.supervisor import garbage
from handbell.supervisor.flaws import StartFlaw

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
    options: WorkerOptions = {
        "concurrency": concurrency,
        "delete_jobs": "successful",
        "update_heartbeat_interval": HEARTBEAT_SECONDS,
        "stalled_worker_timeout": STALLED_SECONDS,
        "shutdown_graceful_timeout": GRACE_SECONDS,
        "install_signal_handlers": False,
    }
    if queues:
        options["queues"] = queues
    with ready.database(command="handbell worker"):
        garbage.look_seldom()
        asyncio.run(_work(options))


async def _work(options: WorkerOptions) -> None:
    """Work until a signal asks us to stop, then let running jobs finish.

    Jobs that take a context find `is_stopping` in its `additional_context`: a long one asks it
    and ends early. Raises StartFlaw if the engine gave up by itself: it lost the database.
    """
    asked = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, asked.set)
    options["additional_context"] = {"is_stopping": asked.is_set}
    connector = app.connector.get_worker_connector()  # type: ignore[attr-defined]
    with app.replace_connector(connector):
        async with app.open_async():
            working = asyncio.create_task(app.run_worker_async(**options))
            waiting = asyncio.create_task(asked.wait())
            await asyncio.wait({working, waiting}, return_when=asyncio.FIRST_COMPLETED)
            working.cancel()  # no new jobs; it ends when those under way have ended
            await asyncio.wait({working})
            waiting.cancel()
    if not working.cancelled():
        raise StartFlaw("the worker lost its connection to the database") from working.exception()
