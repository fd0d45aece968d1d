"""The buttons of a closure: send, test, pause, stop, agree, extend, end. Each says what it did."""

from datetime import UTC, datetime

from django.contrib import messages as notices
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext
from django.views.decorators.http import require_POST

from handbell.access.permissions import Action
from handbell.access.practice_settings import practice_settings
from handbell.closures import going, mode
from handbell.closures.press import (
    Asked,
    CannotSend,
    CountDiffers,
    SentAlready,
    agree,
    decline,
    press,
)
from handbell.closures.trial import send_to_oneself
from handbell.console.clock import say_moment
from handbell.console.emergency.forms import ExtendForm
from handbell.console.emergency.views import closure_or_404, closure_page
from handbell.console.emergency.words import say_people
from handbell.console.frame.back import back
from handbell.console.guard import StaffRequest, staff_page
from handbell.console.saying import said
from handbell.facts.closing import ClosureFlaw
from handbell.outbox.models import Sending
from handbell.outbox.sendings import sendings_of
from handbell.vocabulary.contact import ContactFlaw
from handbell.vocabulary.words import Channel, NoticeKind, SendingState

CLOSE = Action.CLOSE_FACILITIES


@require_POST
@staff_page(CLOSE)
def send(request: StaffRequest, closure_id: int, kind: str, channel: str) -> HttpResponse:
    """Send a notice by one channel, to as many people as were typed."""
    found = closure_or_404(request, closure_id)
    now, settings = datetime.now(UTC), practice_settings(request.user.practice_id)
    typed = request.POST.get("counted", "").strip().replace(",", "")
    if not (typed.isascii() and typed.isdecimal() and len(typed) < 9):
        refused = gettext("Type the number of people, to confirm it. Nothing was sent.")
        return closure_page(request, found, status=422, refused=refused)
    try:
        sending = press(
            found,
            settings,
            Asked(
                kind_of(kind),
                channel_of(channel),
                counted=int(typed),
                unreached_only=request.POST.get("unreached") == "1",
                untold_only=request.POST.get("untold") == "1",
                through_pause=request.POST.get("through_pause") == "1",
            ),
            by=request.user,
            now=now,
        )
    except CannotSend as why:
        zone = settings.zone
        refused = gettext("Nothing was sent: %(why)s.") % {"why": say_why(why)}
        if isinstance(why, SentAlready):
            at = say_moment(why.again_at, zone=zone, now=now)
            refused += " " + gettext("It may go again from %(at)s.") % {"at": at}
        return closure_page(request, found, status=422, refused=refused)
    people = say_people(sending.counted)
    if sending.state == SendingState.AWAITING:
        told = gettext("It waits for a second person, who must agree. Then it goes to %(people)s.")
    else:
        told = gettext("It goes to %(people)s now. Progress is below.")
    notices.success(request, told % {"people": people})
    return redirect("console:closure", found.pk)


def say_why(why: ValueError) -> str:
    """Return why something was not done, in the language of the page."""
    if isinstance(why, CountDiffers):
        return gettext("it would go to %(people)s now: look again, and type that number") % {
            "people": say_people(why.count)
        }
    return said(str(why))


@require_POST
@staff_page(CLOSE)
def test(request: StaffRequest, closure_id: int, kind: str, channel: str) -> HttpResponse:
    """Send the notice to oneself."""
    found = closure_or_404(request, closure_id)
    by = channel_of(channel)
    typed = request.user.email if by is Channel.EMAIL else request.POST.get("to", "")
    language = request.POST.get("language", "en")
    try:
        taken = send_to_oneself(
            found,
            practice_settings(request.user.practice_id),
            kind=kind_of(kind),
            channel=by,
            language=language,
            address=typed,
            region=request.user.practice.region,
            by=request.user,
            now=datetime.now(UTC),
        )
    except (CannotSend, ContactFlaw) as why:
        refused = gettext("No test was sent: %(why)s.") % {"why": said(str(why))}
        return closure_page(request, found, status=422, refused=refused)
    if taken:
        notices.success(request, gettext("The test is on its way to you. Read it before you send."))
    else:
        notices.error(request, gettext("The provider did not take the test. Look at the sender."))
    return redirect("console:closure", found.pk)


@require_POST
@staff_page(CLOSE)
def change(request: StaffRequest, closure_id: int, sending_id: int) -> HttpResponse:
    """Pause, go on, stop; or be the second person."""
    found = closure_or_404(request, closure_id)
    sending = sendings_of(found.pk).filter(pk=sending_id).first()
    if sending is None:
        raise Http404
    to, now = request.POST.get("to", ""), datetime.now(UTC)
    if to == "agree":
        return _agree(request, sending, now)
    if to == "decline":
        changed = decline(sending, by=request.user, now=now)
    elif to in {SendingState.PAUSED.value, SendingState.GOING.value, SendingState.STOPPED.value}:
        changed = going.change(sending, SendingState(to), by=request.user, now=now)
    else:
        raise Http404
    told = gettext("Done.") if changed else gettext("It was so already, or is over.")
    (notices.success if changed else notices.info)(request, told)
    return redirect("console:closure", found.pk)


def _agree(request: StaffRequest, sending: Sending, now: datetime) -> HttpResponse:
    settings = practice_settings(request.user.practice_id)
    try:
        agree(sending, settings, by=request.user, now=now)
    except CannotSend as why:
        refused = gettext("Nothing was sent: %(why)s.") % {"why": say_why(why)}
        found = closure_or_404(request, sending.closure_id)
        return closure_page(request, found, status=422, refused=refused)
    told = gettext("It goes to %(people)s now. Progress is below.")
    notices.success(request, told % {"people": say_people(sending.counted)})
    return redirect("console:closure", sending.closure_id)


@require_POST
@staff_page(CLOSE)
def extend(request: StaffRequest, closure_id: int) -> HttpResponse:
    """Let it end on another day."""
    found = closure_or_404(request, closure_id)
    form = ExtendForm(request.POST)
    if not form.is_valid():
        return closure_page(request, found, status=422, extend_form=form)
    try:
        changed = mode.extend(
            found,
            practice_settings(request.user.practice_id),
            last_day=form.cleaned_data["last_day"],
            closed_to=form.cleaned_data["closed_to"],
            by=request.user,
            now=datetime.now(UTC),
        )
    except ClosureFlaw as flaw:
        form.add_error("last_day", said(str(flaw)).capitalize() + ".")
        return closure_page(request, found, status=422, extend_form=form)
    if changed:
        notices.success(
            request,
            gettext(
                "It lasts until then. Whoever is booked on the new days is not told yet: send it "
                "to them below."
            ),
        )
    else:
        notices.info(request, gettext("Nothing was different, so nothing changed."))
    return redirect("console:closure", found.pk)


@require_POST
@staff_page(CLOSE)
def end(request: StaffRequest, closure_id: int) -> HttpResponse:
    """End it now: reminders go again, and nobody else is told that it is closed."""
    found = closure_or_404(request, closure_id)
    if mode.end(found, by=request.user, now=datetime.now(UTC)):
        told = gettext("It is over. Reminders that still help go again; the others do not.")
        notices.success(request, told)
    else:
        notices.info(request, gettext("It was over already."))
    return redirect(back(request, "console:emergency"))


def kind_of(typed: str) -> NoticeKind:
    """Return the kind of notice an address names."""
    if typed not in set(NoticeKind):
        raise Http404
    return NoticeKind(typed)


def channel_of(typed: str) -> Channel:
    """Return the channel an address names."""
    if typed not in set(Channel):
        raise Http404
    return Channel(typed)
