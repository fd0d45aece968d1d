"""The whole way of an import in a browser: choose, say, check, store, take back."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from handbell.access.models import StaffMember
from handbell.facts.models import Appointment
from handbell.importers.models import Import
from handbell.importers.runs import run_import
from handbell.vocabulary.words import PermissionLevel
from tests.console.desk import staff
from tests.console.tour import sign_in
from tests.world import Clinic

PASSWORD = "a long enough password"

FOREIGN = (
    "Chart,Client,Cell phone no,When,Clock\n"
    '77,"Okafor, Ada",202-555-0141,2027-01-11,9:30 AM\n'
    '78,"Lund, Ben",12,2027-01-12,2:00 PM\n'
)

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def member(clinic: Clinic) -> StaffMember:
    return staff(clinic, PermissionLevel.PRACTICE_ADMINISTRATOR, password=PASSWORD)


@pytest.fixture
def page(chromium: Browser, live_server: Any, member: StaffMember) -> Page:
    """Return a window of somebody signed in."""
    page = chromium.new_context(base_url=live_server.url).new_page()
    page.goto("/login")
    sign_in(page, {"email": member.email, "password": PASSWORD})
    return page


def work() -> None:
    """Do what the worker would."""
    run_import(Import.objects.latest("pk").pk, clock=lambda: datetime.now(UTC))


def test_the_whole_way_of_an_import(clinic: Clinic, page: Page, tmp_path: Path) -> None:
    file = tmp_path / "export.csv"
    file.write_text(FOREIGN)
    page.goto("/settings")
    page.get_by_role("link", name="Import").click()
    page.set_input_files("#files", file)
    page.get_by_role("button", name="Upload and look at them").press("Enter")
    page.get_by_role("link", name="Say what its columns hold").click()

    expect(page.get_by_text("Okafor, Ada")).to_be_visible()
    expect(page.get_by_label("Client")).to_have_value("patients.full name")
    page.get_by_label("Chart").select_option("patient id")
    page.get_by_label("Cell phone no").select_option("patients.mobile phone")
    page.get_by_label("When").select_option("appointments.date")
    page.get_by_label("Clock").select_option("appointments.time")
    page.get_by_role("button", name="Keep this choice").click()
    expect(page.get_by_text("The columns are kept.")).to_be_visible()

    page.get_by_role("button", name="Check what would change").click()
    expect(page.locator("#under-way")).to_have_text("Being checked")
    work()
    button = page.get_by_role("button", name="Import 4 new rows")
    expect(button).to_be_visible()  # the page noticed by itself
    expect(page.get_by_text("Cell phone no: ")).to_be_visible()
    assert "Okafor" not in page.url

    button.click()
    expect(page.locator("#under-way")).to_have_text("Being imported")
    work()
    back = page.get_by_role("button", name="Take back 4 new rows")
    expect(back).to_be_visible()
    assert Appointment.objects.filter(practice=clinic.practice).count() == 2

    back.click()
    work()
    expect(page.get_by_role("heading", name="What went back")).to_be_visible()
    assert not Appointment.objects.filter(practice=clinic.practice).exists()
