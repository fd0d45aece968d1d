"""Planning again: nothing changes without a reason, and every reason changes what it should."""

from datetime import date, timedelta
from typing import Any

import pytest

from handbell.access.models import ReminderStep
from handbell.facts.models import Appointment, AppointmentType, Change, ContactPoint, Patient
from handbell.facts.operations import mark_practice_changed
from handbell.outbox.models import Message
from handbell.outbox.operations import expire, withhold_due
from handbell.planner.planner import plan_due
from handbell.vocabulary.words import AppointmentStatus, Channel, ConsentKind, LedgerKind, Purpose
from tests.handed import offer
from tests.world import MONDAY, Clinic, at, move, phone

pytestmark = pytest.mark.django_db

SMS, MAIL = Channel.SMS, Channel.EMAIL


@pytest.fixture
def clinic() -> Clinic:
    clinic = Clinic()
    clinic.senders()
    return clinic


def rows() -> list[dict[str, Any]]:
    return [dict(row) for row in Message.objects.order_by("pk").values()]


def objections() -> dict[str, str]:
    return dict(Message.objects.values_list("step", "objection"))


def again(clinic: Clinic, *, minutes: int = 0) -> None:
    now = MONDAY + timedelta(minutes=minutes)
    mark_practice_changed(clinic.practice.pk, at=now)
    plan_due(now=now)


def everything(clinic: Clinic) -> Patient:
    """A patient with all that can be planned: visits booked late and early, held ones, a debt."""
    for days in (7, 3, 1):
        clinic.step(days=days, channels=[SMS, MAIL])
    clinic.step(hours=4, channels=[SMS])
    patient = clinic.patient(mobile=phone(1), email="a@patients.example", consents=[SMS, MAIL])
    clinic.consent(patient, SMS, purpose=Purpose.BALANCE_ALERT)
    for day in (3, 4, 5, 20):
        clinic.visit(patient, at(day, 14), booked_at=MONDAY - timedelta(minutes=day))
    clinic.visit(patient, at(4, 9), status=AppointmentStatus.CANCELLED)
    clinic.visit(patient, at(5, 9), status=AppointmentStatus.CONFIRMED)
    clinic.visit(patient, at(2, 10))
    clinic.entry(patient, LedgerKind.RESPONSIBILITY, "80", date(2026, 11, 1))
    return patient


def test_planning_again_at_once_changes_nothing_at_all(clinic: Clinic) -> None:
    everything(clinic)
    plan_due(now=MONDAY)
    before = rows()
    assert len(before) > 15
    again(clinic)
    assert rows() == before


def test_planning_again_a_little_later_only_ever_does_what_time_does(clinic: Clinic) -> None:
    everything(clinic)
    plan_due(now=MONDAY)
    before = {row["id"]: (row["state"], row["objection"], row["step"]) for row in rows()}
    for minutes in (1, 2, 5):
        again(clinic, minutes=minutes)
    after = {row["id"]: (row["state"], row["objection"], row["step"]) for row in rows()}
    assert after == before


def test_steps_missed_together_stay_merged_when_planned_again_before_the_clock_ticks(
    clinic: Clinic,
) -> None:
    """Two mails in a minute is what a late booking must not become, however facts arrive."""
    for days in (7, 3, 1):
        clinic.step(days=days, channels=[MAIL])
    patient = clinic.patient(email="a@patients.example", consents=[MAIL])
    clinic.visit(patient, at(3, 14), booked_at=MONDAY)
    plan_due(now=MONDAY)
    again(clinic)
    again(clinic, minutes=1)
    withhold_due(now=MONDAY + timedelta(minutes=1))
    assert len(offer(clinic, now=MONDAY + timedelta(minutes=1))) == 1
    assert objections() == {"7d@10:00": "merged", "3d@10:00": "", "1d@10:00": ""}


def test_a_step_put_back_does_not_repeat_what_was_said_already(clinic: Clinic) -> None:
    week, _ = clinic.step(days=7, channels=[MAIL]), clinic.step(days=3, channels=[MAIL])
    patient = clinic.patient(email="a@patients.example", consents=[MAIL])
    clinic.visit(patient, at(3, 14), booked_at=MONDAY)
    plan_due(now=MONDAY)
    week.delete()
    again(clinic)
    clinic.step(days=7, channels=[MAIL])
    again(clinic, minutes=1)
    assert objections() == {"7d@10:00": "merged", "3d@10:00": ""}


@pytest.mark.parametrize("hours", [1, 2, 4, 24])
def test_hours_before_are_counted_from_the_visit(clinic: Clinic, hours: int) -> None:
    clinic.step(hours=hours)
    patient = clinic.patient(mobile=phone(1), consents=[SMS])
    clinic.visit(patient, at(4, 14))
    plan_due(now=MONDAY)
    (message,) = rows()
    assert message["planned_for"] == at(4, 14) - timedelta(hours=hours)
    if hours < 2:  # within the practice's too-late hours
        assert (message["state"], message["objection"]) == ("queued", "too_late")
        assert message["due_at"] == message["planned_for"]
    else:
        assert (message["state"], message["due_at"]) == ("queued", message["planned_for"])


def test_hours_before_that_fall_into_the_night_wait_or_come_too_late(clinic: Clinic) -> None:
    clinic.step(hours=3)
    patient = clinic.patient(mobile=phone(1), consents=[SMS])
    for day, hour, minute in [(4, 10, 30), (5, 9, 30)]:
        clinic.visit(patient, at(day, hour, minute))
    plan_due(now=at(3, 9))
    found = [(row["objection"], row["due_at"]) for row in rows()]
    assert found[0] == ("", at(4, 8))
    assert found[1][0] == "too_late"  # 06:30 waits for 08:00, and 07:30 is the last useful moment


def test_a_step_added_later_is_not_made_up_for(clinic: Clinic) -> None:
    clinic.step(days=1)
    patient = clinic.patient(mobile=phone(1), consents=[SMS])
    clinic.visit(patient, at(4, 14), booked_at=MONDAY - timedelta(days=9))
    plan_due(now=MONDAY)
    added = clinic.step(days=3, channels=[SMS])
    ReminderStep.objects.filter(pk=added.pk).update(since=MONDAY)
    clinic.visit(patient, at(4, 16), booked_at=MONDAY + timedelta(minutes=5))
    clinic.visit(patient, at(9, 16), booked_at=MONDAY - timedelta(days=9))
    again(clinic, minutes=6)
    plan_due(now=at(6, 9))
    late, known = (
        Message.objects.filter(step="3d@10:00", appointment__starts_at=starts_at).count()
        for starts_at in (at(4, 16), at(4, 14))
    )
    assert (late, known) == (1, 0)
    assert Message.objects.filter(step="3d@10:00", appointment__starts_at=at(9, 16)).exists()


def test_a_step_taken_away_takes_its_messages_with_it(clinic: Clinic) -> None:
    step = clinic.step()
    patient = clinic.patient(mobile=phone(1), consents=[SMS])
    clinic.visit(patient, at(4, 14))
    plan_due(now=MONDAY)
    step.delete()
    again(clinic)
    assert [(row["state"], row["objection"]) for row in rows()] == [
        ("cancelled", "settings_changed")
    ]
    clinic.step()
    again(clinic)
    assert [(row["state"], row["objection"]) for row in rows()] == [("queued", "")]


def test_visits_of_a_kind_that_is_no_visit_are_left_alone(clinic: Clinic) -> None:
    clinic.step()
    patient = clinic.patient(mobile=phone(1), consents=[SMS])
    visit = clinic.visit(patient, at(4, 14))
    block = AppointmentType.objects.create(practice=clinic.practice, name="Lunch", reminders=False)
    Appointment.objects.filter(pk=visit.pk).update(type=block)
    plan_due(now=MONDAY)
    assert rows() == []


def test_a_step_without_channels_goes_by_those_the_patient_chose(clinic: Clinic) -> None:
    clinic.step(channels=[])
    both = clinic.patient(mobile=phone(1), email="a@patients.example", consents=[SMS, MAIL])
    none = clinic.patient(mobile=phone(2))
    for patient in (both, none):
        clinic.visit(patient, at(4, 14))
    plan_due(now=MONDAY)
    found = set(Message.objects.values_list("patient_id", "channel", "objection"))
    assert found == {(both.pk, "sms", ""), (both.pk, "email", ""), (none.pk, "sms", "no_consent")}


def test_an_opt_out_on_file_takes_the_channel_away(clinic: Clinic) -> None:
    clinic.step(channels=[])
    patient = clinic.patient(mobile=phone(1), email="a@patients.example", consents=[SMS, MAIL])
    clinic.visit(patient, at(4, 14))
    plan_due(now=MONDAY)
    clinic.consent(patient, SMS, kind=ConsentKind.WITHDRAWN, when=MONDAY)
    again(clinic)
    found = set(Message.objects.values_list("channel", "state"))
    assert found == {("sms", "cancelled"), ("email", "queued")}


def test_a_number_that_changed_is_followed(clinic: Clinic) -> None:
    clinic.step()
    patient = clinic.patient(mobile=phone(1), consents=[SMS])
    clinic.visit(patient, at(4, 14))
    plan_due(now=MONDAY)
    ContactPoint.objects.update(value=phone(2))
    again(clinic)
    assert [row["address"] for row in rows()] == [phone(2)]
    ContactPoint.objects.all().delete()
    again(clinic)
    assert [(row["address"], row["objection"]) for row in rows()] == [("", "no_contact_point")]


def test_a_visit_moved_back_and_forth_leaves_one_message_waiting(clinic: Clinic) -> None:
    clinic.step()
    patient = clinic.patient(mobile=phone(1), consents=[SMS])
    visit = clinic.visit(patient, at(4, 14))
    for starts_at in (at(5, 9), at(4, 14), at(5, 9)):
        plan_due(now=MONDAY)
        move(visit, starts_at, now=MONDAY)
    plan_due(now=MONDAY)
    waiting = [row for row in rows() if row["state"] == "queued"]
    assert [row["subject_revision"] for row in waiting] == [4]
    ended = {(r["state"], r["objection"]) for r in rows() if r["state"] != "queued"}
    assert ended == {("cancelled", "moved")}


def test_the_planner_looks_again_exactly_when_something_comes_near(clinic: Clinic) -> None:
    clinic.step(days=2)
    clinic.step(days=1)
    patient = clinic.patient(mobile=phone(1), consents=[SMS])
    clinic.visit(patient, at(20, 14))
    plan_due(now=MONDAY)
    assert Change.objects.get().at == at(15, 10)
    plan_due(now=at(15, 10))
    assert Change.objects.get().at == at(16, 10)
    plan_due(now=at(16, 10))
    assert not Change.objects.exists()
    assert Message.objects.count() == 2


def test_what_can_no_longer_help_is_left_to_expire_and_not_planned_again(clinic: Clinic) -> None:
    clinic.step()
    patient = clinic.patient(mobile=phone(1), consents=[SMS])
    clinic.visit(patient, at(4, 14))
    plan_due(now=MONDAY)
    for now in (at(4, 13), at(4, 15), at(6, 9)):
        mark_practice_changed(clinic.practice.pk, at=now)
        plan_due(now=now)
        expire(now=now)
    assert [(row["state"], row["objection"]) for row in rows()] == [("expired", "too_late")]
