"""Who is told that something is owed, when, how often, and when it ends."""

from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest

from handbell.facts.models import Owing, Patient
from handbell.facts.operations import mark_practice_changed
from handbell.outbox.models import Message
from handbell.outbox.operations import expire, withhold_due
from handbell.planner.planner import plan_due
from handbell.vocabulary.words import Channel, LedgerKind, Purpose
from tests.handed import offer
from tests.world import MONDAY, Clinic, at, phone

pytestmark = pytest.mark.django_db

OWES, PAID, ADJUSTED = LedgerKind.RESPONSIBILITY, LedgerKind.PAYMENT, LedgerKind.ADJUSTMENT
BILLING = Purpose.BALANCE_ALERT


@pytest.fixture
def clinic() -> Clinic:
    clinic = Clinic()
    clinic.sender(Channel.SMS)
    clinic.sender(Channel.EMAIL)
    return clinic


def debtor(clinic: Clinic, *, number: int = 1, on: int = 2, amount: str = "80") -> Patient:
    patient = clinic.patient(mobile=phone(number), consents=[Channel.SMS], purpose=BILLING)
    clinic.entry(patient, OWES, amount, date(2026, 11, on))
    return patient


def live(clinic: Clinic, *, until: datetime, start: datetime = MONDAY) -> None:
    """Let days pass: before and at the delivery time plan, hold back and hand over."""
    now = start
    while now <= until:
        for moment in (now, now + timedelta(hours=1)):
            plan_due(now=moment)
            withhold_due(now=moment)
            expire(now=moment)
            offer(clinic, now=moment)
        now += timedelta(days=1)


def days(state: str = "accepted") -> list[str]:
    found = Message.objects.filter(state=state).order_by("step")
    return [step.removeprefix("2026-") for step in found.values_list("step", flat=True)]


def the_only() -> Message:
    return Message.objects.get()


def test_the_first_alert_is_at_the_next_delivery_time(clinic: Clinic) -> None:
    debtor(clinic)
    plan_due(now=MONDAY)
    message = the_only()
    assert (message.due_at, message.objection) == (at(2, 10), "")
    assert (message.purpose, message.channel, message.step) == (
        "balance_alert",
        "sms",
        "2026-11-02",
    )
    assert message.useful_until == at(4, 10)


def test_what_is_entered_after_the_delivery_time_is_told_the_next_day(clinic: Clinic) -> None:
    patient = clinic.patient(mobile=phone(1), consents=[Channel.SMS], purpose=BILLING)
    plan_due(now=at(2, 11))
    clinic.entry(patient, OWES, "80", date(2026, 11, 2))
    plan_due(now=at(2, 11))
    assert the_only().due_at == at(3, 10)


def test_what_is_owed_from_a_later_day_is_told_on_that_day(clinic: Clinic) -> None:
    debtor(clinic, on=5)
    plan_due(now=MONDAY)
    assert not Message.objects.exists()
    plan_due(now=at(5, 0))
    assert the_only().due_at == at(5, 10)


@pytest.mark.parametrize(
    ("frequency", "expected"),
    [
        ("every_two_weeks", ["2026-11-02", "2026-11-16", "2026-11-30", "2026-12-14", "2026-12-28"]),
        ("every_month", ["2026-11-02", "2026-12-02", "2027-01-01"]),
        ("dont_send", []),
    ],
)
def test_alerts_come_at_the_practices_pace_for_sixty_days(
    clinic: Clinic, frequency: str, expected: list[str]
) -> None:
    clinic.practice.balance_frequency = frequency
    clinic.practice.save()
    debtor(clinic)
    for day in range(90):
        now = MONDAY + timedelta(days=day, hours=1)
        plan_due(now=now)
        # As if it had gone: the caps of thirty days are another test's.
        due = Message.objects.filter(state="queued", objection="", due_at__lte=now)
        due.update(state="failed", detail="told")
        withhold_due(now=now)
    told = Message.objects.filter(detail="told").order_by("step")
    assert list(told.values_list("step", flat=True)) == expected


def test_the_sixtieth_day_is_in_and_the_sixty_first_is_out(clinic: Clinic) -> None:
    for number, day in [(1, 4), (2, 3)]:
        patient = clinic.patient(mobile=phone(number), consents=[Channel.SMS], purpose=BILLING)
        clinic.entry(patient, OWES, "80", date(2026, 9, day))
    plan_due(now=at(3, 9))
    withhold_due(now=at(3, 10))
    found = dict(Message.objects.values_list("address", "objection"))
    assert found == {phone(1): "", phone(2): "no_recent_responsibility"}


def test_who_is_past_the_sixty_days_is_listed_once_and_not_every_fortnight(clinic: Clinic) -> None:
    patient = clinic.patient(mobile=phone(1), consents=[Channel.SMS], purpose=BILLING)
    clinic.entry(patient, OWES, "80", date(2026, 8, 1))
    live(clinic, until=at(20, 12))
    assert the_only().objection == "no_recent_responsibility"


def test_a_new_responsibility_starts_the_alerts_again(clinic: Clinic) -> None:
    patient = clinic.patient(mobile=phone(1), consents=[Channel.SMS], purpose=BILLING)
    clinic.entry(patient, OWES, "80", date(2026, 8, 1))
    clinic.entry(patient, OWES, "20", date(2026, 11, 6))
    live(clinic, until=at(8, 12))
    assert (days("withheld"), days()) == (["11-02"], ["11-06"])


def test_a_new_responsibility_does_not_bring_the_next_alert_forward(clinic: Clinic) -> None:
    patient = debtor(clinic)
    clinic.entry(patient, OWES, "20", date(2026, 11, 9))
    live(clinic, until=at(18, 12))
    assert days() == ["11-02", "11-16"]


@pytest.mark.parametrize("first", [("2026-08-01", "80"), ("2026-11-02", "3")])
def test_what_becomes_owed_after_an_alert_was_held_that_day_is_told(
    clinic: Clinic, first: tuple[str, str]
) -> None:
    """Held at ten, charged in the afternoon: the charge is dated the same day, and is news."""
    patient = clinic.patient(mobile=phone(1), consents=[Channel.SMS], purpose=BILLING)
    clinic.entry(patient, OWES, first[1], date.fromisoformat(first[0]))
    live(clinic, until=MONDAY)
    assert the_only().state == "withheld"
    clinic.entry(patient, OWES, "90", date(2026, 11, 2))
    plan_due(now=at(2, 15))
    live(clinic, start=at(3, 9), until=at(20, 12))
    assert days() == ["11-03", "11-17"]


def test_alerts_end_with_the_balance_and_begin_with_the_next_one(clinic: Clinic) -> None:
    patient = debtor(clinic)
    clinic.entry(patient, PAID, "80", date(2026, 11, 10))
    clinic.entry(patient, OWES, "30", date(2026, 11, 20))
    live(clinic, until=at(22, 12))
    assert days() == ["11-02", "11-20"]


@pytest.mark.parametrize(
    ("kind", "amount", "objection"),
    [
        (PAID, "80", "paid"),
        (ADJUSTED, "80", "paid"),
        (PAID, "76", "below_minimum"),
        (PAID, "75", ""),
        (ADJUSTED, "-20", ""),
    ],
)
def test_what_changes_between_planning_and_sending_is_seen(
    clinic: Clinic, kind: LedgerKind, amount: str, objection: str
) -> None:
    """The planner never hears of it: the claim looks again (design.md 4, law 5)."""
    patient = debtor(clinic, on=3)
    plan_due(now=at(3, 9))
    clinic.entry(patient, kind, amount, date(2026, 11, 3))
    offer(clinic, now=at(3, 10))
    message = the_only()
    assert message.objection == objection
    assert (message.state == "accepted") is not bool(objection)


@pytest.mark.parametrize("also_a_visit", [False, True])
def test_a_payment_cancels_the_alert_and_says_paid(clinic: Clinic, also_a_visit: bool) -> None:
    clinic.step()
    patient = debtor(clinic, on=3)
    if also_a_visit:
        clinic.visit(patient, at(5, 14))
    plan_due(now=at(3, 8))
    clinic.entry(patient, PAID, "80", date(2026, 11, 3))
    plan_due(now=at(3, 9))
    alert = Message.objects.get(purpose=BILLING)
    assert (alert.state, alert.objection) == ("cancelled", "paid")


def test_alerts_switched_off_say_so_and_not_paid(clinic: Clinic) -> None:
    debtor(clinic, on=3)
    plan_due(now=at(3, 8))
    clinic.practice.balance_frequency = "dont_send"
    clinic.practice.save()
    mark_practice_changed(clinic.practice.pk, at=at(3, 9))
    plan_due(now=at(3, 9))
    assert (the_only().state, the_only().objection) == ("cancelled", "settings_changed")


def test_below_the_minimum_is_held_with_its_reason(clinic: Clinic) -> None:
    clinic.practice.balance_minimum = Decimal("50")
    clinic.practice.save()
    debtor(clinic, amount="49.99")
    debtor(clinic, number=2, amount="50")
    live(clinic, until=at(2, 12))
    found = dict(Message.objects.values_list("address", "objection"))
    assert found == {phone(1): "below_minimum", phone(2): ""}


def test_consent_to_reminders_is_none_to_billing_nor_the_other_way(clinic: Clinic) -> None:
    clinic.step()
    patient = clinic.patient(mobile=phone(1), consents=[Channel.SMS])
    clinic.entry(patient, OWES, "80", date(2026, 11, 3))
    clinic.visit(patient, at(4, 14))
    other = debtor(clinic, number=2, on=3)
    clinic.visit(other, at(4, 14))
    plan_due(now=at(3, 9))
    found = set(Message.objects.values_list("address", "purpose", "objection"))
    assert found == {
        (phone(1), "balance_alert", "no_consent"),
        (phone(1), "appointment_reminder", ""),
        (phone(2), "balance_alert", ""),
        (phone(2), "appointment_reminder", "no_consent"),
    }


def test_no_alert_is_ever_a_call(clinic: Clinic) -> None:
    patient = clinic.patient(mobile=phone(1), consents=[Channel.VOICE], purpose=BILLING)
    clinic.entry(patient, OWES, "80", date(2026, 11, 2))
    plan_due(now=MONDAY)
    assert (the_only().channel, the_only().objection) == ("sms", "no_consent")


def test_text_and_mail_are_one_turn(clinic: Clinic) -> None:
    patient = clinic.patient(
        mobile=phone(1),
        email="a@patients.example",
        consents=[Channel.SMS, Channel.EMAIL],
        purpose=BILLING,
    )
    clinic.entry(patient, OWES, "80", date(2026, 11, 2))
    live(clinic, until=at(15, 12))
    assert days() == ["11-02", "11-02"]


def test_the_first_delivery_time_a_zone_allows_is_inside_its_window(clinic: Clinic) -> None:
    """Ten in New York is seven in Los Angeles: the alert waits until eight there."""
    patient = clinic.patient(
        mobile="+13105550101", consents=[Channel.SMS], purpose=BILLING,
        time_zone="America/Los_Angeles",
    )  # fmt: skip
    clinic.entry(patient, OWES, "80", date(2026, 11, 2))
    plan_due(now=MONDAY)
    assert (the_only().planned_for, the_only().due_at) == (at(2, 10), at(2, 11))


def test_an_alert_that_could_not_leave_for_two_days_waits_for_the_next_turn(
    clinic: Clinic,
) -> None:
    """In whatever order the planner and the clock that expires messages come to look."""
    debtor(clinic)
    for now in (MONDAY, at(4, 10), at(4, 10, 1), at(5, 9), at(14, 9)):
        plan_due(now=now)
        expire(now=now)
    found = dict(Message.objects.values_list("step", "state"))
    assert found == {"2026-11-02": "expired", "2026-11-16": "queued"}


def test_a_sum_no_single_entry_could_hold_is_planned_as_any(clinic: Clinic) -> None:
    patient, other = debtor(clinic, amount="9999999999.99"), debtor(clinic, number=2)
    for day in range(1, 12):
        clinic.entry(patient, OWES, "9999999999.99", date(2026, 10, day))
    plan_due(now=MONDAY)
    owed = dict(Owing.objects.values_list("patient_id", "amount"))
    assert owed == {patient.pk: Decimal("119999999999.88"), other.pk: Decimal(80)}


def test_who_is_in_is_told_every_month_where_the_practice_sends_none(clinic: Clinic) -> None:
    clinic.practice.balance_frequency = "dont_send"
    clinic.practice.save()
    debtor(clinic)
    told = debtor(clinic, number=2)
    told.balance_alerts = "in"
    told.save()
    live(clinic, until=at(4, 11, month=12))
    assert days() == ["11-02", "12-02"]
    assert set(Message.objects.values_list("patient_id", flat=True)) == {told.pk}
