"""What does Twilio tell us of a call we placed? Pure; raises nothing.

The forms must have passed `is_signed` first.
"""

from collections.abc import Mapping
from typing import Final

from handbell.channels.receipt import KeyPress, Receipt, ReceiptStatus
from handbell.channels.twilio.signature import is_signed
from handbell.channels.voice.twilio.twiml import FAX

__all__ = ["STATUSES", "is_signed", "read_answered", "read_keys", "read_status", "status_of"]

STATUSES: Final[Mapping[str, ReceiptStatus]] = {
    "queued": ReceiptStatus.PENDING,
    "initiated": ReceiptStatus.PENDING,
    "ringing": ReceiptStatus.SENT,
    "answered": ReceiptStatus.SENT,
    "in-progress": ReceiptStatus.SENT,
    "completed": ReceiptStatus.DELIVERED,
    "busy": ReceiptStatus.UNDELIVERED,
    "no-answer": ReceiptStatus.UNDELIVERED,
    "failed": ReceiptStatus.UNDELIVERED,
    "canceled": ReceiptStatus.UNDELIVERED,
}


def status_of(word: str) -> ReceiptStatus:
    """Return what Twilio's word means; UNKNOWN for one this version does not know."""
    return STATUSES.get(word, ReceiptStatus.UNKNOWN)


def read_status(form: Mapping[str, str], *, message_id: int, attempt: int) -> Receipt:
    """Return the receipt in a call's status callback; the two numbers come from its address."""
    sid, word = form.get("CallSid", ""), form.get("CallStatus", "")
    answered_by = form.get("AnsweredBy") or None
    status, code = status_of(word), None
    if word == "completed" and answered_by == FAX:
        status, code = ReceiptStatus.UNDELIVERED, FAX
    elif status is ReceiptStatus.UNDELIVERED:
        code = _why(form, word)
    return Receipt(
        message_id=message_id,
        attempt=attempt,
        key=f"{sid}:{word}:{code or ''}",
        provider_id=sid,
        status=status,
        code=code,
        answered_by=answered_by,
        provider_word=word,
        seconds=_seconds(form),
    )


def read_answered(form: Mapping[str, str], *, message_id: int, attempt: int) -> Receipt:
    """Return who answered, as asynchronous detection says while the call goes on."""
    sid, answered_by = form.get("CallSid", ""), form.get("AnsweredBy", "")
    return Receipt(
        message_id=message_id,
        attempt=attempt,
        key=f"{sid}:answered-by:{answered_by}",
        provider_id=sid,
        status=ReceiptStatus.SENT,
        answered_by=answered_by or None,
        provider_word="answered",
    )


def read_keys(form: Mapping[str, str], *, message_id: int, attempt: int) -> KeyPress:
    """Return the keys pressed. One script asks once, so a call has one such event per key."""
    sid, digits = form.get("CallSid", ""), form.get("Digits", "")
    return KeyPress(
        message_id=message_id,
        attempt=attempt,
        key=f"{sid}:keys:{digits}",
        provider_id=sid,
        digits=digits,
    )


def _seconds(form: Mapping[str, str]) -> int | None:
    """Return how long the call lasted; Twilio says so when it has ended."""
    told = form.get("CallDuration", "")
    return int(told) if told.isascii() and told.isdigit() and len(told) < 6 else None


def _why(form: Mapping[str, str], word: str) -> str:
    """Return the most exact code the form gives: Twilio's own, the network's, or the word."""
    sip = form.get("SipResponseCode", "")
    if error := form.get("ErrorCode"):
        return error
    return f"sip-{sip}" if word == "failed" and sip else word
