"""What mail providers post: real payloads folded rightly, and only with the secret."""

import base64
import hashlib
import hmac
import json
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from django.conf import settings
from django.http import HttpRequest
from django.test import Client, RequestFactory

from config.environment import secret
from handbell.api.mailhooks import read_events
from handbell.channels.email.esp.receipt import CONTENT, ON_THEIR_LIST, Told
from handbell.channels.email.smtp.codes import rule_for
from handbell.channels.receipt import ReceiptStatus
from handbell.facts.models import Suppression
from handbell.outbox.models import Message
from handbell.receipts.intake import fold_new
from handbell.receipts.models import ProviderEvent
from handbell.vocabulary.words import Channel, MessageState
from tests.channels.conftest import shared
from tests.handed import TEN, mailbox, name_of, offer, ready

ESPS = ("amazon_ses", "brevo", "mailgun", "mailjet", "mailtrap", "mandrill", "postal", "postmark",
        "resend", "sendgrid")  # fmt: skip

#: What becomes of a message by django-anymail's word for the event.
EXPECTED: dict[str, object] = {
    "queued": ReceiptStatus.PENDING,
    "deferred": ReceiptStatus.PENDING,
    "sent": ReceiptStatus.SENT,
    "delivered": ReceiptStatus.DELIVERED,
    "bounced": ReceiptStatus.UNDELIVERED,
    "rejected": ReceiptStatus.UNDELIVERED,
    "failed": ReceiptStatus.UNDELIVERED,
    "complained": "complains",
    "unsubscribed": "wants no more",
}


def what(told: Told) -> object:
    if told.complains:
        return "complains"
    return "wants no more" if told.wants_no_more else told.status


def unwrapped(value: Any) -> Any:
    """Return a payload as the provider posts it; some are noted with what they were made by."""
    if isinstance(value, dict):
        if "__json__" in value:
            return json.dumps(unwrapped(value["__json__"]))
        return {name: unwrapped(one) for name, one in value.items() if name != "__signed_by__"}
    return [unwrapped(one) for one in value] if isinstance(value, list) else value


def request_of(esp: str, payload: Any) -> HttpRequest:
    post = RequestFactory().post
    if esp == "amazon_ses" and "Type" not in payload:
        note = {"Type": "Notification", "MessageId": "1", "TopicArn": "arn:aws:sns:us-east-1:1:t"}
        payload = note | {"Message": json.dumps(payload)}
    if esp == "mandrill":
        return post("/", {"mandrill_events": json.dumps(payload)})
    if esp == "mailgun" and isinstance(payload, dict) and "event-data" not in payload:
        return post("/", {"timestamp": "1461261330", "token": "t", "signature": "s"} | payload)
    return post("/", json.dumps(payload), content_type="application/json")


def cases() -> Iterator[tuple[str, str, Any, dict[str, Any]]]:
    for esp in ESPS:
        for case in json.loads(shared("esp_webhooks", f"{esp}.json").read_text()):
            expected = case["expect"].get("event.event_type")
            if case["raw"] and expected:
                payload = next(iter(case["raw"][0].values()))
                yield esp, case["test"], unwrapped(payload), case["expect"]


def test_every_real_event_is_folded_rightly() -> None:
    wrong, seen = [], 0
    for esp, name, payload, expected in cases():
        told = read_events(request_of(esp, payload), esp, key=None)[-1]
        seen += 1
        word = expected["event.event_type"]
        if (told.event_type, what(told)) != (word, EXPECTED.get(word)):
            wrong.append(name)
        if (told.code is not None) is not (told.status is ReceiptStatus.UNDELIVERED):
            wrong.append(name)
        if told.code and rule_for(told.code, sender="").source.startswith("none"):
            wrong.append(f"{name}: {told.code}")
    assert wrong == []
    assert seen >= 85


@pytest.mark.parametrize(
    ("esp", "test", "code"),
    [
        ("postmark", "test_bounce_event", "5.1.1"),
        ("sendgrid", "test_bounce_event", "5.1.1"),
        ("amazon_ses", "test_bounce_event", "5.1.1"),
        ("amazon_ses", "test_multiple_bounce_event", "hard-bounce"),
        ("amazon_ses", "test_rendering_failure_event", CONTENT),
        ("brevo", "test_hard_bounce", "hard-bounce"),
        ("brevo", "test_soft_bounce_event", "soft-bounce"),
        ("brevo", "test_invalid_email", "5.1.3"),
        ("mailgun", "test_failed_permanent_event", "5.1.1"),
        ("mailgun", "test_dropped_bounce", ON_THEIR_LIST),
        ("mailjet", "test_bounce_event", "hard-bounce"),
        ("resend", "test_hard_bounced_event", "hard-bounce"),
        ("resend", "test_suppressed_event", ON_THEIR_LIST),
        ("sendgrid", "test_dropped_unsubscribed_event", ON_THEIR_LIST),
    ],
)
def test_why_it_did_not_arrive(esp: str, test: str, code: str) -> None:
    (payload,) = [payload for one, name, payload, _ in cases()
                  if one == esp and name.endswith(f".{test}")]  # fmt: skip
    assert read_events(request_of(esp, payload), esp, key=None)[-1].code == code


OURS = "hb.41.0123456789abcdef"


def mailgun(reason: str, message: str = "") -> dict[str, Any]:
    return {
        "signature": {"timestamp": "1", "token": "t", "signature": "s"},
        "event-data": {
            "id": "i", "timestamp": 1800000000.1, "event": "failed", "severity": "permanent",
            "reason": reason, "recipient": "pat@patients.example",
            "message": {"headers": {"message-id": f"{OURS}@harborpt.example"}},
            "delivery-status": {"code": 550, "message": message, "description": ""},
        },
    }  # fmt: skip


def ses(kind: str, **more: Any) -> dict[str, Any]:
    mail = {
        "messageId": "0100", "destination": ["pat@patients.example"],
        "timestamp": "2026-11-03T15:00:00Z", "tags": {"handbell": [OURS]}, "headers": [],
    }  # fmt: skip
    return {"eventType": kind, "mail": mail, **more}


def ses_bounce(kind: str, why: str) -> dict[str, Any]:
    who = [{"emailAddress": "pat@patients.example"}]
    told = {"bounceType": kind, "bounceSubType": why, "bouncedRecipients": who, "feedbackId": "f"}
    return ses("Bounce", bounce={**told, "timestamp": "2026-11-03T15:00:01Z"})


def ses_complaint(kind: str) -> dict[str, Any]:
    who = [{"emailAddress": "pat@patients.example"}]
    told = {"complainedRecipients": who, "complaintFeedbackType": kind, "feedbackId": "f"}
    return ses("Complaint", complaint={**told, "timestamp": "2026-11-03T15:00:01Z"})


def sparkpost(number: str, words: str) -> list[dict[str, Any]]:
    event = {
        "type": "bounce", "event_id": "9", "timestamp": "1800000000", "message_id": "m",
        "rcpt_to": "pat@patients.example", "rcpt_meta": {"handbell": OURS},
        "bounce_class": number, "raw_reason": words,
    }  # fmt: skip
    return [{"msys": {"message_event": event}}]


def resend(word: str, **more: Any) -> dict[str, Any]:
    data = {"email_id": "1", "to": ["pat@patients.example"], "tags": {"handbell": OURS}, **more}
    return {"type": word, "created_at": "2026-11-03T15:00:00Z", "data": data}


def sendgrid(**more: Any) -> list[dict[str, Any]]:
    return [{"email": "pat@patients.example", "timestamp": 1800000000, "sg_message_id": "m",
             "handbell": OURS, **more}]  # fmt: skip


DELAY = {"delayType": "MailboxFull", "timestamp": "2026-11-03T15:00:01Z", "delayedRecipients": []}
PREFERENCES = {"newTopicPreferences": {"unsubscribeAll": True}, "contactList": "c"}


@pytest.mark.parametrize(
    ("esp", "payload", "meant", "code"),
    [
        ("resend", resend("email.suppressed"), ReceiptStatus.UNDELIVERED, ON_THEIR_LIST),
        ("resend", resend("email.failed"), ReceiptStatus.UNDELIVERED, CONTENT),
        ("resend", resend("email.scheduled"), ReceiptStatus.PENDING, None),
        ("brevo", {"event": "unsubscribed", "handbell": OURS}, "wants no more", None),
        ("amazon_ses", ses("DeliveryDelay", deliveryDelay=DELAY), ReceiptStatus.PENDING, None),
        ("amazon_ses", ses("Subscription", subscription=PREFERENCES), "wants no more", None),
        ("amazon_ses", ses_complaint("abuse"), "complains", None),
        ("amazon_ses", ses_complaint("not-spam"), None, None),
        ("amazon_ses", ses_complaint("auth-failure"), None, None),
        (
            "amazon_ses", ses_bounce("Permanent", "OnAccountSuppressionList"),
            ReceiptStatus.UNDELIVERED, ON_THEIR_LIST,
        ),
        (
            "amazon_ses", ses_bounce("Transient", "General"),
            ReceiptStatus.UNDELIVERED, "soft-bounce",
        ),
        ("mailgun", mailgun("suppress-complaint"), ReceiptStatus.UNDELIVERED, ON_THEIR_LIST),
        ("mailgun", mailgun("old", "Too old"), ReceiptStatus.UNDELIVERED, "4.4.7"),
        (
            "amazon_ses", ses("Reject", reject={"reason": "Bad content"}),
            ReceiptStatus.UNDELIVERED, CONTENT,
        ),
        (
            "sendgrid", sendgrid(event="dropped", reason="Invalid SMTPAPI header"),
            ReceiptStatus.UNDELIVERED, CONTENT,
        ),
        ("mailgun", mailgun("espblock", "blocked"), ReceiptStatus.UNDELIVERED, "5.7.1"),
        (
            "sendgrid",
            sendgrid(event="bounce", type="blocked", reason="550 5.7.1 blocked", status="5.7.1"),
            ReceiptStatus.UNDELIVERED, "5.7.1",
        ),
        ("sparkpost", sparkpost("20", "timeout"), ReceiptStatus.UNDELIVERED, "soft-bounce"),
        ("sparkpost", sparkpost("51", "550 blocked"), ReceiptStatus.UNDELIVERED, "5.7.1"),
        ("sparkpost", sparkpost("30", "rejected"), ReceiptStatus.UNDELIVERED, "hard-bounce"),
    ],
)  # fmt: skip
def test_events_of_newer_kinds(esp: str, payload: Any, meant: object, code: str | None) -> None:
    (told,) = read_events(request_of(esp, payload), esp, key=None)
    assert told.is_known
    assert (what(told), told.code) == (meant, code)
    assert told.ours is not None


def post(esp: str, payload: Any, *, password: str | None = None, **extra: Any) -> int:
    known = secret(settings.ENVIRONMENT, "mail_webhook_secret") if password is None else password
    basic = base64.b64encode(f"handbell:{known}".encode()).decode()
    client = Client(enforce_csrf_checks=True)
    answer = client.post(f"/hooks/mail/{esp}", json.dumps(payload), "application/json",
                         headers={"Authorization": f"Basic {basic}"}, **extra)  # fmt: skip
    return int(answer.status_code)


@pytest.mark.django_db
class TestTheAddress:
    def bounced(self, **more: Any) -> dict[str, Any]:
        (message,) = offer(ready(Channel.EMAIL, provider="smtp"))
        name = name_of(message).partition("@")[0]
        return {
            "RecordType": "Bounce", "Type": "HardBounce", "ID": 42, "MessageID": "pm-1",
            "Details": "smtp;550 5.1.1 no such user", "Email": mailbox(1),
            "BouncedAt": "2026-11-03T15:00:00Z", "Metadata": {"handbell": name}, **more,
        }  # fmt: skip

    def test_a_bounce_ends_the_message_and_a_replay_changes_nothing(self) -> None:
        payload = self.bounced()
        assert [post("postmark", payload), post("postmark", payload)] == [204, 204]
        fold_new(now=TEN)

        assert ProviderEvent.objects.count() == 1
        assert Message.objects.get().state == MessageState.UNDELIVERED
        assert list(Suppression.objects.values_list("kind", flat=True)) == ["hard_bounce"]

    def test_a_complaint_suppresses_the_address(self) -> None:
        payload = self.bounced(RecordType="SpamComplaint", Type="SpamComplaint")
        assert post("postmark", payload) == 204
        assert list(Suppression.objects.values_list("kind", flat=True)) == ["complaint"]

    def test_an_unsubscription_stops_e_mail_at_once(self) -> None:
        payload = self.bounced(
            RecordType="SubscriptionChange", SuppressSending=True,
            SuppressionReason="ManualSuppression",
        )  # fmt: skip
        assert post("postmark", payload) == 204
        assert list(Suppression.objects.values_list("kind", "channel")) == [("opted_out", "email")]

    def test_a_message_is_found_by_the_providers_own_name(self) -> None:
        payload = self.bounced(Metadata={})
        Message.objects.get().tries.update(provider_id="pm-1")
        assert post("postmark", payload) == 204
        assert ProviderEvent.objects.count() == 1

    def test_what_is_not_ours_is_taken_and_left_alone(self) -> None:
        assert post("postmark", self.bounced(Metadata={})) == 204
        assert post("postmark", self.bounced(Metadata={"handbell": "hb.1." + "0" * 16})) == 204
        assert not ProviderEvent.objects.exists()

    def test_without_the_secret_nothing_is_believed(self) -> None:
        assert post("postmark", self.bounced(), password="guessed") == 401
        assert Client().post("/hooks/mail/postmark", {}).status_code == 401
        assert not ProviderEvent.objects.exists()

    def test_a_signature_is_checked_where_its_key_is_set(self, monkeypatch: Any) -> None:
        keyed = replace(settings.ENVIRONMENT, mail_webhook_keys={"mailgun": "key-1"})
        monkeypatch.setattr(settings, "ENVIRONMENT", keyed)
        proof = hmac.new(b"key-1", b"1534108637" + b"token", hashlib.sha256).hexdigest()
        signature = {"timestamp": "1534108637", "token": "token", "signature": proof}
        event = {"event": "delivered", "message": {"headers": {"message-id": "x@y"}}}

        assert post("mailgun", {"signature": signature, "event-data": event}) == 204
        forged = signature | {"signature": "0" * 64}
        assert post("mailgun", {"signature": forged, "event-data": event}) == 403

    def test_others_are_not_found_and_nonsense_is_refused(self) -> None:
        assert post("nobody", {}) == 404
        assert post("postmark", ["nonsense"]) == 400
        assert Client().head("/hooks/mail/mandrill").status_code == 200


def test_what_patients_read_is_not_watched() -> None:
    told = Told("postmark", "opened", provider_id="pm-1")
    assert told.status is None
    assert told.is_known
    assert rule_for("soft-bounce", sender="").suppress_after == 3
