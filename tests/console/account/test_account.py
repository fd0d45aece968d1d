"""One's own account: password, second factors, sessions; and the link to a first password."""

from datetime import UTC, datetime
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.contrib.sessions.models import Session
from django.test import Client

from handbell.access.models import AuditEvent, StaffMember, StaffSession
from handbell.console.account.words import say_device, say_locked
from handbell.console.settings.staff.views import invitation
from tests.console.account.test_signing_in import PASSWORD, type_in, with_app
from tests.console.desk import signed_in, staff
from tests.world import Clinic

NEW = "quite another long password"
FIREFOX = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0"
IPHONE = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 "
    "(KHTML, like Gecko) Version/18.0 Mobile/15E148 Safari/604.1"
)


@pytest.fixture
def member(clinic: Clinic) -> StaffMember:
    return staff(clinic, password=PASSWORD)


def window(member: StaffMember, device: str = FIREFOX) -> Client:
    browser = Client(headers={"User-Agent": device})
    type_in(browser, member.email)
    return browser


def test_keys_of_one_letter_are_switched_off_in_one_browser(browser: Client) -> None:
    assert 'data-keys="off"' not in browser.get("/patients").content.decode()
    browser.post("/account/keys", {"keys": "off"})
    assert 'data-keys="off"' in browser.get("/patients").content.decode()
    browser.post("/account/keys", {"keys": "on"})
    assert 'data-keys="off"' not in browser.get("/patients").content.decode()


def is_open(browser: Client) -> bool:
    return browser.get("/account").status_code == 200


def test_sessions_are_listed_with_device_and_the_one_in_use_first(member: StaffMember) -> None:
    phone, desk = window(member, IPHONE), window(member)
    phone.get("/")
    page = desk.get("/account").content.decode()
    assert page.index("Firefox on Windows") < page.index("Safari on an iPhone")
    assert page.count("This one") == 1
    assert page.count("Sign out there") == 1


def test_a_session_can_be_ended_from_elsewhere(member: StaffMember) -> None:
    phone, desk = window(member, IPHONE), window(member)
    other = StaffSession.objects.get(device=IPHONE)
    desk.post(f"/account/sessions/{other.pk}/end")
    assert not is_open(phone)
    assert is_open(desk)


def test_nobody_ends_another_persons_session(clinic: Clinic, member: StaffMember) -> None:
    desk = window(member)
    other = staff(clinic, password=PASSWORD)
    theirs = window(other)
    session = StaffSession.objects.get(staff=other)
    assert desk.post(f"/account/sessions/{session.pk}/end").status_code == 404
    assert desk.post("/account/sessions/999999999/end").status_code == 404
    assert is_open(theirs)


def test_all_others_can_be_ended_at_once(member: StaffMember) -> None:
    desk, others = window(member), [window(member, IPHONE), window(member, "")]
    desk.post("/account/sessions/end")
    assert is_open(desk)
    assert not any(is_open(one) for one in others)


def test_sessions_that_ended_are_forgotten(member: StaffMember) -> None:
    desk = window(member)
    window(member, IPHONE)
    key = StaffSession.objects.get(device=IPHONE).session_key
    Session.objects.filter(session_key=key).delete()
    assert "iPhone" not in desk.get("/account").content.decode()
    assert StaffSession.objects.count() == 1


def test_a_new_password_ends_all_other_sessions_and_keeps_this_one(member: StaffMember) -> None:
    phone, desk = window(member, IPHONE), window(member)
    typed = {"old_password": PASSWORD, "new_password1": NEW, "new_password2": NEW}
    assert desk.post("/account/password", typed).headers["Location"] == "/account"
    assert not is_open(phone)
    page = desk.get("/account").content.decode()
    assert "This one" in page
    assert "changed. You are signed out everywhere else" in page
    member.refresh_from_db()
    assert member.check_password(NEW)
    assert AuditEvent.objects.filter(detail={"change": "password"}).count() == 1


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ({"old_password": "wrong"}, "This is not your password now"),
        ({"new_password2": "something else"}, "The two are not the same"),
        ({"new_password1": "short", "new_password2": "short"}, "at least 10 characters"),
    ],
)
def test_a_password_that_cannot_be_is_explained_beside_its_field(
    member: StaffMember, typed: dict[str, str], told: str
) -> None:
    good = {"old_password": PASSWORD, "new_password1": NEW, "new_password2": NEW}
    page = window(member).post("/account/password", good | typed).content.decode()
    assert told in page
    assert 'aria-invalid="true"' in page
    member.refresh_from_db()
    assert member.check_password(PASSWORD)


def test_removing_the_app_asks_who_one_is_and_takes_the_recovery_codes_along(
    member: StaffMember,
) -> None:
    browser = signed_in(member)
    with_app(member)
    answer = browser.post("/account/app/remove")
    assert answer.headers["Location"].startswith("/account/confirm")
    assert Authenticator.objects.count() == 2
    browser.post("/account/confirm", {"password": PASSWORD})
    browser.post("/account/app/remove")
    assert not Authenticator.objects.exists()
    assert AuditEvent.objects.filter(detail={"change": "app removed"}).exists()


def test_a_wrong_password_at_the_question_counts_towards_the_lock(member: StaffMember) -> None:
    browser = signed_in(member)
    for _ in range(5):
        browser.post("/account/confirm?next=/account/app/add", {"password": "wrong"})
    page = browser.post("/account/confirm?next=/account/app/add", {"password": PASSWORD})
    assert "Too many tries" in page.content.decode()


def test_the_number_of_queries_does_not_grow_with_sessions(
    member: StaffMember, django_assert_max_num_queries: Any
) -> None:
    browser = window(member)
    for _ in range(8):
        window(member, IPHONE)
    with django_assert_max_num_queries(12):
        browser.get("/account")


# The link


def link_of(member: StaffMember, rf: Any) -> str:
    return invitation(rf.get("/"), member).removeprefix("http://testserver")


def open_link(browser: Client, link: str) -> Any:
    return browser.get(link, follow=True)


def test_a_link_lets_a_new_person_choose_a_password_once(clinic: Clinic, rf: Any) -> None:
    new = staff(clinic)
    link = link_of(new, rf)
    browser = Client()
    page = open_link(browser, link)
    assert "Choose a password" in page.content.decode()
    assert link.rsplit("/", 1)[1] not in page.redirect_chain[-1][0]
    address = page.redirect_chain[-1][0]
    answer = browser.post(address, {"new_password1": NEW, "new_password2": NEW}, follow=True)
    assert "Your password is set. Sign in with it." in answer.content.decode()
    assert type_in(Client(), new.email, NEW).headers["Location"] == "/"
    assert "no longer works" in open_link(Client(), link).content.decode()


def test_a_link_of_somebody_deactivated_or_a_made_up_one_opens_nothing(
    clinic: Clinic, rf: Any
) -> None:
    left = staff(clinic, is_active=False)
    assert "no longer works" in open_link(Client(), link_of(left, rf)).content.decode()
    for made_up in (
        "/welcome/MQ/x-y",
        "/welcome/x/y",
        "/welcome/%00/y",
        "/welcome/AAAAAAAAAAAAAAA/a-b",
    ):
        assert "no longer works" in open_link(Client(), made_up).content.decode()


# Words


@pytest.mark.parametrize(
    ("user_agent", "said"),
    [
        (FIREFOX, "Firefox on Windows"),
        (IPHONE, "Safari on an iPhone"),
        ("curl/8.0", "An unknown device"),
        ("Mozilla/5.0 (X11; Linux x86_64) Chrome/140.0 Safari/537.36 Edg/140.0", "Edge on Linux"),
    ],
)
def test_a_device_is_said_in_words_a_person_knows(user_agent: str, said: str) -> None:
    assert say_device(user_agent) == said


def test_a_lock_says_at_least_a_minute() -> None:
    now = datetime(2026, 11, 5, 15, 0, tzinfo=UTC)
    assert "Wait 1 minute and" in say_locked(now, now=now)
