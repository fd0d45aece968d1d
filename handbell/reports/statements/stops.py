"""Which addresses are not used any more, and why: opt-outs, bounces, complaints."""

from typing import Any, Final

from handbell.reports.declared import Asked, Statement
from handbell.reports.statements.spans import values_of

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

_COUNT: Final = "SELECT count(*) FROM facts_suppression WHERE practice_id = %(practice)s"


def _values(asked: Asked) -> dict[str, Any]:
    narrowed = {name: asked.values.get(name, "") for name in ("channel", "kind")}
    return values_of(asked) | narrowed


def stops(asked: Asked) -> Statement:
    """Return every suppression of the range, the newest first."""
    return Statement(_STOPS, _values(asked))


def first_stops(asked: Asked, limit: int) -> Statement:
    """Return the newest of them."""
    return Statement(f"{_STOPS} LIMIT %(limit)s", _values(asked) | {"limit": limit})


def how_many(asked: Asked) -> Statement:
    """Return how many the practice has: what a bar counts towards."""
    return Statement(_COUNT, _values(asked))
