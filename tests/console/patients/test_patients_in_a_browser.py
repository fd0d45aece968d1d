"""The front desk opts a patient in, and the reminder arrives on the rehearsal phone.

All of it is real: pages, worker, database and carrier of `handbell run`, in a throwaway home.
"""

import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg
import pytest
from playwright.sync_api import Page, expect, sync_playwright

from config import environment
from config.database import embedded_url
from tests.console.pictures import (
    BROWSERS,
    CHECKOUT,
    chromium,
    free_ports,
    wait_for_port,
)
from tests.console.tour import sign_in

pytestmark = pytest.mark.slow

NUMBER = "+12025550177"

#: Somebody new, not subscribed to anything, whose one reminder is due in a minute, when whoever is
#: quick has opted them in; and texts at any hour, because the test runs at any hour.
_SOMEBODY = """
UPDATE access_practice SET windows = '{"sms": ["00:00", "23:59:59"]}';
DELETE FROM access_reminderstep;
INSERT INTO access_reminderstep (practice_id, key, hours_before, channels, when_confirmed)
SELECT id, '4h', 4, '{sms}', false FROM access_practice;
WITH place AS (SELECT id, practice_id FROM access_facility ORDER BY id LIMIT 1),
patient AS (
    INSERT INTO facts_patient (practice_id, external_id, first_name, last_name, preferred_name,
        language, status, deceased, time_zone, facility_id, guardian_name)
    SELECT practice_id, 'Z1', 'Zelda', 'Zimmer', '', '', 'active', false, '', id, '' FROM place
    RETURNING id, practice_id, facility_id),
point AS (
    INSERT INTO facts_contactpoint (practice_id, patient_id, owner, kind, value)
    SELECT practice_id, id, 'patient', 'mobile_phone', '+12025550177' FROM patient),
visit AS (
    INSERT INTO facts_appointment (practice_id, external_id, patient_id, facility_id,
        provider_name, starts_at, duration_minutes, status, revision)
    SELECT practice_id, 'Z1', id, facility_id, '', now() + interval '4 hours 70 seconds', 30,
        'booked', 1
    FROM patient)
INSERT INTO facts_change (patient_id, practice_id, at) SELECT id, practice_id, now() FROM patient;
"""


@dataclass
class Running:
    """A whole Handbell: where its pages and its carrier answer, and its home."""

    address: str
    carrier: str
    home: Path


@pytest.fixture
def running(tmp_path: Path) -> Iterator[Running]:
    if not any(map(shutil.which, BROWSERS)):
        pytest.skip("no Chromium here: the pages were not tried in a browser")
    with handbell(tmp_path) as found:
        yield found


@contextmanager
def handbell(home: Path) -> Iterator[Running]:
    web, carrier, smtp = free_ports(3)
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
        wait_for_port(web, process)
        yield Running(f"http://127.0.0.1:{web}", f"http://127.0.0.1:{carrier}", home)
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(timeout=60)


def test_opting_in_brings_the_reminder_to_the_phone(running: Running) -> None:
    place = embedded_url(environment.read({"HANDBELL_HOME": str(running.home)}))
    with psycopg.connect(place) as connection:
        connection.execute(_SOMEBODY)
    logins = json.loads((running.home / "demo_logins.json").read_text())
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=["--no-sandbox"])
        page = browser.new_context(base_url=running.address).new_page()
        page.goto("/login")
        sign_in(page, next(one for one in logins if one["level"] == "front_desk"))

        page.keyboard.press("/")
        page.keyboard.type("zimm")
        page.keyboard.press("Enter")
        page.get_by_role("link", name="Zelda Zimmer").click()
        expect(page.get_by_text("has not agreed to this kind of message").first).to_be_visible()

        opt_in(page)

        expect(page.get_by_text("Next: reminder by text")).to_be_visible()
        page.goto(f"{running.carrier}/phones/{NUMBER}")
        reminder = page.get_by_text("Zelda, your appointment is").first
        for _ in range(150):
            if reminder.count():
                break
            page.wait_for_timeout(1_000)
            page.reload()
        expect(reminder).to_be_visible()
        browser.close()


def opt_in(page: Page) -> None:
    """Ask, tick what was answered, and send: first too early, because one forgets."""
    page.get_by_role("link", name="Switch on appointment reminders").click()
    page.get_by_label("Text", exact=True).check()
    page.get_by_role("button", name="Record consent").click()
    expect(page.get_by_text("Ask first: without a yes nothing may be sent.")).to_be_visible()
    expect(page.get_by_label("Text", exact=True)).to_be_checked()
    page.get_by_label("The patient", exact=True).check()
    page.get_by_label("In person").check()
    page.get_by_label("I read this out").check()
    page.get_by_role("button", name="Record consent").click()
