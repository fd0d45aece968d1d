"""Vonage's webhooks: delivery reports and texts sent to us, verified and acted on."""

import asyncio
import json
from collections.abc import Mapping

import structlog
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from config.environment import VonageAccount
from handbell.channels.gateway import Accepted
from handbell.channels.sms.vonage.client import VonageSms
from handbell.channels.sms.vonage.receipt import is_signed, read_inbound, read_status
from handbell.dispatch.providers import VONAGE
from handbell.receipts.intake import append_receipt
from handbell.receipts.replies import receive_text

log = structlog.get_logger()


@csrf_exempt
@require_POST
def sms_status(request: HttpRequest, message_id: int, attempt: int) -> HttpResponse:
    """Append what became of a text."""
    signed = _signed(request)
    if signed is None:
        return HttpResponse(status=403)
    _, form = signed
    receipt = read_status(form, message_id=message_id, attempt=attempt)
    append_receipt(receipt, provider=VONAGE, now=timezone.now())
    return HttpResponse(status=204)


@csrf_exempt
@require_POST
def inbound(request: HttpRequest) -> HttpResponse:
    """Act on a text somebody sent us, and answer it by a text, if it needs an answer."""
    signed = _signed(request)
    if signed is None:
        return HttpResponse(status=403)
    account, form = signed
    said = read_inbound(form)
    answer = receive_text(said, provider=VONAGE, now=timezone.now())
    if answer:
        asyncio.run(_answer(account, sender=said.sender, to=said.address, text=answer))
    return HttpResponse(status=204)


async def _answer(account: VonageAccount, *, sender: str, to: str, text: str) -> None:
    gateway = VonageSms(account, timeout_seconds=5.0)
    try:
        outcome = await gateway.answer(sender=sender, to=to, text=text)
    finally:
        await gateway.close()
    if not isinstance(outcome, Accepted):
        log.error("reply.not_sent", provider=VONAGE, outcome=type(outcome).__name__)


def _signed(request: HttpRequest) -> tuple[VonageAccount, Mapping[str, str]] | None:
    """Return our account and what was posted, if it is signed with the account's secret."""
    account = settings.ENVIRONMENT.vonage
    form = _form_of(request)
    if account is None or form is None:
        return None
    signed = is_signed(form, secret=account.signature_secret, method=account.signature_method)
    return (account, form) if signed else None


def _form_of(request: HttpRequest) -> Mapping[str, str] | None:
    """Return the fields: Vonage posts a form or JSON, as the account is set."""
    if request.content_type != "application/json":
        return request.POST.dict()
    try:
        posted = json.loads(request.body)
    except ValueError:
        return None
    if not isinstance(posted, dict):
        return None
    return {str(name): str(value) for name, value in posted.items()}
