"""Passkeys and codes in a real browser, with an authenticator that exists only there."""

from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from handbell.access.models import Practice, StaffMember
from tests.console.account.test_signing_in import PASSWORD, code_now
from tests.console.desk import staff
from tests.world import Clinic

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def member(clinic: Clinic) -> StaffMember:
    return staff(clinic, password=PASSWORD)


@pytest.fixture
def page(chromium: Browser, live_server: Any) -> Page:
    """Return a window of a browser with a fingerprint reader, at an address passkeys allow."""
    base = live_server.url.replace("127.0.0.1", "localhost")
    page = chromium.new_context(base_url=base).new_page()
    debugger = page.context.new_cdp_session(page)
    debugger.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    debugger.send("WebAuthn.addVirtualAuthenticator", {"options": options})
    return page


def sign_in(page: Page, member: StaffMember) -> None:
    page.goto("/login")
    page.fill("#id_username", member.email)
    page.fill("#id_password", PASSWORD)
    page.get_by_role("button", name="Sign in").click()


def test_a_passkey_is_set_up_and_then_signs_in_by_itself(page: Page, member: StaffMember) -> None:
    sign_in(page, member)
    page.get_by_role("link", name=member.name).click()
    page.get_by_role("link", name="Set up a passkey").click()
    page.get_by_label("Your password").fill(PASSWORD)
    page.get_by_role("button", name="Go on").click()
    page.get_by_label("What you call it").fill("The desk’s fingerprint")
    page.get_by_role("button", name="Set up the passkey").click()
    expect(page.locator(".codes li")).to_have_count(10)
    page.get_by_role("link", name="I have kept them").click()
    expect(page.get_by_text("The desk’s fingerprint", exact=True)).to_be_visible()

    page.get_by_role("button", name="Sign out", exact=True).click()
    page.get_by_role("button", name="Use a passkey").click()
    page.wait_for_selector("#live")

    page.get_by_role("button", name="Sign out", exact=True).click()
    sign_in(page, member)
    expect(page.locator("h1")).to_have_text("Second step")
    page.get_by_role("button", name="Use a passkey").click()
    page.wait_for_selector("#live")


def test_a_browser_without_a_passkey_says_so(page: Page) -> None:
    page.goto("/login")
    page.get_by_role("button", name="Use a passkey").click()
    expect(page.locator("#passkey-trouble")).to_be_visible()


def test_whoever_owes_a_second_factor_sets_up_an_app_and_goes_on(
    page: Page, clinic: Clinic, member: StaffMember
) -> None:
    Practice.objects.filter(pk=clinic.practice.pk).update(second_factor_required=True)
    sign_in(page, member)
    expect(page.get_by_text("Your practice asks for a second factor.")).to_be_visible()
    page.get_by_role("link", name="Set up an app").click()
    page.get_by_label("Your password").fill(PASSWORD)
    page.get_by_role("button", name="Go on").click()
    expect(page.locator(".qr")).to_be_visible()
    secret = page.locator(".setup code").inner_text()
    page.locator("#id_code").fill("123 456")
    page.get_by_role("button", name="Set up the app").click()
    expect(page.get_by_text("This code is not right")).to_be_visible()
    page.locator("#id_code").fill(code_now(secret))
    page.get_by_role("button", name="Set up the app").click()
    expect(page.locator(".codes li")).to_have_count(10)
    page.goto("/messages")
    expect(page.locator("h1")).to_have_text("Messages")
