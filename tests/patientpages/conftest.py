"""What the tests of the patients' pages share."""

from datetime import UTC, datetime, timedelta

import pytest

from handbell.facts.models import Patient
from handbell.outbox.models import Message
from handbell.vocabulary.words import Channel, MessageState
from tests.console.desk import message
from tests.world import Clinic


@pytest.fixture
def clinic(db: None) -> Clinic:
    """Return a clinic whose clock is the real one: the pages ask what is still ahead."""
    return Clinic(now=datetime.now(UTC))


@pytest.fixture
def reminder(clinic: Clinic) -> Message:
    """Return a reminder that arrived, of a visit in two days."""
    patient = clinic.patient("Alex", last_name="Quillfeather", mobile="+12025550123")
    visit = clinic.visit(patient, clinic.now + timedelta(days=2))
    return message(clinic, patient, visit=visit, state=MessageState.DELIVERED)


@pytest.fixture
def frank(clinic: Clinic) -> Patient:
    """Return somebody who is reminded by text, and could be by call and e-mail."""
    clinic.senders()
    return clinic.patient(
        "Frank", mobile="+12025550123", email="frank@mailbox.example", consents=[Channel.SMS]
    )


@pytest.fixture
def text(clinic: Clinic, frank: Patient) -> Message:
    return message(clinic, frank, state=MessageState.DELIVERED)
