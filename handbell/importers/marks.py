"""Who is to be planned again because of an import? Gathered on the way, written at its end.

A row of `facts_change` is locked from the moment it is written until the import is committed, and
somebody's STOP or the planner may want it: so an import writes them last, in the order of patients,
and a check not at all.
"""

from collections.abc import Collection
from datetime import datetime
from typing import Final

from django.db import connection

#: Made once per connection and emptied by every commit, as the staging tables are.
MARKS: Final = (
    "CREATE TEMP TABLE IF NOT EXISTS import_mark (patient_id bigint, at timestamptz) "
    "ON COMMIT DELETE ROWS"
)

_PRACTICE: Final = """
INSERT INTO import_mark (patient_id, at) SELECT id, %s FROM facts_patient WHERE practice_id = %s
"""

_WRITE: Final = """
INSERT INTO facts_change (patient_id, practice_id, at)
SELECT p.id, p.practice_id, min(m.at) FROM import_mark m JOIN facts_patient p ON p.id = m.patient_id
GROUP BY p.id ORDER BY p.id
ON CONFLICT (patient_id) DO UPDATE SET at = LEAST(facts_change.at, EXCLUDED.at)
"""

_MARKED: Final = "SELECT DISTINCT patient_id FROM import_mark WHERE at <= %s"


def mark_practice(practice_id: int, *, at: datetime) -> None:
    """Have everybody of a practice planned again: its settings changed."""
    with connection.cursor() as cursor:
        cursor.execute(MARKS)
        cursor.execute(_PRACTICE, [at, practice_id])


def marked(*, now: datetime) -> Collection[int]:
    """Return who is to be planned again by now."""
    with connection.cursor() as cursor:
        cursor.execute(MARKS)
        cursor.execute(_MARKED, [now])
        return {patient_id for (patient_id,) in cursor.fetchall()}


def write_marks() -> None:
    """Tell the planner, as the last thing an import writes of facts."""
    with connection.cursor() as cursor:
        cursor.execute(MARKS)
        cursor.execute(_WRITE)
        cursor.execute("DELETE FROM import_mark")
