"""What is a mail that came to the mailbox for bounces? Pure; raises nothing.

Looked for in this order: a complaint, a delivery status, a bounce whose wording is known, a
machine's answer, a bounce in words of its own. So a plain mail that calls itself an automatic reply
(RFC 3834) is an answer, unless it comes from a mailer-daemon, which is nobody's mailbox.
"""

import re
from email import message_from_bytes
from email.message import Message
from typing import Final

from handbell.channels.email.returned import dsn, prose
from handbell.channels.email.returned.feedback import read_feedback
from handbell.channels.email.returned.found import Kind, Reported, Returned
from handbell.channels.email.returned.parts import explanation, header
from handbell.channels.email.returned.ses import read_notification
from handbell.channels.email.returned.whose import ours_in

#: A report quotes at most the mail that came back; ours are far smaller than this.
MOST_BYTES: Final = 1_000_000

_AWAY: Final = re.compile(
    r"^(re: *)?(auto(matic|mated|[ -]?reply|[ -]?response|[ -]?answer)|out of (the )?office"
    r"|vacation"
    r"|away from|on (leave|holiday|vacation)|abwesen|fuera de la oficina|respuesta autom)",
    re.IGNORECASE,
)
#: Of several recipients, what the mail as a whole is: the worst said of any.
_WORST: Final = (Kind.FAILED, Kind.DELAYED, Kind.RELAYED, Kind.ARRIVED)


def read(raw: bytes) -> Returned:
    """Return what a mail is, of whom it speaks, and which of our messages it is about."""
    try:
        mail = message_from_bytes(raw[:MOST_BYTES].replace(b"\r\n", b"\n").replace(b"\r", b"\n"))
        kind, reported = _read(mail)
        return Returned(kind, reported, ours_in(mail))
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError):
        # The standard library's parser is not made for damage of every kind, nor for a thousand
        # parts one in the other.
        return Returned(Kind.LETTER)


def _read(mail: Message) -> tuple[Kind, tuple[Reported, ...]]:
    if (told := read_feedback(mail) or read_notification(mail)) is not None:
        return told
    said = explanation(mail)
    reported = dsn.read_status(dsn.status_text(mail), said=said)
    if not reported and (dsn.is_report(mail) or prose.is_from_a_server(mail)):
        reported = dsn.read_status(dsn.anywhere(mail), said=said)
    reported = reported or prose.read_known(mail, said)
    if not reported and _is_an_answer(mail):
        return Kind.ANSWER, ()
    if not reported and (dsn.is_report(mail) or prose.is_from_a_server(mail)):
        reported = prose.read_prose(mail, said)
    if not reported:
        return Kind.LETTER, ()
    return next(kind for kind in _WORST if any(one.kind is kind for one in reported)), reported


def _is_read_receipt(mail: Message) -> bool:
    """Whether somebody's mail program says that it was opened (RFC 8098); nobody asked it to."""
    return mail.get_param("report-type") == "disposition-notification"


def _is_an_answer(mail: Message) -> bool:
    """Whether a machine answered on a person's behalf (RFC 3834, and what was there before it)."""
    if mail.get("X-Failed-Recipients") or dsn.is_report(mail) or prose.is_nobody(mail):
        return _is_read_receipt(mail)
    automatic = header(mail, "Auto-Submitted").lower().partition(";")[0].strip()
    if automatic.startswith(("auto-replied", "auto-notified")):
        return True
    marks = (
        mail.get("X-Autoreply"),
        mail.get("X-Autorespond"),
        mail.get("X-Auto-Response-Suppress"),
    )
    if any(marks) and not prose.is_from_a_server(mail):
        return True
    if header(mail, "Precedence").lower() == "auto_reply":
        return True
    return _AWAY.match(header(mail, "Subject")) is not None
