"""Which bytes do we give a mail server for one message? Pure: the same message, the same bytes.

The mail is put together here from parts the standard library encodes. Its own classes take ten
times as long (a third of a millisecond with `email.mime`, more than one with `EmailMessage`),
which would be most of what sending a mail costs. They are the tests' oracle instead. Every header
value is checked: one with a line break or another control character is refused, never cleaned.
"""

import hashlib
import hmac
import re
from base64 import encodebytes
from binascii import b2a_qp
from dataclasses import dataclass, field
from datetime import datetime
from email.header import Header
from email.utils import format_datetime, quote
from typing import Final
from urllib.parse import quote as percent

from email_validator import EmailNotValidError, validate_email

from handbell.channels.email.returned.whose import verp
from handbell.channels.gateway import Attachment, EmailContent, HandOver

_CONTROL: Final = re.compile(r"[\x00-\x1f\x7f]")
_SEVEN_BIT: Final = re.compile(r"[\t\n\x20-\x7e]*")
_MEDIA_TYPE: Final = re.compile(
    r"[\w.+-]+/[\w.+-]+( *; *[\w-]+=(\"[^\"\\]*\"|[\w.+-]+))*", re.ASCII
)
_LONGEST_LINE: Final = 998  # RFC 5322, 2.1.1
_LONGEST_PLAIN: Final = 200  # of a value that is not folded; most are shorter than a line
_OURS: Final = re.compile(r"<?(hb\.(\d{1,18})\.[0-9a-f]{16}@[^<>\s]+)>?")
# Gmail: 5 to 15 characters, the same in everything this software sends (rules.md 21).
_FEEDBACK_SENDER: Final = "handbell"


class HeaderFlaw(ValueError):
    """A header value holds a line break or another control character."""


class AddressFlaw(ValueError):
    """The address cannot be written in ASCII, which this way of sending needs."""


@dataclass(frozen=True, slots=True)
class Mail:
    """An envelope and what is in it. `message_id` stands in the header with its brackets."""

    sender: str
    recipient: str = field(repr=False)
    message_id: str
    content: bytes = field(repr=False)


def build(message: HandOver, *, now: datetime, digest_key: str, bounce_address: str = "") -> Mail:
    """Return the mail of `message`, dated `now`, with a name that only `digest_key` makes.

    With a `bounce_address` the envelope's sender is that one, and names the message (VERP).
    Raises HeaderFlaw, AddressFlaw, or TypeError if the content is not an e-mail's.
    """
    content = message.content
    if not isinstance(content, EmailContent):
        raise TypeError("an e-mail takes EmailContent")
    recipient = ascii_address(message.to.value)
    sender = ascii_address(message.sender)
    message_id = f"<{message_id_of(message, digest_key=digest_key)}>"
    headers = [
        ("From", _named(content.from_name, sender)),
        ("To", recipient),
        ("Subject", _encoded("Subject", content.subject)),
        ("Date", format_datetime(now)),
        ("Message-ID", message_id),
        ("Auto-Submitted", "auto-generated"),
        ("Feedback-ID", _feedback_id(message)),
        *_ways_back(content),
        ("MIME-Version", "1.0"),
    ]
    boundary = f"=_{hashlib.sha256(message_id.encode()).hexdigest()[:24]}"
    whole = _headers(headers) + _body(content, boundary=boundary)
    return Mail(
        sender=_verp(message, digest_key, bounce_address) if bounce_address else sender,
        recipient=recipient,
        message_id=message_id,
        content=whole.encode("ascii"),
    )


def message_id_of(message: HandOver, *, digest_key: str) -> str:
    """Return the Message-ID, the same for every attempt: a second copy shows as one."""
    domain = ascii_address(message.sender).rpartition("@")[2]
    return f"hb.{message.message_id}.{_digest(message, digest_key)}@{domain}"


def digest_of(message_id: int, *, practice: str, address: str, key: str) -> str:
    """Return what only this installation can make of a message and its address.

    Whoever names it had the mail, or its envelope. It says nothing of the address, and keeps two
    installations of one domain, which both number from 1, apart.
    """
    text = f"{message_id}\n{practice}\n{address}".encode()
    return hmac.new(key.encode(), text, hashlib.sha256).hexdigest()[:16]


def _digest(message: HandOver, key: str) -> str:
    return digest_of(
        message.message_id, practice=message.practice, address=message.to.value, key=key
    )


def _verp(message: HandOver, digest_key: str, bounce_address: str) -> str:
    """Return the envelope sender that names the message."""
    digest = _digest(message, digest_key)
    return verp(ascii_address(bounce_address), message_id=message.message_id, digest=digest)


def read_message_id(text: str) -> tuple[int, str] | None:
    """Return our message's number and its whole Message-ID; None if the text holds none of ours."""
    found = _OURS.search(text)
    return (int(found[2]), f"<{found[1]}>") if found else None


def ascii_address(address: str) -> str:
    """Return the address as SMTP carries it, its domain in IDNA.

    Raises AddressFlaw if the part before the @ needs SMTPUTF8, HeaderFlaw if it is unsafe.
    """
    local, at, domain = _checked(address).rpartition("@")
    if not at or not local.isascii() or re.search(r"[\s<>]", address):
        raise AddressFlaw
    if domain.isascii():
        return f"{local}@{domain}"
    try:
        found = validate_email(address, check_deliverability=False, test_environment=True)
    except EmailNotValidError as error:
        raise AddressFlaw from error
    return f"{local}@{found.ascii_domain}"


def _ways_back(content: EmailContent) -> list[tuple[str, str]]:
    """Return where an answer goes, and where a wish for no more mail goes (RFC 8058)."""
    headers: list[tuple[str, str]] = []
    if content.reply_to:
        headers.append(("Reply-To", ascii_address(content.reply_to)))
    if content.preferences_url:
        headers.append(("List-Unsubscribe", f"<{_checked(content.preferences_url)}>"))
        headers.append(("List-Unsubscribe-Post", "List-Unsubscribe=One-Click"))
    return headers


def _headers(pairs: list[tuple[str, str]]) -> str:
    """Return the lines. Raises HeaderFlaw if one is longer than a mail may have."""
    lines = "".join(f"{name}: {value}\r\n" for name, value in pairs)
    if not lines.isascii() or max(map(len, lines.split("\r\n"))) > _LONGEST_LINE:
        raise HeaderFlaw
    return lines


def _body(content: EmailContent, *, boundary: str) -> str:
    """Return the mail from its Content-Type on: both readings, and the files if there are any."""
    readings = [_text(content.text, "plain"), _text(content.html, "html")]
    both = _multipart("alternative", f"{boundary}.a", readings)
    if not content.attachments:
        return both
    return _multipart("mixed", f"{boundary}.m", [both, *map(_file, content.attachments)])


def _multipart(kind: str, boundary: str, parts: list[str]) -> str:
    inside = "".join(f"--{boundary}\r\n{part}\r\n" for part in parts)
    head = _headers([("Content-Type", f'multipart/{kind}; boundary="{boundary}"')])
    return f"{head}\r\n{inside}--{boundary}--\r\n"


def _text(text: str, subtype: str) -> str:
    """Return a part whose lines survive any server: plain 7 bit, else quoted-printable."""
    body = text.replace("\r\n", "\n").replace("\r", "\n")
    if _SEVEN_BIT.fullmatch(body) and max(map(len, body.split("\n"))) <= _LONGEST_LINE:
        charset, encoding = "us-ascii", "7bit"
    else:
        charset, encoding = "utf-8", "quoted-printable"
        body = b2a_qp(body.encode(), istext=True).decode("ascii")
    head = _headers(
        [
            ("Content-Type", f'text/{subtype}; charset="{charset}"'),
            ("Content-Transfer-Encoding", encoding),
        ]
    )
    return head + "\r\n" + body.replace("\n", "\r\n")


def _file(attachment: Attachment) -> str:
    if not _MEDIA_TYPE.fullmatch(_checked(attachment.content_type)):
        raise HeaderFlaw
    name = _checked(attachment.filename)
    is_plain = _is_plain(name)
    shown = f'filename="{quote(name)}"' if is_plain else f"filename*=utf-8''{percent(name)}"
    head = _headers(
        [
            ("Content-Type", attachment.content_type),
            ("Content-Transfer-Encoding", "base64"),
            ("Content-Disposition", f"attachment; {shown}"),
        ]
    )
    body = encodebytes(attachment.content).decode("ascii").replace("\n", "\r\n")
    return f"{head}\r\n{body}"


def _named(name: str, address: str) -> str:
    """Return `name <address>`, the name encoded if it must be."""
    if not name:
        return address
    shown = f'"{quote(_checked(name))}"' if _is_plain(name) else _encoded("From", name)
    return f"{shown} <{address}>"


def _encoded(header: str, value: str) -> str:
    """Return the value as it may stand in a header, folded if it must be encoded."""
    if _is_plain(_checked(value)):
        return value
    return Header(value, "utf-8", header_name=header).encode(linesep="\r\n")


def _is_plain(value: str) -> bool:
    # "=?" would be read as an encoded word by the receiver.
    return value.isascii() and len(value) <= _LONGEST_PLAIN and "=?" not in value


def _checked(value: str) -> str:
    """Return `value`. Raises HeaderFlaw; splitlines knows line breaks beyond ASCII too."""
    if _CONTROL.search(value) or len(value.splitlines()) > 1:
        raise HeaderFlaw
    return value


def _feedback_id(message: HandOver) -> str:
    words = (message.purpose, message.practice or "practice", message.channel.value)
    tidy = (re.sub(r"[^A-Za-z0-9_-]+", "-", word) for word in words)
    return ":".join((*tidy, _FEEDBACK_SENDER))
