"""Which addresses are not used any more, and why: opt-outs, bounces, complaints."""

from collections.abc import Sequence
from typing import Any, Final

from handbell.reports.declared import Asked, Statement
from handbell.reports.statements.spans import fetch, values_of

_STOPS: Final = """
SELECT s.at, s.channel, s.kind, s.address,
    (SELECT string_agg(DISTINCT p.external_id, ', ') FROM facts_contactpoint k
     JOIN facts_patient p ON p.id = k.patient_id
     WHERE k.practice_id = s.practice_id AND k.value = s.address) AS patients,
    s.source, s.lifted_at
FROM facts_suppression s
WHERE s.practice_id = %(practice)s AND s.at >= %(begins)s AND s.at < %(ends)s AND s.at <= %(now)s
  AND (%(channel)s = '' OR s.channel = %(channel)s) AND (%(kind)s = '' OR s.kind = %(kind)s)
ORDER BY s.at DESC, s.id DESC
"""

_BY_REASON: Final = """
SELECT s.kind, s.channel, count(*) FROM facts_suppression s
WHERE s.practice_id = %(practice)s AND s.at >= %(begins)s AND s.at < %(ends)s AND s.at <= %(now)s
  AND (%(channel)s = '' OR s.channel = %(channel)s) AND (%(kind)s = '' OR s.kind = %(kind)s)
GROUP BY 1, 2 ORDER BY 3 DESC, 1, 2
"""

_COUNT: Final = "SELECT count(*) FROM facts_suppression WHERE practice_id = %(practice)s"


def _values(asked: Asked) -> dict[str, Any]:
    narrowed = {name: asked.values.get(name, "") for name in ("channel", "kind")}
    return values_of(asked) | narrowed


def stops(asked: Asked) -> Statement:
    """Return every suppression of the range, the newest first."""
    return Statement(_STOPS, _values(asked))


def some_stops(asked: Asked, limit: int, after: int) -> Statement:
    """Return so many of them after so many newer ones."""
    paged = {"limit": limit, "after": after}
    return Statement(f"{_STOPS} LIMIT %(limit)s OFFSET %(after)s", _values(asked) | paged)


def stops_by_reason(asked: Asked) -> list[Sequence[Any]]:
    """Return how many there are by reason and channel, the most first."""
    return list(fetch(Statement(_BY_REASON, _values(asked))))


def how_many(asked: Asked) -> Statement:
    """Return how many the practice has: what a bar counts towards."""
    return Statement(_COUNT, _values(asked))
