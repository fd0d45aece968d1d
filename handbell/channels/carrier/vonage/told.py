"""What does the carrier tell a sender of a text by Vonage's contract? Pure.

Fates are known by Twilio's numbers, since behaviours are; here they become Vonage's.
"""

from datetime import datetime
from typing import Final

from handbell.channels.carrier.callbacks import Params
from handbell.channels.carrier.records import Text
from handbell.channels.carrier.segments import is_gsm

EXPIRED: Final = 30036
_UNEXPLAINED: Final = 1
NETWORK: Final = "310260"
PRICE: Final = "0.00800000"

# A code below a hundred is Vonage's own.
_ERRORS: Final = {
    30003: 2,  # the handset is off
    30004: 4,  # blocked by the person
    30005: 3,  # no such number
    30006: 11,  # texts cannot reach it
    30007: 6,  # taken for spam
    30034: 51,  # the sender is not registered
    EXPIRED: _UNEXPLAINED,
}
_WORDS: Final = {"sent": "accepted", "delivered": "delivered", "undelivered": "failed"}


def status_params(text: Text, status: str, at: datetime) -> Params:
    """Return a delivery report."""
    word = "expired" if text.code == EXPIRED else _WORDS[status]
    return (
        ("msisdn", bare(text.number)),
        ("to", bare(text.sender)),
        ("network-code", NETWORK),
        ("messageId", text.sid),
        ("price", PRICE),
        ("status", word),
        ("scts", f"{at:%y%m%d%H%M}"),
        ("err-code", str(_error_of(text.code))),
    )


def inbound_params(text: Text) -> Params:
    """Return a text somebody sent."""
    first, *_ = text.body.split() or [""]
    return (
        ("msisdn", bare(text.number)),
        ("to", bare(text.sender)),
        ("messageId", text.sid),
        ("text", text.body),
        ("type", "text" if is_gsm(text.body) else "unicode"),
        ("keyword", first.upper()),
    )


def bare(number: str) -> str:
    """Return a number as Vonage writes it, without the plus sign."""
    return number.removeprefix("+")


def _error_of(code: int | None) -> int:
    if code is None:
        return 0
    return code if code < 100 else _ERRORS.get(code, _UNEXPLAINED)
