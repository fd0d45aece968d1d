"""The list of patients, the search that finds them, and one patient's page."""

from datetime import UTC, datetime

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from handbell.access.audit import record
from handbell.access.permissions import Action, may
from handbell.access.queries import practice_zone
from handbell.console.clock import say_zone
from handbell.console.frame.facility import chosen_facility
from handbell.console.guard import StaffRequest, staff_page
from handbell.console.patients.changes import patient_of
from handbell.console.patients.listing import read_listing
from handbell.console.patients.page import read_page
from handbell.console.searches import keep_search, search_of
from handbell.vocabulary.words import AuditAct


@require_GET
@staff_page(Action.SEE_PATIENTS)
def patients(request: StaffRequest) -> HttpResponse:
    """Every patient by name, filtered, searched and a page at a time."""
    now, zone = datetime.now(UTC), practice_zone(request.user.practice)
    only = chosen_facility(request)
    listing = read_listing(
        request.user,
        request.GET,
        searched=search_of(request.session, request.GET),
        only=only,
        now=now,
    )
    context = {
        "page": "patients",
        "listing": listing,
        "only": only,
        "zone": zone,
        "zone_said": say_zone(zone, at=now),
        "now": now,
        "may_see_messages": may(request.user, Action.SEE_MESSAGES),
    }
    return render(request, "console/patients/patients.html", context)


@require_POST
@staff_page(Action.SEE_PATIENTS)
def find(request: StaffRequest) -> HttpResponse:
    """Keep what was typed in the session and open the list; # and a number is a message's."""
    typed = request.POST.get("q", "").replace("\0", "").strip()[:100]
    if not typed:
        return redirect("console:patients")
    is_message = typed.startswith("#") and typed[1:].isdecimal()
    place = "console:messages" if is_message else "console:patients"
    token = keep_search(request.session, typed)
    return redirect(f"{reverse(place)}?search={token}")


@require_GET
@staff_page(Action.SEE_PATIENTS)
def patient(request: StaffRequest, patient_id: int) -> HttpResponse:
    """What will this patient get next, and why? Looking is recorded."""
    now, found = datetime.now(UTC), patient_of(request, patient_id)
    record(
        AuditAct.PATIENT_SEEN,
        practice_id=found.practice_id,
        by=request.user,
        subject=f"patient {found.pk}",
        now=now,
    )
    zone = practice_zone(found.practice)
    context = {
        "page": "patients",
        "patient": found,
        "shown": read_page(
            request.user, found, public_url=settings.ENVIRONMENT.public_url, now=now
        ),
        "zone": zone,
        "zone_said": say_zone(zone, at=now),
        "now": now,
        "may_change": may(request.user, Action.CHANGE_PATIENTS),
        "may_see_schedule": may(request.user, Action.SEE_SCHEDULE),
        "may_change_schedule": may(request.user, Action.CHANGE_SCHEDULE),
        "may_subscribe": may(request.user, Action.CHANGE_SUBSCRIPTIONS),
        "may_change_balance_alerts": may(request.user, Action.CHANGE_BALANCE_ALERTS),
    }
    return render(request, "console/patients/patient.html", context)
