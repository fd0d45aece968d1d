"""Asking for a report, building it, and letting go of it after a day. All of it is recorded.

A report is tried at once; what takes longer goes to a worker. Building is repeatable: the file
has its name only when it is whole, each of two workers has a folder of its own, and only one can
say that it is ready.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final

from django.core.exceptions import PermissionDenied
from django.db import OperationalError, connection, transaction
from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued

from handbell.access.audit import record
from handbell.access.models import StaffMember
from handbell.access.permissions import Action, may
from handbell.access.queries import practice_zone
from handbell.reports.asked import again
from handbell.reports.catalog import REPORTS
from handbell.reports.declared import Asked, Report, Rows, Table
from handbell.reports.files import (
    beside,
    new_file,
    path_of,
    remove,
    remove_old,
    workshop,
    write_progress,
)
from handbell.reports.hurry import TakesLong, hurry
from handbell.reports.lists import write_lists
from handbell.reports.models import Run
from handbell.reports.statements.spans import fetch
from handbell.reports.writing import as_json, write
from handbell.vocabulary.words import AuditAct, ReportReason, ReportState

#: How long a finished report is kept.
KEPT: Final = timedelta(hours=24)

#: The job that builds one (jobs.py), and what a page waits for before it asks for the job.
JOB: Final = "report"
AT_ONCE: Final = timedelta(milliseconds=200)
FILE_AT_ONCE: Final = timedelta(milliseconds=700)

#: The form of a run whose rows a page shows.
PAGE: Final = "page"

Clock = Callable[[], datetime]


def may_run(staff: StaffMember, report: Report) -> bool:
    """Return whether somebody may run this report."""
    needed = [Action.RUN_REPORTS, *([report.needs] if report.needs else [])]
    return all(may(staff, action) for action in needed)


def ask_for(
    report: Report,
    asked: Asked,
    *,
    form: str,
    by: StaffMember,
    why: ReportReason | None = None,
    note: str = "",
    now: datetime,
) -> Run:
    """Note that somebody wants a report. Raises PermissionDenied if they may not run it."""
    if not may_run(by, report):
        raise PermissionDenied
    return Run.objects.create(
        practice_id=by.practice_id,
        staff=by,
        report=report.name,
        profile=asked.profile,
        form=form,
        filters=asked.told,
        why=why or "",
        note=note,
        state=ReportState.ASKED,
        asked_at=now,
        file="" if form == PAGE else new_file(),
    )


def build_soon(run: Run) -> None:
    """Have a worker build it."""
    job = app.configure_task(JOB, queueing_lock=f"report:{run.pk}")
    try:
        with transaction.atomic():
            job.defer(run_id=run.pk)
    except AlreadyEnqueued:
        return


def build(run: Run, *, clock: Clock, within: timedelta | None = None) -> bool:
    """Build what was asked for; False if somebody else has, or it is not wanted any more.

    Raises TakesLong if it is not done `within` a time. What else goes wrong is written down by
    type, and raised.
    """
    moved = Run.objects.filter(pk=run.pk, state=ReportState.ASKED).update(begun_at=clock())
    if not moved:
        return False
    report = REPORTS[run.report]
    asked = again(
        run.filters,
        practice_id=run.practice_id,
        profile=run.profile,
        zone=practice_zone(run.practice),
        now=run.asked_at,
    )
    try:
        return _built(run, report, asked, within=within, clock=clock)
    except TakesLong:  # nobody is at it until a worker begins
        Run.objects.filter(pk=run.pk, state=ReportState.ASKED).update(begun_at=None)
        raise
    except OperationalError:
        raise
    except Exception as error:
        _fail(run, type(error).__name__, now=clock())
        raise


def _built(
    run: Run, report: Report, asked: Asked, *, within: timedelta | None, clock: Clock
) -> bool:
    if run.form == PAGE:
        with hurry(within):
            made = _shown(report, asked)
        return _finish(run, made, now=clock())
    with workshop(run.file) as bench:
        whole = bench / "whole"
        with hurry(within):
            made = _written(run, report, asked, whole)
        return _finish(run, made, whole, now=clock())


def hurry_through(report: Report, asked: Asked, *, within: timedelta) -> list[Any]:
    """Return the rows of a table for a page. Raises TakesLong."""
    with hurry(within):
        return list(_shown(report, asked)["result"])


def _shown(report: Report, asked: Asked) -> dict[str, Any]:
    """Return a table's rows as a page keeps them."""
    assert isinstance(report.source, Table)
    rows = report.source.load(asked)
    return {
        "result": [[as_json(value, asked.zone) for value in row] for row in rows],
        "rows": len(rows),
    }


def _written(run: Run, report: Report, asked: Asked, place: Path) -> dict[str, Any]:
    """Write the file to `place`; say meanwhile how far it is."""
    total = fetch(report.source.size(asked))[0][0] if isinstance(report.source, Rows) else 0
    profile = report.profile(run.profile)

    def watch(done: int) -> None:
        write_progress(run.file, done, total)

    try:
        if profile is not None:
            rows = write_lists(profile, asked, place, watch=watch)
        else:
            rows = write(report, asked, run.form, place, watch=watch)
    finally:
        beside(run.file, "progress").unlink(missing_ok=True)
    return {"rows": rows, "bytes": place.stat().st_size}


def _finish(run: Run, made: dict[str, Any], whole: Path | None = None, *, now: datetime) -> bool:
    """Say that it is ready, give the file its name and record that it was run: all or nothing."""
    with transaction.atomic():
        ready = Run.objects.filter(pk=run.pk, state=ReportState.ASKED).update(
            state=ReportState.READY, ended_at=now, **made
        )
        if ready:
            if whole is not None:
                whole.replace(path_of(run.file))
            record_run(run, rows=made["rows"], now=now)
    run.refresh_from_db()
    return bool(ready)


def record_run(run: Run, *, rows: int, now: datetime) -> None:
    """Write into the audit trail who ran what, of whom, how many rows, and why."""
    record(
        AuditAct.REPORT_RUN,
        practice_id=run.practice_id,
        by=run.staff,
        subject=f"report {run.pk}",
        detail=told_of(run) | {"rows": rows},
        now=now,
    )


def record_look(report: Report, asked: Asked, *, by: StaffMember, rows: int, now: datetime) -> None:
    """Write into the audit trail who looked at a report's page."""
    told: dict[str, Any] = {"report": report.name, "form": PAGE, "filters": asked.told}
    record(
        AuditAct.REPORT_RUN,
        practice_id=by.practice_id,
        by=by,
        subject="report",
        detail=told | {"rows": rows},
        now=now,
    )


def record_download(run: Run, *, by: StaffMember, now: datetime) -> None:
    """Write into the audit trail who took the file."""
    record(
        AuditAct.EXPORTED,
        practice_id=run.practice_id,
        by=by,
        subject=f"report {run.pk}",
        detail=told_of(run) | {"rows": run.rows},
        now=now,
    )


def told_of(run: Run) -> dict[str, Any]:
    """Return what the audit trail says of a run: words of closed lists and numbers."""
    told: dict[str, Any] = {"report": run.report, "form": run.form, "filters": run.filters}
    if run.profile:
        told["profile"] = run.profile
    if run.why:
        told["why"] = run.why
    return told


def _fail(run: Run, trouble: str, *, now: datetime) -> None:
    failed = Run.objects.filter(pk=run.pk, state=ReportState.ASKED).update(
        state=ReportState.FAILED, trouble=trouble, ended_at=now
    )
    if failed:  # else the file is another worker's, and it may be ready
        remove(run.file)


def throw_away(run: Run) -> bool:
    """Remove a report's file before its day is over. False while a worker has it."""
    gone = Run.objects.filter(pk=run.pk, state__in=[ReportState.READY, ReportState.FAILED])
    if not gone.update(state=ReportState.REMOVED, result=None):
        return False
    remove(run.file)
    return True


_WITHOUT_JOB: Final = """
UPDATE reports_run r SET state = 'failed', trouble = 'job_gone', ended_at = %(now)s
WHERE state = 'asked' AND asked_at < %(since)s AND NOT EXISTS (
    SELECT FROM procrastinate_jobs j WHERE j.task_name = 'report'
      AND (j.args->>'run_id')::bigint = r.id AND j.status IN ('todo', 'doing'))
"""


def tidy(*, now: datetime) -> None:
    """Let go of what is older than a day, and end what no worker does any more. Idempotent."""
    old = Run.objects.filter(state=ReportState.READY, ended_at__lt=now - KEPT)
    for run in old:
        throw_away(run)
    with connection.cursor() as cursor:
        cursor.execute(_WITHOUT_JOB, {"now": now, "since": now - timedelta(minutes=10)})
    used = Run.objects.filter(state__in=[ReportState.ASKED, ReportState.READY])
    remove_old(KEPT.total_seconds(), but=set(used.values_list("file", flat=True)))
