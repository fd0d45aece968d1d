"""What does Vonage's answer to our text mean? Pure.

A text may leave as several parts, each with its status. Certain: status 0 (taken), any other
status of the first part (not taken), and a 4xx. Not certain: a 5xx other than 503, and a 200 that
cannot be read. Taken in part counts as taken: a second try would repeat the first part.
"""

import re
from typing import Any, Final

from handbell.channels import line
from handbell.channels.gateway import (
    Accepted,
    Busy,
    InDoubt,
    NotReady,
    Outcome,
    Readiness,
    Ready,
    Rejected,
)
from handbell.channels.line import NO_CONNECTION, Answered, Exchange

THROTTLED: Final = "1"
NOT_AUTHENTICATED: Final = "4"
BUSY: Final = frozenset({THROTTLED, "5", "10"})
_TAKEN: Final = "0"
_STATUS: Final = re.compile(r"\d{1,3}")
_NAME: Final = re.compile(r"[0-9A-Za-z-]{8,64}")


def outcome_of(exchange: Exchange) -> Outcome:
    """Return what became of the text we offered."""
    return line.outcome_of(exchange, _of_answer)


def _of_answer(answer: Answered) -> Outcome:
    if answer.status in {429, 503}:
        return Busy(THROTTLED)
    if answer.status in {401, 403}:
        return Rejected(NOT_AUTHENTICATED)
    if 300 <= answer.status < 500:
        return Rejected(f"http-{answer.status}")
    if answer.status >= 500:
        return InDoubt("server_error")
    return _of_parts((answer.body or {}).get("messages"))


def _of_parts(parts: object) -> Outcome:
    listed: list[Any] = parts if isinstance(parts, list) else []
    read = [part for part in listed if isinstance(part, dict)]
    taken = [part for part in read if str(part.get("status")) == _TAKEN]
    if taken:
        name = str(taken[0].get("message-id", ""))
        return Accepted(name) if _NAME.fullmatch(name) else InDoubt("unreadable")
    status = str(read[0].get("status", "")) if read else ""
    if not _STATUS.fullmatch(status):
        return InDoubt("unreadable")
    return Busy(status) if status in BUSY else Rejected(status)


def readiness_of(exchange: Exchange) -> Readiness:
    """Return whether the account answers, knows us, and has money left."""
    if not isinstance(exchange, Answered):
        return NotReady(NO_CONNECTION)
    if exchange.status in {401, 403}:
        return NotReady(NOT_AUTHENTICATED)
    balance = (exchange.body or {}).get("value")
    if exchange.status != 200 or not isinstance(balance, (int, float)):
        return NotReady(f"http-{exchange.status}")
    return Ready() if balance > 0 else NotReady("9")
