"""Which visit is an Appointment, and which facility is a Location? Pure.

An appointment that is not settled (proposed, pending, on a waiting list) is no visit yet; one that
was booked before is off the schedule. `reasonCode`, `description`, `comment` and the services are
never read: they may name a treatment.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

from handbell.importers.bad_value import BadValue
from handbell.importers.facts import AppointmentFact, FacilityFact, Kind
from handbell.importers.fhir.documents import Entry
from handbell.importers.fhir.pick import (
    Reference,
    Resource,
    codes,
    has_ended,
    mapping,
    mappings,
    reference,
    string,
    strings,
)
from handbell.importers.fhir.scope import Scope, extension, id_of
from handbell.importers.findings import Findings
from handbell.importers.times import parse_moment
from handbell.importers.values import (
    LONGEST_KEY,
    LONGEST_NAME,
    check_minutes,
    parse_id,
    parse_phone,
    parse_text,
    parse_zone,
)
from handbell.vocabulary.words import AppointmentStatus

#: http://hl7.org/fhir/R4/valueset-appointmentstatus.html
STATUSES: Final = {
    "booked": AppointmentStatus.BOOKED,
    "arrived": AppointmentStatus.ARRIVED,
    "checked-in": AppointmentStatus.ARRIVED,
    "fulfilled": AppointmentStatus.COMPLETED,
    "cancelled": AppointmentStatus.CANCELLED,
    "noshow": AppointmentStatus.NO_SHOW,
    "entered-in-error": AppointmentStatus.CANCELLED,
}
UNSETTLED: Final = frozenset({"proposed", "pending", "waitlist"})

_TIME_ZONE: Final = "http://hl7.org/fhir/StructureDefinition/timezone"
_LONGEST_ADDRESS: Final = 300


def location(entry: Entry, scope: Scope, findings: Findings) -> None:
    """Read a Location; without a time zone of its own it has the practice's."""
    one, context = entry.resource, scope.context
    if one.get("mode") == "kind":
        findings.not_used(Kind.FACILITIES, "mode", "it is a kind of place, not a place")
        return
    name = string(one.get("name")) or next(strings(one.get("alias")), "")
    numbers = (
        string(part.get("value"))
        for part in mappings(one.get("telecom"))
        if part.get("system") == "phone" and not has_ended(part, context.now)
    )
    findings.add(
        FacilityFact(
            line=entry.line,
            facility=id_of(one),
            name=parse_text(name, longest=LONGEST_NAME, what="name") or None,
            phone=findings.leniently(
                Kind.FACILITIES,
                "telecom",
                "",
                lambda text: parse_phone(text, region=context.region),
                next(numbers, ""),
            ),
            address=findings.leniently(
                Kind.FACILITIES, "address", "", _address, mapping(one.get("address"))
            ),
            time_zone=findings.leniently(
                Kind.FACILITIES,
                "extension",
                "",
                parse_zone,
                extension(one, _TIME_ZONE, "valueCode"),
            )
            or None,
        )
    )


def _address(address: Resource) -> str:
    """Return an address in one line."""
    if not (text := " ".join(string(address.get("text")).split())):
        parts = [string(address.get(part)) for part in ("city", "state", "postalCode")]
        text = ", ".join([*strings(address.get("line")), " ".join(filter(None, parts))]).strip(", ")
    return parse_text(text, longest=_LONGEST_ADDRESS, what="address")


def appointment(entry: Entry, scope: Scope, findings: Findings) -> None:
    """Read an Appointment."""
    one = entry.resource
    known = parse_id(id_of(one), longest=LONGEST_KEY)
    actors = [
        actor
        for part in mappings(one.get("participant"))
        if (actor := reference(part.get("actor"), entry.aliases))
    ]
    patient = next((actor.id for actor in actors if actor.type == "Patient"), None)
    status = string(one.get("status"))
    if status in UNSETTLED:
        findings.add(called_off(entry.line, known, patient))
        return
    if patient is None:
        cure = "name the patient as a participant"
        raise BadValue("reference", "no patient takes part", cure, field="participant")
    if status not in STATUSES:
        raise BadValue("status", "this is none of FHIR's states", "correct it", field="status")
    _settled(entry, known, patient, actors, scope, findings)


def called_off(line: int, known: str, patient: str | None) -> AppointmentFact:
    """Return the fact that a visit is off the schedule, if it ever was on it."""
    return AppointmentFact(
        line=line,
        appointment=known,
        patient=patient,
        status=AppointmentStatus.CANCELLED,
        only_known=True,
    )


def _settled(
    entry: Entry,
    known: str,
    patient: str,
    actors: Sequence[Reference],
    scope: Scope,
    findings: Findings,
) -> None:
    one, context = entry.resource, scope.context
    place = next((actor for actor in actors if actor.type == "Location"), None)
    facility = place.id if place else None
    zone = context.zone_of(facility or context.places.only)
    starts_at = _moment(one, "start", scope, zone)
    findings.add(
        AppointmentFact(
            line=entry.line,
            appointment=known,
            patient=patient,
            facility=facility,
            facility_name=(place.display or place.id)[:LONGEST_NAME] if place else None,
            provider=_provider(actors, scope),
            type=_sort(one)[:LONGEST_NAME],
            starts_at=starts_at,
            duration_minutes=findings.leniently(
                Kind.APPOINTMENTS, "end", 0, lambda: _minutes(one, starts_at, scope, zone)
            ),
            status=STATUSES[string(one.get("status"))],
            booked_at=findings.leniently(
                Kind.APPOINTMENTS, "created", None, lambda: _created(one, scope, zone)
            ),
        )
    )


def _sort(one: Resource) -> str:
    """Return the words for the sort of visit (check-up, follow-up), the readable ones first."""
    concept = mapping(one.get("appointmentType"))
    displays = (string(coding.get("display")) for coding in mappings(concept.get("coding")))
    return next(filter(None, (*displays, *codes(concept))), "")


def _provider(actors: Sequence[Reference], scope: Scope) -> str:
    for actor in actors:
        if actor.type in {"Practitioner", "PractitionerRole"}:
            name = actor.display or scope.heard.practitioners.get(actor.id, "")
            if name:
                return parse_text(name[:LONGEST_NAME], longest=LONGEST_NAME, what="name")
    return ""


def _moment(one: Resource, name: str, scope: Scope, zone: ZoneInfo) -> datetime:
    text = string(one.get(name))
    try:
        if not text:
            raise BadValue("date and time", "it is not there", "give the visit a start")
        return parse_moment(text, order=scope.context.order, zone=zone)
    except BadValue as bad:
        bad.field = name
        raise


def _minutes(one: Resource, starts_at: datetime, scope: Scope, zone: ZoneInfo) -> int:
    minutes = one.get("minutesDuration")
    if isinstance(minutes, int) and not isinstance(minutes, bool):
        return check_minutes(minutes)
    if not string(one.get("end")):
        return 0
    ends_at = _moment(one, "end", scope, zone)
    return check_minutes(int((ends_at - starts_at).total_seconds() // 60))


def _created(one: Resource, scope: Scope, zone: ZoneInfo) -> datetime | None:
    text = string(one.get("created"))
    if len(text) < 10:
        return None
    return parse_moment(text, order=scope.context.order, zone=zone, time_needed=False)
