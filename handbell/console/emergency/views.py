"""The Emergency pages: what is closed, closing something, and one closure with all it needs."""

from datetime import UTC, date, datetime
from typing import Any

from django.contrib import messages as notices
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.http import require_GET, require_http_methods

from handbell.access.models import Facility
from handbell.access.permissions import Action, may
from handbell.access.practice_settings import PracticeSettings, practice_settings
from handbell.closures import mode
from handbell.closures.going import progress_of
from handbell.closures.wording import write_starting_words
from handbell.console.clock import say_day, say_moment, say_zone
from handbell.console.emergency.forms import CloseForm, ExtendForm
from handbell.console.emergency.sheet import read_live, read_sheet
from handbell.console.emergency.words import say_places
from handbell.console.frame.facility import open_facilities
from handbell.console.guard import StaffRequest, staff_page
from handbell.console.saying import said
from handbell.console.words import CLOSURE_REASONS
from handbell.facts.closing import ClosureFlaw
from handbell.facts.closures import affected_visits, closed_at, closures_of
from handbell.facts.models import Closure
from handbell.policy.closures import Span
from handbell.vocabulary.words import ClosureReason

SEE, CLOSE = Action.SEE_CLOSURES, Action.CLOSE_FACILITIES

#: So many past closures are listed; older ones have their record in the audit trail.
MOST_LISTED = 30


@require_GET
@staff_page(SEE)
def overview(request: StaffRequest) -> HttpResponse:
    """What is closed now, and what was."""
    now, settings = datetime.now(UTC), practice_settings(request.user.practice_id)
    rows = [
        {"closure": one, "on": one.is_on(now), **said_of(one, settings, now)}
        for one in closures_of(request.user.practice_id)[:MOST_LISTED]
    ]
    context = {
        "page": "emergency",
        "on": [row for row in rows if row["on"]],
        "past": [row for row in rows if not row["on"]],
        "may_close": may(request.user, CLOSE),
        "limited": request.user.limit_messaging,
    }
    return render(request, "console/emergency/overview.html", context)


@require_http_methods(["GET", "POST"])
@staff_page(CLOSE)
def close(request: StaffRequest) -> HttpResponse:
    """Close facilities: reminders are held from then on, and nobody is told yet."""
    now, settings = datetime.now(UTC), practice_settings(request.user.practice_id)
    facilities = open_facilities(request)
    form = CloseForm(
        request.POST or None,
        facilities=facilities,
        still_today=_still_today(settings, facilities, now),
    )
    if form.is_bound and form.is_valid():
        try:
            closure = mode.begin(
                settings,
                reason=ClosureReason(form.cleaned_data["reason"]),
                facility_ids=form.facility_ids,
                span=form.span(now.astimezone(settings.zone).date()),
                by=request.user,
                now=now,
            )
        except ClosureFlaw as flaw:
            form.add_error(None, said(str(flaw)).capitalize() + ".")
        else:
            write_starting_words(closure, by=request.user, now=now)
            notices.success(
                request, gettext("It is closed, and its reminders are held. Nobody is told yet.")
            )
            return redirect("console:closure", closure.pk)
    context = {"page": "emergency", "form": form}
    status = 422 if form.errors else 200
    return render(request, "console/emergency/close.html", context, status=status)


def _still_today(settings: PracticeSettings, facilities: list[Facility], now: datetime) -> int:
    """Return how many visits are still to come today at the facilities, on each one's clock."""
    today = now.astimezone(settings.zone).date()
    closed = closed_at([one.pk for one in facilities], Span(today, today), settings)
    return len(affected_visits(settings.id, closed, now=now))


@require_GET
@staff_page(SEE)
def closure(request: StaffRequest, closure_id: int) -> HttpResponse:
    """One closure: what is said, who is reached, the buttons, and how far it is."""
    return closure_page(request, closure_or_404(request, closure_id))


def closure_page(
    request: StaffRequest,
    found: Closure,
    *,
    status: int = 200,
    **bound: Any,  # noqa: ANN401
) -> HttpResponse:
    """Return the page of a closure, with a form as it was typed where it was wrong."""
    now, settings = datetime.now(UTC), practice_settings(request.user.practice_id)
    context = {
        "page": "emergency",
        "closure": found,
        "is_on": found.is_on(now),
        **said_of(found, settings, now),
        "sheet": read_sheet(found, settings, request.user, now=now),
        "live": read_live(found, progress_of(found, settings, now=now), settings, now=now),
        "extend_form": bound.get("extend_form")
        or ExtendForm(initial={"last_day": found.last_day, "closed_to": found.closed_to}),
        "refused": bound.get("refused", ""),
        "may_close": may(request.user, CLOSE),
        "zone": settings.zone,
        "now": now,
    }
    return render(request, "console/emergency/closure.html", context, status=status)


@require_GET
@staff_page(SEE, poll=True)
def live(request: StaffRequest, closure_id: int) -> HttpResponse:
    """How far the sendings are, as it is polled."""
    found = closure_or_404(request, closure_id)
    now, settings = datetime.now(UTC), practice_settings(request.user.practice_id)
    context = {
        "closure": found,
        "live": read_live(found, progress_of(found, settings, now=now), settings, now=now),
        "may_close": may(request.user, CLOSE),
        "zone": settings.zone,
        "now": now,
    }
    return render(request, "console/emergency/live.html", context)


def closure_or_404(request: StaffRequest, closure_id: int) -> Closure:
    """Return the practice's closure; nobody else's exists."""
    found = closures_of(request.user.practice_id).filter(pk=closure_id).first()
    if found is None:
        raise Http404
    return found


def said_of(closure: Closure, settings: PracticeSettings, now: datetime) -> dict[str, Any]:
    """Return how a closure is spoken of: why, where, when, and until when it lasts."""
    today = now.astimezone(settings.zone).date()
    names = [place.name for id in closure.facility_ids if (place := settings.place(id))]
    over_at = closure.ended_at or closure.ends_at
    return {
        "reason": CLOSURE_REASONS[ClosureReason(closure.reason)],
        "places": say_places(names),
        "days": say_days(closure, today),
        "over_at": say_moment(over_at, zone=settings.zone, now=now),
        "zone_said": say_zone(settings.zone, at=now),
    }


def say_days(closure: Closure, today: date) -> str:
    """Return "Thu 5 Nov", "Thu 5 Nov, 10:00 to Fri 6 Nov, 12:00"."""
    first, last = say_day(closure.first_day, today=today), say_day(closure.last_day, today=today)
    since = f", {closure.closed_from:%H:%M}" if closure.closed_from else ""
    to = f", {closure.closed_to:%H:%M}" if closure.closed_to else ""
    if first == last and not since and not to:
        return first
    return gettext("%(first)s to %(last)s") % {"first": first + since, "last": last + to}
