"""The front desk opts a patient in, and the reminder arrives on the rehearsal phone.

All of it is real: pages, worker, database and carrier of `handbell run`, in a throwaway home.
"""

from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.console.running import (
    Running,
    Somebody,
    add_somebody,
    hasten,
    name_of_the_clinic,
    read_on_the_phone,
    remind_hours_before,
)
from tests.console.tour import sign_in

pytestmark = pytest.mark.slow

ZELDA = Somebody("Zelda", "Zimmer", "+12025550177")


def test_opting_in_brings_the_reminder_to_the_phone(running: Running, chromium: Browser) -> None:
    an_hour = timedelta(hours=1)
    with running.connect() as connection:
        remind_hours_before(connection, 4)
        due = datetime.now(UTC) + an_hour
        add_somebody(connection, ZELDA, starts_at=due + timedelta(hours=4))
        clinic = name_of_the_clinic(connection)
    page = chromium.new_context(base_url=running.address).new_page()
    page.goto("/login")
    sign_in(page, running.login("front_desk"))

    page.keyboard.press("/")
    page.keyboard.type("zimm")
    page.keyboard.press("Enter")
    page.get_by_role("link", name="Zelda Zimmer").click()
    expect(page.get_by_text("has not agreed to this kind of message").first).to_be_visible()

    opt_in(page)

    expect(page.get_by_text("Next: reminder by text")).to_be_visible()
    with running.connect() as connection:
        hasten(connection, ZELDA, an_hour)
    read_on_the_phone(page, running, ZELDA, clinic)


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
