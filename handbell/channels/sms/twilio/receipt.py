"""What does Twilio tell us of a text we sent, or of one sent to us? Pure; raises nothing.

The forms must have passed `is_signed` first.
"""

from collections.abc import Mapping
from typing import Final

from handbell.channels.receipt import Inbound, Receipt, ReceiptStatus
from handbell.channels.twilio.signature import is_signed

__all__ = ["STATUSES", "is_signed", "read_inbound", "read_status", "status_of"]

STATUSES: Final[Mapping[str, ReceiptStatus]] = {
    "accepted": ReceiptStatus.PENDING,
    "scheduled": ReceiptStatus.PENDING,
    "queued": ReceiptStatus.PENDING,
    "sending": ReceiptStatus.PENDING,
    "sent": ReceiptStatus.SENT,
    "partially_delivered": ReceiptStatus.SENT,  # some segments arrived; the last word is to come
    "delivered": ReceiptStatus.DELIVERED,
    "read": ReceiptStatus.DELIVERED,
    "undelivered": ReceiptStatus.UNDELIVERED,
    "failed": ReceiptStatus.UNDELIVERED,
    "canceled": ReceiptStatus.UNDELIVERED,
}


def status_of(word: str) -> ReceiptStatus:
    """Return what Twilio's word means; UNKNOWN for one this version does not know."""
    return STATUSES.get(word, ReceiptStatus.UNKNOWN)


def read_status(form: Mapping[str, str], *, message_id: int, attempt: int) -> Receipt:
    """Return the receipt in a status callback; the two numbers come from its address."""
    sid = form.get("MessageSid") or form.get("SmsSid") or ""
    word = form.get("MessageStatus") or form.get("SmsStatus") or ""
    status, code = status_of(word), form.get("ErrorCode") or None
    if status is ReceiptStatus.UNDELIVERED and code is None:
        code = word  # the table of codes has the final words too
    return Receipt(
        message_id=message_id,
        attempt=attempt,
        key=f"{sid}:{word}:{code or ''}",
        provider_id=sid,
        status=status,
        code=code,
        provider_word=word,
    )


def read_inbound(form: Mapping[str, str]) -> Inbound:
    """Return the text somebody sent. `OptOutType` is there when Twilio already answered it."""
    return Inbound(
        key=form.get("MessageSid") or form.get("SmsSid") or "",
        sender=form.get("To", ""),
        address=form.get("From", ""),
        text=form.get("Body", ""),
        taken_as=form.get("OptOutType") or None,
    )
