"""Whom does no reminder reach? Written by the planner, read by pages.

Asking policy about everybody with a visit soon takes longer than a page may: the planner notes
its answer here whenever it plans a patient, as it does what they owe (facts/owing.py). Whether a
visit is near is asked when the page is made, because time alone changes it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.db import connection

from handbell.policy.judge import ON_SCHEDULE
from handbell.vocabulary.words import Objection

#: How far ahead a visit makes somebody unreachable worth a telephone call.
SOON: Final = timedelta(days=7)

_FORGET = "DELETE FROM facts_unreachable WHERE patient_id = ANY(%s)"

_NOTE = """
INSERT INTO facts_unreachable (patient_id, practice_id, objection)
SELECT u.id, %s, u.objection FROM unnest(%s::bigint[], %s::text[]) AS u (id, objection)
ORDER BY u.id
ON CONFLICT (patient_id) DO UPDATE SET objection = EXCLUDED.objection
WHERE facts_unreachable.objection <> EXCLUDED.objection
"""

# A lateral subquery, so that the few who cannot be reached are looked up in the visits' index and
# not the other way round.
_SOON = """
SELECT u.patient_id, visit.starts_at, u.objection
FROM facts_unreachable u CROSS JOIN LATERAL (
    SELECT a.starts_at FROM facts_appointment a
    WHERE a.patient_id = u.patient_id AND a.starts_at > %(now)s AND a.starts_at <= %(until)s
      AND a.status = ANY(%(on_schedule)s)
    ORDER BY a.starts_at LIMIT 1) AS visit
WHERE u.practice_id = %(practice)s
  AND (%(facility)s::bigint IS NULL OR EXISTS (
    SELECT FROM facts_patient p WHERE p.id = u.patient_id AND p.facility_id = %(facility)s))
ORDER BY visit.starts_at, u.patient_id
"""


@dataclass(frozen=True, slots=True)
class UnreachableSoon:
    """A patient nobody reaches, their next visit, and why (of the first channel they chose)."""

    patient_id: int
    visit_at: datetime
    why: Objection


def note_unreachable(practice_id: int, found: Mapping[int, Objection | None]) -> None:
    """Note why no reminder reaches each of these patients; None if one does. Idempotent."""
    reached = [patient_id for patient_id, why in found.items() if why is None]
    unreached = {patient_id: why.value for patient_id, why in found.items() if why is not None}
    with connection.cursor() as cursor:
        if reached:
            cursor.execute(_FORGET, [reached])
        if unreached:
            cursor.execute(_NOTE, [practice_id, [*unreached], [*unreached.values()]])


def unreachable_soon(
    practice_id: int, *, facility_id: int | None = None, now: datetime
) -> list[UnreachableSoon]:
    """Return the practice's patients with a visit soon whom no reminder reaches, soonest first.

    Each is as the planner found them when it looked last: seconds after a fact about them changed.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            _SOON,
            {
                "practice": practice_id,
                "facility": facility_id,
                "now": now,
                "until": now + SOON,
                "on_schedule": sorted(ON_SCHEDULE),
            },
        )
        rows = cursor.fetchall()
    return [UnreachableSoon(id_, at, Objection(why)) for id_, at, why in rows]
