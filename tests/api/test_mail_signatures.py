"""What Amazon SNS and Resend post counts only as they signed it."""

import base64
import hashlib
import hmac
import json
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from django.conf import settings
from django.test import Client

from config.environment import SesAccount, SmtpAccount, secret
from handbell.api import mailproof
from handbell.channels.email.esp.signature import Unproven, check_svix
from handbell.vocabulary.checks import Light

pytestmark = pytest.mark.django_db

ADDRESS = "https://sns.us-east-1.amazonaws.com/SimpleNotificationService-0123abcd.pem"
TOPIC = "arn:aws:sns:us-east-1:123456789012:handbell"
KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)
NOTIFICATION = ("Message", "MessageId", "Subject", "Timestamp", "TopicArn", "Type")
SUBSCRIPTION = (
    "Message", "MessageId", "SubscribeURL", "Timestamp", "Token", "TopicArn", "Type",
)  # fmt: skip


def certificate(*, valid_until: datetime | None = None) -> bytes:
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "sns.amazonaws.com")])
    now = datetime.now(UTC)
    built = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(KEY.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=30))
        .not_valid_after(valid_until or now + timedelta(days=30))
        .sign(KEY, hashes.SHA256())
    )
    return built.public_bytes(serialization.Encoding.PEM)


@pytest.fixture(autouse=True)
def amazon(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Answer for Amazon; return what was fetched."""
    fetched: list[str] = []

    def fetch(address: str) -> bytes:
        fetched.append(address)
        return certificate()

    monkeypatch.setattr(mailproof, "fetch", fetch)
    mailproof.certificate_at.cache_clear()
    return fetched


def keyed(monkeypatch: pytest.MonkeyPatch, **keys: str) -> None:
    changed = replace(settings.ENVIRONMENT, mail_webhook_keys=keys)
    monkeypatch.setattr(settings, "ENVIRONMENT", changed)


def note(*, version: str = "1", **more: str) -> dict[str, str]:
    """Return a notification as SNS signs it."""
    event = {"eventType": "Delivery", "mail": {"messageId": "1", "destination": ["a@b.example"]}}
    event["delivery"] = {"recipients": ["a@b.example"], "timestamp": "2026-11-03T15:00:00Z"}
    posted = {
        "Type": "Notification", "MessageId": "22b80b92", "TopicArn": TOPIC,
        "Message": json.dumps(event), "Timestamp": "2026-11-03T15:00:01.000Z",
        "SignatureVersion": version, "SigningCertURL": ADDRESS, **more,
    }  # fmt: skip
    names = NOTIFICATION if posted["Type"] == "Notification" else SUBSCRIPTION
    text = "".join(f"{name}\n{posted[name]}\n" for name in names if name in posted).encode()
    method = hashes.SHA1() if version == "1" else hashes.SHA256()
    signature = KEY.sign(text, padding.PKCS1v15(), method)
    return posted | {"Signature": base64.b64encode(signature).decode()}


def post(esp: str, body: Any, **headers: str) -> tuple[int, str]:
    known = secret(settings.ENVIRONMENT, "mail_webhook_secret")
    basic = base64.b64encode(f"handbell:{known}".encode()).decode()
    text = body if isinstance(body, str) else json.dumps(body)
    answer = Client().post(f"/hooks/mail/{esp}", text, "application/json",
                           headers={"Authorization": f"Basic {basic}", **headers})  # fmt: skip
    return answer.status_code, answer.content.decode()


@pytest.mark.parametrize("version", ["1", "2"])
@pytest.mark.parametrize("subject", [{}, {"Subject": "Amazon SES"}])
def test_what_sns_signed_is_taken_and_its_certificate_fetched_once(
    amazon: list[str], version: str, subject: dict[str, str]
) -> None:
    for _ in range(2):
        assert post("amazon_ses", note(version=version, **subject)) == (204, "")
    assert amazon == [ADDRESS]


Change = Callable[[dict[str, str]], object]


@pytest.mark.parametrize(
    ("change", "why"),
    [
        (lambda posted: posted.pop("Signature"), "it is not signed by SNS"),
        (lambda posted: posted.update(Message="{}"), "its SNS signature is wrong"),
        (lambda posted: posted.update(Signature="nonsense"), "its SNS signature is wrong"),
        (lambda posted: posted.update(SignatureVersion="3"), "of a version"),
        (
            lambda posted: posted.update(SigningCertURL="https://sns.example/x.pem"),
            "its certificate is not at",
        ),
        (
            lambda posted: posted.update(
                SigningCertURL="https://sns.us-east-1.amazonaws.com.evil.example/x.pem"
            ),
            "its certificate is not at",
        ),
        (
            lambda posted: posted.update(SigningCertURL=ADDRESS.replace("https", "http")),
            "its certificate is not at",
        ),
    ],
)
def test_what_sns_did_not_sign_is_refused_and_says_why(change: Change, why: str) -> None:
    posted = note()
    change(posted)
    status, said = post("amazon_ses", posted)
    assert status == 403
    assert why in said


def test_a_raw_event_has_no_signature_and_is_refused() -> None:
    status, said = post("amazon_ses", json.loads(note()["Message"]))
    assert status == 403
    assert "turn raw message delivery off" in said


def test_a_certificate_that_is_over_or_cannot_be_had(monkeypatch: pytest.MonkeyPatch) -> None:
    over = certificate(valid_until=datetime.now(UTC) - timedelta(days=1))
    monkeypatch.setattr(mailproof, "fetch", lambda _: over)
    assert "not valid now" in post("amazon_ses", note())[1]
    mailproof.certificate_at.cache_clear()

    def unreachable(_: str) -> bytes:
        raise TimeoutError

    monkeypatch.setattr(mailproof, "fetch", unreachable)
    assert post("amazon_ses", note())[0] == 503  # SNS posts it again


def test_where_the_topic_is_named_no_other_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    keyed(monkeypatch, amazon_ses=TOPIC)
    assert post("amazon_ses", note())[0] == 204
    status, said = post("amazon_ses", note(TopicArn=f"{TOPIC}-of-somebody-else"))
    assert status == 403
    assert "another SNS topic" in said


def test_a_subscription_is_confirmed_only_when_it_is_signed(amazon: list[str]) -> None:
    link = "https://sns.us-east-1.amazonaws.com/?Action=ConfirmSubscription&Token=2336"
    more = {"Type": "SubscriptionConfirmation", "Token": "2336", "SubscribeURL": link}
    forged = note(**more) | {"Token": "0000"}
    assert post("amazon_ses", forged)[0] == 403
    assert link not in amazon
    assert post("amazon_ses", note(**more))[0] == 204
    assert amazon[-1] == link


SVIX_KEY = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"


def resend_headers(body: str, *, moment: int | None = None, key: str = SVIX_KEY) -> dict[str, str]:
    at = str(int(time.time()) if moment is None else moment)
    known = base64.b64decode(key.removeprefix("whsec_"))
    proof = hmac.new(known, f"msg_1.{at}.{body}".encode(), hashlib.sha256).digest()
    signature = f"v1,{'A' * 43}= v1,{base64.b64encode(proof).decode()}"
    return {"svix-id": "msg_1", "svix-timestamp": at, "svix-signature": signature}


def test_resend_is_believed_by_its_signature(monkeypatch: pytest.MonkeyPatch) -> None:
    keyed(monkeypatch, resend=SVIX_KEY)
    body = json.dumps({"type": "email.delivered", "created_at": "2026-11-03T15:00:00Z",
                       "data": {"email_id": "1", "to": ["a@b.example"]}})  # fmt: skip
    assert post("resend", body, **resend_headers(body))[0] == 204
    assert "it is not signed" in post("resend", body)[1]
    assert "another key" in post("resend", f"{body} ", **resend_headers(body))[1]
    other = resend_headers(body, key="whsec_" + base64.b64encode(b"another").decode())
    assert post("resend", body, **other)[0] == 403
    old = resend_headers(body, moment=int(time.time()) - 600)
    assert "five minutes" in post("resend", body, **old)[1]


def test_the_signature_is_the_one_of_svixs_own_documentation() -> None:
    headers = {
        "svix-id": "msg_p5jXN8AQM9LWM0D4loKWxJek",
        "svix-timestamp": "1614265330",
        "svix-signature": "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
    }
    at = datetime.fromtimestamp(1614265330, UTC)
    check_svix(b'{"test": 2432232314}', headers, secret=SVIX_KEY, now=at)
    with pytest.raises(Unproven):
        check_svix(b'{"test": 2432232315}', headers, secret=SVIX_KEY, now=at)


@pytest.mark.parametrize(
    ("changed", "light", "said"),
    [
        ({}, Light.GREEN, "no mail provider"),
        ({"ses": SesAccount("", "us-east-1", "k", "s")}, Light.AMBER, "tells yours apart"),
        (
            {
                "ses": SesAccount("", "us-east-1", "k", "s"),
                "mail_webhook_keys": {"amazon_ses": TOPIC},
            },
            Light.GREEN,
            "checked for amazon_ses",
        ),
        ({"smtp": SmtpAccount("smtp.resend.com", 587, "", "")}, Light.AMBER, "resend signs"),
        ({"smtp": SmtpAccount("smtp.postmarkapp.com", 587, "", "")}, Light.GREEN, "signs nothing"),
        ({"mail_webhook_keys": {"sendgird": "k"}}, Light.RED, "names sendgird"),
    ],
)
def test_the_doctor_says_whose_signature_is_not_checked(
    changed: dict[str, Any], light: Light, said: str
) -> None:
    found = mailproof.proof_check(replace(settings.ENVIRONMENT, **changed))
    assert found.light is light
    assert said in found.text
