"""The audit trail: read it, and ask whether it is as it was written."""

from datetime import UTC, datetime

from django.contrib import messages as notices
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from handbell.access.audit import verify
from handbell.access.models import StaffMember
from handbell.access.permissions import Action
from handbell.access.queries import practice_zone
from handbell.console.audit.queries import read_trail, read_wanted
from handbell.console.audit.words import ACTS, say_act, say_detail
from handbell.console.clock import say_zone
from handbell.console.guard import StaffRequest, staff_page


@require_GET
@staff_page(Action.SEE_AUDIT)
def audit(request: StaffRequest) -> HttpResponse:
    """Who did what, the newest first."""
    now, zone = datetime.now(UTC), practice_zone(request.user.practice)
    wanted = read_wanted(request.GET)
    trail = read_trail(request.user.practice_id, wanted, zone=zone)
    everybody = StaffMember.objects.filter(practice_id=request.user.practice_id)
    people = list(everybody.order_by("name", "id"))
    names = {f"staff {one.pk}": one.name for one in people}
    context = {
        "page": "settings",
        "wanted": wanted,
        "rows": [
            (
                event,
                say_act(event.act),
                names.get(event.subject, event.subject),
                say_detail(event.detail),
            )
            for event in trail.events
        ],
        "older": trail.older,
        "acts": [(act.value, word) for act, word in ACTS.items()],
        "people": people,
        "zone": zone,
        "zone_said": say_zone(zone, at=now),
        "now": now,
    }
    return render(request, "console/audit/audit.html", context)


@require_POST
@staff_page(Action.SEE_AUDIT)
def audit_verify(request: StaffRequest) -> HttpResponse:
    """Work the chain out anew and say whether it holds."""
    count, broken = verify(request.user.practice_id)
    if broken is None:
        events = "1 event" if count == 1 else f"{count:,} events"
        notices.success(request, f"The chain holds: {events}, none changed, removed or slipped in.")
    else:
        notices.error(
            request,
            f"The chain is broken at event {broken.number}: {broken.why}. Keep the database as it "
            "is and tell whoever runs Handbell for you: it takes a backup to see what stood there.",
        )
    return redirect("console:audit")
