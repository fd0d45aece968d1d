"""What a patient does with a telephone in the hand: without a script, a cookie or a login.

The first test drives a whole `handbell run`: the link is the one the rehearsal carrier's mailbox
got, and what was done behind it is told on the staff's page.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from icalendar import Calendar
from playwright.sync_api import Browser, Page, expect

from handbell.facts.models import Consent
from handbell.vocabulary.words import Channel, LedgerKind, MessageState, Purpose
from tests.console.desk import message
from tests.console.running import Running, Somebody, add_somebody, remind_hours_before
from tests.console.tour import sign_in
from tests.world import Clinic

pytestmark = pytest.mark.slow


ZOE = Somebody("Zoe", "Zander", "+12025550176", "zoe@patients.example")


def telephone(browser: Browser, address: str) -> Page:
    """Return a small window that runs no script."""
    window = browser.new_context(
        base_url=address,
        viewport={"width": 380, "height": 800},
        java_script_enabled=False,
        accept_downloads=True,
    )
    return window.new_page()


def test_a_patient_confirms_chooses_and_staff_see_it(running: Running, chromium: Browser) -> None:
    with running.connect() as connection:
        remind_hours_before(connection, 4, Channel.EMAIL)
        soon = datetime.now(UTC) + timedelta(hours=4)
        add_somebody(connection, ZOE, starts_at=soon, agreed=[Channel.EMAIL])
    page = telephone(chromium, running.carrier)
    link = link_in_the_mailbox(page)

    page.goto(link)
    page.get_by_role("button", name="Yes, I will be there").click()
    expect(page.get_by_role("heading", name="Thank you, we expect you")).to_be_visible()
    with page.expect_download() as waiting:
        page.get_by_role("link", name="Add to my calendar").click()
    saved = Path(waiting.value.path()).read_bytes()
    [event] = Calendar.from_ical(saved).walk("VEVENT")
    assert event["dtstart"].params["TZID"]

    page.get_by_role("link", name="Choose what you get from us").click()
    page.locator("input[name=on][value*=reminder-email]").uncheck()
    page.get_by_role("button", name="Save my choices").click()
    expect(page.get_by_text("Saved. This is what you get from us now.")).to_be_visible()
    expect(page.locator("input[name=on][value*=reminder-email]")).not_to_be_checked()

    code = link.rsplit("/", 1)[1]
    with telephone_of_staff(page, running.address) as desk:
        sign_in(desk, running.login("front_desk"))
        desk.goto("/messages?from=&to=&channel=email&state=handed_over")
        addresses = [row.get_attribute("href") for row in desk.locator(".row-link").all()]
        for address in addresses:
            desk.goto(str(address))
            if code in desk.content():
                break
        expect(desk.get_by_text("Confirmed by the link")).to_be_visible()
        expect(desk.get_by_text("Chose by the link what to get")).to_be_visible()


@contextmanager
def telephone_of_staff(page: Page, address: str) -> Iterator[Page]:
    browser = page.context.browser
    assert browser is not None
    window = browser.new_context(base_url=address)
    desk = window.new_page()
    desk.goto("/login")
    yield desk
    window.close()


def link_in_the_mailbox(page: Page) -> str:
    """Wait for the e-mail to Zoe, and return the link in it."""
    for _ in range(150):
        page.goto(f"/mailboxes/{ZOE.email}")
        found = re.search(
            r"Please confirm: .*?(http://[^\s\"<]+/v/[\w-]{16})", page.content(), re.S
        )
        if found:
            return found[1]
        page.wait_for_timeout(1_000)
    raise AssertionError("no e-mail with a link came")


@pytest.mark.django_db(transaction=True)
def test_a_patient_sees_the_balance_after_the_date_of_birth(
    clinic: Clinic, live_server: Any, chromium: Browser
) -> None:
    clinic.senders()
    clinic.practice.payment_url = "https://pay.harborpt.example/"
    clinic.practice.save()
    frank = clinic.patient("Frank", mobile="+12025550123", birth_date=date(1985, 4, 2))
    clinic.entry(frank, LedgerKind.RESPONSIBILITY, "45.00", clinic.now.date())
    alert = message(clinic, frank, purpose=Purpose.BALANCE_ALERT, state=MessageState.DELIVERED)
    page = telephone(chromium, live_server.url)
    page.goto(f"/v/{alert.code}")
    page.get_by_label("Month").select_option("April")
    page.get_by_label("Day").fill("2")
    page.get_by_label("Year").fill("85")
    page.keyboard.press("Enter")
    expect(page.get_by_text("This is not a date yet.")).to_be_visible()
    expect(page.get_by_label("Day")).to_have_value("2")
    page.get_by_label("Year").fill("1985")
    page.get_by_role("button", name="Show the amount").click()
    expect(page.get_by_text("$45.00")).to_be_visible()
    expect(page.get_by_role("link", name="Pay online")).to_be_visible()
    page.reload()
    expect(page.get_by_text("$45.00")).to_be_visible()
    assert not page.context.cookies()

    page.get_by_role("link", name="Choose what you get from us").click()
    page.locator("input[name=on][value$=reminder-sms]").check()
    page.get_by_role("button", name="Save my choices").click()
    expect(page.locator("input[name=on][value$=reminder-sms]")).to_be_checked()
    granted = Consent.objects.get(patient=frank, kind="granted")
    assert (granted.channel, granted.by) == (Channel.SMS, "the patient")
