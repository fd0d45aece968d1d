"""The pages behind a patient's link. Looking never changes anything; only a button does.

Phones and mail scanners open every link to draw a preview, so GET and HEAD only read. The code
in the address is the secret: the forms carry no cookie and need none, which lets them work in
every in-app browser, and whoever has the code could have pressed the button anyway.
"""

from collections.abc import Callable
from datetime import UTC, datetime
from functools import wraps
from typing import Any, Concatenate, ParamSpec

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import translation
from django.views.decorators.csrf import csrf_exempt

from handbell.access.queries import phone_to_call
from handbell.outbox.models import Message
from handbell.patientpages.calendar import calendar_of
from handbell.patientpages.queries import find_message, is_stopped
from handbell.patientpages.speech import NAMES, page_language
from handbell.patientpages.visits import Standing, fingerprint, overall, shown_visits
from handbell.receipts.operations import confirm_visits, opt_out_by_link

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponse]


def patient_page(view: View[P]) -> View[P]:
    """Keep a page out of caches, search engines and the address other sites are told."""

    @csrf_exempt
    @wraps(view)
    def shown(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        response = view(request, *args, **kwargs)
        response.headers["Cache-Control"] = "no-store"
        response.headers["Referrer-Policy"] = "no-referrer"
        response.headers["X-Robots-Tag"] = "noindex, nofollow, noarchive"
        return response

    return shown


@patient_page
def link(request: HttpRequest, code: str) -> HttpResponse:
    """Show what the message was about; a mailbox's own unsubscribe button posts here."""
    message = find_message(code)
    if message is None:
        return unknown(request)
    now = datetime.now(UTC)
    if request.method == "POST" and request.POST.get("List-Unsubscribe") == "One-Click":
        opt_out_by_link(message=message, now=now)
        return HttpResponse(status=200)
    return _page(request, message, now)


@patient_page
def confirm(request: HttpRequest, code: str) -> HttpResponse:
    """Confirm the visits the page showed, if they are still what it showed."""
    message = find_message(code)
    if message is None:
        return unknown(request)
    now, address = datetime.now(UTC), _address(request, code)
    if request.method != "POST":
        return redirect(address)
    visits = shown_visits(message, language="en", now=now)
    if request.POST.get("shown") != fingerprint(visits):
        return redirect(f"{address}&changed=1" if "?" in address else f"{address}?changed=1")
    confirm_visits(message=message, how="link", now=now)
    return redirect(address)


@patient_page
def stop(request: HttpRequest, code: str) -> HttpResponse:
    """Stop messages like this one to this number or mailbox."""
    message = find_message(code)
    if message is None:
        return unknown(request)
    if request.method == "POST":
        opt_out_by_link(message=message, now=datetime.now(UTC))
    return redirect(_address(request, code))


@patient_page
def calendar(request: HttpRequest, code: str) -> HttpResponse:
    """The visits as a calendar file."""
    message = find_message(code)
    ical = calendar_of(message, now=datetime.now(UTC)) if message else None
    if ical is None:
        return unknown(request)
    response = HttpResponse(ical, content_type="text/calendar; charset=utf-8")
    response.headers["Content-Disposition"] = 'attachment; filename="visit.ics"'
    return response


@patient_page
def unknown(request: HttpRequest, rest: str = "") -> HttpResponse:
    """Say kindly, in both languages, that there is nothing here; not why, nor what was near."""
    return render(request, "patientpages/unknown.html", status=404)


def _page(request: HttpRequest, message: Message, now: datetime) -> HttpResponse:
    language = _language(request, message)
    with translation.override(language):
        return render(request, "patientpages/link.html", _context(request, message, language, now))


def _context(
    request: HttpRequest, message: Message, language: str, now: datetime
) -> dict[str, Any]:
    visits = shown_visits(message, language=language, now=now)
    facility = message.appointment.facility if message.appointment else message.patient.facility
    about = overall(visits)
    return {
        "clinic": message.practice.name,
        "phone": phone_to_call(message.practice, facility),
        "code": message.code,
        "visits": visits,
        "about": about,
        "open_visits": [visit for visit in visits if visit.standing is Standing.OPEN],
        "has_calendar": about in {Standing.OPEN, Standing.CONFIRMED},
        "shown": fingerprint(visits),
        "changed": "changed" in request.GET,
        "several_people": len({visit.first_name for visit in visits}) > 1,
        "stopped": is_stopped(message, now=now),
        "by_email": message.channel == "email",
        "language": language,
        "other_languages": [(tag, name) for tag, name in NAMES.items() if tag != language],
    }


def _language(request: HttpRequest, message: Message) -> str:
    asked = request.GET.get("lang", "")
    return page_language(asked, message.patient.language, message.practice.language)


def _address(request: HttpRequest, code: str) -> str:
    """Return the page's own address, in the language it was read in."""
    asked = request.POST.get("lang", "")
    return f"/v/{code}?lang={asked}" if asked in NAMES else f"/v/{code}"
