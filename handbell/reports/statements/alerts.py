"""Do patients pay after a balance alert? Alerts that reached the provider, and payments since.

A payment counts from the day of the alert on, because ledgers know days only. An alert counts in a
row only once the row's days are over, so a young alert spoils no share. A payment after several
alerts is money once.
"""

from collections.abc import Sequence
from typing import Any, Final

from handbell.reports.declared import Asked, Statement
from handbell.reports.intervals import wilson
from handbell.reports.statements.spans import fetch, values_of

DAYS: Final = (7, 14, 30)

_PAID: Final = """
WITH alert AS MATERIALIZED (
    SELECT m.id, m.channel, m.patient_id, (m.handed_over_at AT TIME ZONE %(zone)s)::date AS day
    FROM outbox_message m JOIN facts_patient p ON p.id = m.patient_id
    WHERE m.practice_id = %(practice)s AND m.due_at >= %(begins)s AND m.due_at < %(ends)s
      AND m.purpose = 'balance_alert' AND m.state IN ('accepted', 'delivered')
      AND m.handed_over_at IS NOT NULL
      AND (%(facility)s::bigint IS NULL OR p.facility_id = %(facility)s)),
followed AS (
    SELECT alert.channel, w.days, alert.id, e.id AS entry_id, e.amount,
        row_number() OVER (PARTITION BY alert.channel, w.days, e.id) AS times
    FROM alert CROSS JOIN unnest(%(days)s) AS w (days)
    LEFT JOIN facts_ledgerentry e ON e.patient_id = alert.patient_id AND e.kind = 'payment'
      AND e.entry_date >= alert.day AND e.entry_date <= alert.day + w.days
    WHERE alert.day + w.days < %(today)s)
SELECT channel, days, count(DISTINCT id),
    count(DISTINCT id) FILTER (WHERE entry_id IS NOT NULL),
    COALESCE(sum(amount) FILTER (WHERE times = 1), 0)
FROM followed GROUP BY 1, 2 ORDER BY 1, 2
"""


def paid_after(asked: Asked) -> list[Sequence[Any]]:
    """Return by channel how many alerts were followed by a payment within 7, 14 and 30 days."""
    values = values_of(asked) | {"days": list(DAYS), "today": asked.today}
    rows = fetch(Statement(_PAID, values))
    return [
        (channel, days, alerts, paid, paid / alerts, *wilson(paid, alerts), amount)
        for channel, days, alerts, paid, amount in rows
    ]
