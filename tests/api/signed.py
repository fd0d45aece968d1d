"""Posts a webhook as a provider does: signed with the account's token, from outside."""

import base64
import hashlib
import hmac
from collections.abc import Sequence
from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpResponse
from django.test import Client

from handbell.dispatch.providers import rehearsal_account

Pairs = Sequence[tuple[str, str]]
FORM = "application/x-www-form-urlencoded"


def sign(url: str, pairs: Pairs, *, token: str) -> str:
    """Return X-Twilio-Signature, written from Twilio's own description of it."""
    text = url + "".join(name + value for name, value in sorted(set(pairs)))
    digest = hmac.new(token.encode(), text.encode(), hashlib.sha1).digest()
    return base64.b64encode(digest).decode()


def post(path: str, pairs: Pairs, *, signature: str | None = None) -> HttpResponse:
    """Post the form; signed by the rehearsal account unless a signature is given."""
    token = rehearsal_account(settings.ENVIRONMENT).auth_token
    url = f"{settings.ENVIRONMENT.public_url}{path}"
    given = sign(url, pairs, token=token) if signature is None else signature
    answer: HttpResponse = Client(enforce_csrf_checks=True).post(  # type: ignore[assignment]
        path, urlencode(pairs), content_type=FORM, headers={"X-Twilio-Signature": given}
    )
    return answer
