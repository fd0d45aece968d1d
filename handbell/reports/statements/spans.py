"""The range of days a report is about, as two moments of the practice's clock."""

from datetime import date, timedelta
from typing import Any

from django.db import connection

from handbell.policy.timetable import start_of_day
from handbell.reports.declared import FROM, TO, Asked, Statement
from handbell.reports.hurry import limit_statement


def days_of(asked: Asked) -> tuple[date, date]:
    """Return the first and the last day; an end that is not given is as far as it goes."""
    first = date.fromisoformat(asked.values.get(FROM) or "1971-01-01")
    last = date.fromisoformat(asked.values.get(TO) or asked.today.isoformat())
    return first, last


def values_of(asked: Asked) -> dict[str, Any]:
    """Return the values the statements over a range speak of."""
    first, last = days_of(asked)
    facility = asked.values.get("facility")
    return {
        "practice": asked.practice_id,
        "zone": asked.zone.key,
        "now": asked.now,
        "begins": start_of_day(first, asked.zone),
        "ends": start_of_day(last + timedelta(days=1), asked.zone),
        "facility": int(facility) if facility else None,
        "with_balances": asked.with_balances,
    }


def fetch(statement: Statement) -> list[tuple[Any, ...]]:
    """Return all rows of a statement that has few."""
    limit_statement()
    with connection.cursor() as cursor:
        cursor.execute(statement.sql, dict(statement.values))
        return list(cursor.fetchall())
