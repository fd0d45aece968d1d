"""A carrier that begins to filter at noon: its script pauses, and so does the sender's breaker."""

from datetime import datetime, timedelta

import pytest

from handbell.channels.carrier import Carrier, Does
from handbell.channels.carrier.messages import Taken, take
from handbell.channels.carrier.records import Fate
from handbell.channels.gateway import SmsContent
from handbell.channels.receipt import ReceiptStatus
from handbell.outbox.models import Breaker, Message
from handbell.reputation.counting import count_new
from handbell.reputation.operations import judge_all
from handbell.scripts.models import ScriptPause
from handbell.vocabulary.words import MessageState
from tests.handed import hear, offer, ready, receipt
from tests.reputation.test_watching import sent_already
from tests.world import Clinic, at

pytestmark = pytest.mark.django_db

NOON = at(3, 12)
ANOTHER = "Harbor PT: we are closed tomorrow. Call (202) 555-0190 for a new appointment."


def leave(clinic: Clinic, carrier: Carrier, now: datetime) -> list[bool]:
    """Hand over what is due and hear what the carrier made of each: whether it arrived."""
    arrived = []
    for one in offer(clinic, now=now, size=6):
        assert isinstance(one.content, SmsContent)
        taken = Taken(sender=one.sender, number=one.to.value, body=one.content.text)
        text = take(carrier.board, taken, now=now)
        arrived.append(text.fate is not Fate.UNDELIVERED)
        status = ReceiptStatus.DELIVERED if arrived[-1] else ReceiptStatus.UNDELIVERED
        code = str(text.fate_code) if text.fate_code else None
        hear(receipt(Message.objects.get(pk=one.message_id), status, code), now=now)
    count_new(now=now + timedelta(minutes=1))
    judge_all(now=now + timedelta(minutes=1))
    return arrived


def test_what_a_carrier_filters_from_noon_on_pauses_its_script_and_the_sender() -> None:
    clinic, carrier = ready(patients=20), Carrier()
    sent_already(clinic, 100)
    assert leave(clinic, carrier, NOON - timedelta(hours=1)) == [True] * 6
    assert not ScriptPause.objects.exists()

    carrier.behave(Does.FILTERS)
    assert leave(clinic, carrier, NOON) == [True] + [False] * 5
    assert ScriptPause.objects.filter(lifted_at=None).count() == 1
    breaker = Breaker.objects.get()
    assert (breaker.state, breaker.signal, breaker.count) == ("paused", "filtered", 5)

    assert leave(clinic, carrier, NOON + timedelta(minutes=2)) == []
    waiting = Message.objects.filter(state=MessageState.QUEUED)
    assert waiting.count() == 8
    another = Taken(sender="+12025550199", number="+12025550123", body=ANOTHER)
    assert take(carrier.board, another, now=NOON).fate is Fate.DELIVERED
