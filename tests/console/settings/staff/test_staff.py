"""Settings > Staff: who may change whom, to what, and that it holds at once."""

from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.test import Client

from handbell.access.models import AuditEvent, Practice, StaffMember
from handbell.access.permissions import LADDER
from handbell.vocabulary.words import PermissionLevel
from tests.console.account.test_signing_in import PASSWORD, type_in, with_app
from tests.console.desk import signed_in, staff
from tests.world import Clinic

L = PermissionLevel
ADMINISTRATOR, DIRECTOR = L.PRACTICE_ADMINISTRATOR, L.THERAPY_DIRECTOR


@pytest.fixture
def administrator(clinic: Clinic) -> Client:
    return signed_in(staff(clinic, ADMINISTRATOR))


@pytest.fixture
def director(clinic: Clinic) -> Client:
    return signed_in(staff(clinic, DIRECTOR))


def typed(**more: str) -> dict[str, str]:
    return {"name": "Ines Berg", "level": "front_desk", **more}


def details(clinic: Clinic) -> list[dict[str, Any]]:
    events = AuditEvent.objects.filter(practice=clinic.practice, act="staff_changed")
    return [event.detail for event in events.order_by("number")]


def said(answer: Any) -> str:
    return str(answer.content.decode())


def test_the_list_says_who_may_what_and_how_they_sign_in(
    clinic: Clinic, administrator: Client
) -> None:
    with_app(staff(clinic, limit_financial=True))
    staff(clinic, is_active=False)
    page = said(administrator.get("/settings/staff"))
    for word in ("Front desk", "Limit financial features", "With a second factor", "Deactivated"):
        assert word in page


def test_adding_somebody_gives_a_link_with_which_they_choose_a_password(
    clinic: Clinic, administrator: Client
) -> None:
    answer = administrator.post(
        "/settings/staff/add",
        typed(email="Ines@HarborPT.example", level="clinical_staff", may_run_reports="on"),
    )
    link = answer.context["link"]
    new = StaffMember.objects.get(email="ines@harborpt.example")
    assert (new.level, new.may_run_reports, new.has_usable_password()) == (
        L.CLINICAL_STAFF,
        True,
        False,
    )
    assert new.practice == clinic.practice
    assert link in said(answer)
    assert "Choose a password" in said(Client().get(link, follow=True))
    assert details(clinic)[0]["change"] == "added"


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"name": ""}, "Type the person’s name"),
        ({"email": ""}, "Type the address"),
        ({"email": "nonsense"}, "This is not an e-mail address"),
        ({"level": "emperor"}, "Choose one of the levels you may grant"),
        ({"level": ""}, "This field is required"),
        ({"email": "taken@harborpt.example"}, "has a login already"),
    ],
)
def test_what_cannot_be_is_said_beside_its_field_and_the_rest_kept(
    clinic: Clinic, administrator: Client, wrong: dict[str, str], told: str
) -> None:
    StaffMember.objects.filter(pk=staff(clinic).pk).update(email="taken@harborpt.example")
    page = said(
        administrator.post(
            "/settings/staff/add", typed(email="i@harborpt.example", limit_messaging="on") | wrong
        )
    )
    assert told in page
    assert "checked" in page
    assert not StaffMember.objects.filter(email="i@harborpt.example").exists()


def test_an_address_of_another_practice_is_taken_too(clinic: Clinic, administrator: Client) -> None:
    elsewhere = staff(Clinic(now=clinic.now))
    page = said(administrator.post("/settings/staff/add", typed(email=elsewhere.email)))
    assert "has a login already" in page


def test_a_change_holds_from_the_next_page_on(clinic: Clinic, administrator: Client) -> None:
    desk = staff(clinic)
    browser = signed_in(desk)
    assert browser.get("/messages/export.csv").status_code == 403
    administrator.post(f"/settings/staff/{desk.pk}", typed(may_run_reports="on"))
    assert browser.get("/messages/export.csv").status_code == 200
    administrator.post(f"/settings/staff/{desk.pk}", typed())
    assert browser.get("/messages/export.csv").status_code == 403
    assert details(clinic) == [
        {"change": "changed", "may_run_reports": True, "renamed": True},
        {"change": "changed", "may_run_reports": False},
    ]


@pytest.mark.parametrize("granter", [DIRECTOR, ADMINISTRATOR, L.BUSINESS_OWNER])
@pytest.mark.parametrize("level", LADDER)
def test_nobody_grants_above_their_own_but_administrators_make_owners(
    clinic: Clinic, granter: PermissionLevel, level: PermissionLevel
) -> None:
    desk = staff(clinic)
    signed_in(staff(clinic, granter)).post(f"/settings/staff/{desk.pk}", typed(level=level))
    desk.refresh_from_db()
    allowed = granter != DIRECTOR or LADDER.index(level) <= LADDER.index(DIRECTOR)
    assert (desk.level == level) is (allowed or level == L.FRONT_DESK)


@pytest.mark.parametrize(
    "button", ["", "/link", "/deactivate", "/reset-second-factor", "/sign-out"]
)
def test_a_director_changes_nobody_above(clinic: Clinic, director: Client, button: str) -> None:
    owner = staff(clinic, L.BUSINESS_OWNER)
    answer = director.post(f"/settings/staff/{owner.pk}{button}", typed(level="front_desk"))
    assert answer.status_code == 403
    owner.refresh_from_db()
    assert owner.is_active
    assert owner.level == L.BUSINESS_OWNER
    assert "above yours" in said(director.get(f"/settings/staff/{owner.pk}"))


def test_whoever_is_limited_cannot_lift_the_limit_from_anybody(clinic: Clinic) -> None:
    limited = signed_in(staff(clinic, DIRECTOR, limit_financial=True))
    desk = staff(clinic, limit_financial=True)
    page = said(limited.post(f"/settings/staff/{desk.pk}", typed()))
    assert "something you may not do yourself" in page
    page = said(limited.post("/settings/staff/add", typed(email="new@harborpt.example")))
    assert "something you may not do yourself" in page
    free = staff(clinic)
    assert limited.post(f"/settings/staff/{free.pk}/link").status_code == 403
    assert limited.post(f"/settings/staff/{free.pk}/reset-second-factor").status_code == 403
    desk.refresh_from_db()
    assert desk.limit_financial


def test_reports_are_granted_only_by_those_who_may_run_them(
    clinic: Clinic, director: Client
) -> None:
    desk = staff(clinic)
    director.post(f"/settings/staff/{desk.pk}", typed(may_run_reports="on"))
    desk.refresh_from_db()
    assert not desk.may_run_reports


def test_nobody_changes_their_own_level_limits_or_activity(clinic: Clinic) -> None:
    me = staff(clinic, ADMINISTRATOR, limit_messaging=True)
    browser = signed_in(me)
    page = said(browser.get(f"/settings/staff/{me.pk}"))
    assert "somebody else’s to change" in page
    browser.post(f"/settings/staff/{me.pk}", typed(name="Robin Neu", level="business_owner"))
    assert browser.post(f"/settings/staff/{me.pk}/deactivate").status_code == 403
    me.refresh_from_db()
    assert (me.name, me.level) == ("Robin Neu", ADMINISTRATOR)
    assert me.limit_messaging
    assert me.is_active


def test_deactivating_signs_out_at_once_and_reactivating_lets_in_again(
    clinic: Clinic, administrator: Client
) -> None:
    desk = staff(clinic, password=PASSWORD)
    browser = Client()
    type_in(browser, desk.email)
    administrator.post(f"/settings/staff/{desk.pk}/deactivate")
    assert browser.get("/").headers["Location"].startswith("/login")
    assert type_in(Client(), desk.email).status_code == 200
    administrator.post(f"/settings/staff/{desk.pk}/reactivate")
    assert type_in(Client(), desk.email).status_code == 302
    assert [each["change"] for each in details(clinic)] == ["deactivated", "reactivated"]


def test_a_lost_telephone_is_no_lost_login(clinic: Clinic, administrator: Client) -> None:
    desk = staff(clinic, password=PASSWORD)
    with_app(desk)
    assert type_in(Client(), desk.email).headers["Location"] == "/login/code"
    administrator.post(f"/settings/staff/{desk.pk}/reset-second-factor")
    assert not Authenticator.objects.exists()
    assert type_in(Client(), desk.email).headers["Location"] == "/"


def test_signing_out_everywhere_ends_every_session(clinic: Clinic, administrator: Client) -> None:
    desk = staff(clinic, password=PASSWORD)
    windows = [Client(), Client()]
    for window in windows:
        type_in(window, desk.email)
    assert "Signed in 2 times now" in said(administrator.get(f"/settings/staff/{desk.pk}"))
    administrator.post(f"/settings/staff/{desk.pk}/sign-out")
    assert all(window.get("/").status_code == 302 for window in windows)


def test_a_link_for_a_new_password_lifts_a_lock_out(clinic: Clinic, administrator: Client) -> None:
    desk = staff(clinic, password=PASSWORD)
    for _ in range(6):
        type_in(Client(), desk.email, "wrong")
    answer = administrator.post(f"/settings/staff/{desk.pk}/link")
    assert "/welcome/" in answer.context["link"]
    assert type_in(Client(), desk.email).status_code == 302


@pytest.mark.parametrize("button", ["", "/link", "/deactivate", "/reactivate", "/sign-out"])
def test_another_practices_people_are_not_there(
    clinic: Clinic, administrator: Client, button: str
) -> None:
    elsewhere = staff(Clinic(now=clinic.now))
    address = f"/settings/staff/{elsewhere.pk}{button}"
    assert administrator.post(address, typed()).status_code == 404
    assert said(administrator.get("/settings/staff")).count(elsewhere.email) == 0
    elsewhere.refresh_from_db()
    assert elsewhere.name == "Robin Desk"


def test_the_practice_says_how_one_signs_in(clinic: Clinic, administrator: Client) -> None:
    address = "/settings/staff/signing-in"
    for wrong in ("0", "481", "", "soon"):
        page = said(administrator.post(address, {"idle_minutes": wrong}))
        assert "from 1 to 480" in page
    administrator.post(address, {"idle_minutes": "20", "second_factor_required": "on"})
    practice = Practice.objects.get(pk=clinic.practice.pk)
    assert (practice.idle_minutes, practice.second_factor_required) == (20, True)
    event = AuditEvent.objects.get(practice=practice, act="settings_changed")
    assert event.detail == {"idle_minutes": 20, "second_factor_required": True}


def test_the_list_asks_as_often_for_thirty_people_as_for_three(
    clinic: Clinic, administrator: Client, django_assert_max_num_queries: Any
) -> None:
    for _ in range(30):
        staff(clinic)
    with django_assert_max_num_queries(11):
        administrator.get("/settings/staff")
