"""A week of the practice in a dozen numbers, beside the week before."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Any, Final

from handbell.reports.declared import FROM, TO, Asked, Statement
from handbell.reports.statements.attendance import attendance
from handbell.reports.statements.messages import delivery, held_back
from handbell.reports.statements.spans import fetch, values_of

_STOPPED: Final = """
SELECT count(DISTINCT address) FROM facts_suppression
WHERE practice_id = %(practice)s AND kind = 'opted_out' AND at >= %(begins)s AND at < %(ends)s
"""

_PAYMENTS: Final = """
SELECT count(*) FROM facts_ledgerentry
WHERE practice_id = %(practice)s AND kind = 'payment'
  AND entry_date >= %(first)s AND entry_date <= %(last)s
"""

#: What a week's numbers are, and what each is called.
MEASURES: Final = {
    "texts": "Texts handed over",
    "calls": "Calls handed over",
    "emails": "E-mails handed over",
    "delivered": "Known to have arrived",
    "not_delivered": "Failed or not delivered",
    "in_doubt": "In doubt",
    "held_back": "Held back, with a reason",
    "stopped": "Addresses that opted out",
    "visits": "Visits that took place",
    "no_shows": "Visits nobody came to",
    "no_shows_reminded": "of these, reminded",
    "cancelled": "Visits cancelled",
    "alerts": "Balance alerts handed over",
    "payments": "Payments entered",
}
_OF_BALANCES: Final = frozenset({"alerts", "payments"})


def last_week(today: date) -> tuple[date, date]:
    """Return Monday and Sunday of the last week that is over."""
    monday = today - timedelta(days=today.weekday() + 7)
    return monday, monday + timedelta(days=6)


def week(asked: Asked) -> list[Sequence[Any]]:
    """Return each measure of the last whole week and of the one before."""
    monday, _ = last_week(asked.today)
    this, before = _numbers(asked, monday), _numbers(asked, monday - timedelta(days=7))
    shown = [name for name in MEASURES if asked.with_balances or name not in _OF_BALANCES]
    return [(name, this[name], before[name]) for name in shown]


def _numbers(asked: Asked, monday: date) -> dict[str, int]:
    sunday = monday + timedelta(days=6)
    days = {FROM: monday.isoformat(), TO: sunday.isoformat()}
    these = replace(asked, values={**asked.values, **days})
    sent = delivery(these)
    visits = attendance(these)
    values = values_of(these) | {"first": monday, "last": sunday}
    return {
        "texts": _sum(row[4] for row in sent if row[2] == "sms"),
        "calls": _sum(row[4] for row in sent if row[2] == "voice"),
        "emails": _sum(row[4] for row in sent if row[2] == "email"),
        "delivered": _sum(row[5] for row in sent),
        "not_delivered": _sum(row[7] + row[8] for row in sent),
        "in_doubt": _sum(row[9] for row in sent),
        "held_back": _sum(row[3] for row in held_back(these)),
        "stopped": fetch(Statement(_STOPPED, values))[0][0],
        "visits": _sum(row[2] for row in visits),
        "no_shows": _sum(row[3] for row in visits),
        "no_shows_reminded": _sum(row[3] for row in visits if row[0] != "not_reminded"),
        "cancelled": _sum(row[7] for row in visits),
        "alerts": _sum(row[4] for row in sent if row[1] == "balance_alert"),
        "payments": fetch(Statement(_PAYMENTS, values))[0][0] if asked.with_balances else 0,
    }


def _sum(numbers: Any) -> int:  # noqa: ANN401  (an iterable of whatever PostgreSQL counts with)
    return int(sum(numbers))
