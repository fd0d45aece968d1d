"""A worker is killed while notices leave: nobody is told twice, nobody is lost."""

import asyncio
import os
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.conf import settings
from django.db import connection
from django.utils import timezone

from config.environment import TwilioAccount
from handbell.channels.carrier import REHEARSAL_ACCOUNT_SID, Carrier, serve
from handbell.channels.carrier.records import Text
from handbell.dispatch.claim import LEASE
from handbell.dispatch.providers import rehearsal_gateways
from handbell.dispatch.resolver import resolve
from handbell.dispatch.sweeper import sweep
from handbell.dispatch.worker import DatabaseThread, dispatch_sender
from handbell.outbox.models import Attempt, Message, Sender
from handbell.vocabulary.words import Channel
from tests.closures.staged import close, director, send
from tests.commands.test_run import free_ports
from tests.world import Clinic, phone

PATIENTS = 40
BEFORE_THE_KILL = 8
TOKEN = "t"


@pytest.fixture
def database(fresh_database: str, django_db_blocker: Any) -> Iterator[str]:
    """Yield the address of a database this test and its worker share."""
    given = dict(connection.settings_dict)
    address, _, host = fresh_database.partition("?host=")
    connection.close()
    connection.settings_dict.update(NAME=address.rpartition("/")[2], HOST=host)
    with django_db_blocker.unblock():
        yield fresh_database
        connection.close()
    connection.settings_dict.clear()
    connection.settings_dict.update(given)


@pytest.fixture
def carrier() -> Iterator[Carrier]:
    """Yield a carrier that listens on ports of its own."""
    http_port, smtp_port = map(int, free_ports(2))
    ready: list[Carrier] = []
    is_ready = threading.Event()
    loop = asyncio.new_event_loop()

    def listens(carrier: Carrier) -> None:
        ready.append(carrier)
        is_ready.set()

    serving = loop.create_task(
        serve(Carrier(http_port=http_port, smtp_port=smtp_port, auth_token=TOKEN), ready=listens)
    )

    def run() -> None:
        asyncio.set_event_loop(loop)
        loop.run_until_complete(asyncio.wait([serving]))

    thread = threading.Thread(target=run)
    thread.start()
    assert is_ready.wait(20)
    yield ready[0]
    loop.call_soon_threadsafe(serving.cancel)
    thread.join()
    loop.close()


def told(carrier: Carrier) -> Counter[str]:
    texts = list(carrier.truth.records())
    return Counter(text.number for text in texts if isinstance(text, Text))


def start_worker(database: str, port: int) -> "subprocess.Popen[bytes]":
    names = {
        "DATABASE_URL": database,
        "HANDBELL_HOME": str(settings.ENVIRONMENT.home),
        "HANDBELL_CARRIER_TOKEN": TOKEN,
        "HANDBELL_CARRIER_PORT": str(port),
    }
    command = [sys.executable, "-m", "handbell.commands.main", "worker"]
    return subprocess.Popen(command, env=os.environ | names, stderr=subprocess.DEVNULL)


async def finish(sender_id: int, carrier: Carrier) -> None:
    """Do what a worker does once the lease of the one that is gone has run out."""
    account = TwilioAccount(carrier.base_url, REHEARSAL_ACCOUNT_SID, TOKEN)
    gateways = rehearsal_gateways(account, smtp_port=1, digest_key="not told")
    shift = LEASE + timedelta(minutes=5)
    database = DatabaseThread()

    def clock() -> datetime:
        return timezone.now() + shift

    await database.run(sweep, now=clock())
    shift += timedelta(minutes=5)
    await resolve(gateways=gateways, clock=clock, database=database)
    shift += timedelta(minutes=5)
    await dispatch_sender(
        sender_id, gateways=gateways, clock=clock, public_url="http://127.0.0.1", database=database
    )
    for gateway in gateways.values():
        await gateway.close()
    await database.close()


@pytest.mark.slow
@pytest.mark.timeout(120)
def test_a_worker_killed_while_notices_leave_tells_nobody_twice_and_loses_nobody(
    database: str, carrier: Carrier
) -> None:
    now = datetime.now(UTC)
    clinic = Clinic(now=now)
    sender = clinic.sender(Channel.SMS, rate_per_second=10.0, burst=4)
    boss = director(clinic)
    numbers = [phone(number) for number in range(PATIENTS)]
    for number in numbers:
        clinic.visit(clinic.patient(mobile=number), now + timedelta(hours=30))
    closure = close(clinic, boss, days=3, now=now)
    worker = start_worker(database, carrier.http_port)
    try:
        send(clinic, closure, boss, now=now)
        while Attempt.objects.filter(outcome="accepted").count() < BEFORE_THE_KILL:
            time.sleep(0.02)
    finally:
        worker.send_signal(signal.SIGKILL)
        worker.wait()
    assert BEFORE_THE_KILL <= told(carrier).total() < PATIENTS

    Sender.objects.filter(pk=sender.pk).update(rate_per_second=1000.0, burst=1000)
    asyncio.run(finish(sender.pk, carrier))

    assert told(carrier) == Counter(numbers)
    rows = Message.objects.filter(purpose="emergency_notice")
    assert set(rows.values_list("state", flat=True)) == {"accepted"}
    assert rows.count() == PATIENTS
