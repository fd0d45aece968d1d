"""The parts of a mail and their text, whatever servers did to them. Pure; raises nothing."""

import re
from collections.abc import Iterator
from contextlib import suppress
from email.header import decode_header, make_header
from email.message import Message
from email.utils import getaddresses
from typing import Final

MAILBOX: Final = re.compile(
    r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9](?:[A-Za-z0-9.-]{0,252}[A-Za-z0-9])?"
)

#: What a stranger wrote is cut before it is searched: a line (RFC 5322 allows 998 characters), an
#: explanation and a header. No server's is longer, and some patterns take its square.
LONGEST_LINE: Final = 1_000
LONGEST_EXPLANATION: Final = 20_000
LONGEST_HEADER: Final = 4_000

#: The mail that came back, or its headers (RFC 3462, RFC 6533); the parser reads each as a mail.
_QUOTED: Final = frozenset(
    {
        *("message/rfc822", "message/partial", "message/rfc822-headers"),
        *("message/global", "message/global-headers"),
    }
)

#: Where servers begin to quote the mail that came back.
_QUOTE: Final = re.compile(
    r"^[ \t>*=#-]{0,80}(original message(?! was)|message header"
    r"|(below (this line )?is )?a copy of (the|your) "
    r"(original )?(message|mail)|this is a copy of|the (original|rejected|header) (message"
    r"|mail)(?! was)|"
    r"unsent message|headers? of the original|original mail|bounced e-?mail"
    r"|returned (message|mail)|"
    r"your message (follows|reads)|text of (your )?message|message (text|contents) follow|"
    r"undelivered message follows|included is a copy|start of returned|forwarded message|"
    r"header of (the )?(message|mail)|received message header|message headers follow)",
    re.IGNORECASE | re.MULTILINE,
)
_HEADERS: Final = re.compile(r"^(received|return-path|message-id|from):[ \t]", re.I | re.MULTILINE)


def parts(mail: Message) -> Iterator[Message]:
    """Yield the mail and all in it, but not what is in the mails it holds."""
    yield mail
    payload = mail.get_payload()
    if isinstance(payload, list) and mail.get_content_maintype() == "multipart":
        for part in payload:
            if isinstance(part, Message):
                yield from parts(part)


def cut(text: str, longest: int = LONGEST_EXPLANATION) -> str:
    """Return the text's beginning, and of each line its beginning."""
    lines = (line[:LONGEST_LINE] for line in text[: longest * 2].split("\n"))
    return "\n".join(lines)[:longest]


def is_endless(mail: Message) -> bool:
    """Whether a header or a line is longer than any that a server writes."""
    return any(
        any(len(str(value)) > LONGEST_HEADER for value in part.values())
        or any(len(line) > LONGEST_LINE for line in text_of(part).split("\n"))
        for part in parts(mail)
    )


def text_of(part: Message) -> str:
    """Return the text of one part; empty if it has parts of its own."""
    payload = part.get_payload(decode=True)
    if not isinstance(payload, bytes):
        return ""
    charset = str(part.get_content_charset() or "latin-1")
    try:
        return payload.decode(charset, "replace")
    except (LookupError, UnicodeError, ValueError):
        return payload.decode("latin-1")


def header(part: Message, name: str) -> str:
    """Return a header's value, decoded and on one line."""
    value = str(part.get(name, ""))[:LONGEST_HEADER]
    with suppress(LookupError, UnicodeError, ValueError):
        value = str(make_header(decode_header(value))) if "=?" in value else value
    return " ".join(value.split())


def mailboxes(text: str) -> list[str]:
    """Return the addresses in a header's value."""
    text = text[:LONGEST_HEADER]
    found = [address for _, address in getaddresses([text]) if MAILBOX.fullmatch(address)]
    return found or MAILBOX.findall(text)


def tidy(address: str) -> str:
    """Return the address without what servers put around it."""
    found = MAILBOX.search(address.strip().strip("<>\"'").replace('"', ""))
    return found[0].rstrip(".") if found else ""


def quoted_from(text: str) -> int:
    """Return where a text begins to quote the mail that came back; its end if it does not."""
    places = [match.start() for match in (_QUOTE.search(text),) if match]
    for match in _HEADERS.finditer(text):
        if len(_HEADERS.findall(text[match.start() : match.start() + 4000])) >= 2:
            places.append(match.start())
            break
    return min(places, default=len(text))


def explanation(mail: Message) -> str:
    """Return what the server wrote itself: every text before the mail that came back.

    A part whose own parts cannot be told apart is text too, and so is what stands before the first.
    """
    found = [mail.preamble] if isinstance(mail.preamble, str) else []
    for part in parts(mail):
        kind = part.get_content_type()
        if kind in _QUOTED or kind == "text/rfc822-headers":
            break
        if isinstance(part.get_payload(), list):
            continue
        text = text_of(part)
        if kind == "text/html":
            text = re.sub(r"<(?![^\s<>@]{1,64}@[^\s<>@]{1,255}>)[^<>]*>", " ", text)
        found.append(text[: quoted_from(text)])
    return cut("\n".join(found))


def original(mail: Message) -> str:
    """Return the headers of the mail that came back, from wherever the report has them."""
    for part in parts(mail):
        kind = part.get_content_type()
        if kind in _QUOTED:
            payload = part.get_payload()
            inner = payload[0] if isinstance(payload, list) and payload else None
            if isinstance(inner, Message):
                return "".join(f"{name}: {value}\n" for name, value in inner.items())
            return text_of(part)
        if kind == "text/rfc822-headers":
            return text_of(part)
    text = "\n".join(
        text_of(part) for part in parts(mail) if part.get_content_maintype() != "multipart"
    )
    return text[quoted_from(text) :]


def beside(address: str, said: str) -> str:
    """Return the words about one recipient: from its mention to that of the next one."""
    place = said.lower().find(address.lower())
    if place < 0:
        return said
    rest = said[place + len(address) :]
    others = [
        match.start()
        for match in MAILBOX.finditer(rest)
        if match[0].lower() != address.lower() and _begins_a_line(rest, match.start())
    ]
    words = rest[: min(others)] if others else said
    return words if len(re.findall(r"[A-Za-z]{2}", words)) > 3 else said


def _begins_a_line(text: str, place: int) -> bool:
    line = text[text.rfind("\n", 0, place) + 1 : place]
    return not line.strip(" \t<\"'*-")
