"""What does a returned mail say of a message of ours? Pure; raises nothing.

Reads delivery status notifications (RFC 3464). A mail that is none, or that is about a mail which
was not ours, is None: out-of-office answers and other people's bounces must not count.
"""

import re
from collections.abc import Iterator, Mapping
from email import message_from_bytes
from email.message import Message
from typing import Final

from handbell.channels.email.smtp.reply import code_of
from handbell.channels.email.smtp.request import read_message_id
from handbell.channels.receipt import Receipt, ReceiptStatus

STATUSES: Final[Mapping[str, ReceiptStatus]] = {
    "failed": ReceiptStatus.UNDELIVERED,
    "failure": ReceiptStatus.UNDELIVERED,
    "error": ReceiptStatus.UNDELIVERED,
    "delayed": ReceiptStatus.PENDING,
    "delivered": ReceiptStatus.DELIVERED,
    "relayed": ReceiptStatus.SENT,
    "expanded": ReceiptStatus.SENT,
}

_STATUS = re.compile(r"\b([245])\.\d{1,3}\.\d{1,3}\b")
_REPLY = re.compile(r"\b([45]\d\d)[ -]")


def status_of(word: str) -> ReceiptStatus:
    """Return what an Action field means; UNKNOWN for one this version does not know.

    The first word counts: servers add comments, and a few have words of their own.
    """
    first = word.strip().lower().partition(" ")[0]
    return STATUSES.get(first, ReceiptStatus.UNKNOWN)


def read_bounce(raw: bytes) -> Receipt | None:
    """Return the receipt in a returned mail. `attempt` is 0: the report names the message only."""
    report = message_from_bytes(raw)
    ours = _our_message(report)
    fields = next(_recipients(report), None)
    if ours is None or fields is None:
        return None
    number, message_id = ours
    word = str(fields.get("Action", "")).strip().lower()
    code = _code(fields) if status_of(word) is ReceiptStatus.UNDELIVERED else None
    return Receipt(
        message_id=number,
        attempt=0,
        key=f"{message_id}:{word}:{code or ''}",
        provider_id=message_id,
        status=status_of(word),
        code=code,
        provider_word=word if word in STATUSES else "",
    )


def _recipients(report: Message) -> Iterator[Message]:
    """Yield the fields of each recipient reported on."""
    for part in report.walk():
        if part.get_content_type() != "message/delivery-status":
            continue
        blocks = part.get_payload()
        for block in blocks if isinstance(blocks, list) else []:
            if isinstance(block, Message) and "Action" in block:
                yield block


def _our_message(report: Message) -> tuple[int, str] | None:
    """Return which of our messages came back: from the copy or headers the report carries."""
    for part in report.walk():
        if part is report:
            continue
        if found := read_message_id(str(part.get("Message-ID", ""))):
            return found
        if part.get_content_type() == "text/rfc822-headers":
            headers = part.get_payload(decode=True)
            if isinstance(headers, bytes) and (found := read_message_id(headers.decode("latin-1"))):
                return found
    return read_message_id(f"{report.get('In-Reply-To', '')} {report.get('References', '')}")


def _code(fields: Message) -> str:
    """Return the code, from the remote server's own words where they are given."""
    diagnostic = str(fields.get("Diagnostic-Code", ""))
    status = _STATUS.search(str(fields.get("Status", "")))
    said = _REPLY.search(diagnostic)
    if said:
        return code_of(int(said[1]), diagnostic[said.end() :].lstrip())
    enhanced = status[0] if status else "5.0.0"
    return code_of(int(enhanced[0]) * 100, f"{enhanced} {diagnostic}")
