"""A staff member switches to Spanish, and every page fits a telephone in it."""

from datetime import timedelta
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from handbell.access.models import StaffMember
from handbell.vocabulary.words import Channel, MessageState, Objection, PermissionLevel
from tests.console.desk import attempt, message, staff
from tests.world import Clinic

PASSWORD = "a long enough password"

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]

PAGES = (
    *("/", "/patients", "/patients?status=inactive", "/messages?from=&to=", "/guidance"),
    *("/settings", "/settings/engagement", "/settings/scripts", "/settings/staff"),
    *("/settings/staff/add", "/settings/staff/signing-in", "/audit", "/account"),
    *("/account/password", "/settings/engagement/steps/new", "/nowhere"),
)

#: What does not show all it says: it is shortened, or reaches beyond the card it is in.
CUT_OFF = """
[...document.querySelectorAll('.who-name, .rows td *, .facts dd')].filter(one => {
    const card = one.closest('.rows, .facts, .top').getBoundingClientRect();
    const end = one.getBoundingClientRect().right;
    const hidden = one.closest('.visually-hidden');
    const shortened = one.clientWidth && one.scrollWidth > one.clientWidth + 1;
    return !hidden && (shortened || end > card.right);
}).map(one => one.textContent.trim())
"""


@pytest.fixture
def member(clinic: Clinic) -> StaffMember:
    return staff(clinic, PermissionLevel.BUSINESS_OWNER, password=PASSWORD)


@pytest.fixture
def page(chromium: Browser, live_server: Any) -> Page:
    """Return a telephone at the door of a running Handbell."""
    context = chromium.new_context(
        base_url=live_server.url, viewport={"width": 380, "height": 800}, locale="en-US"
    )
    context.set_default_timeout(120_000)
    return context.new_page()


def test_somebody_switches_to_spanish_and_every_page_fits_a_telephone(
    clinic: Clinic, page: Page, member: StaffMember
) -> None:
    clinic.add_facility("Sede del Este", "America/New_York")
    patient = clinic.patient("María de los Ángeles")
    clinic.consent(patient, Channel.SMS)
    clinic.visit(patient, clinic.now + timedelta(days=2))
    sent = message(clinic, patient, state=MessageState.DELIVERED)
    attempt(sent, "Harbor PT: su cita es el jue 5 nov a las 10:00.")
    held = message(
        clinic, patient, state=MessageState.WITHHELD, objection=Objection.NO_CONTACT_POINT
    )
    message(clinic, patient, channel=Channel.EMAIL, state=MessageState.IN_DOUBT)

    page.goto("/login")
    page.get_by_role("button", name="Español").click()
    expect(page.locator("h1")).to_have_text("Iniciar sesión")
    page.fill("#id_username", member.email)
    page.fill("#id_password", PASSWORD)
    page.get_by_role("button", name="Iniciar sesión").click()
    page.wait_for_selector("#live", state="attached")
    page.goto("/account")
    page.select_option("#id_language", "es")
    page.get_by_role("button", name="Guardar el idioma").click()
    expect(page.get_by_text("Su idioma está guardado.")).to_be_visible()

    wide = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    own = (
        f"/patients/{patient.pk}",
        f"/patients/{patient.pk}/details",
        f"/patients/{patient.pk}/subscribe/balance_alert",
        f"/patients/{patient.pk}/unsubscribe/appointment_reminder",
        f"/messages/{sent.pk}",
        f"/messages/{held.pk}",
        f"/settings/staff/{member.pk}",
    )
    too_wide, cut_off = [], {}
    for address in (*PAGES, *own):
        page.goto(address)
        expect(page.locator("html")).to_have_attribute("lang", "es")
        if page.evaluate(wide) > 0:
            too_wide.append(address)
        cut_off[address] = page.evaluate(CUT_OFF)
    assert not too_wide
    assert not any(cut_off.values()), cut_off
