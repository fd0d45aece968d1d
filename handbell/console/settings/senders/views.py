"""Settings > Senders & providers: what messages go out as, how fast, and who carries them."""

from datetime import UTC, date, datetime
from typing import Any

from django.conf import settings
from django.contrib import messages as notices
from django.db import transaction
from django.forms import Form
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from handbell.access.fence import unfenced
from handbell.access.permissions import Action, may
from handbell.access.queries import practice_zone
from handbell.console.guard import StaffRequest, staff_page
from handbell.console.settings.index import who_may
from handbell.console.settings.senders.forms import PaceForm, PauseForm, SenderForm
from handbell.console.settings.senders.page import Row, read_providers, read_rows
from handbell.console.settings.senders.standing import PROVIDER_TITLES, provider_title
from handbell.console.templatetags.console import national
from handbell.console.words import CHANNELS
from handbell.dispatch.providers import configured_places, credentials, place_of
from handbell.dispatch.readiness import what_is_wrong
from handbell.facts.operations import mark_practice_changed
from handbell.outbox import senders as operations
from handbell.vocabulary.words import Channel

CHANGE = Action.CHANGE_SENDERS


@require_GET
@staff_page(Action.SEE_SETTINGS)
def senders(request: StaffRequest) -> HttpResponse:
    """Every sender and how it stands; the providers for those who may change them."""
    now = datetime.now(UTC)
    rows = read_rows(request.user.practice_id, now=now)
    may_change = may(request.user, CHANGE)
    context = _context(
        request,
        now,
        rows=rows,
        may_change=may_change,
        who=who_may(CHANGE),
        limited=request.user.limit_messaging,
        providers=read_providers(settings.ENVIRONMENT, rows) if may_change else [],
        public_url=settings.ENVIRONMENT.public_url,
        is_public=settings.ENVIRONMENT.is_public,
    )
    return render(request, "console/settings/senders/list.html", context)


@require_http_methods(["GET", "POST"])
@staff_page(CHANGE)
def sender_add(request: StaffRequest) -> HttpResponse:
    """Send as one more number or address."""
    practice, now = request.user.practice, datetime.now(UTC)
    form = SenderForm(
        request.POST if request.method == "POST" else None,
        practice=practice,
        today=_today(request, now),
    )
    if form.is_bound and form.is_valid():
        given = form.cleaned_data
        try:
            with transaction.atomic():
                made = operations.add_sender(
                    practice,
                    channel=Channel(given["channel"]),
                    address=given["address"],
                    provider=given["provider"],
                    pace=form.pace,
                    by=request.user,
                    now=now,
                )
                with unfenced(practice.pk):
                    operations.refuse_shared(practice.pk, made.address)
        except operations.AlreadyThere as there:
            form.add_error("address", _twin(there.sender.retired))
        except operations.SentElsewhere:
            form.add_error("address", _elsewhere())
        else:
            mark_practice_changed(practice.pk, at=now)
            said = _("%(address)s is added.") % {"address": national(made.address)}
            notices.success(request, said)
            return redirect("console:sender", made.pk)
    status = 422 if form.errors else 200
    context = _context(request, now, form=form)
    return render(request, "console/settings/senders/add.html", context, status=status)


def _twin(retired: bool) -> str:
    if retired:
        return _("You sent by it before, and retired it. Open it in the list and use it again.")
    return _("You send by it already. Open it in the list to change it.")


def _elsewhere() -> str:
    return _(
        "Another practice on this installation sends by it, so answers could reach the wrong one. "
        "Use one of your own, or ask whoever runs Handbell to let you share it."
    )


@require_http_methods(["GET", "POST"])
@staff_page(CHANGE)
def sender(request: StaffRequest, sender_id: int) -> HttpResponse:
    """One sender: how it stands, and its pace."""
    now = datetime.now(UTC)
    row = _row(request, sender_id, now)
    if request.method == "GET":
        return _page(request, row, now)
    form = PaceForm(request.POST, sender=row.sender, today=_today(request, now))
    if not form.is_valid():
        return _page(request, row, now, pace_form=form)
    if operations.change_pace(row.sender, form.pace, by=request.user, now=now):
        notices.success(request, _("The pace is changed. It holds from the next message on."))
    else:
        notices.info(request, _("Nothing was different, so nothing changed."))
    return redirect("console:sender", sender_id)


@require_POST
@staff_page(CHANGE)
def sender_pause(request: StaffRequest, sender_id: int) -> HttpResponse:
    """Let nothing leave by it until somebody releases it."""
    now = datetime.now(UTC)
    row, form = _row(request, sender_id, now), PauseForm(request.POST)
    if not form.is_valid():
        return _page(request, row, now, pause_form=form)
    operations.pause_sender(row.sender, form.cleaned_data["reason"], by=request.user, now=now)
    said = ngettext(
        "Nothing leaves by %(address)s until somebody releases it. %(number)s planned message "
        "waits.",
        "Nothing leaves by %(address)s until somebody releases it. %(number)s planned messages "
        "wait.",
        row.planned,
    )
    notices.success(
        request, said % {"address": national(row.sender.address), "number": f"{row.planned:,}"}
    )
    return redirect("console:sender", sender_id)


@require_POST
@staff_page(CHANGE)
def sender_release(request: StaffRequest, sender_id: int) -> HttpResponse:
    """Let messages leave by it again."""
    now = datetime.now(UTC)
    row = _row(request, sender_id, now)
    address = national(row.sender.address)
    if row.waits_for_credentials:
        said = _("Its provider has no credentials here: set them, and it goes on by itself.")
        notices.error(request, said)
        return redirect("console:sender", sender_id)
    operations.release_sender(row.sender, by=request.user, now=now)
    said = _("Messages leave by %(address)s again, if they still help.")
    notices.success(request, said % {"address": address})
    return redirect("console:sender", sender_id)


@require_POST
@staff_page(CHANGE)
def sender_retire(request: StaffRequest, sender_id: int) -> HttpResponse:
    """Send by it no more."""
    return _retire(request, sender_id, retired=True)


@require_POST
@staff_page(CHANGE)
def sender_reinstate(request: StaffRequest, sender_id: int) -> HttpResponse:
    """Send by it again."""
    return _retire(request, sender_id, retired=False)


def _retire(request: StaffRequest, sender_id: int, *, retired: bool) -> HttpResponse:
    now = datetime.now(UTC)
    row = _row(request, sender_id, now)
    if operations.retire_sender(row.sender, retired=retired, by=request.user, now=now):
        mark_practice_changed(request.user.practice_id, at=now)
    address = {"address": national(row.sender.address)}
    if retired:
        said = _("%(address)s is retired. What waited is planned anew in a moment, or held back.")
    else:
        said = _("%(address)s is one of your senders again.")
    notices.success(request, said % address)
    return redirect("console:senders")


@require_POST
@staff_page(CHANGE)
def provider_look(request: StaffRequest, provider: str) -> HttpResponse:
    """Ask a provider now whether it would take our messages; nothing is sent."""
    if provider not in PROVIDER_TITLES:
        raise Http404
    title, place = provider_title(provider), place_of(provider)
    if place not in configured_places(settings.ENVIRONMENT):
        names = ", ".join(credentials(settings.ENVIRONMENT, provider))
        said = _("%(provider)s is not set up here: set %(names)s and start Handbell again.")
        notices.error(request, said % {"provider": title, "names": names})
    elif wrong := what_is_wrong(settings.ENVIRONMENT, place):
        said = _("%(provider)s would take nothing from us now: %(why)s (%(code)s).")
        told = {"provider": title, "why": _(wrong.meaning), "code": wrong.code}
        notices.error(request, said % told)
    else:
        said = _("%(provider)s answers, knows us, and would take messages. Nothing was sent.")
        notices.success(request, said % {"provider": title})
    return redirect("console:senders")


def _today(request: StaffRequest, now: datetime) -> date:
    return now.astimezone(practice_zone(request.user.practice)).date()


def _row(request: StaffRequest, sender_id: int, now: datetime) -> Row:
    rows = read_rows(request.user.practice_id, now=now)
    found = next((row for row in rows if row.sender.pk == sender_id), None)
    if found is None:
        raise Http404
    return found


def _page(request: StaffRequest, row: Row, now: datetime, **bound: Form) -> HttpResponse:
    context = _context(
        request,
        now,
        row=row,
        sender=row.sender,
        channel=CHANNELS[Channel(row.sender.channel)],
        carried_by=provider_title(row.sender.provider),
        # Which day it is matters only to a form that was sent in.
        pace_form=bound.get("pace_form") or PaceForm.of(row.sender, today=now.date()),
        pause_form=bound.get("pause_form") or PauseForm(),
    )
    return render(
        request, "console/settings/senders/sender.html", context, status=422 if bound else 200
    )


def _context(request: StaffRequest, now: datetime, **more: Any) -> dict[str, Any]:  # noqa: ANN401
    return {
        "page": "settings",
        "zone": practice_zone(request.user.practice),
        "now": now,
        **more,
    }
