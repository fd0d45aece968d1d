"""Which visit is a scheduling message (SIU) about, and what became of it? Pure.

The trigger event (MSH-9.2) wins over the status in SCH-25: real feeds send S15, S17 and S26 with
`Booked`, and a reminder of a cancelled visit must not go out. SCH-25 speaks where the event does
not: it refines a new or moved visit (confirmed, arrived), and for S14 it is all there is.

SCH-6, SCH-7 and SCH-8, AIS, NTE and DG1 are never read: they say why somebody comes. So a visit
from HL7 has no type.
"""

from collections.abc import Iterator
from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

from handbell.importers.bad_value import BadValue
from handbell.importers.context import Context
from handbell.importers.facts import AppointmentFact, Kind, Severity
from handbell.importers.findings import Findings
from handbell.importers.hl7v2.message import Message, Segment, Value
from handbell.importers.hl7v2.people import patient_of
from handbell.importers.hl7v2.times import parse_stamp
from handbell.importers.values import (
    LONGEST_ID,
    LONGEST_KEY,
    LONGEST_NAME,
    check_minutes,
    parse_id,
)
from handbell.importers.words import APPOINTMENT_STATUSES, plain
from handbell.vocabulary.words import AppointmentStatus

#: What an event says by itself; None: SCH-25 decides.
EVENTS: Final = {
    "S12": AppointmentStatus.BOOKED,
    "S13": AppointmentStatus.BOOKED,
    "S14": None,
    "S15": AppointmentStatus.CANCELLED,
    "S16": AppointmentStatus.CANCELLED,  # discontinued: the rest of a series
    "S17": AppointmentStatus.CANCELLED,
    "S26": AppointmentStatus.NO_SHOW,
}

_AHEAD: Final = frozenset({"S12", "S13"})
_OFF: Final = frozenset({AppointmentStatus.CANCELLED, AppointmentStatus.NO_SHOW})

#: Where a start may stand besides SCH-11: segment, field.
_STARTS: Final = (("TQ1", 7), ("AIS", 4), ("AIG", 8), ("AIL", 6), ("AIP", 6))

_UNITS: Final = {
    **dict.fromkeys(("s", "sec", "secs", "second", "seconds"), 1),
    **dict.fromkeys(("", "m", "min", "mins", "minute", "minutes"), 60),
    **dict.fromkeys(("h", "hr", "hrs", "hour", "hours"), 3600),
    **dict.fromkeys(("d", "day", "days"), 86_400),
}


def appointment(message: Message, context: Context, findings: Findings) -> None:
    """Read the visit of a scheduling message."""
    sch = message.first("SCH")
    if sch is None:
        cure = "send an SCH segment"
        raise BadValue("segment", "no appointment is named", cure, field="SCH")
    event = message.event[1]
    facility, name = _facility(message, context)
    zone = context.zone_of(facility or context.places.only)
    findings.add(
        AppointmentFact(
            line=findings.line,
            appointment=_identity(message, sch),
            patient=patient_of(message),
            facility=facility,
            facility_name=name,
            provider=_provider(message),
            starts_at=_start_of(event, message, sch, zone, findings),
            duration_minutes=_minutes(sch, zone, findings),
            status=_status(event, sch, findings),
            booked_at=_booked_at(message, zone, findings) if event == "S12" else None,
        )
    )


def _identity(message: Message, sch: Segment) -> str:
    """Return the visit's identifier: the sender's, and its filler's or placer's number."""
    number = sch.text(2) or sch.text(1)
    if not number:
        cure = "send an identifier in SCH-2 or SCH-1"
        raise BadValue("identifier", "the appointment has none", cure, field="SCH-2")
    return parse_id(f"{message.sender}:{number}", longest=LONGEST_KEY)


def _status(event: str, sch: Segment, findings: Findings) -> AppointmentStatus | None:
    said = EVENTS[event]
    if said in _OFF:
        return said
    told = _filler_status(sch, findings)
    if told is None or (event in _AHEAD and told in _OFF):
        return said
    return told


def _filler_status(sch: Segment, findings: Findings) -> AppointmentStatus | None:
    """Return what SCH-25 says; systems write the word in any of its components."""
    words = [value.component(n) for value in sch.values(25)[:1] for n in (1, 2, 4, 5)]
    said = [plain(word) for word in words if word]
    for word in said:
        if word in APPOINTMENT_STATUSES:
            return APPOINTMENT_STATUSES[word]
    if said:
        bad = BadValue("appointment status", "this word is not known", "the trigger event counts")
        findings.flaw(Kind.APPOINTMENTS, "SCH-25", bad, Severity.VALUE)
    return None


def _start_of(
    event: str, message: Message, sch: Segment, zone: ZoneInfo, findings: Findings
) -> datetime | None:
    """Return the start. One that cannot be read never keeps a visit from being called off."""
    if EVENTS[event] not in _OFF:
        return _start(message, sch, zone, findings)
    return findings.leniently(
        Kind.APPOINTMENTS, "SCH-11", None, _start, message, sch, zone, findings
    )


def _start(message: Message, sch: Segment, zone: ZoneInfo, findings: Findings) -> datetime | None:
    """Return the start: SCH-11.4, else the first of the resources'. None if no place says one."""
    found: list[tuple[str, datetime]] = []
    unreadable: list[BadValue] = []
    for name, text in _stamps(message, sch):
        try:
            found += [(name, parse_stamp(text, zone))] if text else []
        except BadValue as bad:
            bad.field = name
            unreadable.append(bad)
    if unreadable and not found:
        raise unreadable[0]
    if len({moment for _, moment in found}) > 1:
        torn = BadValue(
            "date and time",
            "the message gives more than one start",
            f"{found[0][0]} was taken; send one start",
        )
        findings.flaw(Kind.APPOINTMENTS, found[0][0], torn, Severity.VALUE)
    return found[0][1] if found else None


def _stamps(message: Message, sch: Segment) -> Iterator[tuple[str, str]]:
    yield "SCH-11", sch.text(11, 4)
    for name, number in _STARTS:
        for segment in message.all(name):
            yield f"{name}-{number}", segment.text(number)


def _minutes(sch: Segment, zone: ZoneInfo, findings: Findings) -> int | None:
    """Return the length: SCH-9 in the units of SCH-10, else SCH-11's end less its start."""
    if sch.text(9):
        return findings.leniently(
            Kind.APPOINTMENTS, "SCH-9", None, lambda: _in_minutes(sch.text(9), sch.text(10))
        )
    if not (sch.text(11, 4) and sch.text(11, 5)):
        return None
    return findings.leniently(Kind.APPOINTMENTS, "SCH-11", None, lambda: _between(sch, zone))


def _in_minutes(number: str, unit: str) -> int:
    seconds = _UNITS.get(unit.strip().casefold())
    if not number.isdecimal() or len(number) > 9 or seconds is None:
        raise BadValue("minutes", "this is not a length of time", "send it in SCH-9 and SCH-10")
    return check_minutes(int(number) * seconds // 60)


def _between(sch: Segment, zone: ZoneInfo) -> int:
    start, end = parse_stamp(sch.text(11, 4), zone), parse_stamp(sch.text(11, 5), zone)
    return check_minutes(int((end - start).total_seconds() // 60))


def _facility(message: Message, context: Context) -> tuple[str | None, str | None]:
    """Return where the visit is, and what to call the facility if it has to be made."""
    for name, number in (("AIL", 3), ("PV1", 3)):
        for segment in message.all(name):
            for value in segment.values(number):
                if found := _place(value, message, context, labelled=name == "AIL"):
                    return found
    return None, None


def _place(
    value: Value, message: Message, context: Context, *, labelled: bool
) -> tuple[str, str] | None:
    """Return the identifier and the name of a location: point of care^room^bed^facility.

    In AIL athenahealth writes number^name; two of its clinics may have the same number, so such a
    number is only good together with the sender.
    """
    point, label, site = (value.component(number) for number in (1, 2, 4))
    if site:
        return context.places.find(site) or site[:LONGEST_ID], site[:LONGEST_NAME]
    if labelled and label:
        known = f"{message.sender}:{point}"[:LONGEST_ID]
        return context.places.find(label) or known, label[:LONGEST_NAME]
    if point:
        return context.places.find(point) or point[:LONGEST_ID], point[:LONGEST_NAME]
    return None


def _provider(message: Message) -> str | None:
    """Return the provider's name; a number or a login is not one."""
    candidates = [value for one in message.all("AIP") for value in one.values(3)]
    candidates += [value for one in message.all("PV1") for value in one.values(7)]
    for value in candidates:
        given, family = value.component(3), value.component(2)
        if given and family:
            return f"{given} {family}"[:LONGEST_NAME]
    return None


def _booked_at(message: Message, zone: ZoneInfo, findings: Findings) -> datetime | None:
    """Return when a new visit became known: the time of its message."""
    text = message.header.text(7)
    if not text:
        return None
    return findings.leniently(Kind.APPOINTMENTS, "MSH-7", None, parse_stamp, text, zone)
