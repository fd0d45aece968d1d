"""What does a mail server's reply mean, and which of our codes is it? Pure.

A reply is a number and free text; the text decides where the number does not (rules.md 30). What
leaves this module is a code from a closed set of shapes, never the text: it may name the patient.
"""

import re
from enum import StrEnum
from typing import Final

from handbell.channels.gateway import Accepted, Busy, InDoubt, Outcome, Rejected

NO_CONNECTION: Final = "connect"
LOST: Final = "disconnected"
TLS_MISSING: Final = "starttls-missing"
TLS_FAILED: Final = "tls-failed"
AUTH_REFUSED: Final = "auth-refused"
SENDER_REFUSED: Final = "sender-refused"
NO_SUCH_USER: Final = "no-such-user"

# The provider's own marks: Microsoft's RP-001, SC-002 ..., S3150; Yahoo's [TSS04], [PH01].
_MARK = re.compile(r"\b((?:RP|SC|DY|OU)-\d{3}|S3(?:140|150)|TSS?\d{2})\b|\[(PH\d{2})\]")
_ENHANCED = re.compile(r"^\s*([45]\.\d{1,3}\.\d{1,3})\b", re.MULTILINE)
_NOBODY = re.compile(
    r"no such (user|recipient|mailbox|address)|(user|recipient|mailbox|address) (is )?unknown"
    r"|unknown (user|recipient|mailbox)|(user|mailbox) (does ?n.t|not) (exist|found)"
    r"|does ?n.t have an? \S+ account",
    re.IGNORECASE,
)
_INACTIVE = re.compile(r"inactive|disabled|deactivated|suspended", re.IGNORECASE)
_RATE = re.compile(r"\brate\b|too (quickly|many|fast)|quota of messages", re.IGNORECASE)
_QUEUE_ID = re.compile(
    r"\bqueued as ([\w.-]+)|\bid=([\w.-]+)|^(?:2\.\d\.\d )?ok:? ([\w-]{8,})\b", re.IGNORECASE
)
_LONGEST_NAME: Final = 120


class Stage(StrEnum):
    """How far the conversation had come: what a refusal is about."""

    HELLO = "hello"
    SENDER = "sender"
    RECIPIENT = "recipient"
    CONTENT = "content"


def outcome_of(status: int, text: str, *, stage: Stage, message_id: str) -> Outcome:
    """Return what a reply says of the mail. A 2xx counts only for the content."""
    if stage is Stage.CONTENT and 200 <= status < 300:
        return Accepted(provider_id(message_id, text))
    if 400 <= status < 500:
        return Busy(code_of(status, text))
    if 500 <= status < 600:
        return Rejected(refusal_of(status, text, stage=stage))
    # Not SMTP. Before the content nothing can have been taken; after it nobody can say.
    return InDoubt("unreadable") if stage is Stage.CONTENT else Busy(NO_CONNECTION)


def refusal_of(status: int, text: str, *, stage: Stage) -> str:
    """Return the code of a 5xx. Whatever a server says to our sender, it is not the patient's."""
    code = code_of(status, text)
    about_us = stage in {Stage.HELLO, Stage.SENDER} and not code.startswith("5.7.")
    return SENDER_REFUSED if about_us and not _MARK.search(text) else code


def code_of(status: int, text: str) -> str:
    """Return the most exact code: the provider's mark, an enhanced status, or the number."""
    if mark := _MARK.search(text):
        return mark[1] or mark[2]
    enhanced = _enhanced(status, text)
    if enhanced is None:
        return NO_SUCH_USER if status >= 500 and _NOBODY.search(text) else str(status)
    if enhanced.endswith(".2.1"):
        return _mailbox_state(enhanced, text)
    return enhanced


def provider_id(message_id: str, text: str) -> str:
    """Return the name the mail is found by: our Message-ID, and the server's queue id if any."""
    found = _QUEUE_ID.search(text)
    queue_id = next((name for name in found.groups() if name), "") if found else ""
    return f"{message_id} {queue_id}".strip()[:_LONGEST_NAME]


def _enhanced(status: int, text: str) -> str | None:
    """Return the enhanced status (RFC 3463) if its class is the reply's; else one lies."""
    found = _ENHANCED.search(text)
    return found[1] if found and found[1][0] == str(status)[0] else None


def _mailbox_state(code: str, text: str) -> str:
    """Return 5.2.1 refined: Gmail says it of a closed mailbox and of one that gets too much."""
    if _RATE.search(text):
        return f"{code}-rate"
    return f"{code}-inactive" if _INACTIVE.search(text) else code
