"""What does SES's answer mean? Pure.

Certain: 200 with a MessageId (taken); any 4xx (looked at and not taken), of which 429 and 503 ask
us to come back. Not certain: any other 5xx, and a 200 that cannot be read.
"""

import re
from typing import Final

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

TOO_FAST: Final = "TooManyRequestsException"
NOT_AUTHENTICATED: Final = "not-authenticated"
SENDING_OFF: Final = "SendingPausedException"
SANDBOX: Final = "sandbox"

#: What says that the keys are wrong, under whichever of its names.
_KEYS: Final = frozenset(
    {
        "AccessDeniedException", "IncompleteSignature", "InvalidClientTokenId",
        "InvalidSignatureException", "MissingAuthenticationTokenException", "ExpiredTokenException",
        "SignatureDoesNotMatch", "UnrecognizedClientException", "NotAuthorized",
    }
)  # fmt: skip
_NAME: Final = re.compile(r"[A-Za-z]{3,60}")
_MESSAGE_ID: Final = re.compile(r"[0-9A-Za-z-]{10,120}")


def outcome_of(exchange: Exchange) -> Outcome:
    """Return what became of the mail we offered."""
    return line.outcome_of(exchange, _of_answer)


def _of_answer(answer: Answered) -> Outcome:
    code = code_of(answer)
    if answer.status in {429, 503} or code in {TOO_FAST, "ThrottlingException"}:
        return Busy(TOO_FAST)
    if 200 <= answer.status < 300:
        name = (answer.body or {}).get("MessageId")
        taken = isinstance(name, str) and _MESSAGE_ID.fullmatch(name)
        return Accepted(str(name)) if taken else InDoubt("unreadable")
    if answer.status >= 500:
        return InDoubt("server_error")
    return Rejected(code)


def readiness_of(exchange: Exchange) -> Readiness:
    """Return whether the account may send to anybody."""
    if not isinstance(exchange, Answered):
        return NotReady(NO_CONNECTION)
    if exchange.status != 200 or exchange.body is None:
        return NotReady(TOO_FAST if exchange.status in {429, 503} else code_of(exchange))
    if exchange.body.get("SendingEnabled") is not True:
        return NotReady(SENDING_OFF)
    return Ready() if exchange.body.get("ProductionAccessEnabled") is True else NotReady(SANDBOX)


def code_of(answer: Answered) -> str:
    """Return the name of the error, from a closed set of shapes; its text may name the patient."""
    body = answer.body or {}
    said = answer.headers.get("x-amzn-errortype") or body.get("__type") or body.get("code") or ""
    name = str(said).partition(":")[0].rpartition("#")[2].strip()
    if name in _KEYS or (answer.status in {401, 403} and not _NAME.fullmatch(name)):
        return NOT_AUTHENTICATED
    return name if _NAME.fullmatch(name) else f"http-{answer.status}"
