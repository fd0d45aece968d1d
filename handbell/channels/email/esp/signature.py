"""Did a mail provider sign what was posted? Those signatures that django-anymail does not check.

Amazon SNS signs with a certificate it names; Resend, as svix does, with a secret.
"""

import base64
import binascii
import hashlib
import hmac
import re
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any, Final

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa

#: Only from there is a certificate taken, or a subscription confirmed.
CERTIFICATE: Final = re.compile(r"https://sns\.[a-z0-9-]+\.amazonaws\.com(\.cn)?/[\w-]+\.pem")
SUBSCRIPTION: Final = re.compile(r"https://sns\.[a-z0-9-]+\.amazonaws\.com(\.cn)?/\?\S+")

_NOTIFICATION: Final = ("Message", "MessageId", "Subject", "Timestamp", "TopicArn", "Type")
_OTHER: Final = ("Message", "MessageId", "SubscribeURL", "Timestamp", "Token", "TopicArn", "Type")
_HASHES: Final[Mapping[str, type[hashes.SHA1 | hashes.SHA256]]] = {
    "1": hashes.SHA1,
    "2": hashes.SHA256,
}
#: So old or so far ahead may a signed request be (svix): who listened in cannot post it again.
_TOLERANCE: Final = timedelta(minutes=5)


class Unproven(Exception):
    """Nothing proves that the provider sent it; `str()` says what is missing, in our own words."""


def check_sns(
    posted: Mapping[str, Any],
    *,
    certificate_at: Callable[[str], bytes],
    topic: str | None,
    now: datetime,
) -> None:
    """Raise Unproven unless SNS signed the message, and for this topic if one is named."""
    address = str(posted.get("SigningCertURL", posted.get("SigningCertUrl", "")))
    if "Signature" not in posted or not address:
        raise Unproven("it is not signed by SNS: turn raw message delivery off")
    if topic and posted.get("TopicArn") != topic:
        raise Unproven("it comes from another SNS topic than HANDBELL_MAIL_WEBHOOK_KEYS names")
    if CERTIFICATE.fullmatch(address) is None:
        raise Unproven("its certificate is not at sns.REGION.amazonaws.com")
    method = _HASHES.get(str(posted.get("SignatureVersion", "1")))
    if method is None:
        raise Unproven("its SNS signature is of a version Handbell does not know")
    key = _key_of(certificate_at(address), now)
    try:
        signature = base64.b64decode(str(posted["Signature"]), validate=True)
        key.verify(signature, _signed_text(posted), padding.PKCS1v15(), method())
    except (binascii.Error, InvalidSignature):
        raise Unproven("its SNS signature is wrong") from None


def check_svix(body: bytes, headers: Mapping[str, str], *, secret: str, now: datetime) -> None:
    """Raise Unproven unless svix signed the request with this secret, and lately."""
    name, moment = headers.get("svix-id", ""), headers.get("svix-timestamp", "")
    given = headers.get("svix-signature", "")
    if not name or not moment.isdecimal() or not given:
        raise Unproven("it is not signed: the svix-... headers are missing")
    if abs(now.timestamp() - int(moment)) > _TOLERANCE.total_seconds():
        raise Unproven("it was signed more than five minutes ago, or the clocks differ")
    try:
        key = base64.b64decode(secret.removeprefix("whsec_"), validate=True)
    except binascii.Error:
        raise Unproven("its key in HANDBELL_MAIL_WEBHOOK_KEYS is not a whsec_... key") from None
    proof = hmac.new(key, f"{name}.{moment}.".encode() + body, hashlib.sha256).digest()
    wanted = f"v1,{base64.b64encode(proof).decode()}".encode()
    if not any(hmac.compare_digest(each.encode(), wanted) for each in given.split()):
        raise Unproven("its signature is wrong: it was signed with another key")


def _signed_text(posted: Mapping[str, Any]) -> bytes:
    """Return what SNS signs: some fields, each a line with its name and a line with its value."""
    names = _NOTIFICATION if posted.get("Type") == "Notification" else _OTHER
    return "".join(f"{name}\n{posted[name]}\n" for name in names if name in posted).encode()


def _key_of(pem: bytes, now: datetime) -> rsa.RSAPublicKey:
    try:
        certificate = x509.load_pem_x509_certificate(pem)
    except ValueError:
        raise Unproven("what is at its certificate's address is no certificate") from None
    if not certificate.not_valid_before_utc <= now <= certificate.not_valid_after_utc:
        raise Unproven("its certificate is not valid now")
    key = certificate.public_key()
    if not isinstance(key, rsa.RSAPublicKey):
        raise Unproven("its certificate has no RSA key")
    return key
