"""Settings > Import: what does each column of a table hold?"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.contrib import messages as notices
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods

from handbell.access.permissions import Action
from handbell.console.guard import StaffRequest, staff_page
from handbell.console.settings.imports.result import lacking_said
from handbell.console.settings.imports.words import kind_word, meaning_word
from handbell.importers.csv.chosen import PATIENT_ID, lacking, meanings, usable_headings
from handbell.importers.csv.columns import COLUMNS
from handbell.importers.examine import examples_of
from handbell.importers.models import Import, ImportFile
from handbell.importers.operations import CHANGEABLE, NotNow, choose_columns, guess_for
from handbell.importers.runs import FilesGone, source_of
from handbell.importers.times import Order


@dataclass(frozen=True, slots=True)
class Column:
    """One column of the file, with up to three of its values and what it is taken to hold."""

    name: str  # of its field in the form
    heading: str
    examples: list[str]
    chosen: str


@require_http_methods(["GET", "POST"])
@staff_page(Action.IMPORT)
def columns(request: StaffRequest, run_id: int, position: int) -> HttpResponse:
    """Say what each column holds; a table with the same headings is read so from then on."""
    run = get_object_or_404(Import, pk=run_id, practice_id=request.user.practice_id)
    file = get_object_or_404(run.files.select_related("run"), position=position)
    if run.state not in CHANGEABLE or not file.header:
        return _too_late(request, run)
    headings = usable_headings(file.header)
    if request.method != "POST":
        return _page(request, run, file, guess_for(file), file.order)
    chosen = {
        heading: request.POST.get(f"column-{number}", "") for number, heading in enumerate(headings)
    }
    order = request.POST.get("order", "")
    twice = _twice(chosen)
    if twice:
        said = gettext("Two columns cannot both be: %(names)s. Choose one of them.")
        error = said % {"names": lacking_said(twice)}
        return _page(request, run, file, chosen, order, error=error)
    try:
        missing = choose_columns(file, chosen, order, by=request.user, now=datetime.now(UTC))
    except NotNow:
        return _too_late(request, run)
    if missing:
        said = gettext("Say which column holds: %(names)s.")
        return _page(
            request, run, file, chosen, order, error=said % {"names": lacking_said(missing)}
        )
    if not any(chosen.values()):
        return _page(
            request, run, file, chosen, order, error=gettext("Choose what some column holds.")
        )
    notices.success(
        request,
        gettext(
            "The columns are kept. A file with the same headings is read this way from now on."
        ),
    )
    return redirect("console:import_one", run.pk)


def _too_late(request: StaffRequest, run: Import) -> HttpResponse:
    notices.info(request, gettext("The columns of this file can no longer be chosen."))
    return redirect("console:import_one", run.pk)


def _twice(chosen: Mapping[str, str]) -> list[str]:
    said = [meaning for meaning in chosen.values() if meaning]
    return sorted({meaning for meaning in said if said.count(meaning) > 1})


def _page(
    request: StaffRequest,
    run: Import,
    file: ImportFile,
    chosen: Mapping[str, str],
    order: str,
    *,
    error: str = "",
) -> HttpResponse:
    try:
        examples = examples_of(source_of(file, run.folder))
    except FilesGone:
        examples = {}
    context: dict[str, Any] = {
        "page": "settings",
        "run": run,
        "file": file,
        "columns": [
            Column(f"column-{number}", heading, examples.get(heading, []), chosen.get(heading, ""))
            for number, heading in enumerate(usable_headings(file.header))
        ],
        "left_out": len(file.header) - len(usable_headings(file.header)),
        "groups": _groups(),
        "orders": _orders(),
        "order": order,
        "error": error,
        "lacking": lacking_said(lacking([meaning for meaning in chosen.values() if meaning])),
    }
    return render(
        request, "console/settings/imports/columns.html", context, status=422 if error else 200
    )


def _groups() -> list[tuple[str, list[tuple[str, str]]]]:
    """Return what a column may hold, by the kind of row."""
    shared = [(PATIENT_ID, meaning_word(PATIENT_ID))]
    return [
        (gettext("Every kind of row"), shared),
        *(
            (kind_word(kind), [(one, meaning_word(one)) for one in meanings(kind)])
            for kind in COLUMNS
        ),
    ]


def _orders() -> list[tuple[str, str]]:
    return [
        ("", gettext("As usual in the practice’s country")),
        (Order.MONTH_FIRST.value, gettext("Month first: 3/14/2026")),
        (Order.DAY_FIRST.value, gettext("Day first: 14/3/2026")),
    ]
