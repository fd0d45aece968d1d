"""Move one message along its life, if there is an arrow; say whether it moved."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import connection

from handbell.outbox.lifecycle import ARROWS
from handbell.vocabulary.words import MessageState, Objection

_ADVANCE = """
UPDATE outbox_message SET state = %s, changed_at = %s, objection = %s, detail = %s,
    due_at = COALESCE(%s, due_at), look_up_at = NULL,
    handed_over_at = CASE WHEN %s IN ('queued', 'failed') THEN NULL ELSE handed_over_at END
WHERE id = %s AND state = ANY(%s)
"""


def advance(
    message_id: int,
    state: MessageState,
    *,
    now: datetime,
    objection: Objection | None = None,
    detail: str = "",
    due_at: datetime | None = None,
) -> bool:
    """Move a message to `state`; return False if no arrow leads there from where it is.

    Idempotent: a message that is there already is left alone and False is returned.
    """
    sources = [old.value for old, new in ARROWS.items() if state in new]
    with connection.cursor() as cursor:
        cursor.execute(
            _ADVANCE,
            [
                state.value,
                now,
                objection.value if objection else "",
                detail[:120],
                due_at,
                state.value,
                message_id,
                sources,
            ],
        )
        return bool(cursor.rowcount == 1)


@dataclass(frozen=True, slots=True)
class Move:
    """One message that should be in another state, and the provider's code that says so."""

    message_id: int
    state: MessageState
    detail: str = ""


_ADVANCE_MANY = """
UPDATE outbox_message m SET state = %s, changed_at = %s, objection = '', detail = u.detail,
    look_up_at = NULL
FROM unnest(%s::bigint[], %s::text[]) AS u (id, detail)
WHERE m.id = u.id AND m.state = ANY(%s)
RETURNING m.id
"""


def advance_many(moves: Sequence[Move], *, now: datetime) -> frozenset[int]:
    """Move messages that were handed over; return those that an arrow let through."""
    moved: set[int] = set()
    for state in {move.state for move in moves}:
        own = [move for move in moves if move.state is state]
        sources = [old.value for old, new in ARROWS.items() if state in new]
        with connection.cursor() as cursor:
            cursor.execute(
                _ADVANCE_MANY,
                [
                    state.value,
                    now,
                    [move.message_id for move in own],
                    [move.detail[:120] for move in own],
                    sources,
                ],
            )
            moved |= {row[0] for row in cursor.fetchall()}
    return frozenset(moved)
