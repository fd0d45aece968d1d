"""What does a worker do with an import? Check it, store it, or take it back: once, or not at all.

Everything one run writes is one transaction: the facts, what was wrong, what changed, the state
of the import and the audit trail. A worker that dies leaves nothing behind, and the next one
starts again; one that comes late finds the state moved on and does nothing.
"""

import time
from array import array
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final

from django.db import OperationalError, connection, transaction

from handbell.access.audit import record
from handbell.access.models import Practice
from handbell.facts.models import Change
from handbell.importers.csv.chosen import export_of
from handbell.importers.facts import Flaw
from handbell.importers.feed import import_paths
from handbell.importers.marks import marked
from handbell.importers.models import UNDER_WAY, Import, ImportedRow, ImportFile, ImportFlaw
from handbell.importers.operations import (
    forget_findings,
    forget_headings,
    record_import,
    replace_flaws,
)
from handbell.importers.report import ImportReport
from handbell.importers.source import Source
from handbell.importers.staging import Progress
from handbell.importers.taking_back import take_back
from handbell.importers.times import Order
from handbell.importers.uploads import path_of, remove_folder, write_progress
from handbell.planner.planner import BATCH, foresee
from handbell.vocabulary.words import ImportChange, ImportState, MessageState

Clock = Callable[[], datetime]

#: So many changed rows a dry run keeps to show.
SAMPLES: Final = 40
#: Above so many patients it is not worked out what an import means for messages.
MOST_FORESEEN: Final = 5_000
#: Between two notes of how far the work is.
STRIDE_SECONDS: Final = 0.5

_LOCK: Final = "SELECT pg_advisory_xact_lock(hashtext('handbell import run'), %s)"
_NOTE: Final = "SELECT set_config('handbell.import', %s, true)"

_HAS_JOB: Final = """
SELECT EXISTS (SELECT FROM procrastinate_jobs
    WHERE task_name = 'import' AND (args->>'run_id')::bigint = %s AND status IN ('todo', 'doing'))
"""


class Stopped(Exception):
    """The worker was told to stop; another goes on."""


class FilesGone(Exception):
    """The files are not where the worker looks for them."""


def run_import(run_id: int, *, clock: Clock, is_stopping: Callable[[], bool] = bool) -> None:
    """Do what an import waits for, if it still waits. What goes wrong is written down by type."""
    run = Import.objects.filter(pk=run_id, state__in=UNDER_WAY).first()
    if run is None:
        return
    Import.objects.filter(pk=run_id, begun_at=None).update(begun_at=clock())
    act = _ACTS[ImportState(run.state)]
    try:
        with transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute(_LOCK, [run_id])
            again = Import.objects.select_related("staff", "taken_back_by").get(pk=run_id)
            if again.state != run.state:
                return
            act(again, clock, is_stopping)
    except (Stopped, OperationalError):
        raise
    except FilesGone:
        _fail(run, "files_gone", now=clock())
    except Exception as error:
        _fail(run, type(error).__name__, now=clock())
        raise


def _fail(run: Import, trouble: str, *, now: datetime) -> None:
    """Note that it could not be done; what could not be taken back is imported as before."""
    was_taken_back = run.state == ImportState.TAKING_BACK
    state = ImportState.IMPORTED if was_taken_back else ImportState.FAILED
    with transaction.atomic():
        moved = Import.objects.filter(pk=run.pk, state=run.state).update(
            state=state, changed_at=now, trouble=trouble
        )
        if moved and not was_taken_back:
            forget_findings(run)


def fail_abandoned(*, now: datetime) -> None:
    """End imports whose job is gone, so that the practice can start another."""
    for run in Import.objects.filter(
        state__in=UNDER_WAY, changed_at__lt=now - timedelta(minutes=10)
    ):
        with connection.cursor() as cursor:
            cursor.execute(_HAS_JOB, [run.pk])
            if cursor.fetchone() == (False,):
                _fail(run, "job_gone", now=now)


def sources_of(run: Import) -> list[Source]:
    """Return the files to read, each table the way somebody chose."""
    return [source_of(file, run.folder) for file in run.files.filter(usable=True)]


def source_of(file: ImportFile, folder: str) -> Source:
    """Return where one file is and how it is read. Raises FilesGone if it is gone."""
    try:
        place = path_of(folder, file.kept_as)
    except ValueError as error:
        raise FilesGone from error
    if not place.is_file():
        raise FilesGone
    order = Order(file.order) if file.order else None
    return Source(file.name, place, export=export_of(file.columns, order) if file.columns else None)


@dataclass(slots=True)
class _Flaws:
    """Every place of every flaw, in few bytes each."""

    lines: dict[tuple[str, ...], "array[int]"] = field(default_factory=dict)

    def __call__(self, flaw: Flaw) -> None:
        key = (
            *(flaw.file, flaw.unit, flaw.kind.value, flaw.field[:300], flaw.value_kind),
            *(flaw.reason, flaw.cure, flaw.severity.value),
        )
        self.lines.setdefault(key, array("i")).append(flaw.line)

    def rows(self, run: Import) -> list[ImportFlaw]:
        names = ("file", "unit", "kind", "field", "value_kind", "reason", "cure", "severity")
        return [
            ImportFlaw(
                run=run,
                count=len(lines),
                lines=lines.tolist(),
                **dict(zip(names, key, strict=True)),
            )
            for key, lines in self.lines.items()
        ]


def _watch(run: Import, is_stopping: Callable[[], bool]) -> Callable[[Progress], None]:
    last = [0.0]

    def watch(progress: Progress) -> None:
        if is_stopping():
            raise Stopped
        if time.monotonic() - last[0] < STRIDE_SECONDS:
            return
        last[0] = time.monotonic()
        done = {"phase": progress.phase, "file": progress.file}
        write_progress(run.folder, done | {"done": progress.done, "total": progress.total})

    return watch


def _bring(
    run: Import, now: datetime, flaws: _Flaws, is_stopping: Callable[[], bool], *, dry: bool
) -> ImportReport:
    _note(str(-run.pk if dry else run.pk))
    report = import_paths(
        sources_of(run),
        practice=Practice.objects.get(pk=run.practice_id),
        now=now,
        progress=_watch(run, is_stopping),
        on_flaw=flaws,
        by=run.staff or run.who,
        may_share=False,
        mark=not dry,
    )
    _note("")
    return report


def _note(number: str) -> None:
    """Have what changes from here on noted as that import's; "" ends it."""
    with connection.cursor() as cursor:
        cursor.execute(_NOTE, [number])


def _check(run: Import, clock: Clock, is_stopping: Callable[[], bool]) -> None:
    now, flaws = clock(), _Flaws()
    with transaction.atomic():
        report = _bring(run, now, flaws, is_stopping, dry=True)
        samples = _samples(run)
        foreseen = _foreseen(run, now)
        transaction.set_rollback(True)
    _end(run, ImportState.CHECKED, report, flaws, clock())
    run.checked_at, run.foreseen = now, foreseen
    run.report["samples"] = samples
    run.save()


def _import(run: Import, clock: Clock, is_stopping: Callable[[], bool]) -> None:
    now, began, flaws = clock(), time.monotonic(), _Flaws()
    report = _bring(run, now, flaws, is_stopping, dry=False)
    _end(run, ImportState.IMPORTED, report, flaws, clock())
    run.imported_at, run.changes_kept = now, True
    run.seconds = time.monotonic() - began
    folder, run.folder = run.folder, ""
    run.save()
    forget_headings(run)
    _record_settings(run, report, now=clock())
    total = report.total
    detail = {"files": run.files.count(), "new": total.new, "changed": total.updated}
    detail["flaws"] = total.flaws
    record_import(run, by=run.staff, now=clock(), detail=detail)
    transaction.on_commit(lambda: remove_folder(folder))


def _record_settings(run: Import, report: ImportReport, *, now: datetime) -> None:
    """Record what became of settings, at the end: while it lasts nobody else can record."""
    for act in (act for file in report.files for act in file.acts):
        record(
            act.act,
            practice_id=run.practice_id,
            by=run.staff or run.who,
            subject=act.subject,
            detail=act.detail,
            now=now,
        )


def _take_back(run: Import, clock: Clock, is_stopping: Callable[[], bool]) -> None:
    now = clock()
    person = run.taken_back_by
    run.taken_back = take_back(run, by=person.name if person else run.who, now=now)
    run.state, run.changed_at, run.taken_back_at = ImportState.TAKEN_BACK, clock(), now
    run.save()
    back = sum(one["back"] + one["instead"] for one in run.taken_back.values())
    stays = sum(one["changed_since"] + one["in_use"] for one in run.taken_back.values())
    record_import(run, by=person, now=now, detail={"taken_back": back, "stays": stays})


def _end(
    run: Import, state: ImportState, report: ImportReport, flaws: _Flaws, now: datetime
) -> None:
    told = report.as_json()
    names = ("total", "kinds", "files")
    run.report = {name: told[name] for name in names}
    run.state, run.changed_at = state, now
    replace_flaws(run, flaws.rows(run))


def _samples(run: Import) -> list[dict[str, Any]]:
    """Return some of the rows a dry run changed: patients' data, as the tables keep them."""
    rows = ImportedRow.objects.filter(run=run).exclude(act=ImportChange.ADDED).order_by("id")
    names = ("id", "place", "row_id", "act", "before", "after")
    return [{**row} for row in rows.values(*names)[:SAMPLES]]


def _foreseen(run: Import, now: datetime) -> dict[str, int] | None:
    """Return how many messages the planner would plan and take back, None for too many people."""
    waiting = Change.objects.filter(practice_id=run.practice_id, at__lte=now)
    known = waiting.order_by("patient_id").values_list("patient_id", flat=True)
    ids = sorted({*known[: MOST_FORESEEN + 1], *marked(now=now)})
    if len(ids) > MOST_FORESEEN:
        return None
    planned = moved = cancelled = 0
    for first in range(0, len(ids), BATCH):
        difference = foresee(run.practice_id, ids[first : first + BATCH], now=now)
        planned += sum(
            one.state == MessageState.QUEUED and not one.objection for one in difference.new
        )
        moved += len(difference.replanned)
        cancelled += len(difference.cancelled)
    return {"planned": planned, "moved": moved, "cancelled": cancelled}


_ACTS: Final[Mapping[ImportState, Callable[[Import, Clock, Callable[[], bool]], None]]] = {
    ImportState.CHECKING: _check,
    ImportState.IMPORTING: _import,
    ImportState.TAKING_BACK: _take_back,
}
