"""Which of our messages came back? By the envelope address it was sent with, or its Message-ID.

The envelope sender of every mail can name the message (VERP: bounces+41.<digest>@...), so that even
a report that quotes nothing of the mail is matched. Both carry the same digest.
"""

import re
from email.message import Message
from typing import Final

from handbell.channels.email.returned.dsn import STATUS_TYPES
from handbell.channels.email.returned.found import Ours
from handbell.channels.email.returned.parts import original, parts, text_of

_VERP: Final = re.compile(r"\+(\d{1,18})\.([0-9a-f]{16})@", re.IGNORECASE)
_MESSAGE_ID: Final = re.compile(r"\bhb\.(\d{1,18})\.([0-9a-f]{16})@[^<>\s]+")
# Where mail servers note whom a mail was for.
_TO: Final = (
    "To",
    "Delivered-To",
    "X-Original-To",
    "Envelope-To",
    "X-Envelope-To",
    "Apparently-To",
)


def verp(bounce_address: str, *, message_id: int, digest: str) -> str:
    """Return the envelope sender that brings a bounce of this message back to us, and names it."""
    local, _, domain = bounce_address.rpartition("@")
    return f"{local}+{message_id}.{digest}@{domain}"


def ours_in(mail: Message) -> Ours | None:
    """Return which of our messages a mail that came back is about; None if it is not ours."""
    for name in _TO:
        for value in mail.get_all(name, []):
            if found := _VERP.search(str(value)):
                return Ours(int(found[1]), found[2].lower())
    quoted = original(mail)
    for part in parts(mail):
        kind = part.get_content_type()
        if part is not mail and (found := _MESSAGE_ID.search(str(part.get("Message-ID", "")))):
            return Ours(int(found[1]), found[2])
        if kind in STATUS_TYPES or kind == "message/feedback-report":
            quoted += text_of(part) or str(part)
    answered = f"{mail.get('In-Reply-To', '')} {mail.get('References', '')}"
    for text in (quoted, answered):
        if found := _MESSAGE_ID.search(text):
            return Ours(int(found[1]), found[2])
        if found := _VERP.search(text):
            return Ours(int(found[1]), found[2].lower())
    return None
