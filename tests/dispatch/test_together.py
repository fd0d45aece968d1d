"""What travels together: each visit on its own clock, each told of, none lost by going along."""

from datetime import timedelta

import pytest

from handbell.access.models import Practice
from handbell.access.practice_settings import practice_settings
from handbell.channels.gateway import HandOver, VoiceContent
from handbell.dispatch.forecast import forecast
from handbell.facts.models import Appointment
from handbell.facts.operations import mark_practice_changed
from handbell.outbox.models import Message
from handbell.planner.planner import plan_due
from handbell.vocabulary.words import AppointmentStatus, Channel
from tests.handed import URL, offer
from tests.world import MONDAY, Clinic, at, move, phone

pytestmark = pytest.mark.django_db

SMS, MAIL = Channel.SMS, Channel.EMAIL


@pytest.fixture
def clinic() -> Clinic:
    clinic = Clinic()
    clinic.senders()
    return clinic


def said(message: HandOver) -> str:
    assert not isinstance(message.content, VoiceContent)
    return message.content.text


def states() -> list[tuple[str, str]]:
    """Return how the messages about each visit ended, in the order of the visits."""
    found = Message.objects.order_by("appointment__starts_at", "pk")
    return [(one.state, one.objection) for one in found]


def test_each_visit_of_a_list_is_told_on_its_own_facilitys_clock(clinic: Clinic) -> None:
    clinic.step(channels=[MAIL])
    chicago = clinic.add_facility("Lake", "America/Chicago")
    patient = clinic.patient(email="alex@patients.example", consents=[MAIL])
    clinic.visit(patient, at(4, 9))
    clinic.visit(patient, at(4, 15), facility=chicago)  # 14:00 in Chicago
    plan_due(now=MONDAY)

    (mail,) = offer(clinic, now=at(3, 11))

    assert "Wed, Nov 4, 9:00 AM, Main" in said(mail)
    assert "Wed, Nov 4, 2:00 PM, Lake" in said(mail)


def told_together(clinic: Clinic) -> Appointment:
    """Return the second of two visits that one text told of on Tuesday at ten."""
    clinic.step()
    patient = clinic.patient(mobile=phone(1), consents=[SMS])
    clinic.visit(patient, at(4, 9))
    second = clinic.visit(patient, at(4, 15))
    plan_due(now=MONDAY)
    (text,) = offer(clinic, now=at(3, 10))
    assert "2 appointments" in said(text)
    return second


def test_a_visit_told_of_with_another_is_told_of_at_once_when_it_moves(clinic: Clinic) -> None:
    second = told_together(clinic)
    move(second, at(4, 12), now=at(3, 12))
    plan_due(now=at(3, 12))

    (text,) = offer(clinic, now=at(3, 12))

    assert "12:00 PM" in said(text)


def test_when_both_visits_move_in_one_moment_they_hear_of_both_and_once(clinic: Clinic) -> None:
    second = told_together(clinic)
    first = Appointment.objects.exclude(pk=second.pk).get()
    move(first, at(4, 10), now=at(3, 12))
    move(second, at(4, 12), now=at(3, 12))
    plan_due(now=at(3, 12))

    texts = offer(clinic, now=at(3, 12)) + offer(clinic, now=at(3, 12, 1))
    assert [hour in said(text) for text, hour in zip(texts, ("10:00 AM", "12:00 PM"), strict=True)]

    move(second, at(4, 13), now=at(3, 14))
    plan_due(now=at(3, 14))
    assert offer(clinic, now=at(3, 14)) == []  # one more for each visit, and no more than one
    assert Message.objects.latest("pk").objection == "over_cap"


def test_a_visit_told_of_with_another_is_told_of_when_it_is_cancelled(clinic: Clinic) -> None:
    Practice.objects.filter(pk=clinic.practice.pk).update(notify_cancellations=True)
    second = told_together(clinic)
    second.status = AppointmentStatus.CANCELLED
    second.save()
    mark_practice_changed(clinic.practice.pk, at=at(3, 12))
    plan_due(now=at(3, 12))

    (text,) = offer(clinic, now=at(3, 12))

    assert "cancelled" in said(text)


def capped_in_the_morning(clinic: Clinic) -> tuple[int, Appointment]:
    """Return a patient who was texted yesterday at ten, and a visit whose own hour is later."""
    clinic.step()
    clinic.step(days=None, hours=3)
    patient = clinic.patient(mobile=phone(1), consents=[SMS])
    clinic.visit(patient, at(4, 11))  # three hours before: too soon after yesterday's text
    later = clinic.visit(patient, at(4, 17))
    plan_due(now=MONDAY)
    assert len(offer(clinic, now=at(3, 10))) == 1
    plan_due(now=at(4, 8))
    return patient.pk, later


def test_what_cannot_go_along_is_judged_at_its_own_hour(clinic: Clinic) -> None:
    _, later = capped_in_the_morning(clinic)

    assert offer(clinic, now=at(4, 8)) == []
    (text,) = offer(clinic, now=at(4, 14))

    assert "5:00 PM" in said(text)
    assert states()[-1] == ("accepted", "")
    assert Message.objects.get(step="3h", appointment=later).state == "accepted"


def test_the_forecast_knows_what_cannot_go_along(clinic: Clinic) -> None:
    patient_id, later = capped_in_the_morning(clinic)
    settings = practice_settings(clinic.practice.pk)

    ahead = forecast(settings, patient_id, public_url=URL, now=at(4, 7, 30))

    (of_later,) = [one for one in ahead if one.touch.appointment_id == later.pk]
    assert (of_later.at, of_later.objection) == (at(4, 14), None)


def test_nobody_goes_early_when_the_first_of_a_household_may_not(clinic: Clinic) -> None:
    clinic.step(days=None, hours=3)
    first = clinic.patient("Ann", mobile=phone(1), consents=[SMS])
    clinic.visit(first, at(4, 11))
    second = clinic.patient("Bob", mobile=phone(1), consents=[SMS])
    clinic.visit(second, at(4, 17))
    plan_due(now=at(4, 7))
    first.status = "inactive"
    first.save()

    assert offer(clinic, now=at(4, 8)) == []
    (text,) = offer(clinic, now=at(4, 14) + timedelta(seconds=1))

    assert "5:00 PM" in said(text)


def test_what_a_change_notice_spoke_for_ends_as_it_does(clinic: Clinic) -> None:
    Practice.objects.filter(pk=clinic.practice.pk).update(notify_cancellations=True)
    clinic.step()
    patient = clinic.patient(mobile=phone(1), consents=[SMS])
    visit = clinic.visit(patient, at(4, 14))
    plan_due(now=MONDAY)
    offer(clinic, now=at(3, 10))
    for hour, status in ((11, AppointmentStatus.CANCELLED), (12, AppointmentStatus.BOOKED)):
        visit.status = status
        move(visit, at(4, 14), now=at(3, hour))
        plan_due(now=at(3, hour))
        offer(clinic, now=at(3, hour))  # a third word in a day is one too many
    plan_due(now=at(3, 12))

    ended = Message.objects.filter(subject_revision=visit.revision).values_list("step", "objection")
    assert dict(ended) == {"change": "over_cap", "1d@10:00": "over_cap"}
