"""The list of patients: any part of a name, number or e-mail finds them, and nobody else's."""

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from handbell.access.models import StaffMember
from handbell.facts.models import Patient, Suppression
from handbell.facts.operations import mark_practice_changed
from handbell.facts.queries import Sought, page_by_name, patients_of
from handbell.planner.planner import plan_due
from handbell.vocabulary.words import (
    Channel,
    ConsentKind,
    ContactKind,
    PermissionLevel,
    Purpose,
    Recipient,
)
from tests.console.desk import signed_in, staff
from tests.world import Clinic, phone


def show(browser: Client, query: str = "") -> str:
    answer = browser.get(f"/patients{query}")
    assert answer.status_code == 200
    return answer.content.decode()


def ids(html: str) -> list[int]:
    return [int(found) for found in re.findall(r'class="row-link" href="/patients/(\d+)"', html)]


def search(browser: Client, typed: str) -> list[int]:
    answer = browser.post("/patients/find", {"q": typed})
    assert answer.status_code == 302
    assert typed.lower() not in answer.headers["Location"].lower()
    return ids(show(browser, answer.headers["Location"].removeprefix("/patients")))


class TestSearch:
    """Any part of what is known of somebody finds them."""

    @pytest.mark.parametrize("most", ["MOST_ADDRESSED", "COUNT_LIMIT"])
    def test_a_part_that_very_many_have(
        self, clinic: Clinic, browser: Client, monkeypatch: pytest.MonkeyPatch, most: str
    ) -> None:
        monkeypatch.setattr(f"handbell.facts.queries.{most}", 1)
        wanted = [
            clinic.patient("Ann", email="ann@mail.example").pk,
            clinic.patient("Ben", email="ben@mail.example").pk,
        ]
        clinic.patient("Mail")
        assert search(browser, "mail.example") == wanted
        assert search(browser, "ann mail") == wanted[:1]

    @pytest.mark.parametrize(
        "typed",
        [
            "peña",
            "pena",
            "PEÑA",
            "eña",
            "ann-marie",
            "marie pena",
            "pena ann",
            "bunny",
            "(202) 555-0141",
            "555-0141",
            "0141",
            "+1 202 555 0141",
            "ann@mail.example",
            "mail.example",
            "n@mail",
            "ann@MAIL",
        ],
    )
    def test_a_part_finds_the_patient(self, clinic: Clinic, browser: Client, typed: str) -> None:
        wanted = clinic.patient(
            "Ann-Marie",
            last_name="Peña",
            preferred_name="Bunny",
            mobile=phone(41),
            email="ann@mail.example",
        )
        clinic.patient("Frank", last_name="Moss", mobile=phone(42), email="frank@post.example")
        assert search(browser, typed) == [wanted.pk]

    def test_a_caregiver_s_name_and_number_find_the_patient(
        self, clinic: Clinic, browser: Client
    ) -> None:
        child = clinic.patient("Tom", guardian_name="Vera Lund", guardian_mobile=phone(43))
        assert search(browser, "lund") == [child.pk]
        assert search(browser, "5550143") == [child.pk]

    def test_the_patient_s_id_finds_them(self, clinic: Clinic, browser: Client) -> None:
        patient = clinic.patient()
        Patient.objects.filter(pk=patient.pk).update(external_id="XK-99417")
        assert search(browser, "99417") == [patient.pk]
        assert search(browser, "xk-99417") == [patient.pk]

    @pytest.mark.parametrize("typed", ["%", "_", "\\", "zzz", "'; --", "a%b"])
    def test_signs_mean_themselves(self, clinic: Clinic, browser: Client, typed: str) -> None:
        clinic.patient()
        assert search(browser, typed) == []

    def test_another_practice_s_patient_is_not_found(self, clinic: Clinic, browser: Client) -> None:
        Clinic(now=clinic.now).patient("Dorothy", mobile=phone(44))
        assert search(browser, "dorothy") == []
        assert search(browser, "0144") == []

    def test_the_way_on_to_the_messages_keeps_the_search(
        self, clinic: Clinic, browser: Client
    ) -> None:
        clinic.patient("Dorothy")
        answer = browser.post("/patients/find", {"q": "dorothy"}, follow=True)
        link = re.search(r'href="(/messages\?search=\w+)"', answer.content.decode())
        assert link
        messages = browser.get(link[1]).content.decode()
        assert "Search: dorothy" in messages
        assert "Patients of this search" in messages

    def test_a_message_s_number_leads_to_the_message(self, browser: Client) -> None:
        answer = browser.post("/patients/find", {"q": "#12"})
        assert answer.headers["Location"].startswith("/messages?search=")

    def test_nothing_typed_shows_everybody(self, browser: Client) -> None:
        assert browser.post("/patients/find", {"q": " \0 "}).headers["Location"] == "/patients"

    def test_a_search_that_is_gone_is_said(self, clinic: Clinic, browser: Client) -> None:
        clinic.patient()
        assert "That search ended" in show(browser, "?search=0123456789ab")


class TestFilters:
    """Each filter shows its patients and no others."""

    @pytest.mark.parametrize(
        ("query", "wanted"),
        [
            ("", {"on", "stopped", "debtor", "gone"}),
            ("?reminders=on", {"on"}),
            ("?reminders=off", {"stopped", "debtor", "gone"}),
            ("?balance=on", {"debtor"}),
            ("?balance=off", {"on", "stopped", "gone"}),
            ("?status=inactive", {"gone"}),
            ("?status=active&reminders=off", {"stopped", "debtor"}),
            ("?status=nonsense&reminders=2&facility=x", {"on", "stopped", "debtor", "gone"}),
        ],
    )
    def test_a_filter(self, clinic: Clinic, browser: Client, query: str, wanted: set[str]) -> None:
        found = {
            "on": clinic.patient(consents=[Channel.EMAIL]),
            "stopped": clinic.patient(consents=[Channel.SMS]),
            "debtor": clinic.patient(consents=[Channel.SMS], purpose=Purpose.BALANCE_ALERT),
            "gone": clinic.patient(status="inactive"),
        }
        clinic.consent(found["stopped"], Channel.SMS, kind=ConsentKind.WITHDRAWN, when=clinic.now)
        shown = set(ids(show(browser, query)))
        assert {name for name, patient in found.items() if patient.pk in shown} == wanted

    def test_a_facility(self, clinic: Clinic, browser: Client) -> None:
        other = clinic.add_facility("Uptown", "America/New_York")
        clinic.patient()
        there = clinic.patient(facility=other)
        assert ids(show(browser, f"?facility={other.pk}")) == [there.pk]

    def test_unreachable_with_a_visit(self, clinic: Clinic, browser: Client) -> None:
        lost = clinic.patient(consents=[Channel.EMAIL])
        clinic.visit(lost, clinic.now + timedelta(days=2))
        clinic.visit(clinic.patient(), clinic.now + timedelta(days=2))
        plan_due(now=datetime.now(UTC))
        assert ids(show(browser, "?attention=unreachable")) == [lost.pk]

    def test_who_sees_no_balances_cannot_filter_by_them(self, clinic: Clinic) -> None:
        clinic.patient(consents=[Channel.SMS], purpose=Purpose.BALANCE_ALERT)
        clinic.patient()
        html = show(signed_in(staff(clinic, limit_financial=True)), "?balance=on")
        assert len(ids(html)) == 2
        assert "Balance alerts" not in html


def test_rows_tell_how_to_reach_somebody_and_what_is_on(clinic: Clinic, browser: Client) -> None:
    patient = clinic.patient(
        "Ines", mobile=phone(45), email="ines@mail.example", consents=[Channel.SMS, Channel.EMAIL]
    )
    clinic.visit(patient, clinic.now + timedelta(days=3))
    html = show(browser)
    assert 0 < html.index("(202) 555-0145") < html.index("ines@<wbr>mail.example")
    assert "Reminders: text and e-mail" in html
    assert "Balance alerts: off" in html


def test_pages_follow_each_other_without_gap_or_name_in_the_address(
    clinic: Clinic, browser: Client
) -> None:
    patients = [clinic.patient(f"Name{n:03}", last_name=f"Last{n % 7}") for n in range(120)]
    in_order = [p.pk for p in sorted(patients, key=lambda p: (p.last_name, p.first_name, p.pk))]
    first = show(browser)
    addresses, seen, html = [], ids(first), first
    while link := re.search(r'rel="next" href="([^"]+)"', html):
        addresses.append(link[1])
        html = show(browser, link[1])
        seen += ids(html)
    assert seen == in_order
    assert not any("name" in address.lower() or "last" in address.lower() for address in addresses)
    back = re.search(r'rel="prev" href="([^"]+)"', html)
    assert back
    assert ids(show(browser, back[1])) == in_order[50:100]


def test_a_key_of_another_practice_starts_at_the_beginning(clinic: Clinic) -> None:
    patient = clinic.patient()
    theirs = Clinic(now=clinic.now).patient()
    found = patients_of(clinic.practice.pk, Sought(), region="US", now=clinic.now)
    page = page_by_name(found, practice_id=clinic.practice.pk, after=theirs.pk)
    assert [row.pk for row in page.rows] == [patient.pk]


def test_the_number_of_queries_does_not_grow_with_the_rows(clinic: Clinic, browser: Client) -> None:
    clinic.patient(mobile=phone(1), consents=[Channel.SMS])
    show(browser)
    with CaptureQueriesContext(
        connection,
    ) as few:
        show(browser)
    for n in range(30):
        clinic.visit(
            clinic.patient(mobile=phone(n), consents=[Channel.SMS]),
            clinic.now + timedelta(days=1),
        )
    with CaptureQueriesContext(connection) as many:
        show(browser)
    assert len(many) <= len(few)


@pytest.mark.parametrize("level", PermissionLevel)
@pytest.mark.parametrize("modifier", ["", "limit_messaging", "limit_financial"])
def test_everybody_on_the_staff_sees_patients(
    clinic: Clinic, level: PermissionLevel, modifier: str
) -> None:
    modifiers: dict[str, Any] = {modifier: True} if modifier else {}
    browser = signed_in(staff(clinic, level, **modifiers))
    assert browser.get("/patients").status_code == 200


def test_somebody_who_left_sees_nobody(clinic: Clinic, member: StaffMember) -> None:
    browser = signed_in(member)
    member.is_active = False
    member.save()
    assert browser.get("/patients").status_code == 302


def today(clinic: Clinic, browser: Client) -> str:
    """Return Today as it is once the planner has looked at everybody."""
    now = datetime.now(UTC)
    mark_practice_changed(clinic.practice.pk, at=now)
    plan_due(now=now)
    return browser.get("/").content.decode()


class TestToday:
    """Today lists who has a visit within 7 days and cannot be reached."""

    def test_the_unreachable_are_listed_with_a_link(self, clinic: Clinic, browser: Client) -> None:
        lost = clinic.patient("Ines", consents=[Channel.SMS])
        clinic.visit(lost, clinic.now + timedelta(days=5))
        html = today(clinic, browser)
        assert "1 patient with a visit in the next 7 days cannot be reached" in html
        assert f'href="/patients/{lost.pk}">Ines Doe</a>' in html

    def test_whose_only_number_said_stop_is_unreachable(
        self, clinic: Clinic, browser: Client
    ) -> None:
        patient = clinic.patient("Ines", mobile=phone(1), consents=[Channel.SMS])
        clinic.visit(patient, clinic.now + timedelta(days=5))
        assert "cannot be reached" not in today(clinic, browser)
        Suppression.objects.create(
            practice=clinic.practice,
            address=phone(1),
            channel="sms",
            kind="opted_out",
            at=clinic.now - timedelta(hours=1),
            source="replied STOP",
        )
        assert "cannot be reached" in today(clinic, browser)

    def test_a_child_is_reached_through_the_guardian_alone(
        self, clinic: Clinic, browser: Client
    ) -> None:
        born = (clinic.now - timedelta(days=9 * 365)).date()
        kept = clinic.patient("Kim", birth_date=born, mobile=phone(1), consents=[Channel.SMS])
        clinic.visit(kept, clinic.now + timedelta(days=1))
        html = today(clinic, browser)
        assert "under 18, no guardian" in html
        clinic.contact(kept, ContactKind.MOBILE_PHONE, phone(2), Recipient.GUARDIAN)
        assert "cannot be reached" not in today(clinic, browser)

    def test_who_never_subscribed_or_comes_later_is_not_listed(
        self, clinic: Clinic, browser: Client
    ) -> None:
        clinic.visit(clinic.patient(), clinic.now + timedelta(days=1))
        clinic.visit(clinic.patient(consents=[Channel.SMS]), clinic.now + timedelta(days=9))
        one_works = clinic.patient(email="a@mail.example", consents=[Channel.SMS, Channel.EMAIL])
        clinic.visit(one_works, clinic.now + timedelta(days=1))
        assert "cannot be reached" not in today(clinic, browser)
