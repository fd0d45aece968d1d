"""The webhook views: what Django received, put into words for webhooks.py, and back."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from handbell.api import webhooks
from handbell.api.accounts import provider_accounts
from handbell.api.webhooks import Accounts, Answer, Posted

# Larger numbers than the columns hold were never in an address of ours.
MOST = {"message_id": 2**63 - 1, "attempt": 2**15 - 1}


def posted_from(request: HttpRequest) -> Posted:
    """Return the webhook with the address the provider signed: ours in public, not the proxy's."""
    query = f"?{request.META['QUERY_STRING']}" if request.META.get("QUERY_STRING") else ""
    pairs = [(name, value) for name, values in request.POST.lists() for value in values]
    return Posted(
        url=f"{settings.ENVIRONMENT.public_url}{request.path}{query}",
        pairs=[(name, str(value)) for name, value in pairs],
        signature=request.headers.get("X-Twilio-Signature", ""),
        settings_header=request.headers.get("X-Twilio-Webhooks-Signature-Settings"),
    )


def _view(act: Callable[..., Answer]) -> Callable[..., HttpResponse]:
    @csrf_exempt
    @require_POST
    def view(request: HttpRequest, **numbers: int) -> HttpResponse:
        if any(number > MOST[name] for name, number in numbers.items()):
            return HttpResponse(status=404)
        accounts: Accounts = provider_accounts(settings.ENVIRONMENT)
        answer = act(posted_from(request), accounts, **numbers, now=timezone.now())
        return HttpResponse(
            answer.twiml, status=answer.status, content_type="text/xml; charset=utf-8"
        )

    view.__doc__ = act.__doc__
    view.__name__ = act.__name__
    return view


sms_status = _view(webhooks.sms_status)
call_status = _view(webhooks.call_status)
call_answered = _view(webhooks.call_answered)
keys = _view(webhooks.keys)
inbound = _view(webhooks.inbound)
check = _view(webhooks.check)
