"""What is closed, and whose visits does it touch? Reads; facts/closing.py writes.

The planner and the dispatcher ask which facilities' reminders are held with every batch: plain SQL
over the few closures of a practice that are not over.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

from django.db import connection
from django.db.models import Q, QuerySet

from handbell.access.practice_settings import PracticeSettings
from handbell.access.round_trip import Answer, Trip, round_trip
from handbell.facts.models import Closure
from handbell.policy.closures import Span
from handbell.policy.judge import ON_SCHEDULE
from handbell.vocabulary.words import AppointmentStatus, ClosureReason

_HOLDS: Final = """
SELECT unnest(facility_ids) AS facility_id, max(LEAST(ends_at, COALESCE(ended_at, ends_at)))
FROM facts_closure
WHERE practice_id = %s AND begun_at <= %s AND ends_at > %s AND (ended_at IS NULL OR ended_at > %s)
GROUP BY 1
"""

_AFFECTED: Final = """
SELECT a.id, a.patient_id, a.facility_id, a.starts_at
FROM facts_appointment a
JOIN unnest(%s::bigint[], %s::timestamptz[], %s::timestamptz[]) AS u (facility_id, begins, ends)
  ON a.facility_id = u.facility_id AND a.starts_at >= u.begins AND a.starts_at < u.ends
WHERE a.practice_id = %s AND a.facility_id = ANY(%s)
  AND a.starts_at > %s AND a.starts_at >= %s AND a.starts_at < %s
  AND a.status = ANY(%s) AND (a.booked_at IS NULL OR a.booked_at <= %s)
"""
_OF_PATIENTS: Final = " AND a.patient_id = ANY(%s)"
_IN_ORDER: Final = " ORDER BY a.starts_at, a.id"

#: Whose visit this is may be told of a closure at hand-over: one called off since is told all the
#: same, because they may not know.
STILL_TO_BE_TOLD: Final = ON_SCHEDULE | {AppointmentStatus.CANCELLED}


@dataclass(frozen=True, slots=True)
class Affected:
    """A visit that falls into a closure."""

    id: int
    patient_id: int
    facility_id: int
    starts_at: datetime


def hold_ends(practice_id: int, *, now: datetime) -> dict[int, datetime]:
    """Return the facilities whose reminders a closure holds at `now`, each with until when."""
    with round_trip() as trip:
        holds = ask_holds(trip, practice_id, now=now)
    return holds()


def ask_holds(trip: Trip, practice_id: int, *, now: datetime) -> Answer[dict[int, datetime]]:
    """Ask which facilities' reminders a closure holds."""
    return trip.ask(_HOLDS, [practice_id, now, now, now], dict)


def span_of(closure: Closure) -> Span:
    """Return what is closed, as days and times of a facility's clock."""
    return Span(closure.first_day, closure.last_day, closure.closed_from, closure.closed_to)


def reason_of(closure: Closure) -> ClosureReason:
    """Return why it is closed."""
    return ClosureReason(closure.reason)


def closed_at(
    facility_ids: Collection[int], span: Span, settings: PracticeSettings
) -> dict[int, tuple[datetime, datetime]]:
    """Return the moments between which each facility is closed, by its own zone."""
    zones: dict[int, ZoneInfo] = {id: settings.zone_of(id) for id in facility_ids}
    return {id: span.on_clock(zone) for id, zone in zones.items()}


def affected_visits(
    practice_id: int,
    closed: Mapping[int, tuple[datetime, datetime]],
    *,
    patient_ids: Collection[int] | None = None,
    statuses: Collection[AppointmentStatus] = ON_SCHEDULE,
    now: datetime,
) -> list[Affected]:
    """Return the visits ahead that fall into the times given by facility, in order of time."""
    if not closed or (patient_ids is not None and not patient_ids):
        return []
    begins = [span[0] for span in closed.values()]
    ends = [span[1] for span in closed.values()]
    places = list(closed)
    values: list[Any] = [places, begins, ends, practice_id, places, now, min(begins), max(ends)]
    values += [[status.value for status in statuses], now]
    sql = _AFFECTED
    if patient_ids is not None:
        sql += _OF_PATIENTS
        values.append(sorted(patient_ids))
    with connection.cursor() as cursor:
        cursor.execute(sql + _IN_ORDER, values)
        return [Affected(*row) for row in cursor.fetchall()]


def closures_of(practice_id: int) -> QuerySet[Closure]:
    """Return the practice's closures, the newest first."""
    found = Closure.objects.filter(practice_id=practice_id)
    return found.select_related("begun_by", "ended_by").order_by("-begun_at", "-id")


def closures_on(practice_id: int, *, now: datetime) -> QuerySet[Closure]:
    """Return the closures that are on at `now`, the newest first."""
    running = Q(begun_at__lte=now, ends_at__gt=now)
    return closures_of(practice_id).filter(running, Q(ended_at=None) | Q(ended_at__gt=now))
