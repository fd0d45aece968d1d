"""Settings > Practice: who the practice is, and how patients reach it."""

from datetime import UTC, datetime

from django.contrib import messages as notices
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from handbell.access.models import Practice
from handbell.access.operations import change_columns
from handbell.access.permissions import Action, may
from handbell.access.queries import practice_zone
from handbell.console.guard import StaffRequest, staff_page
from handbell.console.settings.index import who_may
from handbell.console.settings.practice.forms import PracticeForm
from handbell.console.settings.zones import say_zone_name
from handbell.console.words import LANGUAGES
from handbell.facts.operations import mark_practice_changed

#: Columns by which messages are planned; the others are read when a message leaves.
_PLANNED_BY = frozenset({"time_zone"})


@require_GET
@staff_page(Action.SEE_SETTINGS)
def practice(request: StaffRequest) -> HttpResponse:
    """Who the practice is; a form for those who may change it."""
    row = _practice(request)
    return _page(request, row, PracticeForm(practice=row))


@require_POST
@staff_page(Action.CHANGE_PRACTICE)
def change(request: StaffRequest) -> HttpResponse:
    """Write what differs."""
    row, now = _practice(request), datetime.now(UTC)
    form = PracticeForm(request.POST, practice=row)
    if not form.is_valid():
        return _page(request, row, form)
    with transaction.atomic():
        changed = change_columns(row, form.cleaned_data, by=request.user, now=now)
        if _PLANNED_BY.intersection(changed):
            mark_practice_changed(row.pk, at=now)
    if changed:
        notices.success(request, _("Saved. What leaves from now on says so."))
    else:
        notices.info(request, _("Nothing was different, so nothing changed."))
    return redirect("console:practice")


def _practice(request: StaffRequest) -> Practice:
    """Return the practice as it is now; what the session read may be a moment old."""
    return Practice.objects.get(pk=request.user.practice_id)


def _page(request: StaffRequest, row: Practice, form: PracticeForm) -> HttpResponse:
    context = {
        "page": "settings",
        "practice": row,
        "form": form,
        "may_change": may(request.user, Action.CHANGE_PRACTICE),
        "who": who_may(Action.CHANGE_PRACTICE),
        "language": LANGUAGES.get(row.language, row.language),
        "zone_said": say_zone_name(practice_zone(row).key),
    }
    return render(
        request,
        "console/settings/practice/practice.html",
        context,
        status=422 if form.errors else 200,
    )
