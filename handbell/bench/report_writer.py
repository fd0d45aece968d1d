"""The Patient Email Report and COPY TO, in turn, in a process of their own.

So the most memory the process ever used is the report's. COPY TO is asked the report's own
question, with no cell made safe: what PostgreSQL alone needs. Whoever starts it has Django set up;
`main` prints JSON: how many rows there are, the seconds of both, and the megabytes, the files for
a marketing tool among them.
"""

import json
import resource
import sys
import tempfile
from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import Any

from django.db import connection
from django.utils import timezone

from handbell.access.models import StaffMember
from handbell.bench.frame import seconds_of
from handbell.reports.asked import ask
from handbell.reports.catalog import PATIENT_EMAIL
from handbell.reports.lists import write_lists
from handbell.reports.statements.patients import all_patients
from handbell.reports.writing import write


def main(rounds: int) -> None:
    """Write both, round after round; print what was measured."""
    owner = StaffMember.objects.select_related("practice").get()
    tool = PATIENT_EMAIL.profiles[0]
    asked = ask(PATIENT_EMAIL, {}, staff=owner, now=timezone.now())
    lists = ask(PATIENT_EMAIL, {}, staff=owner, profile=tool.name, now=timezone.now())
    statement = all_patients(asked)
    told: dict[str, Any] = {"ours": [], "peer": []}
    with tempfile.TemporaryDirectory(prefix="handbell-bench-") as folder:
        place = Path(folder, "report")

        def report() -> None:
            told["rows"] = write(PATIENT_EMAIL, asked, "csv", place, watch=lambda _: None)

        for _ in range(rounds):
            told["peer"].append(seconds_of(partial(_copy, statement.sql, statement.values, place)))
            told["ours"].append(seconds_of(report))
        write_lists(tool, lists, place, watch=lambda _: None)
    told["megabytes"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    sys.stdout.write(json.dumps(told) + "\n")


def _copy(sql: str, values: Mapping[str, Any], place: Path) -> None:
    command = f"COPY ({sql}) TO STDOUT (FORMAT csv)"
    with (
        connection.cursor() as cursor,
        place.open("wb") as file,
        cursor.copy(command, values) as rows,
    ):
        for block in rows:
            file.write(block)
