"""Whose worker is gone? Leases that ran out become messages in doubt, never second tries."""

from datetime import datetime

from django.db import connection

from handbell.policy.in_doubt import next_look_up

_SWEEP = """
WITH lost AS (
    UPDATE outbox_message SET state = 'in_doubt', detail = 'worker lost', changed_at = %s,
        lease_until = NULL, look_up_at = %s
    WHERE state = 'claimed' AND lease_until < %s
    RETURNING id, attempts
)
UPDATE outbox_attempt a SET outcome = 'in_doubt', code = 'worker lost', settled_at = %s
FROM lost WHERE a.message_id = lost.id AND a.number = lost.attempts
"""


def sweep(*, now: datetime) -> int:
    """Mark every message IN_DOUBT whose lease ran out; return how many. Idempotent."""
    with connection.cursor() as cursor:
        soon = next_look_up(handed_over_at=now, now=now)
        cursor.execute(_SWEEP, [now, soon, now, now])
        return int(cursor.rowcount)
