"""A provider without credentials here costs its messages nothing, and goes on by itself."""

import pytest

from handbell.dispatch.accounts import NO_ACCOUNT, hold_without_account
from handbell.dispatch.candidates import senders_with_due
from handbell.dispatch.providers import Place
from handbell.outbox.models import Message, Sender
from handbell.vocabulary.words import Channel
from tests.handed import ready
from tests.world import at

pytestmark = pytest.mark.django_db

TEN = at(3, 10)
NOTHING_REAL: set[Place] = {("rehearsal", channel) for channel in Channel}
WITH_TWILIO: set[Place] = NOTHING_REAL | {("twilio", Channel.SMS)}


def test_a_sender_nobody_can_carry_for_pauses_and_says_why() -> None:
    ready(provider="twilio")
    hold_without_account(NOTHING_REAL)
    assert Sender.objects.get(channel="sms").paused_reason == NO_ACCOUNT
    assert senders_with_due(now=TEN) == []
    message = Message.objects.get()
    assert (message.state, message.attempts) == ("queued", 0)


def test_it_goes_on_by_itself_once_there_are_credentials() -> None:
    ready(provider="twilio")
    hold_without_account(NOTHING_REAL)
    hold_without_account(WITH_TWILIO)
    sender = Sender.objects.get(channel="sms")
    assert sender.paused_reason == ""
    assert senders_with_due(now=TEN) == [sender.pk]


def test_credentials_lift_no_pause_that_has_another_cause() -> None:
    ready(provider="twilio")
    Sender.objects.filter(channel="sms").update(paused_reason="twilio answered 20003")
    hold_without_account(NOTHING_REAL)
    hold_without_account(WITH_TWILIO)
    assert Sender.objects.get(channel="sms").paused_reason == "twilio answered 20003"


def test_the_rehearsal_carrier_needs_no_credentials() -> None:
    ready()
    hold_without_account(NOTHING_REAL)
    assert Sender.objects.exclude(paused_reason="").count() == 0
