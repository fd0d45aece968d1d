"""Who comes on a day? Reads for pages; nothing here writes.

A list is read by key, the id of a visit, as lists of patients are (facts/queries.py).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.db.models import Count, Q, QuerySet

from handbell.facts.models import Appointment, AppointmentType
from handbell.policy.judge import ON_SCHEDULE
from handbell.vocabulary.words import AppointmentStatus

PAGE_SIZE: Final = 60

#: The statuses staff ask for together: who came, and who does not.
CAME: Final = (
    AppointmentStatus.ARRIVED,
    AppointmentStatus.IN_PROGRESS,
    AppointmentStatus.COMPLETED,
)
OFF: Final = (AppointmentStatus.CANCELLED, AppointmentStatus.NO_SHOW)


@dataclass(frozen=True, slots=True)
class WantedVisits:
    """Which visits of a practice are asked for. None and empty mean any."""

    begins: datetime
    ends: datetime
    facility_id: int | None = None
    provider: str = ""
    statuses: tuple[AppointmentStatus, ...] = ()


@dataclass(frozen=True, slots=True)
class VisitPage:
    """One page of visits and the keys of its neighbours, None where there are none."""

    rows: list[Appointment]
    before: int | None
    after: int | None


def visits_of(practice_id: int, wanted: WantedVisits) -> QuerySet[Appointment]:
    """Return the wanted visits of one practice, unordered."""
    found = Appointment.objects.filter(
        practice_id=practice_id, starts_at__gte=wanted.begins, starts_at__lt=wanted.ends
    )
    if wanted.facility_id is not None:
        found = found.filter(facility_id=wanted.facility_id)
    if wanted.provider:
        found = found.filter(provider_name=wanted.provider)
    if wanted.statuses:
        found = found.filter(status__in=wanted.statuses)
    return found


def visit_of(practice_id: int, visit_id: int) -> Appointment | None:
    """Return one visit of the practice with whose and where it is, or None."""
    found = Appointment.objects.filter(practice_id=practice_id, pk=visit_id)
    return found.select_related("patient", "facility", "type").first()


def count_by_status(found: QuerySet[Appointment]) -> Mapping[AppointmentStatus, int]:
    """Return how many of the visits have each status."""
    counted = found.order_by().values_list("status").annotate(number=Count("id"))
    return {AppointmentStatus(status): number for status, number in counted}


def providers_of(practice_id: int, wanted: WantedVisits) -> list[str]:
    """Return who sees patients at the wanted visits, by name."""
    named = visits_of(practice_id, wanted).exclude(provider_name="")
    return list(named.order_by("provider_name").values_list("provider_name", flat=True).distinct())


def kinds_of(practice_id: int) -> list[AppointmentType]:
    """Return the kinds of visit a practice has, by name."""
    return list(AppointmentType.objects.filter(practice_id=practice_id).order_by("name", "id"))


def page_by_time(
    found: QuerySet[Appointment],
    *,
    practice_id: int,
    after: int | None = None,
    before: int | None = None,
    size: int = PAGE_SIZE,
) -> VisitPage:
    """Return the page that follows the visit `after`, or the one that ends before `before`."""
    key = before if before is not None else after
    anchor = None
    if key is not None:
        anchor = Appointment.objects.filter(practice_id=practice_id, pk=key).first()
    backwards = before is not None and anchor is not None
    rows = found if anchor is None else found.filter(_beyond(anchor, backwards=backwards))
    order = ("-starts_at", "-id") if backwards else ("starts_at", "id")
    related = rows.select_related("patient", "facility", "type")
    taken = list(related.order_by(*order)[: size + 1])
    more, shown = len(taken) > size, taken[:size]
    if backwards:
        shown.reverse()
    comes_before = more if backwards else anchor is not None
    comes_after = anchor is not None if backwards else more
    return VisitPage(
        rows=shown,
        before=shown[0].pk if shown and comes_before else None,
        after=shown[-1].pk if shown and comes_after else None,
    )


def _beyond(key: Appointment, *, backwards: bool) -> Q:
    way = "lt" if backwards else "gt"
    return Q(**{f"starts_at__{way}": key.starts_at}) | Q(
        **{"starts_at": key.starts_at, f"id__{way}": key.pk}
    )


def visit_at(patient_id: int, starts_at: datetime, *, apart_from: int | None = None) -> bool:
    """Return whether the patient is on the schedule at that very moment already."""
    others = Appointment.objects.filter(
        patient_id=patient_id, starts_at=starts_at, status__in=ON_SCHEDULE
    )
    return others.exclude(pk=apart_from or 0).exists()
