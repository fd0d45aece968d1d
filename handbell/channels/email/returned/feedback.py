"""Feedback reports (RFC 5965): a recipient said that a mail was unwanted. Pure; raises nothing.

Only abuse (and fraud, virus) is a complaint. A report of `auth-failure` (RFC 6591) is about
somebody who used our domain, `opt-out` is a wish for no more, `not-spam` the contrary.
"""

import re
from collections.abc import Mapping
from email.message import Message
from typing import Final

from handbell.channels.email.returned.found import Kind, Reported
from handbell.channels.email.returned.parts import (
    header,
    mailboxes,
    original,
    parts,
    text_of,
    tidy,
)

KINDS: Final[Mapping[str, Kind]] = {
    "abuse": Kind.COMPLAINT,
    "fraud": Kind.COMPLAINT,
    "virus": Kind.COMPLAINT,
    "other": Kind.COMPLAINT,
    "miscategorized": Kind.COMPLAINT,
    "opt-out": Kind.OPT_OUT,
    "opt-out-list": Kind.OPT_OUT,
    "auth-failure": Kind.AUTH_FAILURE,
    "dmarc": Kind.AUTH_FAILURE,
    "not-spam": Kind.LETTER,
}
_TYPE: Final = re.compile(
    r"^[ \t]*feedback-type[ \t]*:[ \t]*([\w-]+)", re.IGNORECASE | re.MULTILINE
)
_RECIPIENT: Final = re.compile(
    r"^[ \t]*(?:original-rcpt-to|removal-recipient|redacted-address)[ \t]*:[ \t]*(\S+@\S+)",
    re.IGNORECASE | re.MULTILINE,
)
_TO: Final = re.compile(
    r"^(?:x-hmxmroriginalrecipient|x-apparently-to|delivered-to|to)[ \t]*:[ \t]*(.+)$",
    re.IGNORECASE | re.MULTILINE,
)
_MICROSOFT: Final = re.compile(r"^complaint about message from ", re.IGNORECASE)


def read_feedback(mail: Message) -> tuple[Kind, tuple[Reported, ...]] | None:
    """Return what a feedback report says and of whom; None if the mail is none."""
    text = _report_text(mail)
    if text is None:
        return None
    found = _TYPE.search(text)
    kind = KINDS.get(found[1].lower(), Kind.COMPLAINT) if found else Kind.COMPLAINT
    named = _RECIPIENT.findall(text)
    if not named:
        quoted = _TO.findall(original(mail))
        named = [address for value in quoted for address in mailboxes(value)][:1]
    addresses = dict.fromkeys(address for name in named if (address := tidy(name)))
    return kind, tuple(Reported(address, kind) for address in addresses)


def _report_text(mail: Message) -> str | None:
    for part in parts(mail):
        if part.get_content_type() == "message/feedback-report":
            blocks = part.get_payload()
            if isinstance(blocks, list):
                return "\n".join(str(block) for block in blocks)
            return text_of(part)
    if str(mail.get_param("report-type", "")).lower() == "feedback-report":
        return "\n".join(text_of(part) for part in parts(mail))
    # Microsoft's Junk Mail Reporting Program sends the mail itself under a subject of its own.
    if _MICROSOFT.match(header(mail, "Subject")) and "@" in header(
        mail, "X-HmXmrOriginalRecipient"
    ):
        return f"Feedback-Type: abuse\nOriginal-Rcpt-To: {header(mail, 'X-HmXmrOriginalRecipient')}"
    if _MICROSOFT.match(header(mail, "Subject")):
        return "Feedback-Type: abuse"
    if header(mail, "X-Apple-Unsubscribe").lower() == "true":
        wants = next(iter(mailboxes(header(mail, "From"))), "")
        return f"Feedback-Type: opt-out\nRemoval-Recipient: {wants}"
    return None
