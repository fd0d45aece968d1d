"""How does the list of balances become a file? Line by line, in constant memory."""

import csv
from collections.abc import Iterator
from typing import Final
from zoneinfo import ZoneInfo

from django.db.models import QuerySet

from handbell.console.export import CHUNK, Echo
from handbell.console.words import reason_in_short
from handbell.facts.models import Owing
from handbell.reports.cells import safe

COLUMNS: Final = (
    *("patient_id", "last_name", "first_name", "facility", "owed", "since"),
    *("next_alert_at", "why_not"),
)


def balance_lines(rows: QuerySet[Owing], *, zone: ZoneInfo) -> Iterator[str]:
    """Yield the file's lines, who owes most first; times carry the practice's offset."""
    writer = csv.writer(Echo())
    yield writer.writerow(COLUMNS)
    ordered = rows.select_related("patient__facility").order_by("-amount", "patient_id")
    for row in ordered.iterator(chunk_size=CHUNK):
        patient = row.patient
        values = (
            patient.external_id,
            patient.last_name,
            patient.first_name,
            patient.facility.name if patient.facility else "",
            f"{row.amount:.2f}",
            row.since.isoformat(),
            f"{row.next_at.astimezone(zone):%Y-%m-%d %H:%M%z}" if row.next_at else "",
            reason_in_short(row.objection),
        )
        yield writer.writerow(safe(values))
