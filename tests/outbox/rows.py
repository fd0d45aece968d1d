"""Rows of the outbox for tests, made without a planner: any state, any reason."""

import uuid
from datetime import timedelta
from itertools import count

from handbell.facts.models import Change
from handbell.outbox.models import Message, Sender
from handbell.outbox.operations import NewMessage
from handbell.vocabulary.words import Channel, MessageState
from tests.world import Clinic, at, phone

DUE = at(3, 10)
_subjects = count(1)


def put(clinic: Clinic, state: MessageState = MessageState.QUEUED, **columns: object) -> Message:
    """Put a balance alert into the outbox in any state, with all that the state asks for."""
    patient = columns.pop("patient", None) or clinic.patient(mobile=phone(1))
    Change.objects.all().delete()  # nothing waits to be planned
    sender = Sender.objects.filter(practice=clinic.practice).first() or clinic.sender(Channel.SMS)
    values: dict[str, object] = {
        "practice": clinic.practice,
        "purpose": "balance_alert",
        "channel": "sms",
        "patient": patient,
        "subject_id": next(_subjects),
        "step": "2026-11-03",
        "recipient": "patient",
        "address": phone(1),
        "sender": sender,
        "priority": 20,
        "planned_for": DUE,
        "due_at": DUE,
        "useful_until": DUE + timedelta(days=2),
        "state": state,
        "objection": "paid" if state in {"withheld", "cancelled", "expired"} else "",
        "lease": uuid.uuid4(),
        "lease_until": DUE,
        "changed_at": DUE,
        "created_at": DUE,
    }
    return Message.objects.create(**(values | columns))


def new(message: Message, **changes: object) -> NewMessage:
    """Return what would enqueue a message like this one."""
    values: dict[str, object] = {
        name: getattr(message, name)
        for name in NewMessage.__dataclass_fields__
        if hasattr(message, name)
    }
    return NewMessage(**(values | changes))  # type: ignore[arg-type]
