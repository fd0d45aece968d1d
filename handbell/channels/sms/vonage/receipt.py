"""What does Vonage tell us of a text we sent, or of one sent to us? Pure; raises nothing.

The forms must have passed `is_signed` first: a hash over all fields in order and a secret of the
account, by the method the account is set to (plain MD5 where nobody chose a better one).
"""

import hashlib
import hmac
from collections.abc import Mapping
from typing import Final

from handbell.channels.receipt import Inbound, Receipt, ReceiptStatus

METHODS: Final = ("md5hash", "md5", "sha1", "sha256", "sha512")

STATUSES: Final[Mapping[str, ReceiptStatus]] = {
    "accepted": ReceiptStatus.SENT,
    "buffered": ReceiptStatus.PENDING,
    "submitted": ReceiptStatus.SENT,
    "delivered": ReceiptStatus.DELIVERED,
    "expired": ReceiptStatus.UNDELIVERED,
    "failed": ReceiptStatus.UNDELIVERED,
    "rejected": ReceiptStatus.UNDELIVERED,
    "deleted": ReceiptStatus.UNDELIVERED,
    # The carrier reports no fate: it is as sent as it will ever be.
    "unknown": ReceiptStatus.SENT,
}


def is_signed(form: Mapping[str, str], *, secret: str, method: str) -> bool:
    """Whether somebody who holds the secret signed these fields."""
    given = form.get("sig", "").lower().encode("utf-8", "replace")
    if not secret or not given or method not in METHODS:
        return False
    return hmac.compare_digest(signature_of(form, secret=secret, method=method).encode(), given)


def signature_of(form: Mapping[str, str], *, secret: str, method: str) -> str:
    """Return the signature of the fields, in small letters; `sig` is not one of them."""
    text = "".join(
        f"&{name}={value.replace('&', '_').replace('=', '_')}"
        for name, value in sorted(form.items())
        if name != "sig"
    ).encode("utf-8", "surrogatepass")
    if method == "md5hash":
        # Vonage's choice; whoever can, chooses sha256 at their account and here.
        return hashlib.md5(text + secret.encode()).hexdigest()  # noqa: S324
    return hmac.new(secret.encode(), text, method).hexdigest()


def status_of(word: str) -> ReceiptStatus:
    """Return what Vonage's word means; UNKNOWN for one this version does not know."""
    return STATUSES.get(word.lower(), ReceiptStatus.UNKNOWN)


def read_status(form: Mapping[str, str], *, message_id: int, attempt: int) -> Receipt:
    """Return the receipt in a delivery report; the two numbers come from its address."""
    word = form.get("status", "").lower()
    status = status_of(word)
    code = None
    if status is ReceiptStatus.UNDELIVERED:
        number = form.get("err-code", "")
        unexplained = (
            {"0", "1"} if word == "expired" else {"0"}
        )  # the word says more than "unknown"
        code = f"dlr-{number}" if number.isdecimal() and number not in unexplained else word
    name = form.get("messageId", "")[:64]
    return Receipt(
        message_id=message_id,
        attempt=attempt,
        key=f"{name}:{word}:{code or ''}",
        provider_id=name,
        status=status,
        code=code,
        provider_word=word if word in STATUSES else "",
    )


def read_inbound(form: Mapping[str, str]) -> Inbound:
    """Return the text somebody sent; Vonage answers no STOP by itself."""
    return Inbound(
        key=form.get("messageId", ""),
        sender=_e164(form.get("to", "")),
        address=_e164(form.get("msisdn", "")),
        text=form.get("text", ""),
    )


def _e164(number: str) -> str:
    """Return the number with the plus sign Vonage leaves away; a short code stays as it is."""
    return f"+{number}" if number.isdecimal() and len(number) > 6 else number
