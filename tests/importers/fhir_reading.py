"""Reads FHIR resources for tests, as a US practice with one facility would."""

import json
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from handbell.importers.context import Context, Places
from handbell.importers.facts import (
    Flaw,
    Item,
    PatientFact,
    Severity,
)
from handbell.importers.fhir.documents import documents_of
from handbell.importers.fhir.parse import read_entry
from handbell.importers.fhir.scope import Heard, Scope
from handbell.importers.source import Source
from handbell.importers.times import Order

CONTEXT = Context(
    now=datetime(2026, 11, 2, 17, tzinfo=UTC),
    region="US",
    zone=ZoneInfo("America/New_York"),
    currency="USD",
    places=Places(zones={"main": ZoneInfo("America/New_York")}),
    order=Order.MONTH_FIRST,
)


def read(content: bytes | Any, context: Context = CONTEXT) -> list[Item]:
    data = content if isinstance(content, bytes) else json.dumps(content).encode()
    scope = Scope(context, Heard())
    found: list[Item] = []
    for document in documents_of(Source(name="f.json", data=data)):
        found += [item for e in document.entries for item in read_entry(e, scope, file="f.json")]
        found += [document.flaw] if document.flaw else []
    return found


def flaws(items: Iterable[Item]) -> list[tuple[str, str, Severity]]:
    return [(f.field, f.reason, f.severity) for f in items if isinstance(f, Flaw)]


def patient(**more: object) -> dict[str, object]:
    name = [{"family": "Quill", "given": ["Ada", "Mary"]}]
    return {"resourceType": "Patient", "id": "p1", "name": name, **more}


def visit(**more: object) -> dict[str, object]:
    who = [
        {"actor": {"reference": "Patient/p1"}},
        {"actor": {"reference": "Location/main", "display": "Main Street"}},
    ]
    return {
        "resourceType": "Appointment",
        "id": "a1",
        "status": "booked",
        "start": "2026-11-10T14:00:00Z",
        "participant": who,
        **more,
    }


def one_patient(**more: object) -> PatientFact:
    found = read(patient(**more))[0]
    assert isinstance(found, PatientFact)
    return found
