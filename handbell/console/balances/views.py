"""Who owes, and who is told: the list, and the list as a file."""

from datetime import UTC, datetime

from django.http import HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from handbell.access.audit import record
from handbell.access.permissions import Action, may
from handbell.access.queries import facilities_of, practice_zone
from handbell.console.balances.export import balance_lines
from handbell.console.balances.listing import read_asked_balances, read_balances
from handbell.console.clock import say_zone
from handbell.console.guard import StaffRequest, staff_page
from handbell.facts.owing import owing_of
from handbell.vocabulary.words import AuditAct


@require_GET
@staff_page(Action.SEE_BALANCES)
def balances(request: StaffRequest) -> HttpResponse:
    """Everybody who owes, since when, and the next alert or why there is none."""
    now, zone = datetime.now(UTC), practice_zone(request.user.practice)
    context = {
        "page": "balances",
        "listing": read_balances(request.user, request.GET, now=now),
        "zone": zone,
        "zone_said": say_zone(zone, at=now),
        "now": now,
        "may_export": may(request.user, Action.EXPORT_BALANCES),
        "may_see_patients": may(request.user, Action.SEE_PATIENTS),
        "may_see_settings": may(request.user, Action.SEE_SETTINGS),
    }
    return render(request, "console/balances/balances.html", context)


@require_GET
@staff_page(Action.EXPORT_BALANCES)
def export(request: StaffRequest) -> HttpResponseBase:
    """The list as it is filtered, as a file, in constant memory."""
    now, zone = datetime.now(UTC), practice_zone(request.user.practice)
    asked = read_asked_balances(request.GET, facilities_of(request.user.practice))
    rows = owing_of(request.user.practice_id, asked.wanted)
    record(
        AuditAct.EXPORTED,
        practice_id=request.user.practice_id,
        by=request.user,
        subject="balances",
        detail=asked.told,
        now=now,
    )
    response = StreamingHttpResponse(balance_lines(rows, zone=zone), content_type="text/csv")
    name = f"balances-{now.astimezone(zone):%Y-%m-%d}.csv"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
