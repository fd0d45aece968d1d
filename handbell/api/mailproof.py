"""Who proves by a signature that a mail provider posted, and what is still to be set for it?"""

import json
import urllib.request
from collections.abc import Iterable, Mapping
from functools import lru_cache
from http.client import HTTPMessage
from typing import IO, Any, Final

import structlog
from django.http import HttpRequest
from django.utils import timezone

from config.environment import Environment
from handbell.channels.email.esp.signature import SUBSCRIPTION, check_sns, check_svix
from handbell.vocabulary.checks import Check, Light, Said, check

log = structlog.get_logger()

SES: Final = "amazon_ses"
RESEND: Final = "resend"

#: What django-anymail calls the key a provider signs with.
KEYS: Final[Mapping[str, str]] = {
    "mailgun": "webhook_signing_key",
    "mandrill": "webhook_key",
    "postal": "webhook_key",
    "sendgrid": "tracking_webhook_verification_key",
    "mailtrap": "tracking_secret",
}
#: All that sign. SNS needs no key of ours, since its certificate is Amazon's; its topic is named.
SIGNING: Final = frozenset({*KEYS, RESEND, SES})

#: Whose mail server it is tells who posts what became of the mail.
_HOSTS: Final[Mapping[str, str]] = {
    "amazonaws.com": SES,
    "brevo.com": "brevo",
    "sendinblue.com": "brevo",
    "mailgun.org": "mailgun",
    "mailjet.com": "mailjet",
    "mailtrap.io": "mailtrap",
    "mandrillapp.com": "mandrill",
    "postmarkapp.com": "postmark",
    "resend.com": RESEND,
    "sendgrid.net": "sendgrid",
    "sparkpostmail.com": "sparkpost",
}
_LARGEST_CERTIFICATE: Final = 65_536

_STRANGE: Final[Said] = (
    Light.RED,
    "HANDBELL_MAIL_WEBHOOK_KEYS names %(names)s, whose signature is not known here",
    "name only these: %(known)s",
)
_NO_TOPIC: Final[Said] = (
    Light.AMBER,
    "Amazon's signature is checked, and anybody's SNS topic has one: only the secret in the"
    " address tells yours apart",
    "add amazon_ses=ARN-OF-THE-TOPIC to HANDBELL_MAIL_WEBHOOK_KEYS",
)
_NO_KEY: Final[Said] = (
    Light.AMBER,
    "%(name)s signs what it posts, and only the secret in the address is checked",
    "add %(name)s=KEY to HANDBELL_MAIL_WEBHOOK_KEYS",
)
_CHECKED: Final[Said] = (Light.GREEN, "checked for %(names)s", "")
_SIGNS_NOTHING: Final[Said] = (
    Light.GREEN,
    "%(names)s signs nothing; the secret in the address is checked",
    "",
)
_NOBODY: Final[Said] = (Light.GREEN, "no mail provider that posts is configured", "")


def check_proof(request: HttpRequest, esp: str, *, key: str | None) -> None:
    """Raise Unproven where a provider signs by its certificate or our key, and this is not it."""
    now = timezone.now()
    if esp == SES:
        posted = json.loads(request.body)
        found = posted if isinstance(posted, dict) else {}
        check_sns(found, certificate_at=certificate_at, topic=key, now=now)
        confirm_subscription(found)
    elif esp == RESEND and key:
        check_svix(request.body, request.headers, secret=key, now=now)


@lru_cache(maxsize=32)
def certificate_at(address: str) -> bytes:
    """Return what is at the address of a certificate, which was seen to be Amazon's."""
    return fetch(address)


def confirm_subscription(posted: Mapping[str, Any]) -> None:
    """Follow SNS's link once: the way an address says that it wants what is posted to it."""
    address = str(posted.get("SubscribeURL", ""))
    if posted.get("Type") == "SubscriptionConfirmation" and SUBSCRIPTION.fullmatch(address):
        fetch(address)
        log.info("mail.sns_confirmed")


def fetch(address: str) -> bytes:
    """Return what is at an https address of Amazon's, and nowhere it may send us on to."""
    with _opener.open(address, timeout=5.0) as answer:
        return bytes(answer.read(_LARGEST_CERTIFICATE))


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(
        self,
        req: urllib.request.Request,
        fp: IO[bytes],
        code: int,
        msg: str,
        headers: HTTPMessage,
        newurl: str,
    ) -> None:
        """Follow nothing: the answer is an error."""


_opener = urllib.request.build_opener(_NoRedirect)


def proof_check(environment: Environment) -> Check:
    """Say whether what the mail provider in use posts is proven by a signature."""
    keys, used = environment.mail_webhook_keys, _in_use(environment)
    if strange := sorted(set(keys) - SIGNING):
        return check("signature", _STRANGE, names=", ".join(strange), known=_listed(SIGNING))
    if bare := [esp for esp in used if esp in SIGNING and esp not in keys]:
        return check("signature", _NO_TOPIC if bare[0] == SES else _NO_KEY, name=bare[0])
    if keys:
        return check("signature", _CHECKED, names=_listed(keys))
    return check("signature", _SIGNS_NOTHING if used else _NOBODY, names=_listed(used))


def _listed(names: Iterable[str]) -> str:
    return ", ".join(sorted(names))


def _in_use(environment: Environment) -> list[str]:
    host = environment.smtp.host.lower() if environment.smtp is not None else ""
    used = [esp for domain, esp in _HOSTS.items() if f".{host}".endswith(f".{domain}")]
    return sorted({*used, *([SES] if environment.ses is not None else [])})
