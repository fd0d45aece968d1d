"""What all pages behind a link share: who has the link, what is said when nobody has, the headers.

Phones and mail scanners open every link to draw a preview, so GET and HEAD only read. The code
in the address is the secret: the forms carry no cookie and need none, which lets them work in
every in-app browser, and whoever has the code could have pressed the button anyway.
"""

from collections.abc import Callable
from datetime import UTC, datetime
from functools import wraps
from typing import Any, Concatenate, Final, ParamSpec

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import translation
from django.views.decorators.csrf import csrf_exempt

from handbell.access.lockout import LockedOut, count_try, locked_until
from handbell.access.queries import phone_to_call
from handbell.outbox.models import Message
from handbell.patientpages.limits import GUESSES, computer_of
from handbell.patientpages.queries import find_message, is_stopped
from handbell.patientpages.speech import NAMES, page_language

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponse]
LinkView = Callable[[HttpRequest, Message, datetime], HttpResponse]

#: These pages need no script at all.
POLICY: Final = "; ".join(
    (
        "default-src 'none'",
        "style-src 'self'",
        "img-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)


def patient_page(view: View[P]) -> View[P]:
    """Keep a page out of caches, search engines and the address other sites are told."""

    @csrf_exempt
    @wraps(view)
    def shown(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        response = view(request, *args, **kwargs)
        response.headers["Cache-Control"] = "no-store"
        response.headers["Content-Security-Policy"] = POLICY
        response.headers["Referrer-Policy"] = "no-referrer"
        response.headers["X-Robots-Tag"] = "noindex, nofollow, noarchive"
        return response

    return shown


def behind_link(view: LinkView) -> View[[str]]:
    """Show a page to whoever has a link to it; to anybody else, that there is nothing here."""

    @patient_page
    @wraps(view)
    def shown(request: HttpRequest, code: str) -> HttpResponse:
        now = datetime.now(UTC)
        # Whoever has a link is never refused for what others guess: they may want to stop us.
        message = find_message(code)
        return miss(request, now) if message is None else view(request, message, now)

    return shown


@patient_page
def unknown(request: HttpRequest, rest: str = "") -> HttpResponse:
    """Answer whatever is no link at all like a link nobody has."""
    return miss(request, datetime.now(UTC))


def nothing(request: HttpRequest) -> HttpResponse:
    """Say kindly, in both languages, that there is nothing here; not why, nor what was near."""
    return render(request, "patientpages/unknown.html", status=404)


def miss(request: HttpRequest, now: datetime) -> HttpResponse:
    """Answer a link nobody has, and count it against whoever guesses."""
    if computer := computer_of(request):
        if until := locked_until("link", computer, now=now):
            return busy(request, until, now)
        try:
            count_try("link", computer, now=now, limit=GUESSES)
        except LockedOut as locked:
            return busy(request, locked.until, now)
    return nothing(request)


def busy(
    request: HttpRequest, until: datetime, now: datetime, message: Message | None = None
) -> HttpResponse:
    """Say in both languages that something was tried too often, and when it may be again."""
    seconds = max(int((until - now).total_seconds()) + 1, 1)
    context = {"hours": seconds // 3600, "minutes": -(-seconds // 60)}
    if message is not None:
        context |= _clinic(message) | _stopping(message, now)
    response = render(request, "patientpages/busy.html", context, status=429)
    response.headers["Retry-After"] = str(seconds)
    return response


def gone(
    request: HttpRequest, message: Message, now: datetime, *, choosable: bool = False
) -> HttpResponse:
    """Say in both languages that a link shows nothing any more; it can still stop us.

    The clinic's name and number are no secret from whoever has its message.
    """
    context = _clinic(message) | _stopping(message, now) | {"choosable": choosable}
    return render(request, "patientpages/gone.html", context, status=410)


def show(
    request: HttpRequest, template: str, message: Message, context: dict[str, Any]
) -> HttpResponse:
    """Show a page about a message, in the language its reader wants."""
    language = language_for(request, message)
    with translation.override(language):
        return render(
            request,
            f"patientpages/{template}",
            _clinic(message)
            | {
                "code": message.code,
                "by_email": message.channel == "email",
                "language": language,
                "other_languages": [(tag, name) for tag, name in NAMES.items() if tag != language],
            }
            | context,
        )


def _stopping(message: Message, now: datetime) -> dict[str, Any]:
    return {
        "code": message.code,
        "stopped": is_stopped(message, now=now),
        "by_email": message.channel == "email",
    }


def _clinic(message: Message) -> dict[str, Any]:
    facility = message.appointment.facility if message.appointment else message.patient.facility
    return {
        "clinic": message.practice.name,
        "phone": phone_to_call(message.practice, facility),
    }


def language_for(request: HttpRequest, message: Message) -> str:
    """Return the language asked for in the address or by a form, else the patient's."""
    asked = request.POST.get("lang", "") or request.GET.get("lang", "")
    return page_language(asked, message.patient.language, message.practice.language)


def back_to(request: HttpRequest, code: str, page: str = "", **query: str) -> HttpResponse:
    """Lead to one of the link's pages, in the language the form was read in."""
    asked = request.POST.get("lang", "")
    told = ({"lang": asked} if asked in NAMES else {}) | query
    pairs = "&".join(f"{name}={value}" for name, value in told.items())
    return redirect(f"/v/{code}{page}{'?' if pairs else ''}{pairs}")
