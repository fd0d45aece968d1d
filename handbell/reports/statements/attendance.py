"""Do patients who are reminded come? Visits that are over, counted by what their patient got.

The three groups are not alike: who confirms would often have come anyway, and who is not reminded
is often new or hard to reach. The numbers say what happened, not what a reminder brings about.
"""

from collections.abc import Sequence
from typing import Any, Final

from handbell.reports.declared import Asked, Statement
from handbell.reports.intervals import wilson
from handbell.reports.statements.spans import fetch, values_of

# A reminder counts that reached the provider before the visit, alone or within another's text. A
# confirmation counts that the patient gave: by C, by key 1 or behind the link.
_ATTENDANCE: Final = """
WITH visit AS MATERIALIZED (
    SELECT a.id, a.status, a.starts_at FROM facts_appointment a
    LEFT JOIN facts_appointmenttype t ON t.id = a.type_id
    WHERE a.practice_id = %(practice)s AND a.starts_at >= %(begins)s AND a.starts_at < %(ends)s
      AND a.starts_at <= %(now)s AND COALESCE(t.reminders, true)
      AND a.status IN ('arrived', 'in_progress', 'completed', 'no_show', 'cancelled')
      AND (%(facility)s::bigint IS NULL OR a.facility_id = %(facility)s)),
told AS (
    SELECT v.id, COALESCE(m.merged_into_id, m.id) AS message_id
    FROM visit v JOIN outbox_message m ON m.appointment_id = v.id
    JOIN outbox_message c ON c.id = COALESCE(m.merged_into_id, m.id)
    WHERE m.purpose = 'appointment_reminder' AND c.state IN ('accepted', 'delivered')
      AND c.handed_over_at < v.starts_at),
confirmed AS (
    SELECT told.id FROM told JOIN receipts_reply r ON r.message_id = told.message_id
    WHERE r.meaning = 'confirm'
    UNION
    SELECT told.id FROM told JOIN receipts_linkevent e ON e.message_id = told.message_id
    WHERE e.act = 'confirmed'),
grouped AS (
    SELECT v.status, CASE WHEN v.id IN (SELECT id FROM confirmed) THEN 'confirmed'
                          WHEN v.id IN (SELECT id FROM told) THEN 'reminded'
                          ELSE 'not_reminded' END AS standing FROM visit v)
SELECT standing, count(*), count(*) FILTER (WHERE status NOT IN ('no_show', 'cancelled')),
    count(*) FILTER (WHERE status = 'no_show'), count(*) FILTER (WHERE status = 'cancelled')
FROM grouped GROUP BY standing
"""

STANDINGS: Final = ("confirmed", "reminded", "not_reminded")


def attendance(asked: Asked) -> list[Sequence[Any]]:
    """Return visits by what reminded them: how many came, did not show, were cancelled.

    The share of no-shows is of the visits that were not cancelled, that of cancellations of all.
    """
    found = {row[0]: row[1:] for row in fetch(Statement(_ATTENDANCE, values_of(asked)))}
    return [_row(standing, *found.get(standing, (0, 0, 0, 0))) for standing in STANDINGS]


def _row(standing: str, visits: int, came: int, missed: int, cancelled: int) -> Sequence[Any]:
    return (standing, visits, came, *_share(missed, visits - cancelled), *_share(cancelled, visits))


def _share(hits: int, of: int) -> tuple[int, float | None, float | None, float | None]:
    """Return the count, its share and the share's 95 % interval; of nothing, no share."""
    if of == 0:
        return hits, None, None, None
    low, high = wilson(hits, of)
    return hits, hits / of, low, high
