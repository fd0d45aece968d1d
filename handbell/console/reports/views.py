"""The Reports area: which reports there are, one report's page, and the files made of it."""

from datetime import UTC, datetime, timedelta
from typing import Any, Final
from urllib.parse import urlencode

from django.contrib import messages as notices
from django.core.exceptions import PermissionDenied
from django.http import FileResponse, Http404, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_GET, require_POST

from handbell.access.permissions import Action
from handbell.access.queries import facilities_of, practice_zone, those_who_may
from handbell.console.clock import say_zone
from handbell.console.guard import StaffRequest, staff_page
from handbell.console.reports.asking import (
    Wish,
    fields_of,
    filters_sent,
    forms_of,
    read_wish,
    reasons_of,
)
from handbell.console.reports.pictures import pictures_of
from handbell.console.reports.showing import filters_said, shown
from handbell.console.reports.words import FORMS, chip_of
from handbell.console.saying import said
from handbell.console.settings.imports.upload import size_said
from handbell.reports.asked import ask
from handbell.reports.catalog import REPORTS
from handbell.reports.declared import Asked, Report, Rows
from handbell.reports.files import path_of, read_progress
from handbell.reports.hurry import TakesLong
from handbell.reports.models import Run
from handbell.reports.operations import (
    AT_ONCE,
    FILE_AT_ONCE,
    KEPT,
    PAGE,
    ask_for,
    build,
    build_soon,
    hurry_through,
    may_run,
    record_download,
    record_look,
    throw_away,
)
from handbell.reports.queries import A_PAGE, MOST_PAGES, page_run, rows_of_page, run_of, runs_of
from handbell.reports.writing import FORMS as WRITTEN
from handbell.vocabulary.words import ReportReason, ReportState

#: After so long without a worker the page says so.
PATIENCE: Final = timedelta(seconds=20)
MOST_NAMES: Final = 4


def _now() -> datetime:
    return datetime.now(UTC)


def _clock(request: StaffRequest) -> dict[str, Any]:
    now, zone = _now(), practice_zone(request.user.practice)
    return {"page": "reports", "zone": zone, "zone_said": say_zone(zone, at=now), "now": now}


@require_GET
@staff_page(Action.SEE_REPORTS)
def reports(request: StaffRequest) -> HttpResponse:
    """Which reports there are, and the files somebody asked for."""
    context = _clock(request)
    context["reports"] = [
        {
            "report": one,
            "title": said(one.title),
            "question": said(one.question),
            "may_run": may_run(request.user, one),
        }
        for one in REPORTS.values()
    ]
    context["runs"] = [_told(one, request) for one in runs_of(request.user, now=context["now"])]
    context["whom"] = _whom(request, Action.RUN_REPORTS)
    context["may_run"] = any(one["may_run"] for one in context["reports"])
    return render(request, "console/reports/reports.html", context)


def _whom(request: StaffRequest, action: Action) -> dict[str, Any]:
    """Return who may be asked for a report, by name."""
    names = [one.name for one in those_who_may(request.user.practice_id, action)]
    return {"names": names[:MOST_NAMES], "others": max(0, len(names) - MOST_NAMES)}


def _told(run: Run, request: StaffRequest) -> dict[str, Any]:
    report = REPORTS.get(run.report)
    profile = report.profile(run.profile) if report is not None else None
    places = {str(one.pk): one.name for one in facilities_of(request.user.practice, closed=True)}
    return {
        "run": run,
        "title": said(report.title) if report is not None else run.report,
        "form": profile.word if profile is not None else FORMS.get(run.form, run.form),
        "filters": filters_said(report, run.filters, places) if report is not None else [],
        "chip": chip_of(run.state),
        "size": size_said(run.bytes) if run.bytes is not None else "",
        "until": run.ended_at + KEPT if run.ended_at else None,
    }


def _report_of(name: str) -> Report:
    found = REPORTS.get(name)
    if found is None:
        raise Http404
    return found


@require_GET
@staff_page(Action.SEE_REPORTS)
def report(request: StaffRequest, name: str) -> HttpResponse:
    """One report: its rows for who may run it, and for others what it is and whom to ask."""
    found = _report_of(name)
    if not may_run(request.user, found):
        action = found.needs or Action.RUN_REPORTS
        context = _clock(request) | _about(found) | {"whom": _whom(request, action)}
        return render(request, "console/reports/closed.html", context)
    asked = ask(found, request.GET.dict(), staff=request.user, now=_now())
    return _page(request, found, asked, Wish())


def _about(found: Report) -> dict[str, Any]:
    return {
        "report": found,
        "title": said(found.title),
        "question": said(found.question),
        "notes": [said(note) for note in found.notes],
        "columns": [said(column.word) for column in found.columns],
    }


def _page(
    request: StaffRequest, found: Report, asked: Asked, wish: Wish, *, status: int = 200
) -> HttpResponse:
    number = _page_number(request)
    rows, more, run = _rows(request, found, asked, number)
    context = _clock(request) | _about(found)
    context |= {
        "fields": fields_of(found, asked, facilities_of(request.user.practice, closed=True)),
        "values": asked.values.items(),
        "wish": wish,
        "forms": forms_of(found, wish),
        "reasons": reasons_of(wish) if found.has_contacts else [],
        "tools": [one.word for one in found.profiles],
        "table": shown(found, rows, asked) if rows is not None else None,
        "pictures": pictures_of(found, rows, asked) if rows and number == 1 else [],
        "begins": (number - 1) * A_PAGE + 1,
        "ends": (number - 1) * A_PAGE + len(rows or ()),
        "is_paged": more or number > 1,
        "listing": _neighbours(found, asked, number, more=more),
        "more_said": gettext("More rows"),
        "run": run,
        "is_wrong": bool(asked.wrong),
        "hours_kept": int(KEPT.total_seconds() // 3600),
    }
    if run is not None and run.state == ReportState.ASKED:
        context |= _progress_of(run)
    if rows is not None:
        record_look(found, asked, by=request.user, rows=len(rows), now=asked.now)
    return render(request, "console/reports/report.html", context, status=status)


def _page_number(request: StaffRequest) -> int:
    """Return which page of a long report is asked for; the first, where it is none."""
    given = request.GET.get("page", "")
    return min(max(int(given), 1), MOST_PAGES) if given.isascii() and given.isdecimal() else 1


def _neighbours(found: Report, asked: Asked, number: int, *, more: bool) -> dict[str, str]:
    """Return the addresses of the pages before and after this one, "" where there is none."""
    further = more and number < MOST_PAGES
    return {
        "previous": f"{_address(found, asked)}&page={number - 1}" if number > 1 else "",
        "next": f"{_address(found, asked)}&page={number + 1}" if further else "",
    }


def _rows(
    request: StaffRequest, found: Report, asked: Asked, number: int
) -> tuple[list[list[Any]] | None, bool, Run | None]:
    """Return a page's rows, whether there are more, and the count they come from or wait for.

    What takes a moment is counted now; what takes longer a worker counts, and it is kept a day.
    """
    if asked.wrong:
        return None, False, None
    if isinstance(found.source, Rows):
        return *rows_of_page(found, asked, number), None
    run = page_run(found, asked)
    if run is None:
        try:
            return hurry_through(found, asked, within=AT_ONCE), False, None
        except TakesLong:
            run = _ask_for_page(request, found, asked)
    return run.result if run.state == ReportState.READY else None, False, run


def _ask_for_page(request: StaffRequest, found: Report, asked: Asked) -> Run:
    run = ask_for(found, asked, form=PAGE, by=request.user, now=asked.now)
    build_soon(run)
    return run


@require_POST
@staff_page(Action.RUN_REPORTS)
def count_again(request: StaffRequest, name: str) -> HttpResponse:
    """Have a table counted anew that took too long to be counted at once."""
    found = _report_of(name)
    if not may_run(request.user, found):
        raise PermissionDenied
    asked = ask(found, request.POST.dict(), staff=request.user, now=_now())
    if not isinstance(found.source, Rows) and not asked.wrong:
        _ask_for_page(request, found, asked)
    return redirect(_address(found, asked))


def _address(found: Report, asked: Asked) -> str:
    return f"{reverse('console:report', args=[found.name])}?{urlencode(dict(asked.values))}"


@require_POST
@staff_page(Action.RUN_REPORTS)
def make_file(request: StaffRequest, name: str) -> HttpResponse:
    """Make a file of a report: at once if it is small, by a worker if it is not."""
    found = _report_of(name)
    if not may_run(request.user, found):
        raise PermissionDenied
    now, wish = _now(), read_wish(found, request.POST)
    profile = found.profile(wish.form)
    asked = ask(
        found,
        filters_sent(found, request.POST, wish),
        staff=request.user,
        profile=profile.name if profile else "",
        now=now,
    )
    if wish.errors or asked.wrong:
        shown_again = ask(found, request.POST.dict(), staff=request.user, now=now)
        return _page(request, found, shown_again, wish, status=422)
    run = ask_for(
        found,
        asked,
        form="zip" if profile else wish.form,
        by=request.user,
        why=ReportReason(wish.why) if found.has_contacts else None,
        note=wish.note if found.has_contacts else "",
        now=now,
    )
    try:
        build(run, clock=_now, within=FILE_AT_ONCE)
    except TakesLong:
        build_soon(run)
    return redirect("console:report_run", run.pk)


def _run_of(request: StaffRequest, run_id: int) -> Run:
    found = run_of(request.user, run_id)
    if found is None:
        raise Http404
    report_of = REPORTS.get(found.report)
    if report_of is None or not may_run(request.user, report_of):
        raise Http404
    return found


@require_GET
@staff_page(Action.RUN_REPORTS)
def run(request: StaffRequest, run_id: int) -> HttpResponse:
    """One file: how far it is, or the way to it."""
    found = _run_of(request, run_id)
    if found.form == PAGE:
        raise Http404
    context = _clock(request) | _told(found, request) | _progress_of(found)
    return render(request, "console/reports/run.html", context)


def _progress_of(found: Run) -> dict[str, Any]:
    told = read_progress(found.file) if found.file else {}
    done, total = told.get("done", 0), told.get("total", 0)
    return {
        "under_way": found.state == ReportState.ASKED,
        "no_worker": found.begun_at is None and _now() - found.asked_at > PATIENCE,
        "percent": min(99, done * 100 // total) if total else None,
    }


@require_GET
@staff_page(Action.RUN_REPORTS, poll=True)
def progress(request: StaffRequest, run_id: int) -> HttpResponse:
    """How far it is; tells htmx to load the page anew once it is over."""
    found = _run_of(request, run_id)
    context = _clock(request) | _progress_of(found) | {"run": found}
    if not context["under_way"]:
        response = HttpResponse(status=204)
        response.headers["HX-Refresh"] = "true"
        return response
    return render(request, "console/reports/progress.html", context)


@require_GET
@staff_page(Action.RUN_REPORTS)
def download(request: StaffRequest, run_id: int) -> HttpResponseBase:
    """The file. Every time somebody takes it is recorded."""
    found, now = _run_of(request, run_id), _now()
    is_kept = found.ended_at is not None and now - found.ended_at < KEPT
    if found.state != ReportState.READY or not found.file or not is_kept:
        raise Http404
    try:
        file = path_of(found.file).open("rb")
    except OSError as error:
        raise Http404 from error
    record_download(found, by=request.user, now=now)
    ending, kind = WRITTEN[found.form]
    day = f"{found.asked_at.astimezone(practice_zone(request.user.practice)):%Y-%m-%d}"
    name = "-".join(filter(None, (found.report, found.profile.replace("_", "-"), day)))
    return FileResponse(file, as_attachment=True, filename=f"{name}.{ending}", content_type=kind)


@require_POST
@staff_page(Action.RUN_REPORTS)
def discard(request: StaffRequest, run_id: int) -> HttpResponse:
    """Remove a file before its day is over."""
    if throw_away(_run_of(request, run_id)):
        notices.success(request, gettext("The file is removed."))
    else:
        notices.info(request, gettext("Nothing was removed: it is being made, or gone already."))
    return redirect("console:reports")
