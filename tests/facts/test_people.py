"""What is known of a patient at a moment: the person policy decides about."""

from datetime import date, timedelta

import pytest

from handbell.facts.ledger import load_entries
from handbell.facts.models import Suppression
from handbell.facts.people import Person, load_people
from handbell.policy.consent import newest
from handbell.vocabulary.words import (
    Channel,
    ConsentKind,
    ContactKind,
    LedgerKind,
    Purpose,
    Recipient,
    SuppressionKind,
)
from tests.world import MONDAY, Clinic, at, phone

pytestmark = pytest.mark.django_db

PATIENT, GUARDIAN = Recipient.PATIENT, Recipient.GUARDIAN


@pytest.fixture
def clinic() -> Clinic:
    return Clinic()


def load(patient_id: int) -> Person:
    return load_people([patient_id], now=MONDAY)[patient_id]


def stop(clinic: Clinic, address: str, **columns: object) -> None:
    values: dict[str, object] = {
        "channel": "sms",
        "kind": "opted_out",
        "at": MONDAY,
        "source": "replied STOP",
    }
    Suppression.objects.create(practice=clinic.practice, address=address, **(values | columns))


def test_the_preferred_name_is_used(clinic: Clinic) -> None:
    assert load(clinic.patient("Alexandra").pk).first_name == "Alexandra"
    assert load(clinic.patient("Alexandra", preferred_name="Alex").pk).first_name == "Alex"


def test_a_text_needs_a_mobile_and_a_call_takes_what_there_is(clinic: Clinic) -> None:
    both = load(clinic.patient(mobile=phone(1), home=phone(2), email="a@patients.example").pk)
    assert [both.address(PATIENT, channel) for channel in Channel] == [
        phone(1),
        phone(1),
        "a@patients.example",
    ]
    landline = load(clinic.patient(home=phone(2)).pk)
    assert [landline.address(PATIENT, channel) for channel in Channel] == ["", phone(2), ""]


def test_a_minor_has_the_guardians_address_until_the_birthday(clinic: Clinic) -> None:
    patient = clinic.patient(
        mobile=phone(1), guardian_mobile=phone(2), birth_date=date(2008, 11, 4)
    )
    person = load(patient.pk)
    assert person.has_guardian
    for day, owner, address in [(3, GUARDIAN, phone(2)), (4, PATIENT, phone(1))]:
        recipient = person.recipient_on(date(2026, 11, day))
        assert recipient is owner
        assert person.address(recipient, Channel.SMS) == address


def test_a_guardian_without_an_address_is_no_guardian(clinic: Clinic) -> None:
    assert not load(clinic.patient(guardian_name="Robin Doe").pk).has_guardian


def test_a_consent_to_come_does_not_hide_the_one_in_effect(clinic: Clinic) -> None:
    patient = clinic.patient(consents=[Channel.SMS])
    withdrawn = ConsentKind.WITHDRAWN
    clinic.consent(patient, Channel.SMS, kind=withdrawn, when=MONDAY + timedelta(hours=1))
    for later, kind in [(timedelta(0), ConsentKind.GRANTED), (timedelta(hours=1), withdrawn)]:
        now = MONDAY + later
        person = load_people([patient.pk], now=now)[patient.pk]
        found = newest(
            person.consents, purpose=Purpose.APPOINTMENT_REMINDER, channel=Channel.SMS, now=now
        )
        assert found is not None
        assert found.kind is kind


def test_of_two_events_of_one_moment_the_withdrawal_is_loaded(clinic: Clinic) -> None:
    patient = clinic.patient()
    for kind in ConsentKind:
        clinic.consent(patient, Channel.SMS, kind=kind, when=MONDAY)
    assert [event.kind for event in load(patient.pk).consents] == [ConsentKind.WITHDRAWN]


def test_a_stop_is_loaded_for_everybody_at_the_number(clinic: Clinic) -> None:
    stop(clinic, phone(1))
    own, child, other = (
        clinic.patient(mobile=phone(1)),
        clinic.patient(guardian_mobile=phone(1)),
        clinic.patient(mobile=phone(2)),
    )
    kinds = {p.pk: [s.kind for s in load(p.pk).suppressions_of(phone(1))] for p in (own, child)}
    assert kinds == {p.pk: [SuppressionKind.OPTED_OUT] for p in (own, child)}
    assert load(other.pk).suppressions_of(phone(2)) == ()


def test_a_stop_to_come_is_not_loaded(clinic: Clinic) -> None:
    stop(clinic, phone(1), at=MONDAY + timedelta(seconds=1))
    assert load(clinic.patient(mobile=phone(1)).pk).suppressions_of(phone(1)) == ()


def test_a_stop_at_one_practice_is_none_at_another_even_when_both_are_asked(
    clinic: Clinic,
) -> None:
    elsewhere = Clinic()
    stop(clinic, phone(1))
    here, there = clinic.patient(mobile=phone(1)), elsewhere.patient(mobile=phone(1))
    people = load_people([here.pk, there.pk], now=MONDAY)
    assert len(people[here.pk].suppressions_of(phone(1))) == 1
    assert people[there.pk].suppressions_of(phone(1)) == ()


def test_nobody_is_nobody() -> None:
    assert load_people([], now=MONDAY) == {}
    assert load_people([999_999_999], now=MONDAY) == {}


def test_a_person_shows_no_patient_data(clinic: Clinic) -> None:
    stop(clinic, phone(1))
    patient = clinic.patient(
        "Wilhelmina",
        mobile=phone(1),
        email="wilhelmina@patients.example",
        birth_date=date(1984, 5, 17),
    )
    shown = repr(load(patient.pk))
    for secret in ("Wilhelmina", "5550101", "patients.example", "1984"):
        assert secret not in shown


def test_entries_come_with_the_moment_they_take_effect(clinic: Clinic) -> None:
    patient, other = clinic.patient(), clinic.patient()
    clinic.entry(patient, LedgerKind.RESPONSIBILITY, "80.10", date(2026, 11, 5))
    clinic.entry(other, LedgerKind.PAYMENT, "5", date(2026, 11, 5))
    (entry,) = load_entries([patient.pk])[patient.pk]
    assert str(entry.effect) == "80.10"
    assert entry.effective_at == at(5, 0)


@pytest.mark.parametrize("kind", ContactKind)
def test_every_kind_of_contact_reaches_some_channel(clinic: Clinic, kind: ContactKind) -> None:
    patient = clinic.patient()
    value = "a@patients.example" if kind is ContactKind.EMAIL else phone(3)
    clinic.contact(patient, kind, value)
    assert value in {load(patient.pk).address(PATIENT, channel) for channel in Channel}
