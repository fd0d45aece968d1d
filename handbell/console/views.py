"""The pages: Today, Messages, one message's life. Each asks, folds and renders; nothing else."""

from datetime import UTC, datetime
from typing import Any

from django.contrib import messages as notices
from django.http import Http404, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_GET, require_POST

from handbell.access.audit import record
from handbell.access.permissions import Action, may
from handbell.access.queries import practice_zone
from handbell.console.asked import read_asked, told_of
from handbell.console.board import read_board
from handbell.console.choices import selects
from handbell.console.clock import say_day, say_moment, say_zone, today_in
from handbell.console.export import csv_lines
from handbell.console.frame.facility import chosen_facility, open_facilities, shown_facility
from handbell.console.guard import StaffRequest, staff_page
from handbell.console.life import read_life
from handbell.console.listing import read_listing, read_question
from handbell.console.operations import mark_reply_read
from handbell.console.searches import keep_search, search_of
from handbell.outbox.queries import message_life, messages_of
from handbell.vocabulary.words import AuditAct


@require_GET
@staff_page(Action.SEE_TODAY)
def today(request: StaffRequest) -> HttpResponse:
    """What goes out today, what went, what was held back and why."""
    return render(request, "console/today.html", _board(request))


@require_GET
@staff_page(Action.SEE_TODAY, poll=True)
def today_live(request: StaffRequest) -> HttpResponse:
    """The part of Today that changes; 204 if it is what the browser already shows."""
    context = _board(request)
    board = context["board"]
    if request.GET.get("version") == board.version:
        response = HttpResponse(status=204)
    else:
        response = render(request, "console/today_live.html", context)
    response.headers["Handbell-As-Of"] = context["as_of"]
    return response


def _board(request: StaffRequest) -> dict[str, Any]:
    now, practice = datetime.now(UTC), request.user.practice
    zone = practice_zone(practice)
    board = read_board(request.user, facility_id=shown_facility(request), now=now)
    return {
        "board": board,
        "facility_id": board.facility_id,
        "may_change_senders": may(request.user, Action.CHANGE_SENDERS),
        "may_settle": may(request.user, Action.SETTLE_REPLIES),
        "page": "today",
        "zone": zone,
        "zone_said": say_zone(zone, at=now),
        "now": now,
        "as_of": say_moment(now, zone=zone, now=now),
        "day_said": say_day(board.day.date, today=board.day.date),
    }


@require_GET
@staff_page(Action.SEE_MESSAGES)
def messages(request: StaffRequest) -> HttpResponse:
    """Every message, filtered, searched and a page at a time."""
    now = datetime.now(UTC)
    only = chosen_facility(request)
    listing = read_listing(
        request.user,
        request.GET,
        searched=search_of(request.session, request.GET),
        only=only,
        now=now,
    )
    zone = practice_zone(request.user.practice)
    context = {
        "page": "messages",
        "listing": listing,
        "selects": selects(listing.asked, [] if only else open_facilities(request)),
        "only": only,
        "zone": zone,
        "zone_said": say_zone(zone, at=now),
        "now": now,
        "may_export": may(request.user, Action.EXPORT_MESSAGES),
        "may_see_patients": may(request.user, Action.SEE_PATIENTS),
    }
    return render(request, "console/messages.html", context)


@require_POST
@staff_page(Action.SEE_MESSAGES)
def find(request: StaffRequest) -> HttpResponse:
    """Keep what was typed in the session and open the list: a name never stands in an address."""
    typed = request.POST.get("q", "").replace("\0", "").strip()[:100]
    if not typed:
        return redirect("console:messages")
    token = keep_search(request.session, typed)
    return redirect(f"{reverse('console:messages')}?search={token}")


@require_GET
@staff_page(Action.EXPORT_MESSAGES)
def export(request: StaffRequest) -> HttpResponseBase:
    """The list as it is filtered, as a file, in constant memory."""
    now, zone = datetime.now(UTC), practice_zone(request.user.practice)
    asked = read_asked(request.GET, today=today_in(zone, now=now).date)
    searched = search_of(request.session, request.GET)
    wanted, _ = read_question(request.user, asked, searched=searched)
    rows = messages_of(request.user.practice_id, wanted)
    record(
        AuditAct.EXPORTED,
        practice_id=request.user.practice_id,
        by=request.user,
        subject="messages",
        detail=told_of(asked),
        now=now,
    )
    response = StreamingHttpResponse(csv_lines(rows, zone=zone), content_type="text/csv")
    name = f"messages-{now.astimezone(zone):%Y-%m-%d}.csv"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


@require_GET
@staff_page(Action.SEE_MESSAGES)
def message(request: StaffRequest, message_id: int) -> HttpResponse:
    """One message's whole life."""
    found = message_life(
        request.user.practice_id,
        message_id,
        without_balances=not may(request.user, Action.SEE_BALANCE_ALERTS),
    )
    if found is None:
        raise Http404
    life = read_life(found, now=datetime.now(UTC))
    context = {
        "page": "messages",
        "life": life,
        "message": found,
        "may_see_patients": may(request.user, Action.SEE_PATIENTS),
    }
    return render(request, "console/message.html", context)


@require_POST
@staff_page(Action.SETTLE_REPLIES)
def reply_read(request: StaffRequest, reply_id: int) -> HttpResponse:
    """Take a reply off the list of what needs a person."""
    if not mark_reply_read(reply_id, by=request.user, now=datetime.now(UTC)):
        raise Http404
    notices.success(request, gettext("The reply is marked as read."))
    return redirect("console:today")
