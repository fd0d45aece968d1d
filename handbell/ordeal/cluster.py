"""The PostgreSQL server of an ordeal: as durable as a clinic's, and killed without a warning."""

import asyncio
import contextlib
import os
import shutil
import signal
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Self, TypeVar

import psycopg

from config.environment import read
from handbell.supervisor import placement
from handbell.supervisor.postgres import Postgres

R = TypeVar("R")

_SOMEBODY = """
SELECT pid FROM pg_stat_activity
WHERE backend_type = 'client backend' AND pid <> pg_backend_pid() ORDER BY random() LIMIT 1
"""


class Cluster:
    """One server in a temporary folder, gone without a trace afterwards.

    It is started and stopped in a thread of its own, because the kernel ends it with the thread
    that started it, and because the witness must go on answering while it recovers.
    """

    def __init__(self) -> None:
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="ordeal-postgres")
        place, self.top = placement.throwaway(chosen_programs=read().pg_bin)
        self.server = Postgres(place, say=_silently, durable=True)

    def __enter__(self) -> Self:
        try:
            self._thread.submit(self.server.start).result()
        except BaseException:
            self.close()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Stop the server and remove all it wrote."""
        self._thread.submit(self.server.stop).result()
        self._thread.shutdown()
        shutil.rmtree(self.top, ignore_errors=True)

    @property
    def url(self) -> str:
        return self.server.url()

    async def kill_server(self) -> None:
        """SIGKILL for the postmaster; then start it again, which replays what was committed."""
        await self._run(self._kill_and_start)

    async def kill_backend(self) -> None:
        """SIGKILL for one connection's process: the server throws everybody out and recovers."""
        await self._run(self._kill_one)

    async def _run(self, act: Callable[[], R]) -> R:
        return await asyncio.get_running_loop().run_in_executor(self._thread, act)

    def _kill_and_start(self) -> None:
        assert self.server.process is not None
        self.server.process.send_signal(signal.SIGKILL)
        self.server.stop()
        self.server.start()

    def _kill_one(self) -> None:
        # It throws us out too, and it may still be recovering from the one before.
        with (
            contextlib.suppress(psycopg.OperationalError),
            psycopg.connect(self.url, autocommit=True) as asking,
        ):
            found = asking.execute(_SOMEBODY).fetchone()
            if found is not None:
                os.kill(found[0], signal.SIGKILL)


def _silently(_: str) -> None:
    """The report tells what happened; a wait is no news here."""
