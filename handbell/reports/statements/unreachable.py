"""Whom does no reminder reach? The planner's own answer, with who they are."""

from collections.abc import Sequence
from typing import Any

from handbell.facts.models import ContactPoint, Patient
from handbell.facts.reach import unreachable_soon
from handbell.reports.declared import Asked


def unreachable(asked: Asked) -> list[Sequence[Any]]:
    """Return patients with a visit in the next days whom nothing reaches, the soonest first."""
    facility = asked.values.get("facility")
    found = unreachable_soon(
        asked.practice_id, facility_id=int(facility) if facility else None, now=asked.now
    )
    ids = [one.patient_id for one in found]
    patients = Patient.objects.select_related("facility").in_bulk(ids)
    numbers: dict[int, list[str]] = {}
    points = ContactPoint.objects.filter(patient_id__in=ids).order_by("kind", "owner")  # mail first
    for patient_id, value in points.values_list("patient_id", "value"):
        numbers.setdefault(patient_id, []).append(value)
    rows: list[Sequence[Any]] = []
    for one in found:
        patient = patients[one.patient_id]
        place = patient.facility.name if patient.facility else ""
        rows.append(
            (
                *(patient.external_id, patient.first_name, patient.last_name, place),
                *(one.visit_at, one.why.value, ", ".join(numbers.get(patient.pk, []))),
            )
        )
    return rows
