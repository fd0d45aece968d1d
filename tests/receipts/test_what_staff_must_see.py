"""What people ask for that only staff can do, and what must be looked at though it was obeyed."""

from datetime import timedelta

import pytest

from handbell.channels.receipt import Inbound, KeyPress
from handbell.facts.models import Appointment, Consent, ContactPoint, Patient, Suppression
from handbell.facts.people import load_people
from handbell.outbox.models import Message
from handbell.planner.touches import standing_of
from handbell.policy.judge import standing_objection
from handbell.receipts.models import Reply
from handbell.receipts.operations import start_address, stop_address
from handbell.receipts.replies import ask_for_call, asked_for_call, receive_keys, receive_text
from handbell.vocabulary.words import Channel, ContactKind, Objection, Purpose, Recipient
from tests.handed import TEN, offer, ready
from tests.world import Clinic, phone

pytestmark = pytest.mark.django_db

NOW = TEN + timedelta(minutes=1)


def asked(channel: Channel = Channel.SMS) -> Clinic:
    clinic = ready(channel)
    offer(clinic)
    return clinic


def text(body: str) -> str | None:
    inbound = Inbound(f"SM{body}", "+12025550199", phone(1), body)
    return receive_text(inbound, provider="rehearsal", now=NOW)


def press(digits: str) -> tuple[str, str] | None:
    message = Message.objects.get()
    pressed = KeyPress(message.pk, 1, f"CA1:keys:{digits}", "CA1", digits)
    return receive_keys(pressed, provider="rehearsal", now=NOW)


@pytest.mark.parametrize(
    ("words", "is_read"),
    [
        ("STOP", False),
        ("stop please", False),
        ("please stop texting me", True),
        ("ya no me envien mensajes", True),
    ],
)
def test_a_stop_in_their_own_words_stops_and_is_read_by_staff(words: str, is_read: bool) -> None:
    asked()
    assert "unsubscribed" in str(text(words))
    assert Suppression.objects.count() == 2
    assert (Reply.objects.get().seen_at is None) == is_read


def test_key_2_asks_for_a_call_back() -> None:
    asked(Channel.VOICE)
    assert press("2") == ("Thank you, we will call you back. Goodbye.", "en")
    reply = Reply.objects.get()
    assert (reply.meaning, reply.seen_at) == ("call_back", None)
    assert Appointment.objects.get().status == "booked"


def test_a_call_back_asked_for_by_the_link_is_one_to_do_a_day() -> None:
    asked()
    message = Message.objects.get()
    assert not asked_for_call(message)
    assert [ask_for_call(message, now=NOW) for _ in range(2)] == [True, False]
    assert asked_for_call(message)
    assert Reply.objects.get().meaning == "call_back"


@pytest.mark.parametrize("channel", [Channel.SMS, Channel.VOICE])
def test_from_a_former_number_nothing_is_confirmed(channel: Channel) -> None:
    asked(channel)
    ContactPoint.objects.filter(value=phone(1)).update(value=phone(9))
    said = text("C") if channel is Channel.SMS else press("1")
    assert "confirmed" not in str(said)
    assert Appointment.objects.get().status == "booked"


def test_a_visit_the_patient_confirmed_is_told_apart() -> None:
    asked()
    text("C")
    visit = Appointment.objects.get()
    assert (visit.status, visit.confirmed_by_patient) == ("confirmed", True)


def test_a_caregiver_s_start_is_no_consent_of_the_patient() -> None:
    clinic = asked()
    patient = Appointment.objects.get().patient
    before = Consent.objects.filter(of_caregiver=False).count()
    clinic.contact(patient, ContactKind.MOBILE_PHONE, phone(5), Recipient.CAREGIVER)
    assert start_address(practice_id=clinic.practice.pk, address=phone(5), wording="START", now=NOW)
    assert Consent.objects.filter(of_caregiver=False).count() == before
    assert Consent.objects.get(of_caregiver=True).by == "the caregiver"


def guarantor(clinic: Clinic, number: str) -> Patient:
    patient = Appointment.objects.get().patient
    clinic.contact(patient, ContactKind.MOBILE_PHONE, number, Recipient.GUARANTOR)
    return patient


def test_a_guarantor_s_start_is_no_word_of_the_patient() -> None:
    clinic = asked()
    guarantor(clinic, phone(5))
    for number in (1, 5):
        stop_address(
            practice_id=clinic.practice.pk,
            address=phone(number),
            channels=[Channel.SMS],
            source="STOP",
            now=NOW - timedelta(days=20),
        )
    before = Consent.objects.count()

    start_address(practice_id=clinic.practice.pk, address=phone(5), wording="START", now=NOW)

    assert Consent.objects.count() == before
    standing = Suppression.objects.filter(lifted_at=None).values_list("address", flat=True)
    assert list(standing) == [phone(1)]  # the patient's own STOP stands


def test_a_patient_s_start_does_not_reach_the_guarantor_who_stopped() -> None:
    clinic = asked()
    patient = guarantor(clinic, phone(5))
    clinic.consent(patient, Channel.SMS, purpose=Purpose.BALANCE_ALERT)
    stop_address(
        practice_id=clinic.practice.pk,
        address=phone(5),
        channels=[Channel.SMS],
        source="STOP",
        now=NOW,
    )
    later = NOW + timedelta(days=1)
    start_address(practice_id=clinic.practice.pk, address=phone(1), wording="START", now=later)

    person = load_people([patient.pk], now=later)[patient.pk]
    facts = standing_of(
        person,
        purpose=Purpose.BALANCE_ALERT,
        channel=Channel.SMS,
        today=later.date(),
        has_sender=True,
    )
    assert facts.recipient is Recipient.GUARANTOR
    assert standing_objection(facts, now=later) is Objection.OPTED_OUT
