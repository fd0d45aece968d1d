"""Whom no reminder reaches: noted by the planner, true as soon as it has planned the patient."""

from datetime import timedelta
from typing import Any

import pytest

from handbell.facts.lifting import lift_suppression
from handbell.facts.models import ContactPoint, Patient, Unreachable
from handbell.facts.operations import (
    change_patient,
    mark_changed,
    record_consent,
    suppress,
)
from handbell.facts.reach import SOON, UnreachableSoon, unreachable_soon
from handbell.planner.planner import plan_due
from handbell.vocabulary.words import (
    AppointmentStatus,
    Channel,
    ConsentKind,
    ContactKind,
    Objection,
    Purpose,
    Recipient,
    SuppressionKind,
)
from tests.world import Clinic, phone

pytestmark = pytest.mark.django_db


@pytest.fixture
def clinic() -> Clinic:
    return Clinic()


def planned(clinic: Clinic, *, after: timedelta = timedelta(), **asked: Any) -> dict[int, str]:
    """Return whom nothing reaches and why, once the planner has looked."""
    now = clinic.now + after
    plan_due(now=now)
    found = unreachable_soon(clinic.practice.pk, now=now, **asked)
    return {one.patient_id: one.why for one in found}


def with_visit(clinic: Clinic, patient: Patient, *, days: int = 2) -> Patient:
    clinic.visit(patient, clinic.now + timedelta(days=days))
    mark_changed([patient.pk], at=clinic.now)
    return patient


def test_who_chose_e_mail_and_has_none(clinic: Clinic) -> None:
    lost = with_visit(clinic, clinic.patient(consents=[Channel.EMAIL]))
    with_visit(clinic, clinic.patient(mobile=phone(1), consents=[Channel.SMS]))
    with_visit(clinic, clinic.patient())  # asked for nothing
    assert planned(clinic) == {lost.pk: Objection.NO_CONTACT_POINT}


def test_one_channel_that_reaches_is_enough(clinic: Clinic) -> None:
    with_visit(clinic, clinic.patient(mobile=phone(1), consents=[Channel.SMS, Channel.EMAIL]))
    assert planned(clinic) == {}


def test_a_visit_is_asked_for_when_the_page_is_made(clinic: Clinic) -> None:
    lost = with_visit(clinic, clinic.patient(consents=[Channel.EMAIL]), days=9)
    assert planned(clinic) == {}
    later = clinic.now + timedelta(days=9) - SOON
    visit_at = clinic.now + timedelta(days=9)
    assert unreachable_soon(clinic.practice.pk, now=later) == [
        UnreachableSoon(lost.pk, visit_at, Objection.NO_CONTACT_POINT)
    ]
    assert unreachable_soon(clinic.practice.pk, now=visit_at) == []  # it has begun


def test_a_visit_off_the_schedule_needs_nobody(clinic: Clinic) -> None:
    lost = clinic.patient(consents=[Channel.EMAIL])
    visit = clinic.visit(lost, clinic.now + timedelta(days=2))
    mark_changed([lost.pk], at=clinic.now)
    assert planned(clinic) == {lost.pk: Objection.NO_CONTACT_POINT}
    visit.status = AppointmentStatus.CANCELLED
    visit.save()
    assert planned(clinic) == {}


def test_a_stop_and_a_dead_number_and_their_ends(clinic: Clinic) -> None:
    patient = with_visit(clinic, clinic.patient(mobile=phone(1), consents=[Channel.SMS]))
    number = ContactPoint.objects.get(patient=patient).value
    assert planned(clinic) == {}
    suppress(
        practice_id=clinic.practice.pk,
        address=number,
        channels=[Channel.SMS],
        kind=SuppressionKind.UNREACHABLE,
        source="Twilio 30005",
        now=clinic.now,
    )
    assert planned(clinic) == {patient.pk: Objection.SUPPRESSED}
    row = clinic.practice.suppression_set.get()
    lift_suppression(practice_id=clinic.practice.pk, suppression_id=row.pk, now=clinic.now)
    assert planned(clinic) == {}
    assert not Unreachable.objects.exists()


def test_a_new_address_and_a_consent_taken_back(clinic: Clinic) -> None:
    lost = with_visit(clinic, clinic.patient(consents=[Channel.EMAIL]))
    other = with_visit(clinic, clinic.patient(consents=[Channel.EMAIL]))
    assert planned(clinic).keys() == {lost.pk, other.pk}
    change_patient(
        practice_id=clinic.practice.pk,
        patient_id=lost.pk,
        columns={},
        contacts={(Recipient.PATIENT, ContactKind.EMAIL): "alex@mail.example"},
        now=clinic.now,
    )
    record_consent(
        practice_id=clinic.practice.pk,
        patient_id=other.pk,
        purpose=Purpose.APPOINTMENT_REMINDER,
        channels=[Channel.EMAIL],
        kind=ConsentKind.WITHDRAWN,
        how="by telephone",
        by="desk",
        wording="",
        now=clinic.now,
    )
    assert planned(clinic) == {}


def test_a_minor_is_reached_through_a_guardian_until_the_birthday(clinic: Clinic) -> None:
    today = clinic.now.date()
    born = today.replace(year=today.year - 18) + timedelta(days=3)
    minor = clinic.patient(mobile=phone(1), consents=[Channel.SMS])
    Patient.objects.filter(pk=minor.pk).update(birth_date=born)
    with_visit(clinic, minor, days=6)
    assert planned(clinic) == {minor.pk: Objection.MINOR_WITHOUT_GUARDIAN}
    assert planned(clinic, after=timedelta(days=4)) == {}  # planned again when of age


def test_who_died_or_left_is_not_telephoned(clinic: Clinic) -> None:
    lost = with_visit(clinic, clinic.patient(consents=[Channel.EMAIL]))
    Patient.objects.filter(pk=lost.pk).update(deceased=True)
    assert planned(clinic) == {}


def test_the_patients_of_one_facility(clinic: Clinic) -> None:
    there = clinic.add_facility("Uptown", "America/New_York")
    lost = with_visit(clinic, clinic.patient(consents=[Channel.EMAIL], facility=there))
    assert planned(clinic, facility_id=there.pk) == {lost.pk: Objection.NO_CONTACT_POINT}
    assert planned(clinic, facility_id=clinic.facility.pk) == {}
