"""The webhook views: what a provider posts, what is stored, what is answered."""

from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from django.conf import settings
from django.test import Client
from django.urls import get_resolver

from handbell.api.accounts import provider_accounts
from handbell.channels.addresses import ROUTES
from handbell.facts.models import Appointment, Suppression
from handbell.outbox.models import Attempt, Message
from handbell.receipts.intake import fold_new
from handbell.receipts.models import ProviderEvent, Reply
from handbell.vocabulary.words import Channel
from tests.api.signed import post
from tests.handed import TEN, offer, ready
from tests.world import at, phone

pytestmark = pytest.mark.django_db

OURS = "+12025550199"
PATHS = [
    f"/hooks/twilio/{route}".replace("<int:message_id>/<int:attempt>", "1/1")
    for route in ROUTES.values()
]


def status_path(kind: str = "sms-status") -> str:
    return f"/hooks/twilio/{kind}/{Message.objects.get().pk}/1"


def said(content: bytes) -> list[str]:
    response = ET.fromstring(content)
    assert response.tag == "Response"
    return [str(element.text) for element in response]


def inbound(body: str, *, sid: str = "SMin1", to: str = OURS) -> list[str]:
    pairs = [("MessageSid", sid), ("From", phone(1)), ("To", to), ("Body", body)]
    answer = post("/hooks/twilio/inbound", pairs)
    assert answer.status_code == 200
    assert answer["Content-Type"] == "text/xml; charset=utf-8"
    return said(answer.content)


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("method", ["get", "put", "delete", "head", "options"])
def test_only_posts_are_taken(path: str, method: str) -> None:
    answer = getattr(Client(), method)(path)
    assert answer.status_code == 405
    assert answer["Allow"] == "POST"


@pytest.mark.parametrize("path", PATHS)
def test_every_webhook_is_exempt_from_the_check_meant_for_browsers(path: str) -> None:
    assert getattr(get_resolver().resolve(path).func, "csrf_exempt", False)


def test_a_status_is_stored_once_and_folded() -> None:
    offer(ready())
    pairs = [("MessageSid", "SM1"), ("MessageStatus", "delivered"), ("To", phone(1))]
    for _ in range(3):
        answer = post(status_path(), pairs)
        assert (answer.status_code, answer.content) == (204, b"")
    event = ProviderEvent.objects.get()
    assert (event.provider, event.kind, event.attempt) == ("rehearsal", "receipt", 1)
    assert phone(1) not in str(event.payload)
    fold_new(now=TEN)
    assert Message.objects.get().state == "delivered"


def test_a_word_we_do_not_know_is_kept_and_changes_nothing() -> None:
    offer(ready())
    answer = post(status_path(), [("MessageSid", "SM1"), ("MessageStatus", "teleported")])
    assert answer.status_code == 204
    fold_new(now=TEN)
    assert Message.objects.get().state == "accepted"


@pytest.mark.parametrize("kind", ["sms-status", "call-status", "call-answered", "keys"])
def test_an_empty_form_and_an_unknown_message_break_nothing(kind: str) -> None:
    for path in (f"/hooks/twilio/{kind}/999999999/7", f"/hooks/twilio/{kind}/0/0"):
        assert post(path, []).status_code in {200, 204}


def test_a_stop_is_answered_once_whatever_is_delivered_twice() -> None:
    offer(ready())
    (words,) = inbound("STOP")
    assert words.startswith("Harbor PT: you are unsubscribed")
    assert inbound("STOP") == []
    assert inbound("stop!", sid="SMin2") == []
    assert Suppression.objects.count() == 2
    assert Reply.objects.count() == 2


def test_the_words_of_an_answer_are_escaped() -> None:
    clinic = ready()
    clinic.practice.name = "Smith & Sons <PT>"
    clinic.practice.save()
    (words,) = inbound("help")
    assert words.startswith("Smith & Sons <PT>: we text about")


def test_emoji_and_odd_signs_arrive_as_sent() -> None:
    offer(ready())
    sent = "Hello 👍 & é=+ %20\n\u200bbye"
    inbound(sent)
    assert Reply.objects.get().text == sent


def test_a_text_to_a_stranger_is_answered_with_nothing() -> None:
    ready()
    assert inbound("STOP", to="+12025550111") == []
    assert not Suppression.objects.exists()


def test_a_key_confirms_and_the_call_says_so() -> None:
    offer(ready(Channel.VOICE))
    Appointment.objects.update(starts_at=at(4, 14, month=12).replace(year=2099))
    answer = post(status_path("keys"), [("CallSid", "CA1"), ("Digits", "1")])
    assert said(answer.content)[0] == "Thank you, your appointment is confirmed. Goodbye."
    assert Appointment.objects.get().status == "confirmed"


def test_a_machine_that_answers_is_told_the_voicemail_and_a_provider_away_is_borne() -> None:
    offer(ready(Channel.VOICE))
    assert Attempt.objects.get().voicemail
    pairs = [("CallSid", "CA" + "1" * 32), ("AnsweredBy", "machine_end_beep")]
    assert post(status_path("call-answered"), pairs).status_code == 204
    assert ProviderEvent.objects.get().payload["answered_by"] == "machine_end_beep"


def test_the_rehearsal_account_is_believed_and_twilio_only_when_it_is_set_up() -> None:
    assert set(provider_accounts(settings.ENVIRONMENT)) == {"rehearsal"}
    assert Path(settings.ENVIRONMENT.home, "carrier_token.txt").stat().st_mode & 0o077 == 0


def test_a_stop_with_a_nul_in_it_is_a_stop() -> None:
    offer(ready())

    assert inbound("STOP\x00") != []
    assert Suppression.objects.filter(address=phone(1)).exists()
