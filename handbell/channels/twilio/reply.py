"""What does an HTTP answer to a request for a text or a call mean? Pure.

Certain: 201 with a name (taken); any 4xx and 3xx (looked at and not taken); 429 and 503 (turned
away before it was looked at: the status a load balancer or a full queue gives without passing
the request on). Not certain: any other 5xx, which may come after the message was stored, and a
2xx that cannot be read.
"""

import re
from datetime import timedelta

from handbell.channels import line
from handbell.channels.gateway import Accepted, Busy, InDoubt, Outcome, Rejected
from handbell.channels.line import Answered, Exchange

RATE_LIMITED = "20429"
UNAVAILABLE = "20503"
NOT_AUTHENTICATED = "20003"

_SID = re.compile(r"(SM|MM|CA)[0-9a-fA-F]{32}")
# A Retry-After beyond a day is a mistake, and a message cannot use it.
_LONGEST_WAIT = timedelta(days=1)


def outcome_of(exchange: Exchange) -> Outcome:
    """Return what became of the message we offered."""
    return line.outcome_of(exchange, _of_answer)


def wait_of(retry_after: str | None) -> timedelta | None:
    """Return how long to wait, from a Retry-After in seconds; None if it is not one."""
    if retry_after is None or not re.fullmatch(r"\s*\d{1,9}\s*", retry_after, re.ASCII):
        return None
    return min(timedelta(seconds=int(retry_after)), _LONGEST_WAIT)


def _of_answer(answer: Answered) -> Outcome:
    status, code = answer.status, _code(answer)
    if status == 429 or code == RATE_LIMITED:
        return Busy(RATE_LIMITED, wait_of(answer.retry_after))
    if status == 503:
        return Busy(UNAVAILABLE, wait_of(answer.retry_after))
    if 200 <= status < 300:
        sid = _sid(answer)
        return Accepted(sid) if sid else InDoubt("unreadable")
    if status in {401, 403}:
        return Rejected(code or NOT_AUTHENTICATED)
    if 300 <= status < 500:
        return Rejected(code or f"http-{status}")
    return InDoubt("server_error")


def _code(answer: Answered) -> str | None:
    """Return Twilio's own error code. A code is a number; anything else is somebody's text."""
    code = (answer.body or {}).get("code")
    return str(code) if isinstance(code, int) and not isinstance(code, bool) else None


def _sid(answer: Answered) -> str | None:
    sid = (answer.body or {}).get("sid")
    return sid if isinstance(sid, str) and _SID.fullmatch(sid) else None
