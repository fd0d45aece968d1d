"""The balances: who owes, since when, who is told, who is not and why; and who may look."""

import re
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from html import unescape
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from handbell.access.models import AuditEvent, Practice
from handbell.facts.models import Owing, Patient, Suppression
from handbell.facts.operations import mark_changed, mark_practice_changed
from handbell.planner.planner import plan_due
from handbell.vocabulary.words import (
    AuditAct,
    BalanceFrequency,
    BalancePreference,
    Channel,
    LedgerKind,
    MessageState,
    Objection,
    PermissionLevel,
    Purpose,
)
from tests.console.desk import message, signed_in, staff
from tests.world import NEW_YORK, Clinic, phone

R, P, A = LedgerKind.RESPONSIBILITY, LedgerKind.PAYMENT, LedgerKind.ADJUSTMENT


@pytest.fixture
def desk(clinic: Clinic) -> Clinic:
    """A clinic that sends alerts every month."""
    Practice.objects.filter(pk=clinic.practice.pk).update(
        balance_frequency=BalanceFrequency.EVERY_MONTH
    )
    clinic.senders()
    return clinic


def debtor(
    clinic: Clinic,
    name: str,
    amount: str,
    *,
    days: int = 5,
    number: int = 1,
    consents: tuple[Channel, ...] = (Channel.SMS,),
    **columns: Any,
) -> Patient:
    """Return somebody who owes an amount since so many days."""
    patient = clinic.patient(
        name,
        mobile=phone(number),
        consents=consents,
        purpose=Purpose.BALANCE_ALERT,
        **({"last_name": name} | columns),
    )
    on = (clinic.now.astimezone(NEW_YORK) - timedelta(days=days)).date()
    clinic.entry(patient, R, amount, on)
    return patient


def plan() -> None:
    plan_due(now=datetime.now(UTC))


def show(browser: Client, query: str = "") -> str:
    answer = browser.get(f"/balances{query}")
    assert answer.status_code == 200
    return unescape(answer.content.decode())


def ids(html: str) -> list[int]:
    return [int(found) for found in re.findall(r'class="row-link" href="/patients/(\d+)"', html)]


def figures(html: str) -> dict[str, str]:
    found = re.findall(r"<strong>([^<]+)</strong>\s*<span class=\"label\">([^<]+)", html)
    return {label: said for said, label in found}


class TestWhoOwes:
    """Those whose balance is above zero, and what is known of their next alert."""

    def test_who_owes_is_there_and_who_paid_is_not(self, desk: Clinic, browser: Client) -> None:
        owing = debtor(desk, "Ada", "80.00")
        paid = debtor(desk, "Bo", "50.00")
        desk.entry(paid, P, "50.00", desk.now.date() - timedelta(days=1))
        plan()
        html = show(browser)
        assert ids(html) == [owing.pk]
        assert "$80.00" in html
        assert "Text, " in html

    def test_paying_takes_the_patient_off_within_seconds(
        self, desk: Clinic, browser: Client
    ) -> None:
        patient = debtor(desk, "Ada", "80.00")
        plan()
        desk.entry(patient, P, "80.00", desk.now.date() - timedelta(days=1))
        plan()
        assert not Owing.objects.filter(patient=patient).exists()
        assert "Nobody owes anything" in show(browser)

    def test_the_last_alert_is_said(self, desk: Clinic, browser: Client) -> None:
        patient = debtor(desk, "Ada", "80.00", days=40)
        when = desk.now - timedelta(days=10)
        sent = message(
            desk,
            patient,
            purpose=Purpose.BALANCE_ALERT,
            state=MessageState.DELIVERED,
            due_at=when,
            step=f"{when.astimezone(NEW_YORK):%Y-%m-%d}",
        )
        plan()
        html = show(browser)
        assert f'href="/messages/{sent.pk}"' in html
        assert "Delivered" in html
        next_at = Owing.objects.get(patient=patient).next_at
        assert next_at is not None
        assert next_at > desk.now + timedelta(days=19)

    @pytest.mark.parametrize(
        ("make", "said"),
        [
            ({"consents": ()}, "No consent"),
            ({"amount": "2.00"}, "Balance below the minimum"),
            ({"days": 75}, "Nothing newly owed"),
            ({"balance_alerts": BalancePreference.OUT}, "Alerts off for this patient"),
            ({"status": "inactive"}, "Inactive patient"),
        ],
    )
    def test_who_is_not_told_has_the_reason_and_its_cure(
        self, desk: Clinic, browser: Client, make: dict[str, Any], said: str
    ) -> None:
        debtor(desk, "Ada", **({"amount": "80.00"} | make))
        plan()
        html = show(browser, "?alerts=not_alerted")
        assert said in html
        assert figures(html)["Will not"] == "1"
        assert figures(html)["Will be alerted"] == "0"

    def test_a_stop_is_said_with_its_day_and_the_form_that_mends_it(
        self, desk: Clinic, browser: Client
    ) -> None:
        patient = debtor(desk, "Ada", "80.00")
        Suppression.objects.create(
            practice=desk.practice,
            address=phone(1),
            channel="sms",
            kind="opted_out",
            at=desk.now - timedelta(days=2),
            source="replied STOP",
        )
        plan()
        html = show(browser, "?alerts=opted_out")
        assert ids(html) == [patient.pk]
        assert "(replied STOP, " in html
        assert f"/patients/{patient.pk}/subscribe/balance_alert" in html

    def test_a_practice_that_sends_none_says_so(self, desk: Clinic, browser: Client) -> None:
        Practice.objects.filter(pk=desk.practice.pk).update(
            balance_frequency=BalanceFrequency.DONT_SEND
        )
        debtor(desk, "Ada", "80.00")
        opted_in = debtor(desk, "Bo", "80.00", number=2, balance_alerts=BalancePreference.IN)
        plan()
        assert "The practice sends no balance alerts." in show(browser)
        assert ids(show(browser, "?alerts=alerted")) == [opted_in.pk]

    def test_a_change_of_the_settings_changes_the_list(self, desk: Clinic, browser: Client) -> None:
        patient = debtor(desk, "Ada", "80.00")
        plan()
        Practice.objects.filter(pk=desk.practice.pk).update(balance_minimum=Decimal(100))
        mark_practice_changed(desk.practice.pk, at=desk.now)
        plan()
        assert ids(show(browser, "?reason=below_minimum")) == [patient.pk]

    def test_planning_again_changes_nothing(self, desk: Clinic) -> None:
        patient = debtor(desk, "Ada", "80.00")
        plan()
        before = Owing.objects.values().get(patient=patient)
        mark_changed([patient.pk], at=desk.now)
        plan()
        assert Owing.objects.values().get(patient=patient) == before

    def test_what_is_charged_later_counts_from_then_on(self, desk: Clinic) -> None:
        Practice.objects.filter(pk=desk.practice.pk).update(
            balance_frequency=BalanceFrequency.DONT_SEND
        )
        patient = debtor(desk, "Ada", "80.00", days=-5)
        plan()
        assert not Owing.objects.filter(patient=patient).exists()
        plan_due(now=desk.now + timedelta(days=7))
        assert Owing.objects.get(patient=patient).amount == Decimal("80.00")


class TestTheList:
    """Sorted, filtered, counted and paged; the totals are true."""

    def everybody(self, desk: Clinic) -> dict[str, Patient]:
        found = {
            "ada": debtor(desk, "Ada", "80.00", days=9),
            "bo": debtor(desk, "Bo", "300.00", days=3, number=2),
            "cy": debtor(desk, "Cy", "20.00", days=30, number=3, consents=()),
        }
        plan()
        return found

    @pytest.mark.parametrize(
        ("sort", "order"),
        [
            ("", ["bo", "ada", "cy"]),
            ("least", ["cy", "ada", "bo"]),
            ("longest", ["cy", "ada", "bo"]),
            ("newest", ["bo", "ada", "cy"]),
            ("name", ["ada", "bo", "cy"]),
            ("name_back", ["cy", "bo", "ada"]),
            ("nonsense", ["bo", "ada", "cy"]),
        ],
    )
    def test_the_orders(self, desk: Clinic, browser: Client, sort: str, order: list[str]) -> None:
        known = self.everybody(desk)
        assert ids(show(browser, f"?sort={sort}")) == [known[name].pk for name in order]

    def test_the_totals(self, desk: Clinic, browser: Client) -> None:
        self.everybody(desk)
        assert figures(show(browser, "?alerts=alerted")) == {
            "Owe": "3",
            "Owed in all": "$400.00",
            "Will be alerted": "2",
            "Will not": "1",
            "Opted out": "0",
        }

    def test_the_filters_and_their_chips(self, desk: Clinic, browser: Client) -> None:
        known = self.everybody(desk)
        lake = desk.add_facility("Lake", "America/New_York")
        Patient.objects.filter(pk=known["bo"].pk).update(facility=lake)
        assert ids(show(browser, f"?facility={lake.pk}")) == [known["bo"].pk]
        assert ids(show(browser, "?reason=no_consent")) == [known["cy"].pk]
        html = show(browser, f"?alerts=alerted&facility={lake.pk}")
        assert ids(html) == [known["bo"].pk]
        assert 'class="pill" href="?alerts=alerted"' in html
        assert "Nobody who owes fits" in show(browser, "?reason=deceased")

    @pytest.mark.parametrize(
        "query", ["?alerts=x", "?reason=x", "?facility=x", "?after=99999", "?before=%00", "?sort="]
    )
    def test_what_is_not_known_counts_as_not_given(
        self, desk: Clinic, browser: Client, query: str
    ) -> None:
        patient = debtor(desk, "Ada", "80.00")
        plan()
        assert ids(show(browser, query)) == [patient.pk]

    @pytest.mark.parametrize("sort", ["most", "least", "longest", "newest", "name", "name_back"])
    def test_pages_follow_each_other_without_gap_or_name_in_the_address(
        self, desk: Clinic, browser: Client, sort: str
    ) -> None:
        for n in range(120):
            patient = desk.patient(f"First{n % 5}", last_name=f"Last{n % 7}")
            Owing.objects.create(
                patient=patient,
                practice=desk.practice,
                amount=Decimal(10 + n % 11),
                since=desk.now.date() - timedelta(days=n % 13),
                objection=Objection.NO_CONSENT,
            )
        first = html = show(browser, f"?sort={sort}")
        seen, addresses = ids(html), []
        while link := re.search(r'rel="next" href="([^"]+)"', html):
            addresses.append(link[1])
            html = show(browser, link[1])
            seen += ids(html)
        assert len(seen) == len(set(seen)) == 120
        assert not any("Last" in address or "First" in address for address in addresses)
        back = re.search(r'rel="prev" href="([^"]+)"', html)
        assert back
        html = show(browser, back[1])
        back = re.search(r'rel="prev" href="([^"]+)"', html)
        assert back
        assert ids(show(browser, back[1])) == ids(first)

    def test_the_number_of_queries_does_not_grow_with_the_rows(
        self, desk: Clinic, browser: Client
    ) -> None:
        debtor(desk, "Ada", "80.00")
        plan()
        show(browser)
        with CaptureQueriesContext(connection) as few:
            show(browser)
        for number in range(2, 30):
            debtor(desk, f"Name{number}", "50.00", number=number)
        plan()
        with CaptureQueriesContext(connection) as many:
            show(browser)
        assert len(many) <= len(few)


class TestWhoSees:
    """Limit Financial hides all of it; another practice's debtors are not there."""

    def test_another_practice_s_debtors_are_not_there(self, desk: Clinic, browser: Client) -> None:
        debtor(Clinic(now=desk.now), "Ada", "80.00")
        plan()
        assert ids(show(browser)) == []
        assert figures(show(browser))["Owe"] == "0"

    @pytest.mark.parametrize("level", PermissionLevel)
    @pytest.mark.parametrize("modifier", ["", "limit_messaging", "limit_financial"])
    def test_who_may_look(self, desk: Clinic, level: PermissionLevel, modifier: str) -> None:
        columns: dict[str, Any] = {modifier: True} if modifier else {}
        browser = signed_in(staff(desk, level, **columns))
        wanted = 403 if modifier == "limit_financial" else 200
        assert browser.get("/balances").status_code == wanted
        assert ("/balances" in browser.get("/").content.decode()) is (wanted == 200)

    def test_limited_messaging_is_offered_no_consent_form(self, desk: Clinic) -> None:
        debtor(desk, "Ada", "80.00", consents=())
        plan()
        browser = signed_in(staff(desk, limit_messaging=True))
        assert "Record consent" not in show(browser)


class TestTheFile:
    """The list as CSV, for those who may run reports and see balances."""

    def test_the_file_has_the_list_as_it_is_filtered(self, desk: Clinic) -> None:
        ada = debtor(desk, "Ada", "80.00")
        Patient.objects.filter(pk=ada.pk).update(external_id="=1+1")
        debtor(desk, "Bo", "20.00", number=2, consents=())
        plan()
        member = staff(desk, PermissionLevel.PRACTICE_ADMINISTRATOR)
        answer = signed_in(member).get("/balances/export.csv?alerts=alerted")
        lines = b"".join(answer).decode().splitlines()
        assert lines[0].startswith("patient_id,last_name,first_name,facility,owed,since")
        assert len(lines) == 2
        assert lines[1].startswith("'=1+1,Ada,Ada,Main,80.00,")
        event = AuditEvent.objects.get(act=AuditAct.EXPORTED)
        assert (event.subject, event.detail) == ("balances", {"alerts": "alerted"})

    @pytest.mark.parametrize(
        ("level", "columns", "may"),
        [
            (PermissionLevel.FRONT_DESK, {}, False),
            (PermissionLevel.FRONT_DESK, {"may_run_reports": True}, True),
            (PermissionLevel.THERAPY_DIRECTOR, {}, False),
            (PermissionLevel.PRACTICE_ADMINISTRATOR, {}, True),
            (PermissionLevel.BUSINESS_OWNER, {"limit_financial": True}, False),
            (
                PermissionLevel.FRONT_DESK,
                {"may_run_reports": True, "limit_financial": True},
                False,
            ),
        ],
    )
    def test_who_may_take_it(
        self,
        desk: Clinic,
        level: PermissionLevel,
        columns: dict[str, Any],
        may: bool,
    ) -> None:
        debtor(desk, "Ada", "80.00")
        plan()
        browser = signed_in(staff(desk, level, **columns))
        assert (browser.get("/balances/export.csv").status_code == 200) is may
        if not columns.get("limit_financial"):
            assert ("Download CSV" in show(browser)) is may
