"""Vonage's webhooks: only what is signed counts; a STOP is obeyed and confirmed by a text."""

import json
from dataclasses import replace
from typing import Any

import pytest
from django.conf import settings
from django.test import Client

from config.environment import VonageAccount
from handbell.api import vonagehooks
from handbell.channels.gateway import HandOver
from handbell.channels.sms.vonage.receipt import signature_of
from handbell.facts.models import Suppression
from handbell.outbox.models import Message
from handbell.receipts.intake import fold_new
from handbell.receipts.models import ProviderEvent, Reply
from handbell.vocabulary.words import Channel, MessageState
from tests.handed import TEN, offer, ready
from tests.world import phone

pytestmark = pytest.mark.django_db

ACCOUNT = VonageAccount("http://127.0.0.1:9", "abcd1234", "secret-1", "signing-1", "sha256")


@pytest.fixture(autouse=True)
def configured(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings, "ENVIRONMENT", replace(settings.ENVIRONMENT, vonage=ACCOUNT))


@pytest.fixture
def answered(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    said: list[str] = []

    async def answer(_: VonageAccount, *, sender: str, to: str, text: str) -> None:
        said.append(text)

    monkeypatch.setattr(vonagehooks, "_answer", answer)
    return said


def post(path: str, form: dict[str, str], *, secret: str = "signing-1", **how: Any) -> int:
    signed = form | {"sig": signature_of(form, secret=secret, method="sha256")}
    client = Client(enforce_csrf_checks=True)
    if how:
        return int(client.post(f"/hooks/vonage/{path}", json.dumps(signed), **how).status_code)
    return int(client.post(f"/hooks/vonage/{path}", signed).status_code)


def handed() -> HandOver:
    (message,) = offer(ready(Channel.SMS, provider="vonage"))
    return message


@pytest.mark.parametrize("how", [{}, {"content_type": "application/json"}])
def test_a_delivery_report_ends_the_message(how: dict[str, str]) -> None:
    message = handed()
    assert message.callback_url == "https://handbell.example/hooks/vonage"
    report = {"messageId": "0A1", "status": "failed", "err-code": "3", "client-ref": "1.1"}

    assert post(f"sms-status/{message.message_id}/1", report, **how) == 204
    fold_new(now=TEN)

    assert Message.objects.get().state == MessageState.UNDELIVERED
    assert set(Suppression.objects.values_list("channel", "kind")) == {
        ("sms", "unreachable"),
        ("voice", "unreachable"),
    }


def test_a_stop_is_obeyed_and_confirmed_once_by_a_text(answered: list[str]) -> None:
    handed()
    texted = {
        "messageId": "0B1", "msisdn": phone(1).removeprefix("+"), "to": "12025550199",
        "text": "stop",
    }  # fmt: skip

    assert [post("inbound", texted), post("inbound", texted)] == [204, 204]

    assert Reply.objects.get().meaning == "stop"
    assert len(answered) == 1
    assert Suppression.objects.filter(kind="opted_out").count() == 2


def test_what_is_not_signed_by_vonage_is_refused(answered: list[str]) -> None:
    report = {"messageId": "0A1", "status": "delivered"}
    assert post("sms-status/1/1", report, secret="guessed") == 403
    assert post("inbound", {"text": "STOP"}, secret="") == 403
    assert Client().post("/hooks/vonage/inbound", "[]", "application/json").status_code == 403
    assert not ProviderEvent.objects.exists()
    assert answered == []
