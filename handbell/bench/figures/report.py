"""How fast are a million patients written to a file, against COPY TO, and in how much memory?

The Patient Email Report as CSV, every cell made safe, and COPY TO of the same question with nothing
made safe, in turn in one process (`handbell.bench.report_writer`). Its memory is held against
200 MB: that of the whole process, which wrote the files for Mailchimp besides.
"""

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from functools import lru_cache

from django.db import connection

from handbell.access.models import Practice, StaffMember
from handbell.bench import filling
from handbell.bench.frame import Figure, Rounds, Size
from handbell.bench.ground import fresh_database
from handbell.vocabulary.words import PermissionLevel

LIMIT_MEGABYTES = 200

_WRITER = (
    "import django; django.setup(); from handbell.bench.report_writer import main; main(rounds=3)"
)

_VISITS = """
INSERT INTO facts_appointment (practice_id, external_id, patient_id, facility_id, provider_name,
    starts_at, duration_minutes, status, revision)
SELECT practice_id, 'A' || id, id, facility_id, '', now() + interval '1 day' * (id % 60 - 30), 45,
    CASE WHEN id % 60 < 30 THEN (ARRAY['completed', 'no_show', 'cancelled'])[id % 3 + 1]
         ELSE 'booked' END, 1
FROM facts_patient
"""
_STOPS = """
INSERT INTO facts_suppression (practice_id, address, channel, kind, at, source)
SELECT practice_id, value, 'email', (ARRAY['opted_out', 'hard_bounce', 'complaint'])[id % 3 + 1],
    now() - interval '9 days', 'a test'
FROM facts_contactpoint WHERE kind = 'email' AND id % 50 = 0
"""
_PERMISSIONS = """
INSERT INTO facts_marketingpermission (practice_id, patient_id, kind, at, how, by, wording)
SELECT practice_id, id, CASE WHEN id % 8 = 0 THEN 'withdrawn' ELSE 'granted' END,
    now() - interval '20 days', 'in person', 'desk', '' FROM facts_patient WHERE id % 2 = 0
"""


@dataclass(frozen=True, slots=True)
class _Written:
    """What one process measured."""

    rows: int
    ours: list[float]
    peer: list[float]
    megabytes: float

    @property
    def note(self) -> str:
        return f"{self.rows:,} patients"


@lru_cache
def _written(size: Size) -> _Written:
    with fresh_database() as url:
        practice, facility = filling.practice()
        filling.people(practice, facility, patients=size.of(10_000, 1_000_000), visits=False)
        with connection.cursor() as cursor:
            for statement in (_VISITS, _STOPS, _PERMISSIONS):
                cursor.execute(statement)
        filling.settle_down()
        StaffMember.objects.create_user(
            practice=Practice.objects.get(pk=practice),
            email="a@p.example",
            name="A",
            level=PermissionLevel.BUSINESS_OWNER,
        )
        command = [sys.executable, "-c", _WRITER]
        told = subprocess.run(  # noqa: S603
            command,
            check=True,
            capture_output=True,
            text=True,
            env=os.environ | {"DATABASE_URL": url},
        )
    return _Written(**json.loads(told.stdout))


def _speed(size: Size) -> Rounds:
    found = _written(size)
    ours, peer = ([found.rows / each for each in taken] for taken in (found.ours, found.peer))
    return Rounds(ours, peer, found.note)


def _memory(size: Size) -> Rounds:
    found = _written(size)
    return Rounds([found.megabytes], [LIMIT_MEGABYTES], f"{found.note}, CSV and ZIP")


FIGURES = (
    Figure(
        "report",
        "1 M patients to CSV, against COPY TO of the same question",
        goal=0.4,
        at_least=True,
        unit="patients/s",
        measure=_speed,
    ),
    Figure(
        "report-memory",
        "memory of the process that writes them, against 200 MB",
        goal=1.0,
        at_least=False,
        unit="MB",
        measure=_memory,
    ),
)
