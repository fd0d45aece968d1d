"""Which reminders are planned, when, and what happens to them when facts change."""

from datetime import timedelta
from typing import Any

import pytest

from handbell.outbox.models import Message
from handbell.outbox.operations import expire, withhold_due
from handbell.planner.planner import plan_due
from handbell.vocabulary.words import AppointmentStatus, Channel
from tests.world import MONDAY, Clinic, at, move, phone

pytestmark = pytest.mark.django_db


@pytest.fixture
def clinic() -> Clinic:
    clinic = Clinic()
    clinic.senders()
    return clinic


def the_only(**wanted: object) -> Message:
    return Message.objects.get(**wanted)


def test_a_subscribed_patient_is_reminded_the_day_before_at_ten(clinic: Clinic) -> None:
    clinic.step()
    patient = clinic.patient(mobile=phone(1), consents=[Channel.SMS])
    clinic.visit(patient, at(5, 14))

    plan_due(now=MONDAY)

    message = the_only()
    assert (message.state, message.objection) == ("queued", "")
    assert message.due_at == at(4, 10)
    assert message.useful_until == at(5, 12)
    assert message.address == phone(1)


def test_planning_twice_changes_nothing(clinic: Clinic) -> None:
    clinic.step()
    patient = clinic.patient(mobile=phone(1), consents=[Channel.SMS])
    clinic.visit(patient, at(5, 14))
    plan_due(now=MONDAY)
    before = list(Message.objects.values())

    clinic.changed(patient)
    plan_due(now=MONDAY + timedelta(minutes=1))

    assert list(Message.objects.values()) == before


def test_a_visit_far_ahead_is_planned_when_its_time_comes_near(clinic: Clinic) -> None:
    clinic.step()
    patient = clinic.patient(mobile=phone(1), consents=[Channel.SMS])
    clinic.visit(patient, at(20, 14))

    plan_due(now=MONDAY)
    assert not Message.objects.exists()
    plan_due(now=at(15, 10))
    assert not Message.objects.exists()
    plan_due(now=at(16, 10))

    assert the_only().due_at == at(19, 10)


def test_an_unsubscribed_patient_has_a_message_that_says_why_not(clinic: Clinic) -> None:
    clinic.step()
    patient = clinic.patient(mobile=phone(1))
    clinic.visit(patient, at(4, 14))
    plan_due(now=MONDAY)
    assert the_only().objection == "no_consent"

    withhold_due(now=at(3, 9, 59))
    assert the_only().state == "queued"
    withhold_due(now=at(3, 10))
    assert (the_only().state, the_only().objection) == ("withheld", "no_consent")


def test_a_consent_that_arrives_in_time_lifts_the_objection(clinic: Clinic) -> None:
    clinic.step()
    patient = clinic.patient(mobile=phone(1))
    clinic.visit(patient, at(4, 14))
    plan_due(now=MONDAY)

    clinic.consent(patient, Channel.SMS, when=at(2, 15))
    plan_due(now=at(2, 15))

    assert (the_only().state, the_only().objection) == ("queued", "")


def test_nothing_is_withheld_while_a_change_waits_to_be_planned(clinic: Clinic) -> None:
    clinic.step()
    patient = clinic.patient(mobile=phone(1))
    clinic.visit(patient, at(4, 14))
    plan_due(now=MONDAY)
    clinic.consent(patient, Channel.SMS, when=MONDAY)

    withhold_due(now=at(3, 10))

    assert the_only().state == "queued"


def test_a_consent_with_a_later_date_takes_effect_on_that_date(clinic: Clinic) -> None:
    clinic.step()
    patient = clinic.patient(mobile=phone(1))
    clinic.visit(patient, at(4, 14))
    clinic.consent(patient, Channel.SMS, when=at(2, 20))
    plan_due(now=MONDAY)
    assert the_only().objection == "no_consent"

    plan_due(now=at(2, 20))

    assert the_only().objection == ""


def test_a_visit_booked_late_is_announced_at_once_inside_the_window(clinic: Clinic) -> None:
    clinic.step()
    patient = clinic.patient(mobile=phone(1), consents=[Channel.SMS])
    clinic.visit(patient, at(3, 15), booked_at=at(2, 21))

    plan_due(now=MONDAY)
    assert not Message.objects.exists()
    plan_due(now=at(2, 21))

    assert the_only().due_at == at(3, 8)


def test_a_visit_booked_too_late_is_not_announced(clinic: Clinic) -> None:
    clinic.step()
    patient = clinic.patient(mobile=phone(1), consents=[Channel.SMS])
    clinic.visit(patient, at(3, 9), booked_at=at(2, 21))

    plan_due(now=at(2, 21))
    withhold_due(now=at(2, 21))

    assert (the_only().state, the_only().objection) == ("expired", "too_late")


def test_of_several_missed_steps_only_the_last_goes(clinic: Clinic) -> None:
    clinic.step(days=7)
    clinic.step(days=3)
    clinic.step(days=1)
    patient = clinic.patient(mobile=phone(1), consents=[Channel.SMS])
    clinic.visit(patient, at(5, 14), booked_at=at(3, 9))

    plan_due(now=at(3, 9))

    found = dict(Message.objects.values_list("step", "objection"))
    assert found == {"7d@10:00": "merged", "3d@10:00": "", "1d@10:00": ""}


def test_a_moved_visit_cancels_the_old_reminder_and_plans_the_new(clinic: Clinic) -> None:
    clinic.step()
    patient = clinic.patient(mobile=phone(1), consents=[Channel.SMS])
    visit = clinic.visit(patient, at(4, 14))
    plan_due(now=MONDAY)

    move(visit, at(5, 9), now=at(2, 11))
    plan_due(now=at(2, 11))

    old, new = Message.objects.order_by("id")
    assert (old.state, old.objection) == ("cancelled", "moved")
    assert (new.state, new.due_at) == ("queued", at(4, 10))


def test_a_visit_moved_out_of_sight_still_cancels_its_reminder(clinic: Clinic) -> None:
    clinic.step()
    patient = clinic.patient(mobile=phone(1), consents=[Channel.SMS])
    visit = clinic.visit(patient, at(4, 14))
    plan_due(now=MONDAY)

    move(visit, at(25, 9), now=at(2, 11))
    plan_due(now=at(2, 11))

    assert (the_only().state, the_only().objection) == ("cancelled", "moved")


def test_a_cancelled_visit_cancels_its_reminder(clinic: Clinic) -> None:
    clinic.step()
    patient = clinic.patient(mobile=phone(1), consents=[Channel.SMS])
    visit = clinic.visit(patient, at(4, 14))
    plan_due(now=MONDAY)

    visit.status = AppointmentStatus.CANCELLED
    visit.save()
    clinic.changed(patient)
    plan_due(now=at(2, 11))

    assert (the_only().state, the_only().objection) == ("cancelled", "not_booked")


def test_a_visit_that_was_never_on_has_a_message_that_says_so(clinic: Clinic) -> None:
    clinic.step()
    patient = clinic.patient(mobile=phone(1), consents=[Channel.SMS])
    clinic.visit(patient, at(4, 14), status=AppointmentStatus.CANCELLED)

    plan_due(now=MONDAY)

    assert (the_only().state, the_only().objection) == ("cancelled", "not_booked")


def test_a_confirmed_visit_is_not_reminded_unless_the_step_says_so(clinic: Clinic) -> None:
    clinic.step(days=2)
    clinic.step(days=1, when_confirmed=True)
    patient = clinic.patient(mobile=phone(1), consents=[Channel.SMS])
    clinic.visit(patient, at(5, 14), status=AppointmentStatus.CONFIRMED)

    plan_due(now=MONDAY)

    found = dict(Message.objects.values_list("step", "objection"))
    assert found == {"2d@10:00": "confirmed", "1d@10:00": ""}


def test_a_minor_is_reached_through_the_guardian(clinic: Clinic) -> None:
    clinic.step()
    child = clinic.patient(
        mobile=phone(1),
        guardian_mobile=phone(2),
        consents=[Channel.SMS],
        birth_date="2015-06-01",
    )
    alone = clinic.patient(mobile=phone(3), consents=[Channel.SMS], birth_date="2015-06-01")
    clinic.visit(child, at(4, 14))
    clinic.visit(alone, at(4, 14))

    plan_due(now=MONDAY)

    assert the_only(patient=child).address == phone(2)
    assert the_only(patient=alone).objection == "minor_without_guardian"


@pytest.mark.parametrize(
    ("columns", "reason"),
    [({"deceased": True}, "deceased"), ({"status": "inactive"}, "inactive")],
)
def test_the_deceased_and_the_inactive_get_nothing(
    clinic: Clinic, columns: dict[str, Any], reason: str
) -> None:
    clinic.step()
    patient = clinic.patient(mobile=phone(1), consents=[Channel.SMS], **columns)
    clinic.visit(patient, at(4, 14))

    plan_due(now=MONDAY)

    assert the_only().objection == reason


def test_paused_reminders_say_so(clinic: Clinic) -> None:
    clinic.step()
    clinic.practice.reminder_mode = "paused"
    clinic.practice.save()
    patient = clinic.patient(mobile=phone(1), consents=[Channel.SMS])
    clinic.visit(patient, at(4, 14))

    plan_due(now=MONDAY)

    assert the_only().objection == "mode"


def test_a_message_nobody_took_in_time_expires(clinic: Clinic) -> None:
    clinic.step()
    patient = clinic.patient(mobile=phone(1), consents=[Channel.SMS])
    clinic.visit(patient, at(4, 14))
    plan_due(now=MONDAY)

    expire(now=at(4, 12))
    assert the_only().state == "queued"
    expire(now=at(4, 12, 1))

    assert (the_only().state, the_only().objection) == ("expired", "too_late")


def test_a_visit_that_can_only_be_told_too_late_is_held_until_its_time(clinic: Clinic) -> None:
    clinic.step(hours=3)
    patient = clinic.patient(mobile=phone(1), consents=[Channel.SMS])
    clinic.visit(patient, at(5, 9))  # 06:00 is before the window, 08:00 too late

    plan_due(now=MONDAY)
    withhold_due(now=MONDAY)
    assert (the_only().state, the_only().objection) == ("queued", "too_late")
    withhold_due(now=at(5, 6))

    assert (the_only().state, the_only().objection) == ("expired", "too_late")
