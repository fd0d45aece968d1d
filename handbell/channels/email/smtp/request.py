"""Which bytes do we give a mail server for one message? Pure.

Built from `email.mime` with the old (compat32) policy: it takes a quarter of the time of
`EmailMessage` (technology.md 3.2). That policy checks no header, so every header value is checked
here: one with a line break or another control character is refused, never cleaned.
"""

import hashlib
import re
from dataclasses import dataclass, field
from datetime import datetime
from email.charset import QP, Charset
from email.encoders import encode_base64
from email.generator import BytesGenerator
from email.header import Header
from email.mime.base import MIMEBase
from email.mime.multipart import MIMEMultipart
from email.mime.text import MIMEText
from email.policy import compat32
from email.utils import format_datetime, quote
from io import BytesIO
from typing import Final

from email_validator import EmailNotValidError, validate_email

from handbell.channels.gateway import Attachment, EmailContent, HandOver

_POLICY: Final = compat32.clone(linesep="\r\n")
_CONTROL: Final = re.compile(r"[\x00-\x1f\x7f]")
_SEVEN_BIT: Final = re.compile(r"[\t\n\x20-\x7e]*")
_LONGEST_LINE: Final = 900  # RFC 5322 allows 998; encoded words and folding need some of it
_OURS: Final = re.compile(r"<?(hb\.(\d{1,18})\.[0-9a-f]{16}@[^<>\s]+)>?")
# Gmail: 5 to 15 characters, the same in everything this software sends (rules.md 21).
_FEEDBACK_SENDER: Final = "handbell"

_QUOTED: Final = Charset("utf-8")
_QUOTED.body_encoding = QP


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


def build(message: HandOver, *, now: datetime) -> Mail:
    """Return the mail of `message`, dated `now`.

    Raises HeaderFlaw, AddressFlaw, or TypeError if the content is not an e-mail's.
    """
    content = message.content
    if not isinstance(content, EmailContent):
        raise TypeError("an e-mail takes EmailContent")
    recipient = ascii_address(message.to.value)
    sender = ascii_address(message.sender)
    message_id = f"<{message_id_of(message)}>"
    root = _body(content, boundary=f"=_{hashlib.sha256(message_id.encode()).hexdigest()[:24]}")
    root["From"] = _named(content.from_name, sender)
    root["To"] = _checked(recipient)
    root["Subject"] = _encoded("Subject", content.subject)
    root["Date"] = format_datetime(now)
    root["Message-ID"] = message_id
    root["Auto-Submitted"] = "auto-generated"
    root["Feedback-ID"] = _feedback_id(message)
    if content.reply_to:
        root["Reply-To"] = ascii_address(content.reply_to)
    if content.preferences_url:
        root["List-Unsubscribe"] = f"<{_checked(content.preferences_url)}>"
        root["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    return Mail(sender=sender, recipient=recipient, message_id=message_id, content=_bytes(root))


def message_id_of(message: HandOver) -> str:
    """Return the Message-ID, the same for every attempt: a second copy shows as one.

    The digest keeps two installations of one domain, which both number from 1, apart. It says
    nothing of the address to those who do not have it already.
    """
    secret = f"{message.message_id}\n{message.practice}\n{message.to.value}"
    digest = hashlib.sha256(secret.encode()).hexdigest()[:16]
    domain = ascii_address(message.sender).rpartition("@")[2]
    return f"hb.{message.message_id}.{digest}@{domain}"


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


def _body(content: EmailContent, *, boundary: str) -> MIMEMultipart:
    # A boundary of our own: the library's is random, and a third of the time it takes to build.
    readings = MIMEMultipart("alternative", f"{boundary}.a")
    readings.attach(_text(content.text, "plain"))
    readings.attach(_text(content.html, "html"))
    if not content.attachments:
        return readings
    mixed = MIMEMultipart("mixed", f"{boundary}.m")
    mixed.attach(readings)
    for attachment in content.attachments:
        mixed.attach(_file(attachment))
    return mixed


def _text(text: str, subtype: str) -> MIMEText:
    """Return a part whose lines survive any server: plain 7 bit, else quoted-printable."""
    lines = re.sub(r"\r\n?", "\n", text)
    is_plain = _SEVEN_BIT.fullmatch(lines) and max(map(len, lines.split("\n"))) <= _LONGEST_LINE
    return MIMEText(lines, subtype, "us-ascii") if is_plain else MIMEText(lines, subtype, _QUOTED)  # type: ignore[arg-type]  # a Charset is taken, typeshed says str


def _file(attachment: Attachment) -> MIMEBase:
    kind, _, parameters = _checked(attachment.content_type).partition(";")
    main, _, subtype = kind.strip().partition("/")
    part = MIMEBase(main, subtype)
    for parameter in filter(None, map(str.strip, parameters.split(";"))):
        name, _, value = parameter.partition("=")
        part.set_param(name.strip(), value.strip().strip('"'))
    part.set_payload(attachment.content)
    encode_base64(part)
    part.add_header("Content-Disposition", "attachment", filename=_checked(attachment.filename))
    return part


def _named(name: str, address: str) -> str:
    """Return `name <address>`, the name encoded if it must be."""
    if not name:
        return address
    shown = f'"{quote(_checked(name))}"' if _is_plain(name) else _encoded("From", name)
    return f"{shown} <{address}>"


def _encoded(header: str, value: str) -> str:
    """Return the value as it may stand in a header, folded where it is long."""
    charset = "us-ascii" if _is_plain(value) else "utf-8"
    return Header(_checked(value), charset, header_name=header).encode()


def _is_plain(value: str) -> bool:
    # "=?" would be read as an encoded word by the receiver.
    return value.isascii() and len(value) <= _LONGEST_LINE and "=?" not in value


def _checked(value: str) -> str:
    """Return `value`. Raises HeaderFlaw; splitlines knows line breaks beyond ASCII too."""
    if _CONTROL.search(value) or len(value.splitlines()) > 1:
        raise HeaderFlaw
    return value


def _feedback_id(message: HandOver) -> str:
    words = (message.purpose, message.practice or "practice", message.channel.value)
    tidy = (re.sub(r"[^A-Za-z0-9_-]+", "-", word) for word in words)
    return ":".join((*tidy, _FEEDBACK_SENDER))


def _bytes(root: MIMEMultipart) -> bytes:
    out = BytesIO()
    BytesGenerator(out, mangle_from_=False, policy=_POLICY).flatten(root)
    return out.getvalue()
