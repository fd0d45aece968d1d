"""Settings > Import: the files that came in, each with what it did; and the buttons."""

from datetime import UTC, datetime, timedelta
from typing import Any, Final

from django.contrib import messages as notices
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext
from django.views.decorators.http import require_GET, require_POST

from handbell.access.permissions import Action
from handbell.access.queries import practice_zone
from handbell.console.clock import say_zone
from handbell.console.guard import StaffRequest, staff_page
from handbell.console.settings.imports.result import (
    reading_of,
    result_of,
    taken_back_of,
)
from handbell.console.settings.imports.upload import MOST_BYTES, PrivateFiles, received, size_said
from handbell.console.settings.imports.words import chip_of, trouble_said
from handbell.importers.models import UNDER_WAY, Import
from handbell.importers.operations import (
    CHANGES_KEPT,
    FILES_KEPT,
    AnotherUnderWay,
    NewerFirst,
    discard,
    keep_uploads,
    newer_than,
    start,
)
from handbell.importers.template import TEMPLATES
from handbell.importers.uploads import read_progress
from handbell.vocabulary.words import ImportState

MOST_SHOWN: Final = 50

#: After so long without a worker the page says so.
PATIENCE: Final = timedelta(seconds=20)


@require_GET
@staff_page(Action.IMPORT)
def imports(request: StaffRequest) -> HttpResponse:
    """Bring files, and see what came in before."""
    return _list(request)


def _list(request: StaffRequest, *, error: str = "", status: int = 200) -> HttpResponse:
    found = (
        Import.objects.filter(practice_id=request.user.practice_id)
        .prefetch_related("files")
        .order_by("-id")[:MOST_SHOWN]
    )
    rows = [
        {
            "run": run,
            "chip": chip_of(run.state),
            "files": [file.name for file in run.files.all()],
            "total": run.report.get("total", {}),
        }
        for run in found
    ]
    context = _context(request) | {
        "rows": rows,
        "error": error,
        "most": size_said(MOST_BYTES),
        "templates": [name.replace(".", "-") for name in TEMPLATES],
        "hours_kept": int(FILES_KEPT.total_seconds() // 3600),
    }
    return render(request, "console/settings/imports/list.html", context, status=status)


def _context(request: StaffRequest) -> dict[str, Any]:
    now, zone = datetime.now(UTC), practice_zone(request.user.practice)
    return {
        "page": "settings",
        "zone": zone,
        "zone_said": say_zone(zone, at=now),
        "now": now,
        "days_kept": CHANGES_KEPT.days,
    }


@require_POST
@staff_page(Action.IMPORT)
def upload(request: StaffRequest) -> HttpResponse:
    """Take files in. They are looked at, and nothing of them is stored yet."""
    files = received(request)
    if files.too_large:
        said = gettext(
            "Together the files are larger than %(most)s. Upload fewer at a time, or have them "
            "imported on the server with handbell import."
        )
        return _list(request, error=said % {"most": size_said(MOST_BYTES)}, status=413)
    if not files.uploads:
        return _list(request, error=gettext("Choose at least one file first."), status=422)
    run = keep_uploads(files.uploads, folder=files.folder, by=request.user, now=datetime.now(UTC))
    files.kept = True
    return redirect("console:import_one", run.pk)


# What receives the files, for the middleware that lets them in.
upload.files = PrivateFiles  # type: ignore[attr-defined]


@require_GET
@staff_page(Action.IMPORT)
def template(request: StaffRequest, name: str) -> HttpResponse:
    """An empty file of ours with an example row, to fill in."""
    found = {key.replace(".", "-"): key for key in TEMPLATES}.get(name)
    if found is None:
        raise Http404
    response = HttpResponse(TEMPLATES[found], content_type="text/plain; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="{found}"'
    return response


def run_of(request: StaffRequest, run_id: int) -> Import:
    """Return one of the practice's imports; 404 for anything else."""
    return get_object_or_404(Import, pk=run_id, practice_id=request.user.practice_id)


@require_GET
@staff_page(Action.IMPORT)
def one(request: StaffRequest, run_id: int) -> HttpResponse:
    """One import: its files, what would change or did, and what may be done with it."""
    run = run_of(request, run_id)
    context = _context(request) | _progress_of(run)
    zone, now = context["zone"], context["now"]
    context |= {
        "run": run,
        "chip": chip_of(run.state),
        "trouble": trouble_said(run.trouble),
        "files": [reading_of(file) for file in run.files.order_by("position")[:MOST_SHOWN]],
        "file_count": run.files.count(),
        "usable": run.files.filter(usable=True).exists(),
        "result": result_of(run, zone=zone, now=now) if run.report else None,
        "taken_back": taken_back_of(run),
        "newer": newer_than(run) if run.state == ImportState.IMPORTED else None,
        "outdated": run.state == ImportState.CHECKED and _is_outdated(run),
    }
    return render(request, "console/settings/imports/one.html", context)


def _is_outdated(run: Import) -> bool:
    """Return whether another import changed what this one was checked against."""
    others = Import.objects.filter(practice_id=run.practice_id).exclude(pk=run.pk)
    since = run.checked_at
    return (others.filter(imported_at__gt=since) | others.filter(taken_back_at__gt=since)).exists()


def _progress_of(run: Import) -> dict[str, Any]:
    if run.state not in UNDER_WAY:
        return {"under_way": False}
    told = read_progress(run.folder) if run.folder and run.begun_at else {}
    done, total = told.get("done", 0), told.get("total", 0)
    return {
        "under_way": True,
        "waits": run.begun_at is None,
        "no_worker": run.begun_at is None and datetime.now(UTC) - run.changed_at > PATIENCE,
        "percent": min(100, done * 100 // total) if total else None,
        "phase": told.get("phase", ""),
        "file": told.get("file", ""),
    }


@require_GET
@staff_page(Action.IMPORT, poll=True)
def progress(request: StaffRequest, run_id: int) -> HttpResponse:
    """How far it is; tells htmx to load the page anew once it is over."""
    run = run_of(request, run_id)
    context = _context(request) | _progress_of(run) | {"run": run}
    if not context["under_way"]:
        response = HttpResponse(status=204)
        response.headers["HX-Refresh"] = "true"
        return response
    return render(request, "console/settings/imports/progress.html", context)


@require_POST
@staff_page(Action.IMPORT)
def check(request: StaffRequest, run_id: int) -> HttpResponse:
    """Find out what would change."""
    return _start(request, run_id, ImportState.CHECKING)


@require_POST
@staff_page(Action.IMPORT)
def store(request: StaffRequest, run_id: int) -> HttpResponse:
    """Store what was checked."""
    return _start(request, run_id, ImportState.IMPORTING)


@require_POST
@staff_page(Action.IMPORT)
def take_back(request: StaffRequest, run_id: int) -> HttpResponse:
    """Put back what the import changed."""
    run = run_of(request, run_id)
    if run.state == ImportState.IMPORTED and not run.changes_kept:
        notices.error(request, gettext("The values from before are not kept any more."))
        return redirect("console:import_one", run.pk)
    return _start(request, run_id, ImportState.TAKING_BACK)


def _start(request: StaffRequest, run_id: int, wanted: ImportState) -> HttpResponse:
    run = run_of(request, run_id)
    try:
        if not start(run, wanted, by=request.user, now=datetime.now(UTC)):
            notices.info(request, gettext("Nothing was started: it is under way or over already."))
    except AnotherUnderWay:
        notices.error(
            request,
            gettext(
                "Nothing was started: another import of the practice is under way. Wait until it "
                "is over, then try again."
            ),
        )
    except NewerFirst:
        notices.error(
            request,
            gettext(
                "Nothing was started: take back the newer imports first, the newest one first."
            ),
        )
    return redirect("console:import_one", run.pk)


@require_POST
@staff_page(Action.IMPORT)
def throw_away(request: StaffRequest, run_id: int) -> HttpResponse:
    """Throw the files away without importing them."""
    run = run_of(request, run_id)
    if discard(run, now=datetime.now(UTC)):
        notices.success(request, gettext("The files are gone. Nothing of them was stored."))
        return redirect("console:imports")
    notices.info(request, gettext("Nothing was thrown away: it is under way or over already."))
    return redirect("console:import_one", run.pk)
