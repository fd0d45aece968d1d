"""Words of mail providers that django-anymail does not know yet, or puts too coarsely. Pure.

A word here stands until the library has it.
"""

from collections.abc import Mapping
from typing import Any, Final

UNKNOWN: Final = "unknown"

#: Said by somebody's mail program, and no complaint (RFC 5965; SES's complaintFeedbackType).
NO_COMPLAINT: Final = "no_complaint"
_NO_COMPLAINTS: Final = frozenset({"not-spam", "auth-failure"})

_NEWER: Final[Mapping[tuple[str, str], str]] = {
    ("amazon_ses", "DeliveryDelay"): "deferred",
    ("brevo", "unsubscribed"): "unsubscribed",
    ("mandrill", "delivered"): "delivered",
    ("resend", "email.failed"): "failed",
    ("resend", "email.received"): "inbound",
    ("resend", "email.scheduled"): "queued",
    ("resend", "email.suppressed"): "rejected",
}


def word_of(esp: str, known_as: str, raw: Mapping[str, Any]) -> str:
    """Return django-anymail's word for an event, or the one it would have."""
    if esp == "amazon_ses":
        return _of_ses(known_as, raw)
    if known_as != UNKNOWN:
        return known_as
    own = str(raw.get("event") or raw.get("type") or "")
    return _NEWER.get((esp, own), UNKNOWN)


def _of_ses(known_as: str, raw: Mapping[str, Any]) -> str:
    own = str(raw.get("eventType") or raw.get("notificationType") or "")
    if own == "Complaint":
        kind = _inside(raw, "complaint").get("complaintFeedbackType")
        return NO_COMPLAINT if kind in _NO_COMPLAINTS else known_as
    if own == "Subscription":
        wishes = _inside(_inside(raw, "subscription"), "newTopicPreferences")
        return "unsubscribed" if wishes.get("unsubscribeAll") else "subscribed"
    return _NEWER.get(("amazon_ses", own), known_as)


def _inside(raw: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    found = raw.get(name)
    return found if isinstance(found, Mapping) else {}
