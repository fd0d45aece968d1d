"""What does an HL7 message say? Messages in, facts and flaws out. Pure."""

import re
from collections.abc import Callable
from typing import Final

from handbell.importers.bad_value import BadValue
from handbell.importers.context import Context
from handbell.importers.facts import Item, Kind
from handbell.importers.findings import Findings
from handbell.importers.hl7v2 import money, people, visits
from handbell.importers.hl7v2.message import Message

Read = Callable[[Message, Context, Findings], None]

UNIT: Final = "message"

#: Events that tell who a patient is: registered, updated, a person added, a person updated.
PATIENT_EVENTS: Final = frozenset({"A04", "A08", "A28", "A31"})

_NAME: Final = re.compile(r"[A-Z0-9]{3}")


def read_message(message: Message, context: Context, *, file: str) -> list[Item]:
    """Return what one message says."""
    findings = Findings(file, UNIT, message.number)
    if message.bad:
        bad = BadValue("message", message.bad, "send the message again")
        findings.flaw(Kind.OTHER, "MSH", bad)
        return findings.items
    sort, event = message.event
    if sort == "SIU" and event in visits.EVENTS:
        _part(Kind.PATIENTS, people.patient, message, context, findings)
        _part(Kind.APPOINTMENTS, visits.appointment, message, context, findings)
    elif sort == "ADT" and event in PATIENT_EVENTS:
        _part(Kind.PATIENTS, people.patient, message, context, findings)
    elif sort == "DFT" and event == "P03":
        _part(Kind.PATIENTS, people.patient, message, context, findings)
        _part(Kind.LEDGER, money.postings, message, context, findings)
    elif not sort:
        bad = BadValue("message", "its type is missing", "send the type in MSH-9")
        findings.flaw(Kind.OTHER, "MSH-9", bad)
    else:
        reason = f"Handbell has no use for messages of type {_named(sort, event)}"
        findings.not_used(Kind.OTHER, "MSH-9", reason)
    return findings.items


def _part(kind: Kind, read: Read, message: Message, context: Context, findings: Findings) -> None:
    """Read one side of a message; the other side goes in whatever becomes of this one."""
    try:
        read(message, context, findings)
    except BadValue as bad:
        findings.flaw(kind, "", bad)


def _named(sort: str, event: str) -> str:
    """Return a message type as it may be repeated: three capital letters or figures each."""
    parts = [part for part in (sort, event) if _NAME.fullmatch(part)]
    return "^".join(parts) or "unknown"
