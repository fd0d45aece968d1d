"""Two practices that send as one number: who is meant, and what a STOP ends."""

import pytest

from handbell.channels.receipt import Inbound
from handbell.facts.models import Suppression
from handbell.receipts.models import Reply
from handbell.receipts.replies import receive_text
from handbell.vocabulary.words import Channel
from tests.world import MONDAY, Clinic, phone

pytestmark = pytest.mark.django_db


def test_a_stop_counts_for_every_practice_that_sends_as_the_number() -> None:
    first, second = Clinic(), Clinic()
    sender = first.sender(Channel.SMS)
    second.sender(Channel.SMS)
    second.patient(mobile=phone(1), consents=[Channel.SMS])

    answer = receive_text(
        Inbound("SM1", sender.address, phone(1), "STOP"), provider="rehearsal", now=MONDAY
    )

    assert answer is not None
    assert Reply.objects.get().practice == second.practice
    stopped = set(Suppression.objects.values_list("practice_id", "channel"))
    assert stopped == {
        (clinic.practice.pk, channel) for clinic in (first, second) for channel in ("sms", "voice")
    }
