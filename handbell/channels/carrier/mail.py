"""What does an e-mail say, as its reader sees it? Read only when somebody looks."""

from dataclasses import dataclass, field
from email import policy
from email.message import EmailMessage, MIMEPart
from email.parser import BytesParser
from functools import lru_cache


@dataclass(frozen=True, slots=True)
class AttachmentSeen:
    """A file that came with an e-mail."""

    filename: str
    content_type: str
    content: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Reading:
    """An e-mail's parts. `headers` are all of them, in order, decoded."""

    subject: str
    text: str = field(repr=False)
    html: str = field(repr=False)
    attachments: tuple[AttachmentSeen, ...]
    headers: tuple[tuple[str, str], ...] = field(repr=False)

    def header(self, name: str) -> str:
        """Return the first header of that name, empty if there is none."""
        return next((v for n, v in self.headers if n.lower() == name.lower()), "")


@lru_cache(maxsize=512)
def read(raw: bytes) -> Reading:
    """Return what the bytes say. Never raises: what cannot be decoded shows as U+FFFD."""
    message = BytesParser(policy=policy.default).parsebytes(raw)
    assert isinstance(message, EmailMessage)
    return Reading(
        subject=_header(message, "Subject"),
        text=_body(message, "plain"),
        html=_body(message, "html"),
        attachments=tuple(_attachments(message)),
        headers=tuple((name, _header(message, name)) for name in _names(message)),
    )


def message_id_in(raw: bytes) -> str:
    """Return the Message-ID without parsing the whole message; empty if it has none."""
    for line in raw[:16_384].splitlines():
        if not line:
            break
        name, _, value = line.partition(b":")
        if name.strip().lower() == b"message-id":
            return value.strip().decode("ascii", "replace")
    return ""


def _names(message: EmailMessage) -> list[str]:
    return list(dict.fromkeys(message.keys()))


def _header(message: EmailMessage, name: str) -> str:
    try:
        return str(message.get(name, ""))
    except (ValueError, IndexError, AttributeError):  # the parser's own trouble with bad headers
        return "\ufffd"


def _body(message: EmailMessage, subtype: str) -> str:
    part = message.get_body(preferencelist=(subtype,))
    return "" if part is None else _decoded(part)


def _decoded(part: MIMEPart) -> str:
    payload = part.get_payload(decode=True)
    if not isinstance(payload, bytes):
        return ""
    try:
        text = payload.decode(part.get_content_charset("utf-8"), "replace")
    except LookupError:
        text = payload.decode("utf-8", "replace")
    return text.replace("\r\n", "\n")


def _attachments(message: EmailMessage) -> list[AttachmentSeen]:
    found = []
    for part in message.iter_attachments():
        content = part.get_payload(decode=True)
        found.append(
            AttachmentSeen(
                part.get_filename("unnamed"),
                part.get_content_type(),
                content if isinstance(content, bytes) else b"",
            )
        )
    return found
