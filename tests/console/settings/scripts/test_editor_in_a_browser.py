"""A director changes a script, and the next reminder on the rehearsal phone says the new words.

All of it is real: pages, worker, database and carrier of `handbell run`, in a throwaway home.
"""

from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import Browser, Page, expect

from handbell.vocabulary.words import Channel
from tests.console.running import (
    Running,
    Somebody,
    add_somebody,
    read_on_the_phone,
    remind_hours_before,
)
from tests.console.tour import sign_in

pytestmark = pytest.mark.slow

PLACE = "/settings/scripts/appointment_reminder/sms/en"
HONEST = "{{ clinic }}: see you {{ date }} at {{ time }}. Please use the side door."
ZORA = Somebody("Zora", "Zeller", "+12025550178")
OFFER = f"{HONEST} 20% off massage this week."


def test_a_changed_script_is_what_the_phone_says(running: Running, chromium: Browser) -> None:
    page = chromium.new_context(base_url=running.address).new_page()
    page.goto("/login")
    sign_in(page, running.login("therapy_director"))
    open_the_editor(page)
    type_a_promotion(page)
    mend_it(page)

    with running.connect() as connection:
        remind_hours_before(connection, 4)
        soon = datetime.now(UTC) + timedelta(hours=4)
        add_somebody(connection, ZORA, starts_at=soon, agreed=[Channel.SMS])
    read_on_the_phone(page, running, ZORA, "Please use the side door.")
    expect(page.get_by_text("20% off")).to_have_count(0)


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
