"""A caregiver's START on their own telephone frees theirs, not the patient's."""

from datetime import timedelta

from django.test import Client

from handbell.facts.models import Patient
from handbell.outbox.models import Message
from handbell.receipts.operations import start_address, stop_address
from handbell.vocabulary.words import Channel, ContactKind, Recipient
from tests.world import Clinic, phone


def test_the_patient_s_telephone_is_still_blocked(
    clinic: Clinic, text: Message, frank: Patient
) -> None:
    clinic.contact(frank, ContactKind.MOBILE_PHONE, phone(7), Recipient.CAREGIVER)
    stop_address(
        practice_id=clinic.practice.pk,
        address=text.address,
        channels=(Channel.SMS, Channel.VOICE),
        source="replied STOP",
        now=clinic.now - timedelta(minutes=5),
    )

    start_address(
        practice_id=clinic.practice.pk,
        address=phone(7),
        wording="START",
        now=clinic.now - timedelta(minutes=1),
    )

    page = Client().get(f"/v/{text.code}/preferences").content.decode()
    assert "text START to (202) 555-0199" in page
