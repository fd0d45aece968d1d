"""Whose requests are believed? Only those signed by an account of ours, exactly as sent."""

import dataclasses
import json
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urlsplit

import pytest
from django.conf import settings
from django.test import RequestFactory
from pytest_django import Settings

from config.environment import TwilioAccount
from handbell.api.accounts import provider_accounts
from handbell.api.hooks import posted_from
from handbell.api.webhooks import signed_by
from handbell.facts.models import Appointment, Suppression
from handbell.outbox.models import Message
from handbell.receipts.models import ProviderEvent, Reply
from handbell.vocabulary.words import Channel
from tests.api.signed import FORM, Pairs, post, sign
from tests.handed import offer, ready
from tests.world import phone

FIRST = "form post"
DEFAULT_URI = "https://mycompany.com/myapp.php?foo=1&bar=2"
NAMES = [
    "form post",
    "form post, signed with :443",
    "http, port 1234",
    "http, signed with :80",
    "duplicate keys (sorted set of values)",
    "json body via bodySHA256",
    "independent (Elixir gist ryanwinchester)",
    "SharedKey HMAC_SHA256 (twilio-python >= 9.13)",
    "empty Body value",
    "emoji and reserved",
]


@pytest.fixture
def vectors(shared_data: Path) -> dict[str, Any]:
    text = (shared_data / "twilio" / "signature_vectors.json").read_text()
    found: dict[str, Any] = json.loads(text)
    return found


def account_of(token: str, settings: Settings, *, public_url: str) -> None:
    """Make this installation live at the address and speak with the account of the vectors."""
    settings.ENVIRONMENT = dataclasses.replace(
        settings.ENVIRONMENT,
        public_url=public_url,
        twilio=TwilioAccount("https://api.twilio.example", "AC" + "2" * 32, token),
    )


def believed(vector: dict[str, Any], pairs: Pairs, token: str, settings: Settings) -> str | None:
    parts = urlsplit(vector.get("uri", DEFAULT_URI))
    account_of(token, settings, public_url=f"{parts.scheme}://{parts.netloc}")
    headers = {"X-Twilio-Signature": vector["signature"]}
    if "algorithm" in vector:
        headers["X-Twilio-Webhooks-Signature-Settings"] = f"algorithm={vector['algorithm']}"
    body = vector.get("body") or urlencode(pairs)
    request = RequestFactory().post(
        f"{parts.path}?{parts.query}" if parts.query else parts.path,
        body,
        content_type="application/json" if "body" in vector else FORM,
        headers=headers,
    )
    return signed_by(posted_from(request), provider_accounts(settings.ENVIRONMENT))


@pytest.mark.parametrize("name", NAMES)
def test_the_vectors_through_what_django_received(
    name: str, vectors: dict[str, Any], settings: Settings
) -> None:
    by_name = {vector["name"]: vector for vector in vectors["vectors"]}
    assert list(by_name) == NAMES
    vector = by_name[name]
    params = vector.get("params", {})
    if isinstance(params, str):  # "as above", "as first"
        params = by_name[FIRST]["params"]
    pairs = [(key, value) for key, value in vector.get("params_list", params.items())]
    token = vectors["auth_token"]
    assert believed(vector, pairs, token, settings) == "twilio"
    assert believed(vector, pairs, "another token", settings) is None
    if "body" not in vector:  # our webhooks are forms: of a JSON body nothing is read at all
        assert believed(vector, [*pairs, ("More", "1")], token, settings) is None


PATHS = [
    "/hooks/twilio/sms-status/{id}/1",
    "/hooks/twilio/call-status/{id}/1",
    "/hooks/twilio/call-answered/{id}/1",
    "/hooks/twilio/keys/{id}/1",
    "/hooks/twilio/inbound",
]
FORM_OF_EVERYTHING = [
    ("MessageSid", "SM1"),
    ("MessageStatus", "delivered"),
    ("CallSid", "CA1"),
    ("CallStatus", "completed"),
    ("Digits", "9"),
    ("From", phone(1)),
    ("To", "+12025550199"),
    ("Body", "STOP"),
]


def nothing_happened() -> bool:
    rows = [ProviderEvent.objects.count(), Reply.objects.count(), Suppression.objects.count()]
    kept = set(Message.objects.values_list("state", flat=True)) == {"accepted"}
    return rows == [0, 0, 0] and kept and Appointment.objects.get().status == "booked"


@pytest.mark.django_db
@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("wrong", ["", "x", "é", "AAAAAAAAAAAAAAAAAAAAAAAAAAA=", "other token"])
def test_what_is_not_signed_is_forbidden_and_leaves_nothing(path: str, wrong: str) -> None:
    offer(ready(Channel.VOICE))
    path = path.format(id=Message.objects.get().pk)
    if wrong == "other token":
        url = f"{settings.ENVIRONMENT.public_url}{path}"
        wrong = sign(url, FORM_OF_EVERYTHING, token="somebody else's")
    answer = post(path, FORM_OF_EVERYTHING, signature=wrong)
    assert (answer.status_code, answer.content) == (403, b"")
    assert nothing_happened()


@pytest.mark.django_db
@pytest.mark.parametrize("path", PATHS)
def test_an_account_that_is_not_ours_is_not_believed_with_our_token(path: str) -> None:
    offer(ready(Channel.VOICE))
    path = path.format(id=Message.objects.get().pk)
    answer = post(path, [*FORM_OF_EVERYTHING, ("AccountSid", "AC" + "9" * 32)])
    assert answer.status_code == 403
    assert nothing_happened()


@pytest.mark.django_db
def test_a_signature_for_one_address_is_none_for_another() -> None:
    offer(ready())
    message = Message.objects.get()
    right = f"/hooks/twilio/sms-status/{message.pk}/1"
    token = provider_accounts(settings.ENVIRONMENT)["rehearsal"].auth_token
    signature = sign(f"{settings.ENVIRONMENT.public_url}{right}", FORM_OF_EVERYTHING, token=token)
    wrong = f"/hooks/twilio/sms-status/{message.pk + 1}/1"
    assert post(wrong, FORM_OF_EVERYTHING, signature=signature).status_code == 403
    assert post(right, FORM_OF_EVERYTHING, signature=signature).status_code == 204
