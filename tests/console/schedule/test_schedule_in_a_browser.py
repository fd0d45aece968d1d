"""The front desk moves a visit with the keyboard, and its reminder follows.

All of it is real: pages, worker, database and carrier of `handbell run`, in a throwaway home.
"""

import time
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import psycopg
import pytest
from playwright.sync_api import Browser, Page, expect

from handbell.vocabulary.words import Channel
from tests.console.running import Running, Somebody, add_somebody, remind_the_day_before
from tests.console.tour import sign_in

pytestmark = pytest.mark.slow

ZENO = Somebody("Zeno", "Ziegler", "+12025550179")

_REMINDERS = """
SELECT m.subject_revision, m.state, m.objection FROM outbox_message m
JOIN facts_patient p ON p.id = m.patient_id WHERE p.external_id = %s ORDER BY 1
"""


def wait_for(connection: psycopg.Connection, wanted: list[tuple[int, str, str]]) -> None:
    """Wait until the worker has planned what is wanted: a minute at most."""
    found: list[tuple[object, ...]] = []
    for _ in range(60):
        found = connection.execute(_REMINDERS, [ZENO.number]).fetchall()
        if found == wanted:
            return
        time.sleep(1)
    raise AssertionError(found)


def test_the_reminder_follows_a_visit_that_is_moved(running: Running, chromium: Browser) -> None:
    with running.connect() as connection:
        row = connection.execute("SELECT time_zone FROM access_facility ORDER BY id").fetchone()
        assert row
        at_eleven = datetime.now(ZoneInfo(row[0])).replace(hour=11, minute=0, second=0)
        old, new = (at_eleven + timedelta(days=days) for days in (2, 6))
        remind_the_day_before(connection)
        add_somebody(connection, ZENO, starts_at=old, agreed=[Channel.SMS])
        wait_for(connection, [(1, "queued", "")])

        page = chromium.new_context(base_url=running.address).new_page()
        page.goto("/login")
        sign_in(page, running.login("front_desk"))
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


def open_the_visit(page: Page, today: datetime) -> None:
    """Go to the day after tomorrow with the keyboard, and open the visit there."""
    page.locator(".rail > ul").get_by_role("link", name="Schedule").first.click()
    for days in range(3):
        expect(page.locator("#day")).to_have_value(f"{today + timedelta(days=days):%Y-%m-%d}")
        page.wait_for_load_state("load")  # keys are listened to from then on
        if days < 2:
            page.keyboard.press("]")
    for _ in range(200):
        page.keyboard.press("j")
        if "Zeno Ziegler" in page.evaluate("document.activeElement.textContent"):
            break
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Zeno Ziegler")).to_be_visible()
