"""Is the dispatcher keeping up? Reads for machines that watch."""

from datetime import datetime

from django.db import connection

_ALIVE = """
SELECT count(*) FROM procrastinate_workers
WHERE last_heartbeat > now() - make_interval(secs => %s)
"""

_OLDEST_DUE = """
SELECT COALESCE(extract(epoch FROM %s - min(due_at)), 0) FROM outbox_message
WHERE state = 'queued' AND objection = '' AND due_at <= %s
"""


def workers_alive(*, within_seconds: int) -> int:
    """Return how many workers reported themselves within so many seconds."""
    with connection.cursor() as cursor:
        cursor.execute(_ALIVE, [within_seconds])
        return int(cursor.fetchone()[0])


def oldest_due_seconds(*, now: datetime) -> float:
    """Return for how long the longest waiting message is due; 0 where none waits."""
    with connection.cursor() as cursor:
        cursor.execute(_OLDEST_DUE, [now, now])
        return max(float(cursor.fetchone()[0]), 0.0)
