"""An administrator adds a facility, pauses a sender and ends a pause of all reminders, by hand."""

from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from handbell.access.models import Facility, StaffMember
from handbell.outbox.models import Sender
from handbell.vocabulary.words import Channel, PermissionLevel
from tests.console.desk import message, staff
from tests.console.tour import sign_in
from tests.world import Clinic

PASSWORD = "a long enough password"

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def member(clinic: Clinic) -> StaffMember:
    return staff(clinic, PermissionLevel.PRACTICE_ADMINISTRATOR, password=PASSWORD)


@pytest.fixture
def page(chromium: Browser, live_server: Any, member: StaffMember) -> Page:
    """Return a telephone's window, signed in."""
    page = chromium.new_context(
        base_url=live_server.url, viewport={"width": 380, "height": 800}
    ).new_page()
    page.goto("/login")
    sign_in(page, {"email": member.email, "password": PASSWORD})
    return page


def test_a_facility_is_added_and_looked_at_alone(clinic: Clinic, page: Page) -> None:
    message(clinic, clinic.patient("Dorothy"))
    page.goto("/settings")
    page.get_by_role("link", name="Facilities").click()
    page.get_by_role("link", name="Add a facility").click()
    page.fill("#id_name", "Elm Street")
    page.fill("#id_phone", "12")
    page.get_by_role("button", name="Add the facility").press("Enter")
    expect(page.locator("#id_phone_error")).to_contain_text("No such telephone number exists")
    expect(page.locator("#id_name")).to_have_value("Elm Street")
    page.fill("#id_phone", "(202) 555-0143")
    page.get_by_role("button", name="Add the facility").press("Enter")
    expect(page.get_by_text("Elm Street is added.")).to_be_visible()

    page.goto("/patients")
    elm = Facility.objects.get(name="Elm Street")
    page.select_option("#facility-shown", str(elm.pk))
    expect(page.get_by_text("Of Elm Street only.")).to_be_visible()
    expect(page.get_by_text("Dorothy Doe")).to_have_count(0)
    page.get_by_role("button", name="Show all facilities").click()
    expect(page.get_by_text("Dorothy Doe")).to_be_visible()


def test_a_sender_is_paused_with_a_reason_and_today_says_so(clinic: Clinic, page: Page) -> None:
    sender = clinic.sender(Channel.SMS)
    page.goto("/settings/senders")
    page.get_by_role("link", name="(202) 555-0199").click()
    page.fill("#id_reason", "the number moves to another carrier")
    page.get_by_role("button", name="Pause it").click()
    expect(page.get_by_text("until somebody releases it")).to_be_visible()
    page.goto("/")
    expect(page.get_by_text("the number moves to another carrier")).to_be_visible()
    page.get_by_role("link", name="Look at it").click()
    page.get_by_role("button", name="Let messages leave by").click()
    expect(page.get_by_text("Messages leave by (202) 555-0199 again")).to_be_visible()
    assert not Sender.objects.get(pk=sender.pk).paused_reason


def test_the_banner_says_what_is_off_and_ends_it_where_one_stands(
    clinic: Clinic, page: Page
) -> None:
    page.goto("/settings/engagement")
    page.get_by_role("button", name="Pause all reminders").click()
    page.goto("/messages?from=&to=")
    banner = page.get_by_role("region", name="Reminder mode")
    expect(banner).to_contain_text("Robin Desk paused them")
    banner.get_by_role("button", name="End now").click()
    expect(page.locator("h1")).to_have_text("Messages")
    expect(banner).to_have_count(0)
