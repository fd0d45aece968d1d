"""What did an import do to a row, in words? Names are looked up for a whole page at once."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from handbell.access.models import Facility
from handbell.console.audit.told import TOLD
from handbell.console.clock import say_date, say_moment
from handbell.console.settings.imports.words import PLACES, meaning_word
from handbell.console.templatetags.console import national
from handbell.console.words import VISIT_STATUSES
from handbell.facts.models import Appointment, AppointmentType, ContactPoint, LedgerEntry, Patient
from handbell.vocabulary.words import AppointmentStatus, ImportChange

#: Columns that follow from others, and are not told.
_DERIVED: Final = frozenset({"id", "revision", "effective_at", "practice_id", "searched"})
_CLOSED: Final = frozenset({"kind", "owner", "status"})  # columns that hold a word of a list
_DAY: Final = re.compile(r"\d{4}-\d\d-\d\d")
_MOMENTS: Final = frozenset({"starts_at", "booked_at", "reminder_set_since"})

_LABELS: Final = {
    "patient_id": _("Patient"),
    "facility_id": _("Facility"),
    "type_id": _("Kind of visit"),
    "provider_name": _("Provider"),
    "value": _("Number or address"),
    "entry_date": _("Date"),
    "kind": _("Kind"),
    "owner": _("Whose"),
}


@dataclass(frozen=True, slots=True)
class Line:
    """One column: its name, and what stood and stands there."""

    label: str
    before: str
    after: str


@dataclass(slots=True)
class Said:
    """One row that an import changed or removed."""

    what: str
    removed: bool
    who: str = ""
    patient_id: int | None = None
    lines: list[Line] = field(default_factory=list)


@dataclass(slots=True)
class _Names:
    """The names behind the numbers on one page."""

    owners: dict[tuple[str, int], int] = field(default_factory=dict)  # a row -> its patient
    kinds: dict[int, str] = field(default_factory=dict)  # a contact point -> what it is
    patients: dict[int, str] = field(default_factory=dict)
    facilities: dict[int, str] = field(default_factory=dict)
    types: dict[int, str] = field(default_factory=dict)


def say_changes(
    practice_id: int, rows: Sequence[Mapping[str, Any]], *, zone: ZoneInfo, now: datetime
) -> list[Said]:
    """Say what happened to rows of `ImportedRow`. As many queries for one as for a hundred."""
    names = _names(practice_id, rows)
    return [_said(row, names, zone, now) for row in rows]


def _names(practice_id: int, rows: Sequence[Mapping[str, Any]]) -> _Names:
    names = _Names()
    ids: dict[str, list[int]] = {}
    for row in rows:
        ids.setdefault(row["place"], []).append(row["row_id"])
        told = (row["before"] or {}).get("patient_id")
        if told:
            names.owners[row["place"], row["row_id"]] = told
    for model in (ContactPoint, Appointment, LedgerEntry):
        table = model._meta.db_table
        found = model._default_manager.filter(practice_id=practice_id, pk__in=ids.get(table, []))
        for pk, patient_id in found.values_list("pk", "patient_id"):
            names.owners[table, pk] = patient_id
    points = ContactPoint.objects.filter(
        practice_id=practice_id, pk__in=ids.get("facts_contactpoint", [])
    )
    names.kinds = {
        pk: _contact(o, kind) for pk, o, kind in points.values_list("pk", "owner", "kind")
    }
    people = {*ids.get("facts_patient", []), *names.owners.values(), *_named(rows, "patient_id")}
    names.patients = {
        pk: f"{first} {last}".strip()
        for pk, first, last in Patient.objects.filter(
            practice_id=practice_id, pk__in=people
        ).values_list("pk", "first_name", "last_name")
    }
    places = {*ids.get("access_facility", []), *_named(rows, "facility_id")}
    names.facilities = dict(
        Facility.objects.filter(practice_id=practice_id, pk__in=places).values_list("pk", "name")
    )
    types = AppointmentType.objects.filter(practice_id=practice_id, pk__in=_named(rows, "type_id"))
    names.types = dict(types.values_list("pk", "name"))
    return names


def _named(rows: Iterable[Mapping[str, Any]], column: str) -> set[int]:
    sides = (side for row in rows for side in (row["before"], row["after"]) if side)
    return {side[column] for side in sides if side.get(column)}


def _contact(owner: str, kind: str) -> str:
    word = meaning_word(f"patients.{kind.replace('_', ' ')}")
    return gettext("Guardian: %(what)s") % {"what": word.lower()} if owner == "guardian" else word


def _said(row: Mapping[str, Any], names: _Names, zone: ZoneInfo, now: datetime) -> Said:
    place, row_id = row["place"], row["row_id"]
    before, after = row["before"] or {}, row["after"] or {}
    what = str(PLACES.get(place, place))
    if place == "facts_contactpoint":
        kind = _contact(before["owner"], before["kind"]) if "kind" in before else ""
        what = names.kinds.get(row_id) or kind or what
    patient_id = row_id if place == "facts_patient" else names.owners.get((place, row_id))
    who = names.patients.get(patient_id or 0, "") if patient_id else ""
    if place == "access_facility":
        who = names.facilities.get(row_id, "")
    said = Said(what, row["act"] == ImportChange.REMOVED, who, patient_id if who else None)
    columns = ["value"] if said.removed and "value" in before else sorted({*before, *after})
    said.lines = [
        Line(
            _label(column),
            _value(column, before.get(column), names, zone, now),
            "" if said.removed else _value(column, after.get(column), names, zone, now),
        )
        for column in columns
        if column not in _DERIVED
    ]
    return said


def _label(column: str) -> str:
    if column in _LABELS:
        return str(_LABELS[column])
    return meaning_word(column.replace("_", " "))


def _value(column: str, value: object, names: _Names, zone: ZoneInfo, now: datetime) -> str:
    if value is None or value == "":
        return gettext("empty")
    if isinstance(value, bool):
        return gettext("yes") if value else gettext("no")
    looked_up = {
        "patient_id": names.patients,
        "facility_id": names.facilities,
        "type_id": names.types,
    }
    if column in looked_up and isinstance(value, int):
        return looked_up[column].get(value) or gettext("a new one")
    text = value if isinstance(value, str) else str(value)
    if column in _MOMENTS:
        return say_moment(datetime.fromisoformat(text), zone=zone, now=now)
    if isinstance(value, str) and _DAY.fullmatch(value):
        return say_date(date.fromisoformat(value))
    if column == "value":
        return national(text)
    if column == "status" and text in {one.value for one in AppointmentStatus}:
        return str(VISIT_STATUSES[AppointmentStatus(text)])
    return TOLD.get(text.replace("_", " "), text) if column in _CLOSED else text
