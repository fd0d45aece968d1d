"""Count what became of what senders sent: which ten minutes changed, and what is in them.

A run looks at the attempts, reports and suppressions that came since the last one, and counts the
ten minutes they fall into again, whole. It costs what is new, whatever the history holds, and a
run that is done twice, late or cut off half-way changes nothing.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import astuple, dataclass, fields
from datetime import datetime, timedelta
from typing import Any, Final

from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper

from handbell.channels.codes import CodeRule
from handbell.dispatch.providers import rule_for
from handbell.reputation.fold import Fate, Tally, fold
from handbell.reputation.models import Mark
from handbell.vocabulary.words import Channel, MessageState, Purpose

#: What is this old is settled, and its transaction long over: it need not be looked at again.
#: Longer than a claim's lease.
OVERLAP: Final = timedelta(minutes=10)

#: How many attempts or reports one run looks at.
AT_ONCE: Final = 1_000_000

_BIN = "date_bin('10 minutes', {}, timestamptz '2000-01-01 00:00+00')"

_NEW_ATTEMPTS = f"""
WITH new AS (
    SELECT id, sender_id, claimed_at FROM outbox_attempt WHERE id > %s ORDER BY id LIMIT %s)
SELECT sender_id, {_BIN.format("claimed_at")}, max(id) FILTER (WHERE claimed_at < %s)
FROM new GROUP BY 1, 2
"""  # noqa: S608 - our own expression

# Nothing that waits to be folded is passed by: the state it will change is not there yet.
_NEW_REPORTS = f"""
WITH new AS (
    SELECT id, message_id, attempt, received_at FROM receipts_providerevent
    WHERE id > %s AND id < COALESCE((SELECT min(id) FROM receipts_providerevent
                                     WHERE folded_at IS NULL), 9223372036854775807)
    ORDER BY id LIMIT %s)
SELECT a.sender_id, {_BIN.format("a.claimed_at")}, max(new.id) FILTER (WHERE received_at < %s)
FROM new LEFT JOIN outbox_attempt a ON a.message_id = new.message_id AND a.number = new.attempt
GROUP BY 1, 2
"""  # noqa: S608

# One STOP suppresses texts and calls: it is counted once, against what came last.
_OBJECTIONS = """
WITH new AS (
    SELECT practice_id, address, kind, at, min(id) AS id, array_agg(channel) AS channels
    FROM facts_suppression WHERE id > %s AND kind IN ('opted_out', 'complaint')
    GROUP BY 1, 2, 3, 4)
INSERT INTO reputation_objected (suppression_id, message_id, sender_id, purpose, signal, at)
SELECT new.id, m.id, m.sender_id, m.purpose,
       CASE new.kind WHEN 'complaint' THEN 'complaint' ELSE 'opt_out' END, new.at
FROM new CROSS JOIN LATERAL (
    SELECT id, sender_id, purpose FROM outbox_message
    WHERE practice_id = new.practice_id AND address = new.address
      AND handed_over_at BETWEEN new.at - interval '35 days' AND new.at
      AND channel = ANY(new.channels) AND sender_id IS NOT NULL AND merged_into_id IS NULL
    ORDER BY handed_over_at DESC, id DESC LIMIT 1) m
ON CONFLICT (suppression_id) DO NOTHING
"""

_NEW_SUPPRESSIONS = f"""
WITH new AS (SELECT id, at FROM facts_suppression WHERE id > %s)
SELECT o.sender_id, {_BIN.format("o.at")}, max(new.id) FILTER (WHERE new.at < %s)
FROM new LEFT JOIN reputation_objected o ON o.suppression_id = new.id GROUP BY 1, 2
"""  # noqa: S608

# The newest offer of a message ended as the message did. One that was tried again, or is about to
# be, was not delivered for what its own reports say. Reports are looked up where they are needed:
# a condition beside a LATERAL would be asked after it. OFFSET 0 keeps each ten minutes a question
# of its own: of a join PostgreSQL expects a ninth of the table, and reads all of it.
_FATES = f"""
SELECT a.sender_id, {_BIN.format("a.claimed_at")} AS begins, m.purpose, m.channel, s.provider,
    s.address, a.outcome,
    CASE WHEN a.outcome IN ('', 'accepted', 'in_doubt') AND NOT again.it THEN m.state END AS state,
    CASE WHEN a.outcome NOT IN ('', 'accepted', 'in_doubt') THEN a.code
         WHEN again.it THEN COALESCE(report.code, '')
         WHEN m.state = 'undelivered' THEN m.detail ELSE '' END AS code,
    COALESCE(call.answered, false), call.seconds, count(*)
FROM (SELECT DISTINCT * FROM unnest(%s::bigint[], %s::timestamptz[]) AS u (sender_id, begins)) u
CROSS JOIN LATERAL (
    SELECT * FROM outbox_attempt a WHERE a.sender_id = u.sender_id
        AND a.claimed_at >= u.begins AND a.claimed_at < u.begins + interval '10 minutes'
    OFFSET 0) a
JOIN outbox_message m ON m.id = a.message_id
JOIN outbox_sender s ON s.id = a.sender_id
CROSS JOIN LATERAL (SELECT a.number < m.attempts
    OR m.state IN ('queued', 'withheld', 'cancelled', 'expired') AS it) again
LEFT JOIN LATERAL (
    SELECT e.payload->>'code' AS code FROM receipts_providerevent e
    WHERE again.it AND a.outcome IN ('', 'accepted', 'in_doubt')
      AND e.message_id = m.id AND e.attempt = a.number AND e.kind = 'receipt'
      AND e.payload->>'status' = 'undelivered' LIMIT 1
) report ON true
LEFT JOIN LATERAL (
    SELECT bool_or(e.payload->>'status' = 'delivered')
           AND NOT bool_or(starts_with(e.payload->>'answered_by', 'machine')) AS answered,
           least(max((e.payload->>'seconds')::int), 600) AS seconds
    FROM receipts_providerevent e
    WHERE m.channel = 'voice'
      AND e.message_id = m.id AND e.attempt = a.number AND e.kind = 'receipt'
) call ON true
GROUP BY 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11
"""  # noqa: S608

_OBJECTED = f"""
SELECT o.sender_id, u.begins, o.purpose, o.signal, count(*)
FROM (SELECT DISTINCT * FROM unnest(%s::bigint[], %s::timestamptz[]) AS u (sender_id, begins)) u
JOIN reputation_objected o ON o.sender_id = u.sender_id AND {_BIN.format("o.at")} = u.begins
    AND o.at >= u.begins AND o.at < u.begins + interval '10 minutes'
GROUP BY 1, 2, 3, 4
"""  # noqa: S608

_COLUMNS = ", ".join(column.name for column in fields(Tally))

_NUMBERS = ", ".join(["%s::int[]"] * len(fields(Tally)))

_WRITE = f"""
INSERT INTO reputation_bucket (sender_id, begins, purpose, {_COLUMNS})
SELECT * FROM unnest(%s::bigint[], %s::timestamptz[], %s::text[], {_NUMBERS})
ON CONFLICT ON CONSTRAINT bucket_once DO UPDATE SET
    ({_COLUMNS}) = ({", ".join(f"EXCLUDED.{column.name}" for column in fields(Tally))})
"""  # noqa: S608


@dataclass(frozen=True, slots=True)
class Place:
    """Ten minutes of one sender."""

    sender_id: int
    begins: datetime


def count_new(*, now: datetime) -> int:
    """Bring the buckets up to date; return how many ten minutes were counted again. Idempotent."""
    counted = 0
    while True:
        places, is_all = _count_some(now)
        counted += len(places)
        if is_all:
            return counted


@transaction.atomic
def _count_some(now: datetime) -> tuple[list[Place], bool]:
    """Count what is new, up to a batch; return the places, and whether that was all there is."""
    marks = {mark.table: mark for mark in Mark.objects.select_for_update()}
    for table in ("attempts", "reports", "suppressions"):
        if table not in marks:
            marks[table] = Mark.objects.create(table=table)
    before = {table: mark.last for table, mark in marks.items()}
    old = now - OVERLAP
    with connection.cursor() as cursor:
        places = _look(cursor, _NEW_ATTEMPTS, marks["attempts"], [AT_ONCE, old])
        places += _look(cursor, _NEW_REPORTS, marks["reports"], [AT_ONCE, old])
        cursor.execute(_OBJECTIONS, [marks["suppressions"].last])
        places += _look(cursor, _NEW_SUPPRESSIONS, marks["suppressions"], [old])
        found = sorted(set(places), key=lambda place: (place.sender_id, place.begins))
        if found:
            _write(cursor, found, count(cursor, found))
    moved = any(marks[table].last != last for table, last in before.items())
    for mark in marks.values():
        mark.save()
    return found, not moved


def _look(
    cursor: CursorWrapper, statement: str, mark: Mark, given: Sequence[int | datetime]
) -> list[Place]:
    """Return where something is new, and move the mark past what is old."""
    cursor.execute(statement, [mark.last, *given])
    rows = cursor.fetchall()
    mark.last = max([mark.last, *(last for _, _, last in rows if last is not None)])
    return [Place(sender_id, begins) for sender_id, begins, _ in rows if sender_id is not None]


Counts = Mapping[tuple[Place, Purpose], Tally]


def count(cursor: CursorWrapper, places: Sequence[Place]) -> Counts:
    """Return what is in these ten minutes, from the messages themselves."""
    given: list[Any] = [[place.sender_id for place in places], [place.begins for place in places]]
    cursor.execute(_FATES, given)
    fates: dict[Place, list[tuple[Purpose, Fate, CodeRule | None, int]]] = defaultdict(list)
    for sender, begins, purpose, channel, provider, address, outcome, *rest in cursor.fetchall():
        state, code, answered, seconds, number = rest
        fate = Fate(
            Channel(channel), outcome, MessageState(state) if state else None, code, answered,
            seconds,
        )  # fmt: skip
        rule = rule_for(provider, fate.channel, code, sender=address) if code else None
        fates[Place(sender, begins)].append((Purpose(purpose), fate, rule, number))
    counts: dict[tuple[Place, Purpose], Tally] = {}
    for place in places:
        for purpose, tally in fold(fates[place]).items():
            counts[place, purpose] = tally
    cursor.execute(_OBJECTED, given)
    for sender, begins, purpose, signal, number in cursor.fetchall():
        tally = counts.setdefault((Place(sender, begins), Purpose(purpose)), Tally())
        setattr(tally, signal, number)
    return counts


def _write(cursor: CursorWrapper, places: Sequence[Place], counts: Counts) -> None:
    columns = list(zip(*(astuple(tally) for tally in counts.values()), strict=True))
    if counts:
        cursor.execute(
            _WRITE,
            [
                [place.sender_id for place, _ in counts],
                [place.begins for place, _ in counts],
                [purpose.value for _, purpose in counts],
                *(list(column) for column in columns),
            ],
        )
