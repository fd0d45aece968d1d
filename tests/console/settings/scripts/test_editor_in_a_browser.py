"""A director changes a script, and the next reminder on the rehearsal phone says the new words.

All of it is real: pages, worker, database and carrier of `handbell run`, in a throwaway home.
"""

import json
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from playwright.sync_api import Page, expect, sync_playwright

from config import environment
from config.database import embedded_url
from tests.console.patients.test_patients_in_a_browser import NUMBER, Running, handbell
from tests.console.pictures import chromium
from tests.console.tour import sign_in

pytestmark = pytest.mark.slow

PLACE = "/settings/scripts/appointment_reminder/sms/en"
HONEST = "{{ clinic }}: see you {{ date }} at {{ time }}. Please use the side door."
OFFER = f"{HONEST} 20% off massage this week."

#: Somebody who agreed to texts, with a visit whose one reminder is due a minute after `at`.
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
consent AS (
    INSERT INTO facts_consent (practice_id, patient_id, purpose, channel, kind, at, how, by,
        wording, recorded_at)
    SELECT practice_id, id, 'appointment_reminder', 'sms', 'granted', now() - interval '1 day',
        'paper form', 'front desk', '', now() FROM patient),
visit AS (
    INSERT INTO facts_appointment (practice_id, external_id, patient_id, facility_id,
        provider_name, starts_at, duration_minutes, status, revision)
    SELECT practice_id, 'Z1', id, facility_id, '', now() + interval '4 hours 45 seconds', 30,
        'booked', 1
    FROM patient)
INSERT INTO facts_change (patient_id, practice_id, at) SELECT id, practice_id, now() FROM patient;
"""


@pytest.fixture
def running(tmp_path: Path) -> Iterator[Running]:
    try:
        chromium()
    except SystemExit:
        pytest.skip("no Chromium here: the pages were not tried in a browser")
    with handbell(tmp_path) as found:
        yield found


def test_a_changed_script_is_what_the_phone_says(running: Running) -> None:
    logins = json.loads((running.home / "demo_logins.json").read_text())
    director = next(one for one in logins if one["level"] == "therapy_director")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=["--no-sandbox"])
        page = browser.new_context(base_url=running.address).new_page()
        page.goto("/login")
        sign_in(page, director)
        open_the_editor(page)
        type_a_promotion(page)
        mend_it(page)

        place = embedded_url(environment.read({"HANDBELL_HOME": str(running.home)}))
        with psycopg.connect(place) as connection:
            connection.execute(_SOMEBODY)
        page.goto(f"{running.carrier}/phones/{NUMBER}")
        reminder = page.get_by_text("Please use the side door.").first
        for _ in range(120):
            if reminder.count():
                break
            page.wait_for_timeout(1_000)
            page.reload()
        expect(reminder).to_be_visible()
        expect(page.get_by_text("20% off")).to_have_count(0)
        browser.close()


def open_the_editor(page: Page) -> None:
    page.goto("/settings")
    page.get_by_role("link", name="Scripts").click()
    page.get_by_role("link", name="Change the text : Text, English").first.click()
    expect(page.locator("#verdict")).to_contain_text("Nothing stands against this text.")


def type_a_promotion(page: Page) -> None:
    """See the mark and why while typing, with the focus where it was; saving is refused."""
    text = page.get_by_label("Text", exact=True)
    text.fill("")
    text.press_sequentially(OFFER)
    expect(page.locator("#found mark")).to_have_text("20% off")
    expect(page.get_by_text("These words offer something")).to_be_visible()
    expect(page.locator("#announcer")).to_contain_text("This text cannot be saved")
    expect(page.locator(".bubble")).to_contain_text("20% off massage this week.")
    expect(text).to_be_focused()
    page.get_by_role("button", name="Save this text").click()
    expect(page.get_by_text("Not saved.")).to_be_visible()
    expect(text).to_have_value(OFFER)


def mend_it(page: Page) -> None:
    """Take the offer out, put a variable in by its button, and save."""
    text = page.get_by_label("Text", exact=True)
    text.fill("")
    page.get_by_role("button", name="Insert {{ clinic }}").click()
    expect(text).to_be_focused()
    expect(text).to_have_value("{{ clinic }}")
    page.keyboard.type(HONEST.removeprefix("{{ clinic }}"))
    expect(page.locator("#found mark")).to_have_count(0)
    expect(page.locator("#verdict")).to_contain_text("Nothing stands against this text.")
    page.get_by_role("button", name="Save this text").click()
    expect(page.get_by_text("Version 1 is in use from the next message on.")).to_be_visible()
    page.goto("/")
    expect(page.get_by_text("Refused this month: 1 text", exact=True)).to_be_visible()
