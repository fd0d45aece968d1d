"""What does a FHIR R4 resource say? Resources in, facts and flaws out. Pure.

Picked apart with plain look-ups: 4 microseconds a resource where a model of all of FHIR takes 92
(technology.md 5), and a resource that breaks a rule nobody needs here still goes in.
"""

from collections.abc import Callable, Mapping
from typing import Final

from handbell.importers.bad_value import BadValue
from handbell.importers.facts import Item, Kind
from handbell.importers.fhir import money, people, visits
from handbell.importers.fhir.documents import Entry
from handbell.importers.fhir.pick import Reference, string
from handbell.importers.fhir.scope import Scope
from handbell.importers.findings import Findings

Read = Callable[[Entry, Scope, Findings], None]

READERS: Final[Mapping[str, tuple[Kind, Read]]] = {
    "Location": (Kind.FACILITIES, visits.location),
    "Practitioner": (Kind.PRACTITIONERS, people.practitioner),
    "Account": (Kind.ACCOUNTS, money.account),
    "Patient": (Kind.PATIENTS, people.patient),
    "RelatedPerson": (Kind.GUARDIANS, people.related_person),
    "Appointment": (Kind.APPOINTMENTS, visits.appointment),
    "Invoice": (Kind.LEDGER, money.invoice),
}


def read_entry(entry: Entry, scope: Scope, *, file: str) -> list[Item]:
    """Return what one resource says; `scope.heard` remembers practitioners and accounts."""
    findings = Findings(file, entry.unit, entry.line)
    sort = string(entry.resource.get("resourceType"))
    if entry.deletes is not None:
        _deleted(entry, entry.deletes, findings)
    elif sort in READERS:
        kind, read = READERS[sort]
        try:
            read(entry, scope, findings)
        except BadValue as bad:
            findings.flaw(kind, "", bad)
    elif sort:
        reason = f"Handbell has no use for resources of type {_type(sort)}"
        findings.not_used(Kind.OTHER, "", reason)
    else:
        missing = BadValue("resource", "there is no resourceType", "import FHIR R4 resources")
        findings.flaw(Kind.OTHER, "resourceType", missing)
    return findings.items


def _deleted(entry: Entry, gone: Reference, findings: Findings) -> None:
    if gone.type == "Appointment":
        findings.add(visits.called_off(entry.line, gone.id, None))
    else:
        findings.not_used(Kind.OTHER, "request", "only a deleted Appointment changes anything")


def _type(sort: str) -> str:
    """Return a resource type as it may be repeated: FHIR's names are letters, and short."""
    return sort if sort.isascii() and sort.isalpha() and len(sort) <= 40 else "unknown"
