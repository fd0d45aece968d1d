"""What staff change on the schedule: a status, a visit's time and place, a visit more."""

import re
import secrets
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from django.contrib import messages as notices
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from handbell.access.fence import unfenced
from handbell.access.permissions import Action
from handbell.access.practice_settings import PracticeSettings, practice_settings
from handbell.access.queries import facilities_of
from handbell.console.clock import say_moment
from handbell.console.guard import StaffRequest, staff_page
from handbell.console.patients.changes import patient_of
from handbell.console.schedule.forms import USUAL, VisitForm, read_seen, write_seen
from handbell.console.schedule.views import is_ours, visit_or_404
from handbell.console.schedule.wording import what_changed, what_follows
from handbell.console.searches import keep_search, search_of
from handbell.console.words import VISIT_STATUSES
from handbell.facts.booking import Outcome, add_visit, added_id, change_booking, change_status
from handbell.facts.models import Appointment, Patient
from handbell.facts.queries import Sought, page_by_name, patients_of
from handbell.facts.schedule import WantedVisits, kinds_of, providers_of, visit_of
from handbell.policy.visits import MOVABLE
from handbell.vocabulary.words import AppointmentStatus

#: Patients shown to choose from; more is a reason to type one more letter.
MOST_FOUND: Final = 20

_TOKEN: Final = re.compile(r"[0-9a-f]{32}")
_DAY: Final = re.compile(r"\d{4}-\d\d-\d\d")


@require_POST
@staff_page(Action.CHANGE_SCHEDULE)
def status(request: StaffRequest, visit_id: int) -> HttpResponse:
    """Give a visit another status; its reminders follow."""
    now, found = datetime.now(UTC), visit_or_404(request, visit_id)
    settings = practice_settings(found.practice_id)
    back = _back(request, found)
    try:
        to = AppointmentStatus(request.POST.get("to", ""))
    except ValueError:
        notices.error(request, _("Press one of the buttons of the visit."))
        return back
    before = read_seen(request.POST.get("seen", ""))
    outcome = change_status(
        found.pk,
        to,
        as_seen=before,
        zone=settings.zone_of(found.facility_id),
        by=request.user,
        now=now,
    )
    found = visit_or_404(request, visit_id)
    said = {"visit": _said(found, settings, now), "status": VISIT_STATUSES[to]}
    if outcome is Outcome.DONE:
        done = _("%(visit)s: now %(status)s.") % said
        notices.success(request, f"{done} {what_follows(found, settings, now=now)}".strip())
    elif outcome is Outcome.ALREADY:
        notices.success(request, _("%(visit)s: %(status)s already.") % said)
    elif outcome is Outcome.MEANWHILE:
        changed = what_changed(before, found, settings, now=now)
        told = _("%(visit)s was changed while this page was open. Nothing of yours is saved.")
        notices.error(request, f"{told % said} {changed}")
    else:
        told = _("%(visit)s cannot be set to %(status)s now. Nothing is changed.")
        notices.error(request, told % said)
    return back


def _back(request: StaffRequest, visit: Appointment) -> HttpResponse:
    """Return to the list the button stood in, or to the visit."""
    query = request.POST.get("back", "")
    if query.startswith("?"):
        return redirect(f"{reverse('console:schedule')}{query}")
    return redirect("console:visit", visit.pk)


def _said(visit: Appointment, settings: PracticeSettings, now: datetime) -> str:
    zone = settings.zone_of(visit.facility_id)
    return _("%(patient)s, %(time)s") % {
        "patient": f"{visit.patient.first_name} {visit.patient.last_name}",
        "time": say_moment(visit.starts_at, zone=zone, now=now),
    }


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page(Action.CHANGE_SCHEDULE)
def change(request: StaffRequest, visit_id: int) -> HttpResponse:
    """Move a visit, or correct its place, provider, kind or length; its reminders follow."""
    now, found = datetime.now(UTC), visit_or_404(request, visit_id)
    settings = practice_settings(found.practice_id)
    if found.status not in MOVABLE:
        return _not_movable(request, found)
    local = found.starts_at.astimezone(settings.zone_of(found.facility_id))
    shown = {
        "facility": str(found.facility_id),
        "day": local.date(),
        "at": local.time(),
        "minutes": found.duration_minutes or None,
        "kind": str(found.type_id or ""),
        "provider": found.provider_name,
    }
    form = _form(request, settings, found.patient, found, shown, now)
    seen, meanwhile = write_seen(found), ""
    if request.method == "POST" and form.is_valid():
        before = read_seen(request.POST.get("seen", ""))
        outcome = change_booking(found.pk, form.booking, as_seen=before, by=request.user, now=now)
        found = visit_or_404(request, visit_id)
        if outcome in {Outcome.DONE, Outcome.ALREADY}:
            follows = what_follows(found, settings, now=now)
            notices.success(
                request, " ".join([_("%s: saved.") % _said(found, settings, now), follows]).strip()
            )
            return redirect("console:visit", found.pk)
        if outcome is Outcome.NOT_POSSIBLE:
            return _not_movable(request, found)
        seen = write_seen(found)
        meanwhile = what_changed(before, found, settings, now=now)
    context = _context(request, settings, form, found.patient, now) | {
        "visit": found,
        "is_ours": is_ours(found),
        "seen": seen,
        "meanwhile": meanwhile,
    }
    return render(request, "console/schedule/change.html", context)


def _not_movable(request: StaffRequest, visit: Appointment) -> HttpResponse:
    notices.error(
        request, _("The visit has begun or is over: it cannot be moved. Nothing is changed.")
    )
    return redirect("console:visit", visit.pk)


@require_GET
@staff_page(Action.CHANGE_SCHEDULE)
def whom(request: StaffRequest) -> HttpResponse:
    """Find the patient a visit is to be added for."""
    searched, now = search_of(request.session, request.GET), datetime.now(UTC)
    practice = request.user.practice
    rows: list[Patient] = []
    if searched:
        with unfenced(practice.pk):
            found = patients_of(practice.pk, Sought(text=searched), region=practice.region, now=now)
            rows = page_by_name(found, practice_id=practice.pk, size=MOST_FOUND + 1).rows
    context = {
        "page": "schedule",
        "searched_for_visit": searched,
        "rows": rows[:MOST_FOUND],
        "more": len(rows) > MOST_FOUND,
        "day": _day_of(request),
    }
    return render(request, "console/schedule/whom.html", context)


@require_POST
@staff_page(Action.CHANGE_SCHEDULE)
def find(request: StaffRequest) -> HttpResponse:
    """Keep what was typed in the session: a name never stands in an address."""
    typed = request.POST.get("q", "").replace("\0", "").strip()[:100]
    day = request.POST.get("day", "")
    query = f"&day={day}" if _DAY.fullmatch(day) else ""
    if not typed:
        return redirect(f"{reverse('console:visit_add')}?{query[1:]}")
    token = keep_search(request.session, typed)
    return redirect(f"{reverse('console:visit_add')}?search={token}{query}")


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page(Action.CHANGE_SCHEDULE)
def add(request: StaffRequest, patient_id: int) -> HttpResponse:
    """Add a visit for a patient; the same form sent twice adds one."""
    now, patient = datetime.now(UTC), patient_of(request, patient_id)
    settings = practice_settings(patient.practice_id)
    token = request.POST.get("token", "")
    shown = {
        "facility": str(patient.facility_id or ""),
        "day": _day_of(request),
        "minutes": USUAL,
    }
    if request.method == "POST" and (known := _added_before(request, patient, token)):
        notices.success(
            request, _("%s: added already. Change it here.") % _said(known, settings, now)
        )
        return redirect("console:visit", known.pk)
    form = _form(request, settings, patient, None, shown, now)
    if request.method == "POST" and form.is_valid() and _TOKEN.fullmatch(token):
        new, _is_new = add_visit(
            patient_id=patient.pk, booking=form.booking, token=token, by=request.user, now=now
        )
        added = visit_or_404(request, new.pk)
        follows = what_follows(added, settings, now=now)
        notices.success(
            request, " ".join([_("%s: added.") % _said(added, settings, now), follows]).strip()
        )
        return redirect("console:visit", added.pk)
    context = _context(request, settings, form, patient, now) | {
        "token": token if _TOKEN.fullmatch(token) else secrets.token_hex(16)
    }
    return render(request, "console/schedule/add.html", context)


def _added_before(request: StaffRequest, patient: Patient, token: str) -> Appointment | None:
    if not _TOKEN.fullmatch(token):
        return None
    found = Appointment.objects.filter(
        practice_id=request.user.practice_id, external_id=added_id(patient.pk, token)
    ).first()
    return visit_of(request.user.practice_id, found.pk) if found else None


def _day_of(request: StaffRequest) -> str:
    day = request.GET.get("day", "")
    return day if _DAY.fullmatch(day) else ""


def _form(
    request: StaffRequest,
    settings: PracticeSettings,
    patient: Patient,
    visit: Appointment | None,
    shown: dict[str, Any],
    now: datetime,
) -> VisitForm:
    return VisitForm(
        request.POST if request.method == "POST" else None,
        initial=shown,
        patient=patient,
        visit=visit,
        settings=settings,
        facilities=facilities_of(request.user.practice),
        kinds=kinds_of(request.user.practice_id),
        now=now,
    )


def _context(
    request: StaffRequest,
    settings: PracticeSettings,
    form: VisitForm,
    patient: Patient,
    now: datetime,
) -> dict[str, Any]:
    """Return what both forms show; the providers are those of the days around now."""
    days = WantedVisits(now - timedelta(days=7), now + timedelta(days=7))
    return {
        "page": "schedule",
        "form": form,
        "patient": patient,
        "providers": providers_of(request.user.practice_id, days),
        "zone": settings.zone,
        "now": now,
    }
