"""A worker is killed again and again; the carrier counts what every phone received."""

import asyncio
import os
import random
import signal
import subprocess
import sys
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from pathlib import Path

import psycopg
import pytest
from django.db import connection
from django.utils import timezone

from handbell.channels.carrier import Carrier
from handbell.dispatch.claim import CLAIM_SIZE
from handbell.vocabulary.contact import ContactFlaw, PhoneNumber
from handbell.vocabulary.words import Channel
from tests.world import Clinic

PATIENTS = 320
KILLS = 4
TOKEN = "a carrier token"


def numbers(count: int) -> list[str]:
    """Return fictitious numbers that libphonenumber calls valid."""
    found: list[str] = []
    for area in range(201, 990):
        try:
            found.append(PhoneNumber.parse(f"+1{area}5550123").value)
        except ContactFlaw:
            continue
        if len(found) == count:
            break
    return found


@pytest.fixture
def filled(fresh_database: str, django_db_blocker: object) -> str:
    """Return the address of a database in which every patient has a reminder due now."""
    given = dict(connection.settings_dict)
    address, _, host = fresh_database.partition("?host=")
    name = address.rpartition("/")[2]
    connection.close()
    connection.settings_dict.update(NAME=name, HOST=host)
    with django_db_blocker.unblock():  # type: ignore[attr-defined]
        _fill()
        connection.close()
    connection.settings_dict.clear()
    connection.settings_dict.update(given)
    return fresh_database


def _fill() -> None:
    now = timezone.now()
    clinic = Clinic(now=now)
    clinic.practice.windows = {"sms": ["00:00", "23:59"]}
    clinic.practice.save()
    clinic.sender(Channel.SMS)
    clinic.step(hours=24)
    for number in numbers(PATIENTS):
        patient = clinic.patient(mobile=number, consents=[Channel.SMS])
        clinic.visit(patient, now + timedelta(hours=20))


def start_worker(database: str, carrier: Carrier, home: Path) -> subprocess.Popen[bytes]:
    names = {
        "DATABASE_URL": database,
        "HANDBELL_HOME": str(home),
        "HANDBELL_CARRIER_PORT": str(carrier.http_port),
        "HANDBELL_CARRIER_SMTP_PORT": str(carrier.smtp_port),
        "HANDBELL_CARRIER_TOKEN": TOKEN,
    }
    command = [sys.executable, "-m", "handbell.commands.main", "worker"]
    return subprocess.Popen(command, env=os.environ | names, stderr=subprocess.DEVNULL)


async def kill_while_texts_leave(carrier: Carrier, database: str, home: Path) -> None:
    """Kill a worker KILLS times, each time once it has texted somebody; let the last finish."""
    chance = random.Random(7)
    for _ in range(KILLS):
        before = len(list(carrier.truth.received()))
        worker = start_worker(database, carrier, home)
        try:
            await come_true(partial(has_more, carrier, before))
            await asyncio.sleep(chance.uniform(0.0, 0.3))
        finally:
            worker.send_signal(signal.SIGKILL)
            worker.wait()
    worker = start_worker(database, carrier, home)
    try:
        await come_true(lambda: not states(database).get("queued"))
        await asyncio.sleep(1)
    finally:
        worker.send_signal(signal.SIGTERM)
        await asyncio.to_thread(worker.wait)


def has_more(carrier: Carrier, before: int) -> bool:
    return len(list(carrier.truth.received())) > before


async def come_true(holds: Callable[[], bool]) -> None:
    while not holds():  # noqa: ASYNC110 - other processes change it, no event tells us
        await asyncio.sleep(0.05)


def states(database: str) -> dict[str, int]:
    with psycopg.connect(database) as asking:
        found = asking.execute("SELECT state, count(*) FROM outbox_message GROUP BY state")
        return dict(found.fetchall()) or {"queued": PATIENTS}


@pytest.mark.slow
@pytest.mark.timeout(150)
def test_nobody_is_texted_twice_and_nobody_is_forgotten(filled: str, tmp_path: Path) -> None:
    async def scenario() -> Carrier:
        async with Carrier(auth_token=TOKEN) as carrier:
            carrier.behave("slow", seconds=0.4)
            await kill_while_texts_leave(carrier, filled, tmp_path)
            return carrier

    carrier = asyncio.run(scenario())
    found = states(filled)

    assert carrier.truth.received_twice() == {}
    assert sum(found.values()) == PATIENTS
    unsettled = found.get("claimed", 0) + found.get("in_doubt", 0)
    assert unsettled <= KILLS * CLAIM_SIZE
    settled = found.get("accepted", 0) + found.get("delivered", 0)
    assert settled + unsettled == PATIENTS
    assert settled <= len(list(carrier.truth.received())) <= PATIENTS
