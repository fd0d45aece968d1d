"""What closures there were, who was told by what, and what became of it."""

from collections.abc import Sequence
from typing import Any, Final

from handbell.reports.declared import Asked, Statement
from handbell.reports.statements.spans import fetch, values_of

#: A row for each press of a button; a closure of which nobody was told has one row. Who shares a
#: number with another is counted with them: their notice went inside the other's.
_EVENTS: Final = """
SELECT c.id, c.begun_at, c.reason,
    (SELECT string_agg(f.name, ', ' ORDER BY f.name) FROM access_facility f
     WHERE f.id = ANY(c.facility_ids)),
    c.first_day, c.last_day, LEAST(c.ends_at, COALESCE(c.ended_at, c.ends_at)), b.name,
    g.kind, g.channel, g.pressed_at, p.name, a.name, g.counted,
    t.handed_over, t.delivered, t.not_delivered, t.in_doubt, t.not_sent,
    (SELECT count(*) FROM facts_closurecall k WHERE k.closure_id = c.id)
FROM facts_closure c
JOIN access_staffmember b ON b.id = c.begun_by_id
LEFT JOIN outbox_sending g ON g.closure_id = c.id AND g.state <> 'declined'
LEFT JOIN access_staffmember p ON p.id = g.pressed_by_id
LEFT JOIN access_staffmember a ON a.id = g.agreed_by_id
LEFT JOIN LATERAL (
    SELECT count(*) FILTER (WHERE state IN ('accepted', 'delivered', 'undelivered', 'in_doubt'))
               AS handed_over,
        count(*) FILTER (WHERE state = 'delivered') AS delivered,
        count(*) FILTER (WHERE state IN ('failed', 'undelivered')) AS not_delivered,
        count(*) FILTER (WHERE state = 'in_doubt') AS in_doubt,
        count(*) FILTER (WHERE state IN ('withheld', 'cancelled', 'expired')) AS not_sent
    FROM (SELECT COALESCE(l.state, m.state) AS state
          FROM outbox_message m LEFT JOIN outbox_message l ON l.id = m.merged_into_id
          WHERE m.sending_id = g.id) m
) t ON g.id IS NOT NULL
WHERE c.practice_id = %(practice)s AND c.begun_at >= %(begins)s AND c.begun_at < %(ends)s
  AND (%(facility)s::bigint IS NULL OR %(facility)s::bigint = ANY(c.facility_ids))
ORDER BY c.begun_at DESC, c.id DESC, g.pressed_at, g.id
"""


def emergencies(asked: Asked) -> list[Sequence[Any]]:
    """Return every press of a button of the closures begun in the range, the newest first."""
    return list(fetch(Statement(_EVENTS, values_of(asked))))
