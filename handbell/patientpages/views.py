"""The first page behind a patient's link, and its buttons. Looking never changes anything."""

from collections.abc import Sequence
from datetime import datetime

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from handbell.outbox.models import Message
from handbell.patientpages.balance import question
from handbell.patientpages.calendar import calendar_of
from handbell.patientpages.pages import back_to, behind_link, gone, language_for, nothing, show
from handbell.patientpages.queries import is_stopped, people_there, rows_there
from handbell.patientpages.validity import choices_until, shown_until
from handbell.patientpages.visits import Standing, fingerprint, overall, shown_visits
from handbell.receipts.links import confirm_by_link, stop_by_link, stop_everything
from handbell.receipts.replies import ask_for_call, asked_for_call
from handbell.vocabulary.words import Purpose


@behind_link
def link(request: HttpRequest, message: Message, now: datetime) -> HttpResponse:
    """Show what the message was about; a mailbox's own unsubscribe button posts here."""
    if request.method == "POST" and request.POST.get("List-Unsubscribe") == "One-Click":
        stop_by_link(message=message, now=now)
        return HttpResponse(status=200)
    if now > shown_until(message):
        return gone(request, message, now, choosable=now <= choices_until(message))
    if message.purpose == Purpose.BALANCE_ALERT:
        return question(request, message, now)
    if message.purpose == Purpose.EMERGENCY_NOTICE:  # it asks nothing: what is there are choices
        return back_to(request, message.code, "/preferences")
    rows = rows_there(message, now=now)
    return _page(request, message, rows, now) if rows else gone(request, message, now)


@behind_link
def confirm(request: HttpRequest, message: Message, now: datetime) -> HttpResponse:
    """Confirm the visits the page showed, if they are still what it showed."""
    if request.method != "POST":
        return back_to(request, message.code)
    rows = rows_there(message, now=now)
    if not rows or message.purpose == Purpose.EMERGENCY_NOTICE:
        return gone(request, message, now)
    visits = shown_visits(rows, language="en", now=now)
    if request.POST.get("shown") != fingerprint(visits):
        return back_to(request, message.code, changed="1")
    confirm_by_link(message=message, visits=[visit.id for visit in visits], now=now)
    return back_to(request, message.code)


@behind_link
def call_back(request: HttpRequest, message: Message, now: datetime) -> HttpResponse:
    """Ask staff to call about the visit: only they can move or cancel it."""
    if request.method != "POST":
        return back_to(request, message.code)
    if not rows_there(message, now=now) or now > shown_until(message):
        return gone(request, message, now)
    ask_for_call(message, now=now)
    return back_to(request, message.code)


@behind_link
def stop(request: HttpRequest, message: Message, now: datetime) -> HttpResponse:
    """Stop messages like this one to this number or mailbox, or everything we send."""
    everything = request.POST.get("all") == "1"
    if request.method == "POST" and everything:
        people = [person.id for person in people_there(message, now=now)]
        stop_everything(message=message, patient_ids=people, now=now)
    elif request.method == "POST":
        stop_by_link(message=message, now=now)
    return back_to(request, message.code, "/preferences" if everything else "")


@behind_link
def calendar(request: HttpRequest, message: Message, now: datetime) -> HttpResponse:
    """The visits as a calendar file."""
    rows = rows_there(message, now=now)
    if not rows:
        return gone(request, message, now)
    link = f"{settings.ENVIRONMENT.public_url}/v/{message.code}"
    ical = calendar_of(message.practice_id, rows, link=link, now=now)
    if ical is None:
        return nothing(request)
    response = HttpResponse(ical, content_type="text/calendar; charset=utf-8")
    response.headers["Content-Disposition"] = 'attachment; filename="visit.ics"'
    return response


def _page(
    request: HttpRequest, message: Message, rows: Sequence[Message], now: datetime
) -> HttpResponse:
    visits = shown_visits(rows, language=language_for(request, message), now=now)
    about = overall(visits)
    return show(
        request,
        "link.html",
        message,
        {
            "visits": visits,
            "about": about,
            "open_visits": [visit for visit in visits if visit.standing is Standing.OPEN],
            "has_calendar": about in {Standing.OPEN, Standing.CONFIRMED},
            "shown": fingerprint(visits),
            "changed": "changed" in request.GET,
            "several_people": len({visit.first_name for visit in visits}) > 1,
            "stopped": is_stopped(message, now=now),
            "call_asked": asked_for_call(message),
        },
    )
