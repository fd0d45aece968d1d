"""Do more workers hand over more? Two and four `handbell worker` processes, against one.

Real processes, each on its own, one database. They are up and idle before the messages come.
Four senders, because one sender's queue is one worker's at a time. On a machine of two cores the
sink and PostgreSQL take their share: what this shows is that workers do not hinder each other.
"""

import contextlib
import os
import subprocess
import sys
import time
from collections.abc import Iterator

from django.db import connection

from handbell.bench import filling
from handbell.bench.frame import Figure, Rounds, Size
from handbell.bench.ground import fresh_database
from handbell.bench.sinks import Sinks, sinks
from handbell.vocabulary.words import Channel

SENDERS = 4
START_SECONDS = 60

_ALIVE = "SELECT count(*) FROM procrastinate_workers"
_GONE = "SELECT count(*) FROM outbox_message WHERE state NOT IN ('queued', 'claimed')"


def _measure(workers: int, size: Size) -> Rounds:
    count, rounds = size.of(200, 2_000), size.of(1, 3)
    with sinks() as sink:
        ours, peer = [], []
        for _ in range(rounds):
            peer.append(_rate(1, count, sink))
            ours.append(_rate(workers, count, sink))
    return Rounds(
        ours, peer, f"{SENDERS * count:,} messages, {SENDERS} senders, {os.cpu_count()} cores"
    )


def _rate(workers: int, count: int, sink: Sinks) -> float:
    with fresh_database() as url, _working(workers, url, sink):
        until = time.monotonic() + START_SECONDS
        while _number(_ALIVE) < workers and time.monotonic() < until:
            time.sleep(0.1)
        for number in range(SENDERS):
            practice, facility = filling.practice(f"bench-{number}")
            sender = filling.sender(practice, Channel.SMS)
            filling.people(practice, facility, patients=count)
            # All at once and not before: by then every practice is there.
            filling.queued(practice, sender, Channel.SMS, due_in="1 hour")
        with connection.cursor() as cursor:
            cursor.execute("UPDATE outbox_message SET due_at = now()")
        while not (first := _number(_GONE)):
            time.sleep(0.01)
        began = time.perf_counter()
        while (gone := _number(_GONE)) < SENDERS * count:
            time.sleep(0.02)
        return (gone - first) / (time.perf_counter() - began)


@contextlib.contextmanager
def _working(workers: int, url: str, sink: Sinks) -> Iterator[None]:
    names = {
        **os.environ,
        "DATABASE_URL": url,
        "HANDBELL_CARRIER_PORT": str(sink.http_port),
        "HANDBELL_CARRIER_SMTP_PORT": str(sink.smtp_port),
    }
    command = [sys.executable, "-m", "handbell.commands.main", "worker"]
    quiet = subprocess.DEVNULL
    processes = [
        subprocess.Popen(command, env=names, stdout=quiet, stderr=quiet)  # noqa: S603
        for _ in range(workers)
    ]
    try:
        yield
    finally:
        for process in processes:
            process.kill()
            process.wait()


def _number(query: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute(query)
        return int(cursor.fetchone()[0])


def _two(size: Size) -> Rounds:
    return _measure(2, size)


def _four(size: Size) -> Rounds:
    return _measure(4, size)


FIGURES = (
    Figure(
        "workers-2",
        "hand-over by two workers, against one",
        goal=1.0,
        at_least=True,
        unit="messages/s",
        measure=_two,
    ),
    Figure(
        "workers-4",
        "hand-over by four workers, against one",
        goal=1.0,
        at_least=True,
        unit="messages/s",
        measure=_four,
    ),
)
