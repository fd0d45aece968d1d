"""The webhook of mail providers: verified, put into one set of words by django-anymail, acted on.

Everything that is posted here knows the secret in the address (`user:password@`, sent as Basic
authentication). What Amazon SNS posts must be signed by it as well, and what others post where
they sign and their key is set.
"""

from collections.abc import Iterable, Mapping
from typing import Any, Final

import structlog
from anymail.exceptions import AnymailError, AnymailWebhookValidationFailure
from anymail.utils import get_request_basic_auth
from anymail.webhooks.amazon_ses import AmazonSESTrackingWebhookView
from anymail.webhooks.base import AnymailBaseWebhookView, AnymailCoreWebhookView
from anymail.webhooks.brevo import BrevoTrackingWebhookView
from anymail.webhooks.mailgun import MailgunTrackingWebhookView
from anymail.webhooks.mailjet import MailjetTrackingWebhookView
from anymail.webhooks.mailtrap import MailtrapTrackingWebhookView
from anymail.webhooks.mandrill import MandrillCombinedWebhookView
from anymail.webhooks.postal import PostalTrackingWebhookView
from anymail.webhooks.postmark import PostmarkTrackingWebhookView
from anymail.webhooks.resend import ResendTrackingWebhookView
from anymail.webhooks.sendgrid import SendGridTrackingWebhookView
from anymail.webhooks.sparkpost import SparkPostTrackingWebhookView
from django.conf import settings
from django.http import HttpRequest, HttpResponse, QueryDict
from django.utils import timezone
from django.utils.crypto import constant_time_compare
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from config.environment import secret
from handbell.api.mailproof import KEYS, check_proof
from handbell.channels.email.esp.newer import word_of
from handbell.channels.email.esp.receipt import Told
from handbell.channels.email.esp.signature import Unproven
from handbell.receipts.mailevents import receive_event

log = structlog.get_logger()


class _AmazonSes(AmazonSESTrackingWebhookView):  # type: ignore[misc]  # it has no types
    """SES's view without Amazon's own library, which it would only confirm subscriptions with."""

    def __init__(self, **kwargs: str) -> None:
        AnymailBaseWebhookView.__init__(self, **kwargs)

    def auto_confirm_sns_subscription(self, sns_message: object) -> None:
        """Leave it to `mailproof.confirm_subscription`."""


VIEWS: Final[Mapping[str, type[AnymailCoreWebhookView]]] = {
    "amazon_ses": _AmazonSes,
    "brevo": BrevoTrackingWebhookView,
    "mailgun": MailgunTrackingWebhookView,
    "mailjet": MailjetTrackingWebhookView,
    "mailtrap": MailtrapTrackingWebhookView,
    "mandrill": MandrillCombinedWebhookView,
    "postal": PostalTrackingWebhookView,
    "postmark": PostmarkTrackingWebhookView,
    "resend": ResendTrackingWebhookView,
    "sendgrid": SendGridTrackingWebhookView,
    "sparkpost": SparkPostTrackingWebhookView,
}

#: These views cannot be made without one, whether or not signatures are checked.
_NEED_A_KEY: Final = frozenset({"mailgun", "postal"})
_NO_KEY: Final = "unset"


@csrf_exempt
@require_http_methods(["POST", "HEAD"])
def mail_events(request: HttpRequest, esp: str) -> HttpResponse:
    """Take the events a mail provider posts; some ask by HEAD first whether anybody is there."""
    if esp not in VIEWS:
        return HttpResponse(status=404)
    if request.method == "HEAD":
        return HttpResponse()
    if not _knows_the_secret(request):
        # SNS sends the secret only after it was asked for it.
        refused = HttpResponse(status=401)
        refused["WWW-Authenticate"] = 'Basic realm="Handbell"'
        return refused
    key = settings.ENVIRONMENT.mail_webhook_keys.get(esp)
    try:
        check_proof(request, esp, key=key)
        events = read_events(request, esp, key=key)
    except Unproven as why:
        return _not_taken(esp, str(why))
    except AnymailWebhookValidationFailure:
        return _not_taken(esp, "its signature is missing, or of another key than is set here")
    except OSError as error:  # Amazon's certificate could not be had now: SNS posts again
        log.error("mail.no_certificate", esp=esp, error=type(error).__name__)
        return HttpResponse(status=503)
    except (AnymailError, ValueError, KeyError, TypeError, AttributeError) as error:
        log.error("mail.unreadable_event", esp=esp, error=type(error).__name__)
        return HttpResponse(status=400)
    for told in events:
        receive_event(told, now=timezone.now())
    return HttpResponse(status=204)


def _not_taken(esp: str, why: str) -> HttpResponse:
    """Refuse, and say why: whoever sets a provider up reads it in the provider's list of tries."""
    log.error("mail.unproven", esp=esp, why=why)
    return HttpResponse(f"Not taken: {why}.\n", status=403, content_type="text/plain")


def _knows_the_secret(request: HttpRequest) -> bool:
    given = str(get_request_basic_auth(request) or "")
    wanted = secret(settings.ENVIRONMENT, "mail_webhook_secret")
    return constant_time_compare(given.partition(":")[2], wanted)


def read_events(request: HttpRequest, esp: str, *, key: str | None) -> list[Told]:
    """Return what was posted; with a key, only if it is signed with it."""
    options: dict[str, Any] = {"webhook_secret": "handbell:checked-already"}
    if esp in KEYS and (key or esp in _NEED_A_KEY):
        options[KEYS[esp]] = key or _NO_KEY
    view = VIEWS[esp](**options)
    if key and esp in KEYS:
        view.basic_auth = []  # it is checked already
        view.run_validators(request)
    return _told(esp, view.parse_events(request))


def _told(esp: str, events: Iterable[Any]) -> list[Told]:
    return [
        Told(
            esp=esp,
            event_type=word_of(esp, str(event.event_type or ""), _mapping(event.esp_event)),
            reject_reason=str(getattr(event, "reject_reason", None) or ""),
            response=str(getattr(event, "mta_response", None) or ""),
            description=str(getattr(event, "description", None) or ""),
            provider_id=str(getattr(event, "message_id", None) or ""),
            event_id=str(event.event_id or ""),
            raw=_mapping(event.esp_event),
        )
        for event in events
    ]


def _mapping(raw: object) -> Mapping[str, Any]:
    if isinstance(raw, QueryDict):
        return raw.dict()
    return raw if isinstance(raw, Mapping) else {}
