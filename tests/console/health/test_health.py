"""Channel health: state, rates, pictures, and the patients behind each number."""

from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client

from handbell.access.models import AuditEvent, StaffMember
from handbell.outbox.models import Breaker, Sender
from handbell.reputation.counting import count_new
from handbell.reputation.operations import judge_all
from handbell.vocabulary.words import Channel, MessageState, PermissionLevel, Purpose
from tests.console.desk import attempt, message, signed_in, staff
from tests.world import Clinic, phone

pytestmark = pytest.mark.django_db

REMINDER = Purpose.APPOINTMENT_REMINDER


@pytest.fixture
def sender(clinic: Clinic) -> Sender:
    """Return a sender whose texts went to twelve dead numbers in a hundred, an hour ago."""
    found = clinic.sender(Channel.SMS)
    patient = clinic.patient("Frank", mobile=phone(1))
    visit = clinic.visit(patient, clinic.now + timedelta(days=1))
    when = clinic.now - timedelta(hours=1)
    for number in range(100):
        dead = number < 12
        one = message(
            clinic,
            patient,
            state=MessageState.UNDELIVERED if dead else MessageState.DELIVERED,
            visit=visit,
            due_at=when,
            detail="30005" if dead else "",
            attempts=1,
        )
        attempt(one, "Harbor PT: see you tomorrow")
    count_new(now=clinic.now)
    judge_all(now=clinic.now)
    return found


@pytest.fixture
def administrator(clinic: Clinic) -> StaffMember:
    return staff(clinic, PermissionLevel.PRACTICE_ADMINISTRATOR)


def test_a_paused_purpose_says_why_and_what_helps(browser: Client, sender: Sender) -> None:
    page = browser.get("/health").content.decode()
    assert "Could not be delivered: 12 of 100 (12.0%)." in page
    assert "Ask these patients for their number at the desk." in page
    assert 'id="chart-' in page
    assert 'style="' not in page
    assert "Try with a few now" not in page  # the front desk may not


def test_today_tells_it_and_leads_there(browser: Client, sender: Sender) -> None:
    page = browser.get("/").content.decode()
    assert "sends appointment reminders by text only where one arrived before" in page
    assert 'href="/health"' in page


def test_behind_a_number_are_its_patients(browser: Client, sender: Sender) -> None:
    page = browser.get(f"/health/{sender.pk}/{REMINDER}/error").content.decode()
    assert page.count("Frank Doe") == 12
    assert "(30005)" in page
    assert browser.get(f"/health/{sender.pk}/{REMINDER}/sent").content.decode().count(
        "Frank Doe"
    ) == 100  # fmt: skip
    assert "Nobody" in browser.get(f"/health/{sender.pk}/{REMINDER}/opt_out").content.decode()
    assert browser.get(f"/health/{sender.pk}/{REMINDER}/weather").status_code == 404


def test_who_sees_no_balances_sees_no_balance_alerts_here(clinic: Clinic, sender: Sender) -> None:
    limited = signed_in(staff(clinic, limit_financial=True))
    Breaker.objects.create(
        sender=sender, purpose=Purpose.BALANCE_ALERT, state="warned", since=clinic.now
    )
    assert "Balance alerts" not in limited.get("/health").content.decode()
    assert limited.get(f"/health/{sender.pk}/balance_alert/sent").status_code == 404


def test_somebody_elses_sender_is_not_there(browser: Client, db: None) -> None:
    other = Clinic(now=datetime.now(UTC)).sender(Channel.SMS)
    assert browser.get(f"/health/{other.pk}/{REMINDER}/sent").status_code == 404


def test_an_administrator_tries_with_a_few(administrator: StaffMember, sender: Sender) -> None:
    desk = signed_in(administrator)
    assert "Try with a few now" in desk.get("/health").content.decode()
    row = Breaker.objects.get()
    desk.post(f"/health/try/{row.pk}")
    row.refresh_from_db()
    assert row.state == "half_open"
    assert AuditEvent.objects.filter(act="breaker_changed", staff=administrator).count() == 1


def test_emergencies_pass_a_paused_sender_only_by_a_persons_choice(
    administrator: StaffMember, sender: Sender
) -> None:
    Sender.objects.update(paused_reason="moving to another provider")
    desk = signed_in(administrator)
    assert "Emergency notices wait too." in desk.get("/health").content.decode()
    desk.post(f"/health/{sender.pk}/emergencies", {"pass": "yes"})
    sender.refresh_from_db()
    assert sender.emergency_passes
    assert "Hold emergency notices too" in desk.get("/health").content.decode()
    assert AuditEvent.objects.filter(act="sender_changed").count() == 1


def test_the_page_costs_the_same_for_many_senders(
    clinic: Clinic, browser: Client, sender: Sender, django_assert_max_num_queries: object
) -> None:
    for last in range(5):
        clinic.sender(Channel.EMAIL, address=f"desk{last}@harborpt.example")
    with django_assert_max_num_queries(18):  # type: ignore[operator]
        browser.get("/health")


def test_a_practice_without_a_sender_is_told_what_comes(browser: Client) -> None:
    assert "No sender yet" in browser.get("/health").content.decode()
