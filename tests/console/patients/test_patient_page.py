"""One patient's page: what comes next and why, what is on, and that looking is recorded."""

import re
from datetime import timedelta
from html import unescape

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from handbell.access.models import AuditEvent, StaffMember
from handbell.access.practice_settings import practice_settings
from handbell.dispatch.forecast import forecast
from handbell.facts.models import Patient, Suppression
from handbell.outbox.models import Message
from handbell.planner.planner import plan_due
from handbell.vocabulary.words import (
    AuditAct,
    Channel,
    LedgerKind,
    MessageState,
    Objection,
    Purpose,
)
from tests.console.desk import message, signed_in, staff
from tests.world import Clinic, phone


def page(browser: Client, patient: Patient) -> str:
    answer = browser.get(f"/patients/{patient.pk}")
    assert answer.status_code == 200
    return re.sub(r"\s+", " ", unescape(answer.content.decode()))


@pytest.fixture
def clinic(clinic: Clinic) -> Clinic:
    clinic.step(days=1)
    clinic.senders()
    return clinic


def ahead(clinic: Clinic, patient: Patient) -> list[tuple[str, str | None]]:
    found = forecast(
        practice_settings(clinic.practice.pk),
        patient.pk,
        public_url="https://reminders.example",
        now=clinic.now,
    )
    return [(str(one.touch.channel), one.objection) for one in found]


class TestWhatHappensNext:
    """The answer comes from the planner and the judge, however far the visit is."""

    def test_a_visit_weeks_ahead_is_told(self, clinic: Clinic, browser: Client) -> None:
        patient = clinic.patient("Ines", mobile=phone(1), consents=[Channel.SMS])
        clinic.visit(patient, clinic.now + timedelta(days=40))
        html = page(browser, patient)
        assert "Next: reminder by text, " in html
        assert "to (202) 555-0101" in html
        assert "Harbor PT: Ines, your appointment is" in html
        assert not Message.objects.exists()

    def test_what_is_told_is_what_is_planned(self, clinic: Clinic, browser: Client) -> None:
        patient = clinic.patient(mobile=phone(1), consents=[Channel.SMS])
        clinic.visit(patient, clinic.now + timedelta(days=2))
        before = ahead(clinic, patient)
        plan_due(now=clinic.now)
        row = Message.objects.get()
        assert before == [("sms", None)] == ahead(clinic, patient)
        assert f'href="/messages/{row.pk}">Reminder by text</a>' in page(browser, patient)

    def test_without_a_consent_the_rule_its_source_and_its_cure_are_told(
        self, clinic: Clinic, browser: Client
    ) -> None:
        patient = clinic.patient(mobile=phone(1))
        clinic.visit(patient, clinic.now + timedelta(days=10))
        html = page(browser, patient)
        assert "As things stand nothing goes out" in html
        assert "the patient has not agreed to this kind of message" in html
        assert "Rule: 47 CFR 64.1200(a)(1)" in html
        assert f'href="/patients/{patient.pk}/subscribe/appointment_reminder"' in html

    def test_a_stop_is_told_with_its_day_and_how_it_is_lifted(
        self, clinic: Clinic, browser: Client
    ) -> None:
        patient = clinic.patient(mobile=phone(1), consents=[Channel.SMS])
        clinic.visit(patient, clinic.now + timedelta(days=10))
        Suppression.objects.create(
            practice=clinic.practice,
            address=phone(1),
            channel="sms",
            kind="opted_out",
            at=clinic.now - timedelta(hours=1),
            source="replied STOP",
        )
        html = page(browser, patient)
        assert "the patient asked to stop. (replied STOP, " in html.replace("</span>", "").replace(
            '<span class="soft">', ""
        )
        assert "Only a new consent lifts it" in html
        assert "Use it again" not in html

    def test_the_fourth_text_of_a_week_is_held_by_the_cap(self, clinic: Clinic) -> None:
        patient = clinic.patient(mobile=phone(1), consents=[Channel.SMS])
        for day in range(10, 14):
            clinic.visit(patient, clinic.now + timedelta(days=day))
        assert [why for _, why in ahead(clinic, patient)] == [None, None, None, Objection.OVER_CAP]

    def test_two_visits_of_a_day_are_one_message(self, clinic: Clinic, browser: Client) -> None:
        patient = clinic.patient(mobile=phone(1), consents=[Channel.SMS])
        noon = clinic.now.replace(hour=16, minute=0) + timedelta(days=10)
        clinic.visit(patient, noon)
        clinic.visit(patient, noon + timedelta(hours=2))
        assert ahead(clinic, patient) == [("sms", None)]

    def test_what_has_gone_is_not_told_again(self, clinic: Clinic) -> None:
        patient = clinic.patient(mobile=phone(1), consents=[Channel.SMS])
        clinic.visit(patient, clinic.now + timedelta(days=2))
        plan_due(now=clinic.now)
        lease = {"lease": "00000000-0000-4000-8000-000000000001", "lease_until": clinic.now}
        Message.objects.update(state=MessageState.CLAIMED, **lease)
        Message.objects.update(state=MessageState.DELIVERED, handed_over_at=clinic.now)
        assert ahead(clinic, patient) == []

    def test_a_paused_practice_a_deceased_patient(self, clinic: Clinic) -> None:
        patient = clinic.patient(mobile=phone(1), consents=[Channel.SMS])
        clinic.visit(patient, clinic.now + timedelta(days=10))
        clinic.practice.reminder_mode = "paused"
        clinic.practice.save()
        assert ahead(clinic, patient) == [("sms", Objection.MODE)]
        Patient.objects.update(deceased=True)
        assert ahead(clinic, patient) == [("sms", Objection.DECEASED)]

    def test_an_adult_s_caregiver_is_written_to_instead(self, clinic: Clinic) -> None:
        patient = clinic.patient(
            mobile=phone(1), guardian_mobile=phone(2), to_guardian=True, consents=[Channel.SMS]
        )
        clinic.visit(patient, clinic.now + timedelta(days=1, hours=12))
        plan_due(now=clinic.now)
        row = Message.objects.get()
        assert (row.recipient, row.address) == ("guardian", phone(2))

    def test_a_caregiver_beside_the_patient_who_agreed_to_nothing(
        self, clinic: Clinic, browser: Client
    ) -> None:
        patient = clinic.patient(mobile=phone(1), caregiver_name="Ann Oakhurst")
        assert "Has not agreed to anything, so gets nothing" in page(browser, patient)


class TestBalances:
    """Owed money is seen by who may, and the patient's own choice is honoured."""

    @pytest.fixture
    def debtor(self, clinic: Clinic) -> Patient:
        patient = clinic.patient(
            mobile=phone(1), consents=[Channel.SMS], purpose=Purpose.BALANCE_ALERT
        )
        clinic.entry(
            patient, LedgerKind.RESPONSIBILITY, "80", (clinic.now - timedelta(days=1)).date()
        )
        return patient

    def test_an_alert_is_told(self, clinic: Clinic, browser: Client, debtor: Patient) -> None:
        html = page(browser, debtor)
        assert "Next: balance alert by text" in html
        assert "$80.00" in html

    def test_who_may_not_see_balances_sees_none_of_it(
        self, clinic: Clinic, debtor: Patient
    ) -> None:
        message(
            clinic,
            debtor,
            purpose=Purpose.BALANCE_ALERT,
            state=MessageState.DELIVERED,
            step="2026-01-05",
        )
        html = page(signed_in(staff(clinic, limit_financial=True)), debtor)
        assert not re.search(r"[Bb]alance|\$80|what is owed", html)

    def test_opted_out_of_alerts(
        self, clinic: Clinic, browser: Client, debtor: Patient, member: StaffMember
    ) -> None:
        browser.post(f"/patients/{debtor.pk}/balance-alerts", {"balance_alerts": "out"})
        assert ahead(clinic, debtor) == [("sms", Objection.SWITCHED_OFF)]
        assert "this patient's balance alerts are switched off" in page(browser, debtor)
        event = AuditEvent.objects.get(act=AuditAct.PATIENT_CHANGED)
        assert event.staff == member

    def test_opted_in_where_the_practice_sends_none(
        self, clinic: Clinic, browser: Client, debtor: Patient
    ) -> None:
        clinic.practice.balance_frequency = "dont_send"
        clinic.practice.save()
        assert "the practice sends no balance alerts" in page(browser, debtor)
        browser.post(f"/patients/{debtor.pk}/balance-alerts", {"balance_alerts": "in"})
        assert ahead(clinic, debtor) == [("sms", None)]

    @pytest.mark.parametrize("sent", [{}, {"balance_alerts": "sometimes"}])
    def test_nonsense_changes_nothing(
        self, browser: Client, debtor: Patient, sent: dict[str, str]
    ) -> None:
        answer = browser.post(f"/patients/{debtor.pk}/balance-alerts", sent, follow=True)
        assert "Choose one of the three ways" in answer.content.decode()
        debtor.refresh_from_db()
        assert debtor.balance_alerts == "practice"


def test_looking_is_recorded(clinic: Clinic, browser: Client, member: StaffMember) -> None:
    patient = clinic.patient()
    page(browser, patient)
    event = AuditEvent.objects.get()
    assert (event.act, event.subject, event.staff) == (
        AuditAct.PATIENT_SEEN,
        f"patient {patient.pk}",
        member,
    )


def test_the_past_is_told_with_links(clinic: Clinic, browser: Client) -> None:
    patient = clinic.patient()
    row = message(clinic, patient, state=MessageState.DELIVERED)
    assert f'href="/messages/{row.pk}"' in page(browser, patient)


def test_messages_link_to_the_patient(clinic: Clinic, browser: Client) -> None:
    patient = clinic.patient()
    row = message(clinic, patient)
    for address in ("/messages", f"/messages/{row.pk}"):
        assert f'href="/patients/{patient.pk}"' in browser.get(address).content.decode()


def test_another_practice_s_patient_does_not_exist(clinic: Clinic, browser: Client) -> None:
    theirs = Clinic(now=clinic.now).patient()
    for way in ("", "/details", "/subscribe/appointment_reminder", "/unsubscribe/balance_alert"):
        assert browser.get(f"/patients/{theirs.pk}{way}").status_code == 404
    for way in ("/balance-alerts", "/suppressions/1/lift", "/details"):
        assert browser.post(f"/patients/{theirs.pk}{way}").status_code == 404
    assert not AuditEvent.objects.exists()


def test_the_number_of_queries_does_not_grow(clinic: Clinic, browser: Client) -> None:
    patient = clinic.patient(mobile=phone(1), consents=[Channel.SMS])
    clinic.visit(patient, clinic.now + timedelta(days=10))
    message(clinic, patient, state=MessageState.DELIVERED)
    page(browser, patient)
    with CaptureQueriesContext(connection) as few:
        page(browser, patient)
    for day in range(11, 30):
        clinic.visit(patient, clinic.now + timedelta(days=day))
        message(clinic, patient, state=MessageState.DELIVERED)
    with CaptureQueriesContext(connection) as many:
        page(browser, patient)
    assert len(many) <= len(few)
