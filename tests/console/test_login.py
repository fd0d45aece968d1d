"""Who is signed in, for how long, and what the door says."""

from datetime import UTC, datetime, timedelta

import pytest
from django.conf import settings
from django.contrib.sessions.models import Session
from django.test import Client

from handbell.access.models import StaffMember
from tests.console.desk import staff
from tests.world import Clinic

PASSWORD = "a long enough password"


@pytest.fixture
def member(clinic: Clinic) -> StaffMember:
    return staff(clinic, password=PASSWORD)


def sign_in(browser: Client, email: str, password: str = PASSWORD, next_page: str = "") -> str:
    answer = browser.post("/login", {"login": email, "password": password, "next": next_page})
    return answer.headers.get("Location", "") or answer.content.decode()


def test_signing_in_leads_to_today(member: StaffMember) -> None:
    assert sign_in(Client(), member.email) == "/"


def test_the_e_mail_address_may_be_typed_in_capitals(member: StaffMember) -> None:
    assert sign_in(Client(), member.email.upper()) == "/"


@pytest.mark.parametrize("wrong", ["nobody@harborpt.example", None])
def test_a_wrong_name_and_a_wrong_password_get_the_same_answer(
    member: StaffMember, wrong: str | None
) -> None:
    said = sign_in(Client(), wrong or member.email, "not the password at all")
    assert "do not belong together" in said


def test_somebody_who_left_cannot_sign_in(clinic: Clinic) -> None:
    left = staff(clinic, password=PASSWORD, is_active=False)
    assert "do not belong together" in sign_in(Client(), left.email)


def test_after_signing_in_one_is_back_where_one_was_but_never_elsewhere(
    member: StaffMember,
) -> None:
    assert sign_in(Client(), member.email, next_page="/messages") == "/messages"
    assert sign_in(Client(), member.email, next_page="https://evil.example/") == "/"


def test_a_password_is_kept_only_as_an_argon2_hash(member: StaffMember) -> None:
    assert member.password.startswith("argon2$")


def test_signing_out_needs_a_button(browser: Client) -> None:
    assert browser.get("/logout").status_code == 405
    assert browser.get("/").status_code == 200
    browser.post("/logout")
    assert browser.get("/").headers["Location"] == "/login?next=/"


def expire_in(minutes: int) -> None:
    Session.objects.update(expire_date=datetime.now(UTC) + timedelta(minutes=minutes))


def minutes_left() -> float:
    left = Session.objects.get().expire_date - datetime.now(UTC)
    return left.total_seconds() / 60


def test_a_page_keeps_the_session_for_another_quarter_of_an_hour(browser: Client) -> None:
    expire_in(2)
    browser.get("/messages")
    assert minutes_left() == pytest.approx(15, abs=0.5)
    assert settings.SESSION_COOKIE_AGE == 900


def test_a_screen_that_only_refreshes_itself_signs_out(browser: Client) -> None:
    expire_in(2)
    assert browser.get("/today/live", headers={"HX-Request": "true"}).status_code == 200
    assert minutes_left() == pytest.approx(2, abs=0.5)

    expire_in(-1)
    answer = browser.get(
        "/today/live",
        headers={"HX-Request": "true", "HX-Current-URL": "http://testserver/?facility=3"},
    )
    assert answer.status_code == 204
    assert answer.headers["HX-Redirect"] == "/login?next=/%3Ffacility%3D3"


def test_the_login_cannot_be_made_to_lead_to_another_site(member: StaffMember) -> None:
    answer = Client().get(
        "/today/live",
        headers={"HX-Request": "true", "HX-Current-URL": "http://evil.example//evil.example/"},
    )
    back = answer.headers["HX-Redirect"]
    assert back.startswith("/login?next=")
    assert sign_in(Client(), member.email, next_page="//evil.example/") == "/"


def test_pages_are_kept_out_of_caches(browser: Client) -> None:
    assert browser.get("/").headers["Cache-Control"] == "no-store"
