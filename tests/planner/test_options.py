"""What a practice may want besides its steps: moves, closed days, weeks, lost texts, calls."""

from datetime import date, datetime, timedelta

import pytest

from handbell.access.models import Practice
from handbell.channels.receipt import ReceiptStatus
from handbell.facts.models import Appointment, Patient
from handbell.facts.operations import mark_practice_changed
from handbell.outbox.models import Attempt, Message
from handbell.outbox.operations import withhold_due
from handbell.planner.planner import plan_due
from handbell.scripts.operations import pause_scripts
from handbell.vocabulary.words import (
    AppointmentStatus,
    Channel,
    ConsentKind,
    ContactKind,
    LedgerKind,
    Purpose,
    Recipient,
)
from tests.handed import hear, offer, receipt
from tests.world import MONDAY, Clinic, at, move, phone

pytestmark = pytest.mark.django_db

SMS, MAIL, VOICE = Channel.SMS, Channel.EMAIL, Channel.VOICE


@pytest.fixture
def clinic() -> Clinic:
    clinic = Clinic()
    clinic.senders()
    clinic.step()
    return clinic


def wants(clinic: Clinic, **options: object) -> None:
    Practice.objects.filter(pk=clinic.practice.pk).update(**options)


def told(clinic: Clinic, *, day: int = 4, hour: int = 14) -> Appointment:
    """Return a visit on that day whose patient was told of it the day before."""
    patient = clinic.patient(mobile=phone(1), consents=[SMS])
    visit = clinic.visit(patient, at(day, hour))
    plan_due(now=MONDAY)
    offer(clinic, now=at(day - 1, 10))
    return visit


def cancel(visit: Appointment, now: datetime) -> None:
    visit.status = AppointmentStatus.CANCELLED
    visit.save()
    mark_practice_changed(visit.practice_id, at=now)


def steps(state: str = "accepted") -> list[str]:
    found = Message.objects.filter(state=state).order_by("handed_over_at", "pk")
    return list(found.values_list("step", flat=True))


def last_words() -> str:
    return Attempt.objects.latest("pk").text


# Moves and cancellations


def test_a_visit_that_moves_after_it_was_told_of_is_told_of_at_once(clinic: Clinic) -> None:
    visit = told(clinic)
    move(visit, at(12, 9), now=at(3, 11))
    plan_due(now=at(3, 11))
    offer(clinic, now=at(3, 11))
    assert steps() == ["1d@10:00", "change"]
    assert last_words() == (
        "Harbor PT: Alex, your visit is now Thu, Nov 12 at 9:00 AM, Main. "
        "Reply C to confirm or call (202) 555-0190. STOP to opt out."
    )


def test_the_change_notice_can_be_switched_off(clinic: Clinic) -> None:
    wants(clinic, notify_changes=False)
    move(told(clinic), at(12, 9), now=at(3, 11))
    plan_due(now=at(3, 11))
    assert not Message.objects.filter(step="change").exists()


def test_a_change_is_told_of_once_and_to_nobody_who_was_not_told_before(clinic: Clinic) -> None:
    visit = told(clinic)
    unaware = clinic.visit(clinic.patient(mobile=phone(2), consents=[SMS]), at(20, 9))
    for number, (hour, day) in enumerate([(11, 12), (12, 13)], start=2):
        move(visit, at(day, 9), now=at(3, hour))
        move(unaware, at(20, hour), now=at(3, hour))
        plan_due(now=at(3, hour))
        plan_due(now=at(3, hour, 1))
        assert Message.objects.filter(step="change").count() == number - 1
    assert not Message.objects.filter(step="change", appointment=unaware).exists()
    gone, waiting = Message.objects.filter(step="change").order_by("pk")
    assert (gone.state, gone.objection) == ("cancelled", "moved")  # never left, and stale
    assert waiting.state == "queued"


def test_a_text_still_waiting_is_not_taken_back_because_the_e_mail_has_gone(
    clinic: Clinic,
) -> None:
    patient = clinic.patient(mobile=phone(1), email="alex@mail.example", consents=[SMS, MAIL])
    visit = clinic.visit(patient, at(4, 14))
    clinic.practice.reminder_steps.update(channels=["sms", "email"])
    plan_due(now=at(3, 9))
    offer(clinic, now=at(3, 10))
    move(visit, at(12, 9), now=at(3, 21, 30))
    plan_due(now=at(3, 21, 30))
    offer(clinic, now=at(3, 21, 31))
    mark_practice_changed(clinic.practice.pk, at=at(3, 22))
    plan_due(now=at(3, 22))

    changes = Message.objects.filter(step="change").order_by("channel")
    assert [(one.channel, one.state) for one in changes] == [
        ("email", "accepted"), ("sms", "queued"),
    ]  # fmt: skip


def test_a_cancelled_visit_is_told_of_only_where_a_practice_wants_it(clinic: Clinic) -> None:
    cancel(told(clinic), at(3, 11))
    plan_due(now=at(3, 11))
    assert not Message.objects.filter(step="cancelled").exists()

    wants(clinic, notify_cancellations=True)
    mark_practice_changed(clinic.practice.pk, at=at(3, 12))
    plan_due(now=at(3, 12))
    offer(clinic, now=at(3, 12))
    assert steps() == ["1d@10:00", "cancelled"]
    assert "on Wed, Nov 4 at 2:00 PM is cancelled" in last_words()


def test_a_visit_that_is_on_again_is_not_said_to_be_cancelled(clinic: Clinic) -> None:
    wants(clinic, notify_cancellations=True)
    visit = told(clinic)
    cancel(visit, at(3, 19, 58))
    plan_due(now=at(3, 20))  # outside the window: it waits for the morning
    Appointment.objects.update(status="booked")
    offer(clinic, now=at(4, 8))
    assert "cancelled" not in steps()


# Closed days


@pytest.mark.parametrize(
    ("visit_at", "goes_at"),
    [
        (at(9, 14), at(6, 10)),  # Monday: not on Sunday but on Friday
        (at(12, 14), at(10, 10)),  # Thursday after Veterans Day, which is a Wednesday
        (at(27, 14), at(25, 10)),  # the day after Thanksgiving
        (at(10, 14), at(9, 10)),  # Tuesday: Monday is open
    ],
)
def test_a_step_due_on_a_closed_day_goes_on_the_open_day_before(
    clinic: Clinic, visit_at: datetime, goes_at: datetime
) -> None:
    wants(clinic, open_days_only=True)
    clinic.visit(clinic.patient(mobile=phone(1), consents=[SMS]), visit_at)
    plan_due(now=visit_at - timedelta(days=5))
    plan_due(now=goes_at - timedelta(days=3))
    assert Message.objects.get().planned_for == goes_at


def test_two_steps_on_one_open_day_are_one_message(clinic: Clinic) -> None:
    wants(clinic, open_days_only=True)
    clinic.step(days=2)
    clinic.visit(clinic.patient(mobile=phone(1), consents=[SMS]), at(9, 14))
    plan_due(now=at(5, 9))
    found = dict(Message.objects.values_list("step", "objection"))
    assert found == {"2d@10:00": "merged", "1d@10:00": ""}


# Weeks


def weekly(clinic: Clinic, *days: int) -> Patient:
    wants(clinic, weekly_digest_from=3)
    patient = clinic.patient(mobile=phone(1), consents=[SMS])
    for day in days:
        clinic.visit(patient, at(day, 9))
    return patient


def test_who_comes_often_gets_the_week_in_one_message(clinic: Clinic) -> None:
    weekly(clinic, 9, 11, 13)
    plan_due(now=at(6, 9))
    offer(clinic, now=at(6, 10))
    assert Message.objects.filter(step="week", objection="merged").count() == 2
    assert last_words() == (
        "Harbor PT: your 3 appointments: Mon, Nov 9, 9:00 AM; Wed, Nov 11, 9:00 AM; "
        "Fri, Nov 13, 9:00 AM. Reply C to confirm all or call (202) 555-0190. STOP to opt out."
    )
    for day in (8, 10, 12):
        plan_due(now=at(day, 9))
        offer(clinic, now=at(day, 10))
        withhold_due(now=at(day, 10))
    assert steps() == ["week"]
    reasons = Message.objects.filter(step="1d@10:00").values_list("state", "objection")
    assert set(reasons) == {("withheld", "merged")}


def test_a_digest_that_is_withheld_is_told_step_by_step(clinic: Clinic) -> None:
    weekly(clinic, 9, 11, 13)
    plan_due(now=at(6, 9))
    pause_scripts(
        practice_id=clinic.practice.pk,
        channel=SMS,
        purpose=Purpose.APPOINTMENT_REMINDER,
        reason="filtered",
        now=at(6, 9),
    )
    offer(clinic, now=at(6, 10))
    assert not Message.objects.filter(step="week", state="accepted").exists()
    plan_due(now=at(6, 11))
    steps_left = Message.objects.filter(step="1d@10:00").exclude(objection="merged")
    assert steps_left.exists()


def test_fewer_visits_or_later_ones_go_step_by_step(clinic: Clinic) -> None:
    patient = weekly(clinic, 9, 11)
    plan_due(now=at(6, 9))
    assert not Message.objects.filter(step="week").exists()
    clinic.now = at(6, 11)  # the Friday's hour is past
    clinic.visit(patient, at(13, 9), booked_at=at(6, 11))
    plan_due(now=at(6, 11))
    plan_due(now=at(9, 11))
    assert not Message.objects.filter(step="week").exists()
    assert Message.objects.filter(step="1d@10:00", objection="").exists()


def test_who_agreed_to_calls_only_is_reminded_step_by_step(clinic: Clinic) -> None:
    wants(clinic, weekly_digest_from=3)
    clinic.practice.reminder_steps.update(channels=[])
    patient = clinic.patient(mobile=phone(1), consents=[VOICE])
    for day in (9, 11, 13):
        clinic.visit(patient, at(day, 9))
    plan_due(now=at(6, 9))
    assert set(Message.objects.values_list("step", "objection")) == {("1d@10:00", "")}


# Lost texts


def lost(clinic: Clinic, *, consents: list[Channel]) -> None:
    """Text a patient in vain."""
    patient = clinic.patient(mobile=phone(1), email="a@patients.example", consents=consents)
    clinic.visit(patient, at(4, 14))
    plan_due(now=MONDAY)
    offer(clinic, now=at(3, 10))
    text = Message.objects.get(channel=SMS)
    hear(receipt(text, ReceiptStatus.UNDELIVERED), now=at(3, 10, 1))
    plan_due(now=at(3, 10, 2))


def waiting() -> list[str]:
    return list(
        Message.objects.filter(state="queued", objection="").values_list("channel", flat=True)
    )


def test_a_text_that_did_not_arrive_is_followed_by_an_e_mail_then_a_call(clinic: Clinic) -> None:
    wants(clinic, escalate=True)
    lost(clinic, consents=[SMS, MAIL, VOICE])
    assert waiting() == [MAIL]
    offer(clinic, now=at(3, 10, 3))
    mail = Message.objects.get(channel=MAIL)
    hear(receipt(mail, ReceiptStatus.UNDELIVERED), now=at(3, 10, 4))
    plan_due(now=at(3, 10, 5))
    assert waiting() == [VOICE]


def test_without_the_option_or_a_consent_nothing_follows(clinic: Clinic) -> None:
    lost(clinic, consents=[SMS, MAIL])
    assert waiting() == []
    wants(clinic, escalate=True)
    Message.objects.filter(channel=SMS).update(state="delivered")
    mark_practice_changed(clinic.practice.pk, at=at(3, 11))
    plan_due(now=at(3, 11))
    assert waiting() == []


def test_what_was_not_agreed_to_does_not_follow(clinic: Clinic) -> None:
    wants(clinic, escalate=True)
    lost(clinic, consents=[SMS, VOICE])
    assert waiting() == [VOICE]


def test_the_next_way_follows_when_the_one_before_was_taken_back(clinic: Clinic) -> None:
    wants(clinic, escalate=True)
    lost(clinic, consents=[SMS, MAIL, VOICE])
    assert waiting() == [MAIL]
    withdraw(clinic, MAIL, now=at(3, 10, 3))
    assert waiting() == [VOICE]


def test_what_arrived_is_not_followed_though_it_was_taken_back_since(clinic: Clinic) -> None:
    wants(clinic, escalate=True)
    lost(clinic, consents=[SMS, MAIL, VOICE])
    offer(clinic, now=at(3, 10, 3))
    withdraw(clinic, MAIL, now=at(3, 10, 4))
    assert waiting() == []


def withdraw(clinic: Clinic, channel: Channel, *, now: datetime) -> None:
    """Let the one patient take a consent back, and the planner look again."""
    patient = Patient.objects.get(practice=clinic.practice)
    clinic.consent(patient, channel, kind=ConsentKind.WITHDRAWN, when=now)
    mark_practice_changed(clinic.practice.pk, at=now)
    plan_due(now=now)


# Caregivers, guarantors, agencies


def test_a_caregiver_is_reminded_by_their_own_consent_and_of_no_balance(clinic: Clinic) -> None:
    patient = clinic.patient(mobile=phone(1), consents=[SMS])
    clinic.contact(patient, ContactKind.MOBILE_PHONE, phone(2), Recipient.CAREGIVER)
    clinic.consent(patient, SMS, purpose=Purpose.BALANCE_ALERT)
    clinic.entry(patient, LedgerKind.RESPONSIBILITY, "80", date(2026, 11, 2))
    clinic.visit(patient, at(4, 14))
    plan_due(now=MONDAY)
    assert not Message.objects.filter(recipient=Recipient.CAREGIVER).exists()
    patient.consents.create(
        practice=clinic.practice, purpose="appointment_reminder", channel=SMS, kind="granted",
        at=MONDAY, how="paper form", by="desk", of_caregiver=True,
    )  # fmt: skip
    mark_practice_changed(clinic.practice.pk, at=MONDAY)
    plan_due(now=MONDAY)
    assert Message.objects.get(recipient=Recipient.CAREGIVER).address == phone(2)


def test_a_guarantor_is_told_of_what_is_owed_instead_of_the_patient(clinic: Clinic) -> None:
    patient = clinic.patient(mobile=phone(1), consents=[SMS], purpose=Purpose.BALANCE_ALERT)
    clinic.contact(patient, ContactKind.MOBILE_PHONE, phone(3), Recipient.GUARANTOR)
    clinic.entry(patient, LedgerKind.RESPONSIBILITY, "80", date(2026, 11, 2))
    plan_due(now=MONDAY)
    assert [m.address for m in Message.objects.all()] == [phone(3)]


@pytest.mark.parametrize(("age", "reason"), [(10, ""), (31, "past_due_call")])
def test_calls_about_balances_are_an_option_and_never_about_old_ones(
    clinic: Clinic, age: int, reason: str
) -> None:
    wants(clinic, balance_by_voice=True)
    patient = clinic.patient(mobile=phone(1), consents=[VOICE], purpose=Purpose.BALANCE_ALERT)
    clinic.entry(patient, LedgerKind.RESPONSIBILITY, "80", date(2026, 11, 2) - timedelta(days=age))
    plan_due(now=MONDAY)
    assert [(m.channel, m.objection) for m in Message.objects.all()] == [(VOICE, reason)]


def test_an_account_with_an_agency_gets_nothing(clinic: Clinic) -> None:
    patient = clinic.patient(
        mobile=phone(1), consents=[SMS], purpose=Purpose.BALANCE_ALERT, with_agency=True
    )
    clinic.entry(patient, LedgerKind.RESPONSIBILITY, "80", date(2026, 11, 2))
    plan_due(now=MONDAY)
    offer(clinic, now=at(2, 10))
    assert [(m.objection, m.attempts) for m in Message.objects.all()] == [("with_agency", 0)]
