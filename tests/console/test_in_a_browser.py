"""What only a browser can show: the keyboard alone, the part that polls, a lost connection."""

from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from handbell.access.models import StaffMember
from handbell.outbox.models import Message
from handbell.vocabulary.words import MessageState
from tests.console.desk import message, staff
from tests.world import Clinic

PASSWORD = "a long enough password"

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def member(clinic: Clinic) -> StaffMember:
    return staff(clinic, password=PASSWORD)


@pytest.fixture
def page(chromium: Browser, live_server: Any) -> Page:
    """Return a window at the door of a running Handbell, with a clock to be moved."""
    page = chromium.new_context(base_url=live_server.url).new_page()
    page.clock.install()
    return page


def sign_in(page: Page, member: StaffMember) -> None:
    """Type, Tab, type, Enter: the first field has the focus already."""
    page.goto("/")
    expect(page.locator("#id_username")).to_be_focused()
    page.keyboard.type(member.email)
    page.keyboard.press("Tab")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_selector("#live")


def test_a_morning_s_work_by_keyboard_alone(
    clinic: Clinic, page: Page, member: StaffMember
) -> None:
    message(clinic, clinic.patient("Dorothy"))
    message(clinic, clinic.patient("Ines"))
    sign_in(page, member)

    page.keyboard.press("Tab")
    expect(page.locator(".skip")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#main")).to_be_focused()

    page.keyboard.press("/")
    page.keyboard.type("dorothy")
    page.keyboard.press("Enter")
    expect(page.locator("#count")).to_have_text("1 patient")
    assert "dorothy" not in page.url

    page.keyboard.press("j")
    expect(page.locator(".row-link")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_have_text("Dorothy Doe")

    page.go_back()
    page.get_by_role("link", name="Messages of this search").press("Enter")
    expect(page.locator("#count")).to_have_text("1 message · Any day")
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_have_text("Reminder by text to Dorothy Doe")


SHUT = (
    "/audit",
    "/settings/staff",
    "/settings/import",
    "/settings/facilities/add",
    "/settings/senders/add",
    "/settings/scripts/refused",
    "/settings/scripts/appointment_reminder/sms/en/edit",
    "/messages/export.csv",
    "/balances",
)


def test_the_front_desk_meets_every_door_that_is_shut_and_reads_the_rest(
    clinic: Clinic, page: Page
) -> None:
    limited = staff(clinic, password=PASSWORD, limit_financial=True)
    sign_in(page, limited)
    expect(page.get_by_role("link", name="Schedule").first).to_be_visible()
    expect(page.get_by_role("link", name="Balances")).to_have_count(0)

    for address in SHUT:
        answer = page.goto(address)
        assert answer is not None
        assert answer.status == 403, address
        expect(page.locator("main")).to_contain_text("permission level")
    for address in ("/settings/engagement", "/settings/practice", "/settings/scripts"):
        answer = page.goto(address)
        assert answer is not None
        assert answer.status == 200, address
        expect(page.locator("main button[type=submit]")).to_have_count(0)


def test_a_filter_narrows_the_list_in_place_and_keeps_the_focus(
    clinic: Clinic, page: Page, member: StaffMember
) -> None:
    message(clinic, clinic.patient())
    message(clinic, clinic.patient(), state=MessageState.DELIVERED)
    sign_in(page, member)
    page.goto("/messages")
    expect(page.locator("#count")).to_have_text("2 messages · Today")

    page.focus("#by-state")
    page.select_option("#by-state", "delivered")
    page.clock.run_for(1_000)

    expect(page.locator("#count")).to_have_text("1 message · Today")
    expect(page.locator("#announcer")).to_have_text("1 message · Today")
    expect(page.locator("#by-state")).to_be_focused()
    assert "state=delivered" in page.url
    page.get_by_role("link", name="Delivered : remove this filter").click()
    expect(page.locator("#count")).to_have_text("2 messages · Today")


def test_today_refreshes_itself_politely_and_says_when_it_cannot(
    clinic: Clinic, page: Page, member: StaffMember
) -> None:
    waiting = message(clinic, clinic.patient())
    message(clinic, clinic.patient(), state=MessageState.DELIVERED)
    sign_in(page, member)
    page.click("#hours-1 summary")
    expect(page.locator("#figure-waiting strong")).to_have_text("1")

    Message.objects.filter(pk=waiting.pk).update(state=MessageState.FAILED, objection="tries_spent")
    page.clock.run_for(16_000)

    expect(page.locator("#figure-waiting strong")).to_have_text("0")
    expect(page.locator("#announcer")).to_contain_text("1 failed or in doubt.")
    expect(page.locator("#hours-1")).to_have_attribute("open", "")
    expect(page.locator("#lost")).to_be_hidden()

    page.context.set_offline(True)
    page.clock.run_for(16_000)
    expect(page.locator("#lost")).to_be_visible()
    page.context.set_offline(False)
    page.clock.run_for(16_000)
    expect(page.locator("#lost")).to_be_hidden()


def test_a_session_that_ended_leads_to_the_login_and_back(
    clinic: Clinic, page: Page, member: StaffMember
) -> None:
    sign_in(page, member)
    page.context.clear_cookies()
    page.clock.run_for(16_000)
    page.wait_for_url("**/login?next=/")
    expect(page.get_by_text("Sign in and you are back where you were")).to_be_visible()
