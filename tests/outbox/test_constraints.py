"""The invariants that hold whoever writes: each by its name."""

import uuid

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from handbell.outbox.models import Attempt, Message, Sender
from handbell.vocabulary.words import Channel, MessageState
from tests.outbox.rows import put
from tests.world import Clinic

pytestmark = pytest.mark.django_db


@pytest.fixture
def clinic() -> Clinic:
    return Clinic()


@pytest.mark.parametrize(
    ("state", "columns", "constraint"),
    [
        ("queued", {"purpose": "marketing"}, "message_purpose_known"),
        ("queued", {"channel": "fax"}, "message_channel_known"),
        ("sent", {}, "message_state_known"),
        ("queued", {"objection": "because"}, "message_objection_known"),
        ("claimed", {"lease": None}, "message_claimed_has_lease"),
        ("claimed", {"lease_until": None}, "message_claimed_has_lease"),
        ("withheld", {"objection": ""}, "message_not_sent_has_reason"),
        ("cancelled", {"objection": ""}, "message_not_sent_has_reason"),
        ("expired", {"objection": ""}, "message_not_sent_has_reason"),
        ("claimed", {"address": ""}, "message_handed_over_has_address"),
        ("accepted", {"sender": None}, "message_handed_over_has_address"),
        ("delivered", {"address": ""}, "message_handed_over_has_address"),
        ("in_doubt", {"sender": None}, "message_handed_over_has_address"),
        ("queued", {"purpose": "appointment_reminder"}, "message_reminder_has_appointment"),
    ],
)
def test_a_message_that_makes_no_sense_is_refused(
    clinic: Clinic, state: MessageState, columns: dict[str, object], constraint: str
) -> None:
    put(clinic)
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        put(clinic, state, **columns)


@pytest.mark.parametrize(
    ("columns", "constraint"),
    [
        ({"rate_per_second": 0}, "sender_rate_positive"),
        ({"rate_per_second": -1}, "sender_rate_positive"),
        ({"burst": 0}, "sender_burst_positive"),
    ],
)
def test_a_sender_that_could_never_send_is_refused(
    clinic: Clinic, columns: dict[str, object], constraint: str
) -> None:
    with pytest.raises(IntegrityError, match=constraint):
        clinic.sender(Channel.SMS, **columns)


def test_a_sender_speaks_on_a_channel_we_know(clinic: Clinic) -> None:
    sender = clinic.sender(Channel.SMS)
    with pytest.raises(IntegrityError, match="sender_channel_known"):
        Sender.objects.filter(pk=sender.pk).update(channel="pigeon")


def test_one_touch_is_one_message(clinic: Clinic) -> None:
    first = put(clinic)
    with pytest.raises(IntegrityError, match="message_once_per_touch"), transaction.atomic():
        put(clinic, MessageState.CANCELLED, subject_id=first.subject_id)
    others: list[dict[str, object]] = [
        {"channel": "email"},
        {"recipient": "guardian"},
        {"step": "2026-11-17"},
    ]
    for other in others:
        put(clinic, MessageState.QUEUED, subject_id=first.subject_id, **other)
    put(clinic, subject_id=first.subject_id, subject_revision=2)
    put(Clinic(), subject_id=first.subject_id)
    assert Message.objects.count() == 6


def test_a_sender_is_known_once_in_a_practice(clinic: Clinic) -> None:
    clinic.sender(Channel.SMS)
    Clinic().sender(Channel.SMS)
    with pytest.raises(IntegrityError, match="sender_known_once"), transaction.atomic():
        clinic.sender(Channel.SMS)
    assert Sender.objects.count() == 2


def test_attempts_are_numbered_once(clinic: Clinic) -> None:
    message = put(clinic)
    assert message.sender is not None
    columns = {"message": message, "number": 1, "sender": message.sender, "text": "x"}
    Attempt.objects.create(**columns, claimed_at=timezone.now())
    with pytest.raises(IntegrityError, match="attempt_numbered_once"):
        Attempt.objects.create(**columns, claimed_at=timezone.now())


def test_every_link_has_a_code_nobody_else_has(clinic: Clinic) -> None:
    patient = clinic.patient()
    codes = {put(clinic, patient=patient).code for _ in range(50)}
    assert len(codes) == 50
    assert min(len(code) for code in codes) == 16
    with pytest.raises(IntegrityError, match="code"):
        put(clinic, patient=patient, code=codes.pop(), lease=uuid.uuid4())
