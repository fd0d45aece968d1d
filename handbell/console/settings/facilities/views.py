"""Settings > Facilities: where visits take place, on which clock, and which are closed."""

from dataclasses import dataclass
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from django.contrib import messages as notices
from django.db import transaction
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from handbell.access.models import Facility
from handbell.access.operations import AlreadyThere, add_facility, change_columns
from handbell.access.permissions import Action, may
from handbell.access.queries import facilities_of, lends_its_clock, practice_zone
from handbell.console.guard import StaffRequest, staff_page
from handbell.console.settings.facilities.forms import COLUMNS, FacilityForm, NewFacilityForm
from handbell.console.settings.index import who_may
from handbell.console.settings.zones import say_zone_name
from handbell.facts.operations import mark_facility_changed, mark_practice_changed
from handbell.facts.queries import visits_ahead_at
from handbell.outbox.queries import planned_count
from handbell.policy.zones import zone
from handbell.vocabulary.words import Purpose

CHANGE = Action.CHANGE_PRACTICE


@dataclass(frozen=True, slots=True)
class Place:
    """A facility of the list, and what its clock shows."""

    facility: Facility
    zone_said: str
    clock: str


@require_GET
@staff_page(Action.SEE_SETTINGS)
def facilities(request: StaffRequest) -> HttpResponse:
    """Every facility, the closed last."""
    now = datetime.now(UTC)
    found = facilities_of(request.user.practice, closed=True)
    context = {
        "page": "settings",
        "places": [_place(one, now) for one in found],
        "may_change": may(request.user, CHANGE),
        "who": who_may(CHANGE),
    }
    return render(request, "console/settings/facilities/list.html", context)


def _place(facility: Facility, now: datetime) -> Place:
    there = zone(facility.time_zone)
    clock = f"{now.astimezone(there):%H:%M}" if there else ""
    return Place(facility, say_zone_name(facility.time_zone), clock)


@require_http_methods(["GET", "POST"])
@staff_page(CHANGE)
def facility_add(request: StaffRequest) -> HttpResponse:
    """Add a place."""
    practice, now = request.user.practice, datetime.now(UTC)
    data = request.POST if request.method == "POST" else None
    initial = {"time_zone": practice_zone(practice).key}
    form = NewFacilityForm(data, practice=practice, initial=initial)
    if form.is_bound and form.is_valid():
        try:
            with transaction.atomic():
                made = add_facility(practice, form.cleaned_data, by=request.user, now=now)
                if lends_its_clock(made):
                    mark_practice_changed(practice.pk, at=now)
        except AlreadyThere:
            form.add_error(
                "external_id",
                _("Another facility has this identifier. Type the one of this place."),
            )
        else:
            said = _("%(name)s is added. Visits your system sends for it find it now.")
            notices.success(request, said % {"name": made.name})
            return redirect("console:facilities")
    context = {"page": "settings", "form": form}
    status = 422 if form.errors else 200
    return render(request, "console/settings/facilities/add.html", context, status=status)


@require_http_methods(["GET", "POST"])
@staff_page(CHANGE)
def facility(request: StaffRequest, facility_id: int) -> HttpResponse:
    """Change a place. Another clock is asked about once more, because reminders move with it."""
    found, now = _facility(request, facility_id), datetime.now(UTC)
    data = request.POST if request.method == "POST" else None
    form = FacilityForm.of(found, data)
    if not form.is_bound or not form.is_valid():
        return _page(request, found, form, now=now)
    values = {name: form.cleaned_data[name] for name in COLUMNS}
    wanted = values["time_zone"]
    if wanted != found.time_zone and request.POST.get("moves_to") != wanted:
        return _page(request, found, form, now=now, moves_to=wanted)
    with transaction.atomic():
        changed = change_columns(found, values, by=request.user, now=now)
        if "time_zone" in changed and lends_its_clock(found):
            mark_practice_changed(found.practice_id, at=now)
        elif "time_zone" in changed:
            mark_facility_changed(found, at=now)
    if not changed:
        notices.info(request, _("Nothing was different, so nothing changed."))
    elif "time_zone" in changed:
        said = _("%(name)s is on another clock. Its reminders are planned anew in a moment.")
        notices.success(request, said % {"name": found.name})
    else:
        notices.success(request, _("%(name)s is saved.") % {"name": found.name})
    return redirect("console:facilities")


@require_POST
@staff_page(CHANGE)
def facility_close(request: StaffRequest, facility_id: int) -> HttpResponse:
    """Offer a place no more. Nothing it has is deleted or changed."""
    found, now = _facility(request, facility_id), datetime.now(UTC)
    if found.closed_at is None:
        change_columns(found, {"closed_at": now}, by=request.user, now=now)
    said = _("%(name)s is closed. What was sent stays, and visits still ahead are reminded.")
    notices.success(request, said % {"name": found.name})
    return redirect("console:facilities")


@require_POST
@staff_page(CHANGE)
def facility_reopen(request: StaffRequest, facility_id: int) -> HttpResponse:
    """Offer a place again."""
    found = _facility(request, facility_id)
    change_columns(found, {"closed_at": None}, by=request.user, now=datetime.now(UTC))
    notices.success(request, _("%(name)s is open again.") % {"name": found.name})
    return redirect("console:facilities")


def _facility(request: StaffRequest, facility_id: int) -> Facility:
    found = (
        Facility.objects.filter(practice_id=request.user.practice_id, pk=facility_id)
        .select_related("practice")
        .first()
    )
    if found is None:
        raise Http404
    return found


def _page(
    request: StaffRequest,
    found: Facility,
    form: FacilityForm,
    *,
    now: datetime,
    moves_to: str = "",
) -> HttpResponse:
    visits, more = visits_ahead_at(found, now=now)
    planned = planned_count(
        found.practice_id, Purpose.APPOINTMENT_REMINDER, facility_ids=[found.pk]
    )
    context = {
        "page": "settings",
        "facility": found,
        "form": form,
        "visits": visits,
        "more_visits": more,
        "planned": planned,
        "zone_said": say_zone_name(found.time_zone),
        "moves_to": moves_to,
        "move": _move(found, moves_to, now) if moves_to else None,
        "moves_practice": bool(moves_to) and lends_its_clock(found),
        "zone": practice_zone(found.practice),
        "now": now,
    }
    status = 422 if form.errors or moves_to else 200
    return render(request, "console/settings/facilities/facility.html", context, status=status)


def _move(found: Facility, moves_to: str, now: datetime) -> dict[str, str]:
    """Say what one moment reads on both clocks: ten o'clock on the old one today."""
    old, new = zone(found.time_zone) or ZoneInfo("UTC"), zone(moves_to) or ZoneInfo("UTC")
    ten = now.astimezone(old).replace(hour=10, minute=0, second=0, microsecond=0)
    return {
        "zone_said": say_zone_name(moves_to),
        "was": "10:00",
        "reads": f"{ten.astimezone(new):%H:%M}",
    }
