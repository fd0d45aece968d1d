"""Lock-out, second factor, what the audit trail is told."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal import auth as totp
from django.test import Client, override_settings

from handbell.access.lockout import TRIES, WINDOW, LockedOut, count_try, forget_tries
from handbell.access.models import AuditEvent, Lockout, Practice, StaffMember, StaffSession
from handbell.access.sealed import is_sealed
from handbell.vocabulary.words import AuditAct, PermissionLevel
from tests.console.desk import staff
from tests.world import Clinic

PASSWORD = "a long enough password"
WRONG = "not the password at all"
NOW = datetime(2026, 11, 5, 15, 0, tzinfo=UTC)


@pytest.fixture
def member(clinic: Clinic) -> StaffMember:
    return staff(clinic, password=PASSWORD)


def type_in(browser: Client, email: str, password: str = PASSWORD) -> Any:
    return browser.post("/login", {"login": email, "password": password})


def said(answer: Any) -> str:
    return str(answer.content.decode())


def acts(member: StaffMember) -> list[tuple[str, Any]]:
    events = AuditEvent.objects.filter(practice_id=member.practice_id).order_by("number")
    return [(event.act, event.detail) for event in events]


def with_app(member: StaffMember) -> str:
    """Give the member an app and recovery codes; return the app's secret."""
    secret: str = totp.generate_totp_secret()
    totp.TOTP.activate(member, secret)
    RecoveryCodes.activate(member)
    return secret


def code_now(secret: str) -> str:
    counter = next(iter(totp.yield_hotp_counters_from_time()))
    return str(totp.format_hotp_value(totp.hotp_value(secret, counter)))


# What the database keeps


def test_a_copy_of_the_database_gives_nobody_a_second_factor(member: StaffMember) -> None:
    secret = with_app(member)
    codes = RecoveryCodes(Authenticator.objects.get(type="recovery_codes"))
    kept = {one.type: one.data for one in Authenticator.objects.all()}
    assert secret not in str(kept["totp"])
    assert all(code not in str(kept) for code in codes.get_unused_codes())
    assert is_sealed(kept["totp"]["secret"])
    assert is_sealed(kept["recovery_codes"]["seed"])
    assert totp.TOTP(Authenticator.objects.get(type="totp")).validate_code(code_now(secret))


def test_under_another_secret_key_no_code_is_right(member: StaffMember) -> None:
    """Not even a code everybody can work out, of an empty seed."""
    secret = with_app(member)
    nothing = {"secret": "", "seed": ""}
    kept = Authenticator.objects.get(type="recovery_codes")
    public = RecoveryCodes(Authenticator(data=kept.data | nothing)).generate_codes()
    with override_settings(SECRET_KEY="another"):
        app = totp.TOTP(Authenticator.objects.get(type="totp"))
        assert not app.validate_code(code_now(secret))
        assert not app.validate_code(code_now(""))
        codes = RecoveryCodes(kept).generate_codes()
    assert not set(codes) & set(public)


# The lock-out


@pytest.mark.parametrize("known", [True, False])
def test_after_five_wrong_passwords_even_the_right_one_is_not_looked_at(
    member: StaffMember, known: bool
) -> None:
    email = member.email if known else "nobody@harborpt.example"
    for _ in range(TRIES):
        assert "do not belong together" in said(type_in(Client(), email, WRONG))
    answer = said(type_in(Client(), email, PASSWORD))
    assert "Too many tries. Wait 15 minutes and try again." in answer


def test_the_lock_opens_after_a_quarter_of_an_hour(member: StaffMember) -> None:
    for _ in range(TRIES + 1):
        type_in(Client(), member.email, WRONG)
    earlier = datetime.now(UTC) - WINDOW
    Lockout.objects.update(since=earlier, locked_until=datetime.now(UTC) - timedelta(seconds=1))
    assert type_in(Client(), member.email).headers["Location"] == "/"


def test_the_right_password_starts_the_count_anew(member: StaffMember) -> None:
    for _ in range(TRIES - 1):
        type_in(Client(), member.email, WRONG)
    assert type_in(Client(), member.email).status_code == 302
    assert not Lockout.objects.exists()


def test_a_lock_is_one_logins_and_does_not_name_it(member: StaffMember, clinic: Clinic) -> None:
    for _ in range(TRIES + 1):
        type_in(Client(), member.email.upper(), WRONG)
    assert type_in(Client(), staff(clinic, password=PASSWORD).email).status_code == 302
    assert member.email not in str(list(Lockout.objects.values_list("key", flat=True)))


def test_tries_are_counted_and_locks_end(db: None) -> None:
    for _ in range(TRIES):
        count_try("password", "a@b.example", now=NOW)
    with pytest.raises(LockedOut) as locked:
        count_try("password", "A@b.example ", now=NOW + timedelta(minutes=1))
    assert locked.value.until == NOW + WINDOW
    assert locked.value.just_now
    with pytest.raises(LockedOut) as locked:
        count_try("password", "a@b.example", now=NOW + timedelta(minutes=2))
    assert not locked.value.just_now
    count_try("password", "a@b.example", now=NOW + WINDOW)
    forget_tries("password", "a@b.example")
    assert not Lockout.objects.exists()


def test_wrong_passwords_far_apart_lock_nothing(db: None) -> None:
    for number in range(3 * TRIES):
        count_try("password", "a@b.example", now=NOW + number * WINDOW)


# What is recorded


def test_the_trail_tells_who_came_went_and_could_not_come_in(member: StaffMember) -> None:
    browser = Client()
    type_in(browser, member.email, WRONG)
    type_in(browser, member.email)
    browser.post("/logout")
    assert acts(member) == [
        (AuditAct.SIGN_IN_REFUSED, {"why": "wrong password"}),
        (AuditAct.SIGNED_IN, {"by": ["password"]}),
        (AuditAct.SIGNED_OUT, {}),
    ]


def test_a_lock_out_is_recorded_once_however_long_somebody_goes_on(member: StaffMember) -> None:
    for _ in range(TRIES + 4):
        type_in(Client(), member.email, WRONG)
    whys = [detail["why"] for _, detail in acts(member)]
    assert whys == ["wrong password"] * TRIES + ["locked out"]


def test_somebody_deactivated_is_told_nothing_and_the_practice_is(clinic: Clinic) -> None:
    left = staff(clinic, password=PASSWORD, is_active=False)
    assert "do not belong together" in said(type_in(Client(), left.email))
    assert acts(left) == [(AuditAct.SIGN_IN_REFUSED, {"why": "not active"})]


# The second step


def test_with_an_app_the_password_alone_opens_nothing(member: StaffMember) -> None:
    secret = with_app(member)
    browser = Client()
    assert type_in(browser, member.email).headers["Location"] == "/login/code"
    assert browser.get("/").headers["Location"] == "/login?next=/"
    assert "Second step" in said(browser.get("/login/code"))
    code = code_now(secret)
    answer = browser.post("/login/code", {"code": f"{code[:3]} {code[3:]}"})
    assert answer.headers["Location"] == "/"
    assert browser.get("/").status_code == 200
    assert acts(member)[-1] == (AuditAct.SIGNED_IN, {"by": ["password", "mfa"]})


def test_a_recovery_code_opens_once(member: StaffMember) -> None:
    with_app(member)
    found = Authenticator.objects.get(user=member, type="recovery_codes")
    code = found.wrap().get_unused_codes()[0]
    for works in (True, False):
        browser = Client()
        type_in(browser, member.email)
        answer = browser.post("/login/code", {"code": code})
        assert (answer.status_code == 302) is works


def test_five_wrong_codes_lock_the_second_step_and_a_right_password_does_not_help(
    member: StaffMember,
) -> None:
    secret = with_app(member)
    for _ in range(TRIES):
        browser = Client()
        type_in(browser, member.email)
        assert "This code is not right" in said(browser.post("/login/code", {"code": "000000"}))
    browser = Client()
    type_in(browser, member.email)
    answer = said(browser.post("/login/code", {"code": code_now(secret)}))
    assert "Too many tries. Wait 15 minutes and try again, at" in answer


def test_the_second_step_without_the_first_leads_back(db: None) -> None:
    assert Client().get("/login/code").headers["Location"] == "/login"


@pytest.mark.parametrize("credential", ["", "{}", "[]", "nonsense", '{"id": "x"}'])
def test_a_passkey_that_is_none_opens_nothing(db: None, credential: str) -> None:
    answer = Client().post("/login/passkey", {"credential": credential})
    assert answer.status_code in {200, 302}
    assert "sessionid" not in answer.cookies or not StaffSession.objects.exists()


# A practice that asks for a second factor


@pytest.fixture
def strict(clinic: Clinic) -> None:
    Practice.objects.filter(pk=clinic.practice.pk).update(second_factor_required=True)


@pytest.mark.usefixtures("strict")
def test_whoever_owes_a_second_factor_is_led_to_set_one_up(member: StaffMember) -> None:
    browser = Client()
    type_in(browser, member.email)
    assert browser.get("/messages").headers["Location"] == "/account"
    assert "Your practice asks for a second factor" in said(browser.get("/account"))
    fragment = browser.get("/today/live", headers={"HX-Request": "true"})
    assert fragment.headers["HX-Redirect"] == "/account"

    assert browser.get("/account/app/add").headers["Location"].startswith("/account/confirm")
    browser.post("/account/confirm", {"password": PASSWORD})
    form = browser.get("/account/app/add")
    assert "<svg" in said(form)
    assert "style=" not in said(form)
    answer = browser.post("/account/app/add", {"code": code_now(form.context["form"].secret)})
    assert answer.headers["Location"] == "/account/recovery-codes"
    codes = browser.get("/account/recovery-codes")
    assert len(codes.context["unused_codes"]) == 10
    assert browser.get("/messages").status_code == 200
    assert (AuditAct.ACCOUNT_CHANGED, {"change": "app set up"}) in acts(member)
    again = browser.get("/account/recovery-codes")
    assert codes.context["unused_codes"][0] not in said(again)


@pytest.mark.usefixtures("strict")
def test_whoever_has_one_is_not_held_up(member: StaffMember) -> None:
    with_app(member)
    browser = Client()
    browser.force_login(member)
    assert browser.get("/").status_code == 200


def test_the_session_rests_as_long_as_the_practice_says(
    clinic: Clinic, member: StaffMember
) -> None:
    Practice.objects.filter(pk=clinic.practice.pk).update(idle_minutes=5)
    browser = Client()
    type_in(browser, member.email)
    assert browser.session.get_expiry_age() == 300
    Practice.objects.filter(pk=clinic.practice.pk).update(idle_minutes=30)
    browser.get("/")
    assert browser.session.get_expiry_age() == 1800


def test_there_is_no_sign_up(db: None) -> None:
    for address in ("/signup", "/accounts/signup/", "/login/signup"):
        assert Client().get(address).status_code == 404


@pytest.mark.parametrize("level", PermissionLevel)
def test_every_level_has_an_account_of_its_own(clinic: Clinic, level: PermissionLevel) -> None:
    browser = Client()
    browser.force_login(staff(clinic, level))
    assert browser.get("/account").status_code == 200
