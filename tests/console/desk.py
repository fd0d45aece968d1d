"""A front desk for tests: staff, and messages in every state, written straight to the tables."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import count

from django.test import Client

from handbell.access.models import StaffMember
from handbell.facts.models import Appointment, Patient
from handbell.outbox.models import Attempt, Message, Sender
from handbell.vocabulary.words import (
    Channel,
    MessageState,
    Objection,
    PermissionLevel,
    Purpose,
    Recipient,
)
from tests.world import Clinic

_numbers: Iterator[int] = count(1)

HANDED_OVER = {
    MessageState.CLAIMED,
    MessageState.ACCEPTED,
    MessageState.DELIVERED,
    MessageState.UNDELIVERED,
    MessageState.IN_DOUBT,
}
NEEDS_REASON = {MessageState.WITHHELD, MessageState.CANCELLED, MessageState.EXPIRED}


def staff(
    clinic: Clinic,
    level: PermissionLevel = PermissionLevel.FRONT_DESK,
    *,
    password: str | None = None,
    **columns: object,
) -> StaffMember:
    """Return somebody who works there; without a password, because hashing one takes time."""
    member = StaffMember.objects.create_user(
        practice=clinic.practice,
        email=f"staff{next(_numbers)}@harborpt.example",
        name="Robin Desk",
        level=level,
        password=password,
    )
    StaffMember.objects.filter(pk=member.pk).update(**columns)
    member.refresh_from_db()
    return member


def signed_in(member: StaffMember) -> Client:
    """Return a browser in which the staff member is signed in."""
    client = Client()
    client.force_login(member)
    return client


def message(
    clinic: Clinic,
    patient: Patient,
    *,
    state: MessageState = MessageState.QUEUED,
    objection: Objection | None = None,
    due_at: datetime | None = None,
    visit: Appointment | None = None,
    purpose: Purpose = Purpose.APPOINTMENT_REMINDER,
    channel: Channel = Channel.SMS,
    **columns: object,
) -> Message:
    """Return a message in any state, with what the constraints ask of that state."""
    due = due_at or clinic.now
    if visit is None and purpose is Purpose.APPOINTMENT_REMINDER:
        visit = clinic.visit(patient, due + timedelta(days=1))
    if objection is None and state in NEEDS_REASON:
        objection = Objection.NO_CONSENT
    values: dict[str, object] = {
        "subject_id": visit.pk if visit else patient.pk,
        "subject_revision": visit.revision if visit else next(_numbers),
        "step": f"step{next(_numbers)}",
        "recipient": Recipient.PATIENT,
        "address": "frank@mailbox.example" if channel is Channel.EMAIL else "+12025550123",
        "sender": _sender(clinic, channel),
        "priority": 10,
        "planned_for": due,
        "due_at": due,
        "useful_until": due + timedelta(days=1),
        "handed_over_at": due if state in HANDED_OVER else None,
        "changed_at": due,
        "created_at": due - timedelta(hours=1),
    }
    if state is MessageState.CLAIMED:
        values |= {"lease": "00000000-0000-4000-8000-000000000001", "lease_until": due}
    return Message.objects.create(
        practice=clinic.practice,
        purpose=purpose,
        channel=channel,
        patient=patient,
        appointment=visit,
        state=state,
        objection=objection or "",
        **(values | columns),
    )


def attempt(
    of: Message, text: str, *, number: int = 1, outcome: str = "accepted", **columns: object
) -> Attempt:
    """Return one try of a message."""
    assert of.sender is not None
    values: dict[str, object] = {"settled_at": of.due_at, "segments": 1}
    return Attempt.objects.create(
        message=of,
        number=number,
        sender=of.sender,
        text=text,
        claimed_at=of.due_at,
        outcome=outcome,
        **(values | columns),
    )


def _sender(clinic: Clinic, channel: Channel) -> Sender:
    found = Sender.objects.filter(practice=clinic.practice, channel=channel).first()
    return found or clinic.sender(channel)
