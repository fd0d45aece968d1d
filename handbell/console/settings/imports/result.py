"""What did a check find, or an import do? Counts, flaws and changes, as the page shows them."""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

from django.http import HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext, ngettext
from django.views.decorators.http import require_GET

from handbell.access.permissions import Action
from handbell.access.queries import practice_zone
from handbell.console.clock import say_zone
from handbell.console.guard import StaffRequest, staff_page
from handbell.console.settings.imports.changes import say_changes
from handbell.console.settings.imports.saying import say_flaw, unit_word
from handbell.console.settings.imports.upload import size_said
from handbell.console.settings.imports.words import PLACES, kind_word, meaning_word, whole_meaning
from handbell.importers.examine import values_at
from handbell.importers.facts import Kind, Severity
from handbell.importers.models import Import, ImportedRow, ImportFile, ImportFlaw
from handbell.importers.runs import FilesGone, source_of
from handbell.reports.cells import safe
from handbell.vocabulary.words import ImportChange

#: Flaws shown on the page, and places named of each; the file has all.
FLAWS_SHOWN: Final = 50
LINES_SHOWN: Final = 8
PAGE_SIZE: Final = 50

#: How far a file is read for the page to show what stands at a flaw.
LAST_LINE_READ: Final = 20_000
LARGEST_READ: Final = 20 * 1024 * 1024

_COLUMNS: Final = (
    *("file", "place", "kind", "severity", "field", "value_kind", "reason", "what_to_do"),
)


@dataclass(frozen=True, slots=True)
class Reading:
    """One file, and how it is read."""

    file: ImportFile
    size: str
    says: str
    lacks: list[str]
    is_table: bool


def reading_of(file: ImportFile) -> Reading:
    """Say what a file is and how it is read."""
    lacks = [meaning_word(name) for name in file.missing]
    return Reading(file, size_said(file.size), _says(file), lacks, bool(file.header))


def _says(file: ImportFile) -> str:
    if file.format == "empty":
        return gettext("Empty")
    if not file.usable:
        return gettext("Nothing Handbell can read")
    if file.columns:
        return gettext("Table, columns as you chose")
    if file.missing:
        return gettext("Table whose columns Handbell does not know")
    name = file.format.removeprefix("CSV, ")
    if name != file.format:
        kinds = name.split(" and ")
        if all(kind in {one.value for one in Kind} for kind in kinds):
            name = ", ".join(kind_word(kind) for kind in kinds)
        return gettext("Table: %(name)s") % {"name": name}
    return file.format


@dataclass(frozen=True, slots=True)
class Wrong:
    """One thing that is wrong, where, and what stands in the first place while its file is here."""

    flaw: ImportFlaw
    where: str
    reason: str
    cure: str
    value: str = ""


def result_of(run: Import, *, zone: ZoneInfo, now: datetime) -> dict[str, Any]:
    """Return what the page tells of a check or an import. A constant number of queries."""
    total = run.report["total"]
    flaws = ImportFlaw.objects.filter(run=run).exclude(severity=Severity.NOT_USED)
    others = ImportFlaw.objects.filter(run=run, severity=Severity.NOT_USED)
    is_check = run.imported_at is None
    samples = run.report.get("samples", []) if is_check else _first_changes(run)
    shown = list(flaws.order_by("-count", "id")[: FLAWS_SHOWN + 1])
    values = _values(run, shown[:FLAWS_SHOWN])
    return {
        "total": total,
        "to_mend": total["flaws"] - total["not_used"],
        "kinds": [(kind_word(kind), count) for kind, count in run.report["kinds"].items()],
        "notes": [
            (file["file"], say_flaw(note)) for file in run.report["files"] for note in file["notes"]
        ],
        "flaws": [_wrong(flaw, values.get(flaw.pk, "")) for flaw in shown[:FLAWS_SHOWN]],
        "more_flaws": len(shown) > FLAWS_SHOWN,
        "not_used": [_wrong(flaw) for flaw in others.order_by("-count", "id")[:20]],
        "samples": say_changes(run.practice_id, samples[:10], zone=zone, now=now),
        "more_samples": len(samples) > 10,
        "foreseen": run.foreseen if is_check else None,
        "is_check": is_check,
        "stored_said": stored_said(total),
    }


def _wrong(flaw: ImportFlaw, value: str = "") -> Wrong:
    return Wrong(flaw, where_said(flaw), say_flaw(flaw.reason), say_flaw(flaw.cure), value)


def _values(run: Import, flaws: list[ImportFlaw]) -> dict[int, str]:
    """Return what stands at the first place of each flaw, where that is soon found."""
    if not run.folder:
        return {}
    tables = {file.name: file for file in run.files.all()[:FLAWS_SHOWN] if file.header}
    wanted: dict[str, dict[int, list[ImportFlaw]]] = {}
    for flaw in flaws:
        if flaw.file in tables and flaw.field and 0 < flaw.lines[0] <= LAST_LINE_READ:
            wanted.setdefault(flaw.file, {}).setdefault(flaw.lines[0], []).append(flaw)
    found: dict[int, str] = {}
    for name, lines in wanted.items():
        file = tables[name]
        if file.size > LARGEST_READ:
            continue
        for which in range(max(map(len, lines.values()))):
            here = {line: some[which] for line, some in lines.items() if which < len(some)}
            try:
                source = source_of(file, run.folder)
            except FilesGone:
                return {}
            told = values_at(source, {line: flaw.field for line, flaw in here.items()})
            found |= {here[line].pk: value for line, value in told.items()}
    return found


def stored_said(total: dict[str, int]) -> str:
    """Return "12 new rows and 3 changed ones"."""
    new = ngettext("%(n)s new row", "%(n)s new rows", total["new"])
    changed = ngettext("%(n)s changed row", "%(n)s changed rows", total["updated"])
    said = [
        text % {"n": f"{count:,}"}
        for text, count in ((new, total["new"]), (changed, total["updated"]))
        if count
    ]
    return gettext(" and ").join(said)


def _first_changes(run: Import) -> list[dict[str, Any]]:
    return list(_changed(run)[:11])


def _changed(run: Import) -> Any:  # noqa: ANN401  (a QuerySet of dictionaries)
    rows = ImportedRow.objects.filter(run=run).exclude(act=ImportChange.ADDED).order_by("id")
    return rows.values("id", "place", "row_id", "act", "before", "after")


def where_said(flaw: ImportFlaw) -> str:
    """Return "lines 3, 9, 12 and 409 more"; "" for a file as a whole."""
    lines = [line for line in flaw.lines[:LINES_SHOWN] if line]
    if not lines:
        return ""
    said = f"{unit_word(flaw.unit, len(lines))} {', '.join(f'{line:,}' for line in lines)}"
    more = flaw.count - len(lines)
    if more <= 0:
        return said
    return gettext("%(said)s and %(more)s more") % {"said": said, "more": f"{more:,}"}


@dataclass(frozen=True, slots=True)
class TakenBack:
    """What became of one sort of rows when an import was taken back."""

    what: str
    back: int
    instead: int
    changed_since: int
    in_use: int
    is_consent: bool


def taken_back_of(run: Import) -> list[TakenBack]:
    """Return what could be taken back and what could not."""
    return [
        TakenBack(str(PLACES.get(place, place)), is_consent=place == "facts_consent", **counts)
        for place, counts in run.taken_back.items()
    ]


@require_GET
@staff_page(Action.IMPORT)
def flaws(request: StaffRequest, run_id: int) -> StreamingHttpResponse:
    """Every flaw in a file: where it is, what is wrong and what to do. No value of a patient."""
    run = get_object_or_404(Import, pk=run_id, practice_id=request.user.practice_id)
    response = StreamingHttpResponse(_lines(run), content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="import-{run.pk}-flaws.csv"'
    return response


def _lines(run: Import) -> Iterator[str]:
    writer = csv.writer(_Echo())
    yield writer.writerow(_COLUMNS)
    for flaw in ImportFlaw.objects.filter(run=run).order_by("id").iterator(chunk_size=100):
        for line in flaw.lines:
            place = f"{flaw.unit} {line}" if line else "the file"
            cells = (flaw.file, place, flaw.kind, flaw.severity, flaw.field, flaw.value_kind)
            yield writer.writerow(safe([*cells, flaw.reason, flaw.cure]))


class _Echo:
    """A file that gives each line back instead of keeping it."""

    def write(self, line: str) -> str:
        return line


@require_GET
@staff_page(Action.IMPORT)
def changes(request: StaffRequest, run_id: int) -> HttpResponse:
    """Every row the import changed or removed, before and after."""
    run = get_object_or_404(Import, pk=run_id, practice_id=request.user.practice_id)
    now, zone = datetime.now(UTC), practice_zone(request.user.practice)
    after = request.GET.get("after", "")
    found = _changed(run)
    if after.isascii() and after.isdecimal() and len(after) < 18:
        found = found.filter(id__gt=int(after))
    rows = list(found[: PAGE_SIZE + 1])
    context = {
        "page": "settings",
        "run": run,
        "changes": say_changes(run.practice_id, rows[:PAGE_SIZE], zone=zone, now=now),
        "next": rows[PAGE_SIZE - 1]["id"] if len(rows) > PAGE_SIZE else None,
        "first": not after,
        "zone": zone,
        "zone_said": say_zone(zone, at=now),
        "now": now,
    }
    return render(request, "console/settings/imports/changes.html", context)


def lacking_said(missing: list[str]) -> str:
    """Return what columns are lacking, by name."""
    return ", ".join(whole_meaning(name) for name in missing)
