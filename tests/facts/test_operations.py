"""Single facts as they are written: once, for everybody concerned, with a mark for the planner."""

from datetime import datetime, timedelta

import pytest
from django.db import InternalError, connection, transaction
from django.db.utils import IntegrityError

from handbell.facts.models import Change, Consent, Patient, Suppression
from handbell.facts.operations import (
    PRESSED_9,
    STOPPED_BY_LINK,
    confirm_appointments,
    consented_pairs,
    mark_changed,
    mark_practice_changed,
    patients_at,
    record_consent,
    suppress,
)
from handbell.vocabulary.words import (
    AppointmentStatus,
    Channel,
    ConsentKind,
    Purpose,
    SuppressionKind,
)
from tests.world import MONDAY, Clinic, at, phone

pytestmark = pytest.mark.django_db

PHONE = (Channel.SMS, Channel.VOICE)
MINUTE = timedelta(minutes=1)


@pytest.fixture
def clinic() -> Clinic:
    return Clinic()


def stop(
    clinic: Clinic, when: datetime, *, address: str = phone(1), source: str = "replied STOP"
) -> bool:
    return suppress(
        practice_id=clinic.practice.pk,
        address=address,
        channels=PHONE,
        kind=SuppressionKind.OPTED_OUT,
        source=source,
        now=when,
    )


def agree(clinic: Clinic, patient: Patient, when: datetime, *channels: Channel) -> None:
    record_consent(
        practice_id=clinic.practice.pk,
        patient_id=patient.pk,
        purpose=Purpose.APPOINTMENT_REMINDER,
        channels=channels or (Channel.SMS,),
        kind=ConsentKind.GRANTED,
        how="texted START",
        by="the patient",
        wording="start",
        now=when,
    )


def test_an_opt_out_is_new_once(clinic: Clinic) -> None:
    assert stop(clinic, MONDAY)
    assert not stop(clinic, MONDAY)
    assert not stop(clinic, MONDAY + MINUTE)
    assert Suppression.objects.count() == 2


def test_an_opt_out_after_a_new_consent_is_new_again(clinic: Clinic) -> None:
    patient = clinic.patient(mobile=phone(1))
    assert stop(clinic, MONDAY)
    agree(clinic, patient, MONDAY + MINUTE)
    assert stop(clinic, MONDAY + 2 * MINUTE)
    assert not stop(clinic, MONDAY + 3 * MINUTE)


def test_a_stop_by_text_after_one_by_our_link_is_new_once(clinic: Clinic) -> None:
    assert stop(clinic, MONDAY, source=STOPPED_BY_LINK)
    assert not stop(clinic, MONDAY + MINUTE, source=PRESSED_9)
    assert stop(clinic, MONDAY + 2 * MINUTE)
    assert not stop(clinic, MONDAY + 3 * MINUTE)
    assert not stop(clinic, MONDAY + 4 * MINUTE, source=STOPPED_BY_LINK)
    newest = Suppression.objects.filter(channel=Channel.SMS).latest("at")
    assert (newest.source, newest.at) == ("replied STOP", MONDAY + 2 * MINUTE)


def test_a_consent_to_come_does_not_make_the_same_stop_new(clinic: Clinic) -> None:
    patient = clinic.patient(mobile=phone(1))
    stop(clinic, MONDAY)
    agree(clinic, patient, MONDAY + 9 * MINUTE)
    assert not stop(clinic, MONDAY + MINUTE)


def test_a_stop_heard_before_one_that_is_written_already_is_not_new(clinic: Clinic) -> None:
    assert stop(clinic, MONDAY + MINUTE)
    assert not stop(clinic, MONDAY)


def test_an_opt_out_that_a_person_lifted_is_new_again(clinic: Clinic) -> None:
    stop(clinic, MONDAY)
    Suppression.objects.update(lifted_at=MONDAY + MINUTE)
    assert stop(clinic, MONDAY + 2 * MINUTE)


def test_an_opt_out_plans_everybody_at_the_number_again(clinic: Clinic) -> None:
    own = clinic.patient(mobile=phone(1))
    child = clinic.patient(guardian_mobile=phone(1))
    clinic.patient(mobile=phone(2))
    Clinic().patient(mobile=phone(1))
    Change.objects.all().delete()

    stop(clinic, MONDAY)

    assert patients_at(clinic.practice.pk, phone(1)) == [own.pk, child.pk]
    assert set(Change.objects.values_list("patient_id", "at")) == {
        (own.pk, MONDAY),
        (child.pk, MONDAY),
    }


def test_the_earliest_mark_wins(clinic: Clinic) -> None:
    patient = clinic.patient()
    Change.objects.all().delete()
    for when in (at(5, 9), at(4, 9), at(6, 9)):
        mark_changed([patient.pk], at=when)
    assert Change.objects.get().at == at(4, 9)
    mark_practice_changed(clinic.practice.pk, at=at(3, 9))
    assert Change.objects.get().at == at(3, 9)


def test_the_same_consent_twice_is_one_event(clinic: Clinic) -> None:
    patient = clinic.patient()
    for _ in range(2):
        agree(clinic, patient, MONDAY, *PHONE)
    assert Consent.objects.count() == 2


@pytest.mark.parametrize(
    "statement",
    ["UPDATE facts_consent SET at = now()", "DELETE FROM facts_consent"],
)
def test_the_consent_log_is_only_ever_appended_to(clinic: Clinic, statement: str) -> None:
    clinic.patient(consents=[Channel.SMS])
    refused = pytest.raises((IntegrityError, InternalError))
    with refused, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
    assert Consent.objects.count() == 1


def test_a_consent_says_how_and_by_whom(clinic: Clinic) -> None:
    patient = clinic.patient()
    with pytest.raises(IntegrityError, match="consent_says_how_and_by_whom"):
        record_consent(
            practice_id=clinic.practice.pk,
            patient_id=patient.pk,
            purpose=Purpose.BALANCE_ALERT,
            channels=PHONE,
            kind=ConsentKind.GRANTED,
            how="",
            by="front desk",
            wording="",
            now=MONDAY,
        )


@pytest.mark.parametrize("status", AppointmentStatus)
def test_only_a_booked_visit_is_confirmed(clinic: Clinic, status: AppointmentStatus) -> None:
    visit = clinic.visit(clinic.patient(), at(4, 14), status=status)
    Change.objects.all().delete()
    booked = status is AppointmentStatus.BOOKED

    assert confirm_appointments([visit.pk], now=MONDAY) == int(booked)
    assert confirm_appointments([visit.pk], now=MONDAY) == 0

    visit.refresh_from_db()
    assert visit.status == ("confirmed" if booked else status)
    assert Change.objects.exists() is booked
    assert visit.revision == 1  # its time is the same: nothing is announced anew


def test_a_visit_that_has_begun_is_not_confirmed(clinic: Clinic) -> None:
    visit = clinic.visit(clinic.patient(), MONDAY)
    assert confirm_appointments([visit.pk], now=MONDAY) == 0


def test_pairs_ever_consented_to_are_found_up_to_now(clinic: Clinic) -> None:
    patient = clinic.patient(consents=[Channel.SMS])
    clinic.consent(patient, Channel.EMAIL, when=MONDAY + MINUTE)
    pair = (Purpose.APPOINTMENT_REMINDER, Channel.SMS)
    assert consented_pairs(patient.pk, now=MONDAY) == {pair}
