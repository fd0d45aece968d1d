"""Which workers are at work on this database? Django must be set up."""

from django.db import connection

HEARTBEAT_SECONDS = 5.0
STALLED_SECONDS = 15.0  # a worker that was not heard of for so long is dead; its jobs are retried

_ALIVE = """
SELECT count(*) FROM procrastinate_workers
WHERE last_heartbeat > now() - make_interval(secs => %s)
"""
_NEWEST = "SELECT coalesce(max(id), 0) FROM procrastinate_workers"


def alive() -> int:
    """Return how many workers were heard of lately, on whatever host."""
    return _number(_ALIVE, STALLED_SECONDS)


def newest() -> int:
    """Return the number of the worker that registered last; it only ever grows."""
    return _number(_NEWEST)


def _number(query: str, *values: float) -> int:
    with connection.cursor() as cursor:
        cursor.execute(query, values)
        return int(cursor.fetchone()[0])
