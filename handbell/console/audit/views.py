"""The audit trail: read it, and ask whether it is as it was written."""

from datetime import UTC, datetime

from babel.numbers import format_decimal
from django.contrib import messages as notices
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from handbell.access.audit import verify
from handbell.access.models import StaffMember
from handbell.access.permissions import Action
from handbell.access.queries import practice_zone
from handbell.console.audit.queries import read_trail, read_wanted
from handbell.console.audit.words import ACTS, say_act, say_detail, say_subject
from handbell.console.clock import say_zone
from handbell.console.guard import StaffRequest, staff_page
from handbell.console.language import locale
from handbell.console.saying import said


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
                names.get(event.subject) or say_subject(event.subject),
                say_detail(event.detail),
            )
            for event in trail.events
        ],
        "older": trail.older,
        "subject_said": say_subject(wanted.subject),
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
        holds = ngettext(
            "The chain holds: %(count)s event, not changed, removed or slipped in.",
            "The chain holds: %(count)s events, none changed, removed or slipped in.",
            count,
        )
        notices.success(request, holds % {"count": format_decimal(count, locale=locale())})
    else:
        breaks = _(
            "The chain is broken at event %(number)s: %(why)s. Keep the database as it is and tell "
            "whoever runs Handbell for you: it takes a backup to see what stood there."
        )
        notices.error(request, breaks % {"number": broken.number, "why": said(broken.why)})
    return redirect("console:audit")
