"""The front desk moves a visit with the keyboard, and its reminder follows.

All of it is real: pages, worker, database and carrier of `handbell run`, in a throwaway home.
"""

import json
import shutil
import time
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import psycopg
import pytest
from playwright.sync_api import Page, expect, sync_playwright

from config import environment
from config.database import embedded_url
from tests.console.patients.test_patients_in_a_browser import Running, handbell
from tests.console.pictures import BROWSERS, chromium
from tests.console.tour import sign_in

pytestmark = pytest.mark.slow

#: One reminder a day before at 10:00; and somebody who agreed to texts, with a visit in two days.
_SOMEBODY = """
DELETE FROM access_reminderstep;
INSERT INTO access_reminderstep (practice_id, key, days_before, at, channels, when_confirmed)
SELECT id, '1d', 1, '10:00', '{sms}', false FROM access_practice;
WITH place AS (SELECT id, practice_id FROM access_facility ORDER BY id LIMIT 1),
patient AS (
    INSERT INTO facts_patient (practice_id, external_id, first_name, last_name, preferred_name,
        language, status, deceased, time_zone, facility_id, guardian_name)
    SELECT practice_id, 'Z1', 'Zelda', 'Zimmer', '', '', 'active', false, '', id, '' FROM place
    RETURNING id, practice_id, facility_id),
point AS (
    INSERT INTO facts_contactpoint (practice_id, patient_id, owner, kind, value)
    SELECT practice_id, id, 'patient', 'mobile_phone', '+12025550177' FROM patient),
consent AS (
    INSERT INTO facts_consent (practice_id, patient_id, purpose, channel, kind, at, how, by,
        wording, recorded_at)
    SELECT practice_id, id, 'appointment_reminder', 'sms', 'granted', now() - interval '9 days',
        'paper form', 'front desk', '', now()
    FROM patient),
visit AS (
    INSERT INTO facts_appointment (practice_id, external_id, patient_id, facility_id,
        provider_name, starts_at, duration_minutes, status, revision)
    SELECT practice_id, 'Z1', id, facility_id, '', %(starts_at)s, 30, 'booked', 1 FROM patient)
INSERT INTO facts_change (patient_id, practice_id, at) SELECT id, practice_id, now() FROM patient;
"""

_REMINDERS = """
SELECT m.subject_revision, m.state, m.objection FROM outbox_message m
JOIN facts_patient p ON p.id = m.patient_id WHERE p.external_id = 'Z1' ORDER BY 1
"""


@pytest.fixture
def running(tmp_path: Path) -> Iterator[Running]:
    if not any(map(shutil.which, BROWSERS)):
        pytest.skip("no Chromium here: the pages were not tried in a browser")
    with handbell(tmp_path) as found:
        yield found


def wait_for(connection: psycopg.Connection, wanted: list[tuple[int, str, str]]) -> None:
    """Wait until the worker has planned what is wanted: a minute at most."""
    found: list[tuple[object, ...]] = []
    for _ in range(60):
        found = connection.execute(_REMINDERS).fetchall()
        if found == wanted:
            return
        time.sleep(1)
    raise AssertionError(found)


def test_the_reminder_follows_a_visit_that_is_moved(running: Running) -> None:
    place = embedded_url(environment.read({"HANDBELL_HOME": str(running.home)}))
    logins = json.loads((running.home / "demo_logins.json").read_text())
    with psycopg.connect(place, autocommit=True) as connection, sync_playwright() as playwright:
        row = connection.execute("SELECT time_zone FROM access_facility ORDER BY id").fetchone()
        assert row
        at_eleven = datetime.now(ZoneInfo(row[0])).replace(hour=11, minute=0, second=0)
        old, new = (at_eleven + timedelta(days=days) for days in (2, 6))
        for statement in _SOMEBODY.split(";\n")[:-1]:
            connection.execute(statement, {"starts_at": old})
        wait_for(connection, [(1, "queued", "")])

        browser = playwright.chromium.launch(executable_path=chromium(), args=["--no-sandbox"])
        page = browser.new_context(base_url=running.address).new_page()
        page.goto("/login")
        sign_in(page, next(one for one in logins if one["level"] == "front_desk"))
        open_the_visit(page, at_eleven)
        expect(page.get_by_text("Planned")).to_be_visible()

        page.get_by_role("link", name="Move or change").click()
        page.get_by_label("Day").fill("2020-01-05")
        page.get_by_role("button", name="Save the visit").click()
        expect(page.get_by_text("This time has passed.")).to_be_visible()
        page.get_by_label("Day").fill(f"{new:%Y-%m-%d}")
        page.get_by_role("button", name="Save the visit").click()

        day_before = new - timedelta(days=1)
        said = f"The next reminder goes: Text, {day_before:%a} {day_before.day} {day_before:%b}"
        expect(page.get_by_text("The reminder of the old time is taken back.")).to_be_visible()
        expect(page.get_by_text(said)).to_be_visible()
        wait_for(connection, [(1, "cancelled", "moved")])
        browser.close()


def open_the_visit(page: Page, today: datetime) -> None:
    """Go to the day after tomorrow with the keyboard, and open the visit there."""
    page.locator(".rail > ul").get_by_role("link", name="Schedule").first.click()
    for days in range(3):
        expect(page.locator("#day")).to_have_value(f"{today + timedelta(days=days):%Y-%m-%d}")
        if days < 2:
            page.keyboard.press("]")
    for _ in range(200):
        page.keyboard.press("j")
        if "Zelda Zimmer" in page.evaluate("document.activeElement.textContent"):
            break
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Zelda Zimmer")).to_be_visible()
