"""Delivery status notifications (RFC 3464), as servers really write them. Pure; raises nothing.

The fields are looked for line by line and not by the mail's structure: a tenth of real reports have
broken MIME, wrong types or none.
"""

import re
from collections.abc import Mapping
from email.message import Message
from typing import Final

from handbell.channels.email.returned.found import Kind, Reported
from handbell.channels.email.returned.parts import beside, parts, text_of, tidy
from handbell.channels.email.returned.reason import code_behind

KINDS: Final[Mapping[str, Kind]] = {
    "failed": Kind.FAILED,
    "failure": Kind.FAILED,
    "error": Kind.FAILED,
    "expired": Kind.FAILED,
    "delayed": Kind.DELAYED,
    "deferred": Kind.DELAYED,
    "delivered": Kind.ARRIVED,
    "deliverable": Kind.ARRIVED,
    "relayed": Kind.RELAYED,
    "expanded": Kind.RELAYED,
}
#: A mail of ours has one recipient; lists and forwarding make it a few.
MOST_RECIPIENTS: Final = 20
_FIELD: Final = re.compile(
    r"^[ \t]*(final-recipient|original-recipient|x-actual-recipient|action|status|diagnostic-code)"
    r"[ \t]*:[ \t]*(.*(?:\n[ \t]+\S.*)*)",
    re.IGNORECASE | re.MULTILINE,
)
#: Whose address it is, in the order we believe it: the one we wrote to comes first.
_ADDRESSES: Final = ("original-recipient", "final-recipient", "x-actual-recipient")


#: Where the fields stand; the second since addresses may be in any script (RFC 6533).
STATUS_TYPES: Final = frozenset({"message/delivery-status", "message/global-delivery-status"})


def status_text(mail: Message) -> str:
    """Return the text of the delivery status in a mail; empty if it has none."""
    found = []
    for part in parts(mail):
        if part.get_content_type() in STATUS_TYPES:
            blocks = part.get_payload()
            if isinstance(blocks, list):
                found += [_fields(block) for block in blocks if isinstance(block, Message)]
            else:
                found.append(text_of(part))
    return "\n\n".join(found)


def _fields(block: Message) -> str:
    """Return the fields as they came: the library would write those with letters beyond ASCII,
    which the standard forbids and servers use, in a code of its own."""
    lines = [f"{name}: {value}" for name, value in block.raw_items()]
    text = "\n".join(lines).encode("utf-8", "surrogateescape").decode("utf-8", "replace")
    return f"{text}\n\n{text_of(block)}"


def is_report(mail: Message) -> bool:
    """Whether the mail says that it is a report, whether or not it has the parts of one."""
    return mail.get_content_type() == "multipart/report"


def anywhere(mail: Message) -> str:
    """Return every text of a mail, for reports whose status stands in a part of another type."""
    return "\n\n".join(text_of(part) for part in parts(mail))


def read_status(text: str, *, said: str = "") -> tuple[Reported, ...]:
    """Return what a delivery status says of each recipient.

    `said` is what the server wrote above it for people: asked where the fields say too little.
    """
    found: list[Reported] = []
    for block in re.split(r"\r?\n[ \t]*\r?\n", text.replace("\r\n", "\n")):
        fields = {
            name.lower(): " ".join(value.split()) for name, value in reversed(_FIELD.findall(block))
        }
        if reported := _reported(fields, said):
            found.append(reported)
        if len(found) == MOST_RECIPIENTS:
            break
    return tuple(found)


def _reported(fields: Mapping[str, str], said: str) -> Reported | None:
    address = _address(fields)
    if not address or not ({"action", "status"} & fields.keys()):
        return None
    words = re.sub(r"^[\w.-]+ *; *", "", fields.get("diagnostic-code", ""))
    status = fields.get("status", "")
    kind = _kind(fields.get("action", ""), status, words)
    if kind in {Kind.ARRIVED, Kind.RELAYED}:
        return Reported(address, kind)
    code = code_behind(status, words or beside(address, said), failed=kind is Kind.FAILED)
    return Reported(address, kind, code)


def _address(fields: Mapping[str, str]) -> str:
    """Return the recipient; a local name of the reporting server is not the address we wrote to."""
    named = [
        tidy(re.sub(r"^[\w-]+ *; *", "", fields[name])) for name in _ADDRESSES if name in fields
    ]
    return next((address for address in named if address), "")


def _kind(action: str, status: str, words: str) -> Kind:
    """Return what the Action says; its first word counts, since servers add comments to it."""
    known = KINDS.get(re.split(r"[^a-z]", action.strip().lower(), maxsplit=1)[0])
    if known is not None:
        return known
    first = next((text.lstrip()[:1] for text in (status, words) if text.strip()), "")
    return {"2": Kind.ARRIVED, "4": Kind.DELAYED}.get(first, Kind.FAILED)
