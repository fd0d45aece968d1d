"""A whole Handbell, and a browser to look at it: for tests in a browser and for the pictures."""

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import psycopg
import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from config import environment
from config.database import embedded_url
from handbell.vocabulary.words import Channel

CHECKOUT = Path(__file__).parent.parent.parent
BROWSERS = ("chromium", "chromium-browser", "google-chrome")

#: Texts go at any hour, because a test runs at any hour.
_ANY_HOUR = """UPDATE access_practice SET windows = '{"sms": ["00:00", "23:59:59"]}'"""
_ONE_STEP = """
INSERT INTO access_reminderstep
    (practice_id, key, hours_before, days_before, at, channels, when_confirmed)
SELECT id, 'one', %s, %s, %s, %s, false FROM access_practice
"""
_SOMEBODY = """
WITH place AS (SELECT id, practice_id FROM access_facility ORDER BY id LIMIT 1),
patient AS (
    INSERT INTO facts_patient (practice_id, external_id, first_name, last_name, preferred_name,
        language, status, deceased, time_zone, facility_id, guardian_name)
    SELECT practice_id, %(number)s, %(first)s, %(last)s, '', '', 'active', false, '', id, ''
    FROM place RETURNING id, practice_id, facility_id),
point AS (
    INSERT INTO facts_contactpoint (practice_id, patient_id, owner, kind, value)
    SELECT practice_id, id, 'patient', point.kind, point.value FROM patient,
        (VALUES ('mobile_phone', %(number)s), ('email', %(email)s)) AS point (kind, value)
    WHERE point.value <> ''),
consent AS (
    INSERT INTO facts_consent (practice_id, patient_id, purpose, channel, kind, at, how, by,
        wording, recorded_at)
    SELECT practice_id, id, 'appointment_reminder', channel, 'granted', now() - interval '9 days',
        'paper form', 'front desk', '', now()
    FROM patient, unnest(%(agreed)s::text[]) AS channel),
visit AS (
    INSERT INTO facts_appointment (practice_id, external_id, patient_id, facility_id,
        provider_name, starts_at, duration_minutes, status, revision)
    SELECT practice_id, %(number)s, id, facility_id, '', %(starts_at)s, 30, 'booked', 1
    FROM patient)
INSERT INTO facts_change (patient_id, practice_id, at) SELECT id, practice_id, now() FROM patient
"""
_HASTEN = """
WITH visit AS (
    UPDATE facts_appointment SET starts_at = starts_at - %s WHERE external_id = %s
    RETURNING patient_id, practice_id)
INSERT INTO facts_change (patient_id, practice_id, at)
SELECT patient_id, practice_id, now() FROM visit
ON CONFLICT (patient_id) DO UPDATE SET at = EXCLUDED.at
"""
_CLINIC = "SELECT name FROM access_practice ORDER BY id LIMIT 1"


@dataclass(frozen=True)
class Somebody:
    """A patient whom a test adds: a telephone, or a mailbox as well."""

    first: str
    last: str
    number: str
    email: str = ""


def chromium_path() -> str | None:
    """Return where Chromium is, None where there is none."""
    return next(filter(None, map(shutil.which, BROWSERS)), None)


@contextmanager
def browsing() -> Iterator[Browser]:
    """Yield a browser; skip the test, and say so, where there is none."""
    found = chromium_path()
    if found is None:
        pytest.skip("no Chromium here: the pages were not tried in a browser")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=found, args=["--no-sandbox", "--disable-gpu"]
        )
        yield browser
        browser.close()


@dataclass
class Running:
    """A whole Handbell: where its pages and its carrier answer, and its home."""

    address: str
    carrier: str
    home: Path

    def login(self, level: str) -> dict[str, str]:
        """Return the e-mail and password of the demo login of a permission level."""
        logins: list[dict[str, str]] = json.loads((self.home / "demo_logins.json").read_text())
        return next(one for one in logins if one["level"] == level)

    def connect(self) -> psycopg.Connection:
        """Return a connection to its database that commits each statement."""
        place = embedded_url(environment.read({"HANDBELL_HOME": str(self.home)}))
        return psycopg.connect(place, autocommit=True)


@contextmanager
def handbell(home: Path) -> Iterator[Running]:
    """Run Handbell as a newcomer would, in this home and on free ports."""
    web, carrier, smtp = _free_ports(3)
    clean = {k: v for k, v in os.environ.items() if not k.startswith("HANDBELL_")}
    clean.pop("DATABASE_URL", None)
    ours = {
        "HANDBELL_HOME": str(home),
        "HANDBELL_WEB_PORT": str(web),
        "HANDBELL_CARRIER_PORT": str(carrier),
        "HANDBELL_CARRIER_SMTP_PORT": str(smtp),
    }
    command = [sys.executable, "-m", "handbell.commands.main", "run"]
    process = subprocess.Popen(command, env=clean | ours, cwd=CHECKOUT)
    try:
        _wait_for_port(web, process)
        yield Running(f"http://127.0.0.1:{web}", f"http://127.0.0.1:{carrier}", home)
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(timeout=60)


def remind_hours_before(
    connection: psycopg.Connection, hours: int, channel: Channel = Channel.SMS
) -> None:
    """Let the practice remind once, so many hours before a visit, at any hour."""
    connection.execute(_ANY_HOUR)
    _remind_once(connection, [hours, None, None], channel)


def remind_the_day_before(connection: psycopg.Connection) -> None:
    """Let the practice remind once, the day before a visit at 10:00, by text."""
    _remind_once(connection, [None, 1, "10:00"], Channel.SMS)


def _remind_once(
    connection: psycopg.Connection, when: Sequence[int | str | None], channel: Channel
) -> None:
    connection.execute("DELETE FROM access_reminderstep")
    connection.execute(_ONE_STEP, [*when, [channel.value]])


def add_somebody(
    connection: psycopg.Connection,
    who: Somebody,
    *,
    starts_at: datetime,
    agreed: Sequence[Channel] = (),
) -> None:
    """Add a patient with a visit, who agreed to be reminded by these channels."""
    values = vars(who) | {"starts_at": starts_at, "agreed": [channel.value for channel in agreed]}
    connection.execute(_SOMEBODY, values)


def hasten(connection: psycopg.Connection, who: Somebody, by: timedelta) -> None:
    """Let a visit begin so much sooner, and its reminder with it."""
    connection.execute(_HASTEN, [by, who.number])


def name_of_the_clinic(connection: psycopg.Connection) -> str:
    row = connection.execute(_CLINIC).fetchone()
    assert row
    return str(row[0])


def read_on_the_phone(page: Page, running: Running, who: Somebody, words: str) -> None:
    """Wait until a text with these words has come to the phone: two and a half minutes."""
    page.goto(f"{running.carrier}/phones/{who.number}")
    found = page.get_by_text(words).first
    for _ in range(150):
        if found.count():
            break
        page.wait_for_timeout(1_000)
        page.reload()
    expect(found).to_be_visible()


def _free_ports(many: int) -> list[int]:
    sockets = [socket.create_server(("127.0.0.1", 0)) for _ in range(many)]
    ports = [one.getsockname()[1] for one in sockets]
    for one in sockets:
        one.close()
    return ports


def _wait_for_port(port: int, running: "subprocess.Popen[bytes]") -> None:
    for _ in range(240):
        if running.poll() is not None:
            sys.exit("Handbell did not start; its own words are above")
        with socket.socket() as one:
            if one.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.5)
    sys.exit("Handbell did not answer within two minutes")
