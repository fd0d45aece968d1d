"""Whom has nobody told? The call list of a closure: number, visit, what was tried, who phoned.

Everybody whom a closing was meant for and no channel brought it to, and everybody no channel
reaches at all. It grows by itself as notices fail.
"""

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from handbell.access.practice_settings import PracticeSettings
from handbell.closures.audience import unreached
from handbell.facts.models import Appointment, Closure, ClosureCall, ClosureExclusion, Patient
from handbell.facts.people import load_people
from handbell.outbox.sendings import Told, told_by
from handbell.reports.cells import safe
from handbell.vocabulary.words import NoticeKind

COLUMNS: Final = (
    *("visit_at", "facility", "last_name", "first_name", "patient_id", "phone", "other_phone"),
    *("tried", "result", "called_by", "called_at"),
)


@dataclass(frozen=True, slots=True)
class ToCall:
    """One patient to be telephoned, or who was."""

    patient: Patient
    visit: Appointment | None
    phones: Sequence[str]
    tried: Sequence[Told]
    call: ClosureCall | None


def call_list(closure: Closure, *, now: datetime) -> list[ToCall]:
    """Return whoever is to be telephoned, those whose visit is first first; done ones stay."""
    told = told_by(closure.pk, NoticeKind.CLOSING)
    calls = {
        row.patient_id: row
        for row in ClosureCall.objects.filter(closure=closure).select_related("by")
    }
    ids = (unreached(told) - _left_out(closure)) | calls.keys()
    tried: dict[int, list[Told]] = {id: [] for id in ids}
    for one in told:
        if one.patient_id in tried:
            tried[one.patient_id].append(one)
    patients = Patient.objects.in_bulk(ids)
    people = load_people(ids, now=now)
    visits = Appointment.objects.select_related("facility").in_bulk(
        [one.appointment_id for own in tried.values() for one in own if one.appointment_id]
    )
    found = [
        ToCall(
            patient=patients[id],
            visit=next((visits[one.appointment_id] for one in own if one.appointment_id), None),
            phones=people[id].telephones_on(now.date()),
            tried=own,
            call=calls.get(id),
        )
        for id, own in tried.items()
    ]
    return sorted(
        found, key=lambda one: (one.visit.starts_at if one.visit else now, one.patient.pk)
    )


def left_to_call(closure: Closure) -> int:
    """Return how many are still to be telephoned: cheap enough to be asked every few seconds."""
    called = set(ClosureCall.objects.filter(closure=closure).values_list("patient_id", flat=True))
    return len(unreached(told_by(closure.pk, NoticeKind.CLOSING)) - called - _left_out(closure))


def _left_out(closure: Closure) -> set[int]:
    """Return whom somebody took out of the audience, and so need not be telephoned."""
    out = ClosureExclusion.objects.filter(closure=closure)
    return set(out.values_list("patient_id", flat=True))


def call_lines(
    rows: Sequence[ToCall], settings: PracticeSettings, tried_said: Mapping[int, str]
) -> Iterator[str]:
    """Yield the call list as CSV, line by line."""
    yield _line(COLUMNS)
    yield from map(_line, call_cells(rows, settings, tried_said))


def call_cells(
    rows: Sequence[ToCall], settings: PracticeSettings, tried_said: Mapping[int, str]
) -> Iterator[Sequence[str]]:
    """Yield the values of each row under COLUMNS; times are on each facility's clock."""
    for row in rows:
        visit, call = row.visit, row.call
        zone = settings.zone_of(visit.facility_id if visit else None)
        yield (
            f"{visit.starts_at.astimezone(zone):%Y-%m-%d %H:%M%z}" if visit else "",
            visit.facility.name if visit else "",
            row.patient.last_name,
            row.patient.first_name,
            row.patient.external_id,
            row.phones[0] if row.phones else "",
            row.phones[1] if len(row.phones) > 1 else "",
            tried_said[row.patient.pk],
            call.result if call else "",
            call.by.name if call else "",
            f"{call.at.astimezone(settings.zone):%Y-%m-%d %H:%M%z}" if call else "",
        )


def _line(values: Sequence[str]) -> str:
    """Return a line a spreadsheet takes for text, whatever a name begins with."""
    line = io.StringIO()
    csv.writer(line).writerow(safe(values))
    return line.getvalue()
