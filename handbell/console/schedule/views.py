"""The schedule of a day, and one visit's page."""

from datetime import UTC, datetime

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from handbell.access.audit import record
from handbell.access.permissions import Action, may
from handbell.access.practice_settings import practice_settings
from handbell.console.clock import say_moment, say_zone
from handbell.console.guard import StaffRequest, staff_page
from handbell.console.schedule.day import presses, read_day, status_chip
from handbell.console.schedule.forms import write_seen
from handbell.console.schedule.reminders import read_reminders
from handbell.facts.booking import ADDED_HERE
from handbell.facts.models import Appointment
from handbell.facts.schedule import visit_of
from handbell.policy.visits import MOVABLE
from handbell.vocabulary.words import AppointmentStatus, AuditAct


@require_GET
@staff_page(Action.SEE_SCHEDULE)
def schedule(request: StaffRequest) -> HttpResponse:
    """Who comes on a day, and what reminds them."""
    now = datetime.now(UTC)
    day = read_day(request.user, request.GET, now=now)
    context = {
        "page": "schedule",
        "day": day,
        "zone": day.zone,
        "now": now,
        "may_change": may(request.user, Action.CHANGE_SCHEDULE),
        "may_see_patients": may(request.user, Action.SEE_PATIENTS),
    }
    return render(request, "console/schedule/schedule.html", context)


@require_GET
@staff_page(Action.SEE_SCHEDULE)
def visit(request: StaffRequest, visit_id: int) -> HttpResponse:
    """One visit: when and where, its reminders, and what can be done. Looking is recorded."""
    now, found = datetime.now(UTC), visit_or_404(request, visit_id)
    record(
        AuditAct.PATIENT_SEEN,
        practice_id=found.practice_id,
        by=request.user,
        subject=f"patient {found.patient_id}",
        detail={"visit": found.pk},
        now=now,
    )
    settings = practice_settings(found.practice_id)
    zone = settings.zone_of(found.facility_id)
    may_change = may(request.user, Action.CHANGE_SCHEDULE)
    pressed = presses(found, zone, now) if may_change else []
    context = {
        "page": "schedule",
        "visit": found,
        "patient": found.patient,
        "time": say_moment(found.starts_at, zone=zone, now=now),
        "zone_said": say_zone(zone, at=found.starts_at),
        "day": f"{found.starts_at.astimezone(zone):%Y-%m-%d}",
        "status": status_chip(found),
        "reminders": read_reminders(
            [found],
            settings=settings,
            staff=request.user,
            now=now,
        )[found.pk],
        "presses": [one for one in pressed if one.to is not AppointmentStatus.CANCELLED],
        "may_cancel": any(one.to is AppointmentStatus.CANCELLED for one in pressed),
        "may_move": may_change and found.status in MOVABLE,
        "is_ours": is_ours(found),
        "is_ahead": found.starts_at > now,
        "seen": write_seen(found),
        "zone": zone,
        "now": now,
        "may_see_patients": may(request.user, Action.SEE_PATIENTS),
    }
    return render(request, "console/schedule/visit.html", context)


def visit_or_404(request: StaffRequest, visit_id: int) -> Appointment:
    """Return the practice's visit; nobody else's exists."""
    found = visit_of(request.user.practice_id, visit_id)
    if found is None:
        raise Http404
    return found


def is_ours(visit: Appointment) -> bool:
    """Return whether the visit was added here, so that no import knows it."""
    return visit.external_id.startswith(ADDED_HERE)
