"""What went out, what did not arrive, and what was held back, counted.

A message belongs to the day it is due, as everywhere on the pages.
"""

from collections import Counter
from collections.abc import Sequence
from typing import Any, Final

from handbell.dispatch.providers import rule_for
from handbell.policy.explain import explain
from handbell.reports.declared import Asked, Statement
from handbell.reports.statements.spans import fetch, values_of
from handbell.vocabulary.words import Channel, Objection

_THESE: Final = """
FROM outbox_message m LEFT JOIN outbox_sender s ON s.id = m.sender_id {more}
WHERE m.practice_id = %(practice)s AND m.due_at >= %(begins)s AND m.due_at < %(ends)s
  AND (%(with_balances)s OR m.purpose <> 'balance_alert')
"""

_FACILITY: Final = """
LEFT JOIN facts_appointment a ON a.id = m.appointment_id
LEFT JOIN facts_patient p ON p.id = m.patient_id
"""

_DELIVERY: Final = """
SELECT (m.due_at AT TIME ZONE %(zone)s)::date, m.purpose, m.channel, s.address,
    count(*) FILTER (WHERE m.state IN ('accepted', 'delivered', 'undelivered', 'in_doubt')),
    count(*) FILTER (WHERE m.state = 'delivered'),
    count(*) FILTER (WHERE m.state = 'accepted'),
    count(*) FILTER (WHERE m.state = 'undelivered'),
    count(*) FILTER (WHERE m.state = 'failed'),
    count(*) FILTER (WHERE m.state = 'in_doubt')
{these} AND m.state IN ('accepted', 'delivered', 'undelivered', 'failed', 'in_doubt')
GROUP BY 1, 2, 3, 4 ORDER BY 1, 2, 3, 4
"""

_FAILURES: Final = """
SELECT m.channel, m.purpose, m.state, COALESCE(s.provider, ''), COALESCE(s.address, ''),
    m.detail, m.objection, count(*)
{these} AND m.state IN ('undelivered', 'failed') GROUP BY 1, 2, 3, 4, 5, 6, 7
"""

_HELD: Final = """
SELECT m.objection, m.purpose, m.channel,
    count(*) FILTER (WHERE m.state <> 'queued'), count(*) FILTER (WHERE m.state = 'queued')
{these} AND m.objection NOT IN ('', 'merged')
  AND m.state IN ('withheld', 'cancelled', 'expired', 'queued')
GROUP BY 1, 2, 3 ORDER BY 4 DESC, 1, 2, 3
"""


def _statement(asked: Asked, template: str) -> Statement:
    """Return the question; of one facility's messages if one is asked for."""
    these = _THESE.format(more=_FACILITY if asked.values.get("facility") else "")
    if asked.values.get("facility"):
        these += " AND COALESCE(a.facility_id, p.facility_id) = %(facility)s "
    return Statement(template.format(these=these), values_of(asked))


def delivery(asked: Asked) -> list[Sequence[Any]]:
    """Return what became of what was handed over, by day, purpose, channel and sender."""
    return list(fetch(_statement(asked, _DELIVERY)))


def failures(asked: Asked) -> list[Sequence[Any]]:
    """Return what failed or did not arrive by the provider's code, with what the code means."""
    counts: Counter[tuple[str, ...]] = Counter()
    for channel, purpose, state, provider, sender, detail, objection, count in fetch(
        _statement(asked, _FAILURES)
    ):
        code, means = _means(provider, channel, sender, detail, objection)
        counts[channel, purpose, state, code, means] += count
    rows = [(*key, count) for key, count in counts.items()]
    return sorted(rows, key=lambda row: (-row[5], row[:5]))


def _means(
    provider: str, channel: str, sender: str, detail: str, objection: str
) -> tuple[str, str]:
    if not detail:
        return "", explain(Objection(objection)).sentence if objection else ""
    if " " in detail:  # a fixed word of our own, such as "worker lost"
        return "", detail
    return detail, rule_for(provider, Channel(channel), detail, sender=sender).meaning


def held_back(asked: Asked) -> list[Sequence[Any]]:
    """Return what was not sent and what, as things stand, will not be, with the reason."""
    return list(fetch(_statement(asked, _HELD)))
