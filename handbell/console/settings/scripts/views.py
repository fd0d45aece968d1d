"""Settings > Scripts: what each text says, how it changes, and who must agree.

Everybody may read it. Whoever may change reminders writes; balance alerts also need the
permission for balance settings. Nothing is saved but through the guard.
"""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.contrib import messages as notices
from django.db import transaction
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext, ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from handbell.access.audit import record
from handbell.access.permissions import Action, may
from handbell.access.practice_settings import practice_settings
from handbell.access.queries import practice_zone, those_who_may
from handbell.console.guard import StaffRequest, staff_page
from handbell.console.settings.index import who_may
from handbell.console.settings.scripts.forms import ScriptForm
from handbell.console.settings.scripts.history import History, changed, read_history, text_of
from handbell.console.settings.scripts.keys import may_change, may_see, read_key, require
from handbell.console.settings.scripts.listing import read_awaiting, read_groups
from handbell.console.settings.scripts.reading import read_text, variables_of
from handbell.console.settings.scripts.refused import read_refused
from handbell.console.words import LANGUAGES
from handbell.outbox.queries import planned_count
from handbell.scripts.models import Script
from handbell.scripts.operations import (
    NotYoursToDecide,
    SavedMeanwhile,
    ScriptFlaw,
    approve_script,
    decline_script,
    release_scripts,
    save_script,
)
from handbell.scripts.queries import pause_of, versions_of
from handbell.scripts.starting_texts import STARTING_TEXTS, Key, Text
from handbell.vocabulary.words import Approval, AuditAct

CHANGE = Action.CHANGE_REMINDERS

#: So many names of people who may approve are said; the rest is "and others".
MOST_NAMED = 4


@dataclass(frozen=True, slots=True)
class Colleagues:
    """Who may be the second person for what this staff member writes."""

    names: list[str]
    others: int


@require_GET
@staff_page(Action.SEE_SETTINGS)
def scripts(request: StaffRequest) -> HttpResponse:
    """What every message says, and what waits for a second person."""
    context = {
        **_common(request),
        "groups": read_groups(request.user),
        "awaiting": read_awaiting(request.user),
        "sees_refusals": may(request.user, Action.SEE_REFUSALS),
    }
    return render(request, "console/settings/scripts/list.html", context)


@require_GET
@staff_page(Action.SEE_SETTINGS)
def script(request: StaffRequest, purpose: str, channel: str, language: str) -> HttpResponse:
    """One script: what it says now, how that arrives, and every version of it."""
    key = read_key(purpose, channel, language)
    require(may_see(request.user, key[0]))
    practice_id, now = request.user.practice_id, datetime.now(UTC)
    before = request.GET.get("before", "")
    number = int(before) if before.isascii() and before.isdecimal() and len(before) < 10 else None
    history = read_history(practice_id, key, before=number)
    context = {
        **_common(request),
        **_named(key),
        "history": history,
        "earlier_page": number is not None,
        "reading": read_text(practice_settings(practice_id), key, history.text, now=now),
        "may_change": may_change(request.user, key[0]),
        "awaiting": [one for one in read_awaiting(request.user) if one.script == history.waiting],
        "pause": pause_of(practice_id, key),
    }
    return render(request, "console/settings/scripts/script.html", context)


@require_http_methods(["GET", "POST"])
@staff_page(CHANGE)
def edit_script(request: StaffRequest, purpose: str, channel: str, language: str) -> HttpResponse:
    """Write a script; POST saves it, or with `check` only says what the guard would."""
    key = read_key(purpose, channel, language)
    require(may_change(request.user, key[0]))
    history = read_history(request.user.practice_id, key)
    if request.method != "POST":
        return _edit_page(request, key, history, _form(key, history.to_edit, history.number))
    form = ScriptForm(request.POST, channel=key[1])
    if not form.is_valid():
        return _edit_page(request, key, history, form, status=422)
    if "check" in request.POST:
        return _edit_page(request, key, history, form)
    return _save(request, key, history, form)


@require_POST
@staff_page(CHANGE)
def check_script(request: StaffRequest, purpose: str, channel: str, language: str) -> HttpResponse:
    """What the guard says of a text as it is typed, and how it would arrive. Saves nothing."""
    key = read_key(purpose, channel, language)
    require(may_change(request.user, key[0]))
    form = ScriptForm(request.POST, channel=key[1])
    form.is_valid()
    now = datetime.now(UTC)
    context = {
        **_named(key),
        "form": form,
        "reading": read_text(practice_settings(request.user.practice_id), key, form.text, now=now),
        "runs_reports": may(request.user, Action.RUN_REPORTS),
        "colleagues": _colleagues(request),
        "is_live": True,
    }
    return render(request, "console/settings/scripts/live.html", context)


@require_POST
@staff_page(CHANGE)
def again_script(
    request: StaffRequest, purpose: str, channel: str, language: str, number: int
) -> HttpResponse:
    """Use an earlier version's text again, 0 for the starting text: a new version, as any other."""
    key = read_key(purpose, channel, language)
    require(may_change(request.user, key[0]))
    practice_id = request.user.practice_id
    text: Text | None = STARTING_TEXTS[key]
    if number:
        found = versions_of(practice_id, key).filter(version=number).first()
        text = text_of(found) if found else None
    if text is None:
        raise Http404
    data = {"body": text.body, "subject": text.subject, "version": request.POST.get("version", "")}
    form = ScriptForm(data, channel=key[1])
    history = read_history(practice_id, key)
    if not form.is_valid():
        return _edit_page(request, key, history, form, status=422)
    return _save(request, key, history, form)


def _save(request: StaffRequest, key: Key, history: History, form: ScriptForm) -> HttpResponse:
    purpose, channel, language = key
    try:
        saved = save_script(
            practice_id=request.user.practice_id,
            purpose=purpose,
            channel=channel,
            language=language,
            text=form.text,
            written_by=request.user,
            based_on=form.cleaned_data["version"],
            now=datetime.now(UTC),
        )
    except ScriptFlaw:
        return _edit_page(request, key, history, form, status=422)
    except SavedMeanwhile as error:
        return _edit_page(request, key, history, form, status=409, meanwhile=error.newest)
    if saved is None:
        notices.info(request, gettext("Nothing was different, so nothing was saved."))
    elif saved.approval == Approval.AWAITING:
        notices.info(request, _say_waiting(saved, _colleagues(request)))
    else:
        count = planned_count(request.user.practice_id, purpose, channel=channel)
        notices.success(request, _say_used(saved, count))
    return redirect("console:script", purpose, channel, language)


def _say_used(saved: Script, count: int) -> str:
    used = gettext("Version %(number)d is in use from the next message on.")
    planned = ngettext(
        "%(count)s message of this kind is planned for the next three days.",
        "%(count)s messages of this kind are planned for the next three days.",
        count,
    )
    return f"{used % {'number': saved.version}} {planned % {'count': f'{count:,}'}}"


def _say_waiting(saved: Script, colleagues: Colleagues) -> str:
    said = gettext(
        "Version %(number)d is saved and not in use yet: a second person must approve it."
    ) % {"number": saved.version}
    if not colleagues.names:
        return said + " " + gettext("Nobody else in your practice may do that.")
    names = ", ".join(colleagues.names)
    return said + " " + gettext("These may: %(names)s.") % {"names": names}


def _edit_page(
    request: StaffRequest,
    key: Key,
    history: History,
    form: ScriptForm,
    *,
    status: int = 200,
    meanwhile: Script | None = None,
) -> HttpResponse:
    now, settings = datetime.now(UTC), practice_settings(request.user.practice_id)
    text = form.text if form.is_bound else history.to_edit
    if meanwhile is not None or "version" in form.errors:
        # Whoever saves now has seen what they save over.
        version = meanwhile.version if meanwhile else history.number
        form = _form(key, text, version)
    context = {
        **_common(request),
        **_named(key),
        "form": form,
        "history": history,
        "reading": read_text(settings, key, text, now=now),
        "variables": variables_of(settings, key, now=now),
        "runs_reports": may(request.user, Action.RUN_REPORTS),
        "colleagues": _colleagues(request),
        "pause": pause_of(request.user.practice_id, key),
        "meanwhile": meanwhile,
        "theirs_to_ours": changed(text_of(meanwhile), text) if meanwhile else None,
        "refused": status == 422,
    }
    return render(request, "console/settings/scripts/edit.html", context, status=status)


def _form(key: Key, text: Text, version: int) -> ScriptForm:
    first = {"subject": text.subject, "body": text.body, "version": version}
    return ScriptForm(initial=first, channel=key[1])


def _colleagues(request: StaffRequest) -> Colleagues:
    """Return who else may approve what this staff member writes."""
    found = [
        one.name
        for one in those_who_may(request.user.practice_id, Action.APPROVE_SCRIPTS)
        if one.pk != request.user.pk
    ]
    return Colleagues(found[:MOST_NAMED], max(len(found) - MOST_NAMED, 0))


@require_POST
@staff_page(Action.APPROVE_SCRIPTS)
def approve(request: StaffRequest, script_id: int) -> HttpResponse:
    """Let a held text be used from now on."""
    return _decide(request, script_id, approved=True)


@require_POST
@staff_page(Action.APPROVE_SCRIPTS)
def decline(request: StaffRequest, script_id: int) -> HttpResponse:
    """Let a held text never be used."""
    return _decide(request, script_id, approved=False)


@transaction.atomic
def _decide(request: StaffRequest, script_id: int, *, approved: bool) -> HttpResponse:
    staff, now = request.user, datetime.now(UTC)
    found = Script.objects.filter(practice_id=staff.practice_id, pk=script_id).first()
    if found is None:
        raise Http404
    require(may_change(staff, found.purpose, Action.APPROVE_SCRIPTS))
    act = approve_script if approved else decline_script
    try:
        script = act(script_id, practice_id=staff.practice_id, by=staff, now=now)
    except NotYoursToDecide as error:
        said = gettext("Nothing was changed: %(why)s.") % {"why": gettext(str(error))}
        notices.error(request, said)
        return redirect("console:scripts")
    record(
        AuditAct.SCRIPT_APPROVED if approved else AuditAct.SCRIPT_DECLINED,
        practice_id=staff.practice_id,
        by=staff,
        subject=f"script {script.pk}",
        detail={"purpose": script.purpose, "channel": script.channel, "version": script.version},
        now=now,
    )
    notices.success(
        request,
        gettext("The text is in use from the next message on.")
        if approved
        else gettext("The text is not used. The one before it stays."),
    )
    return redirect("console:scripts")


@require_POST
@staff_page(CHANGE)
def release(request: StaffRequest, purpose: str, channel: str, language: str) -> HttpResponse:
    """Let a paused text leave as it is: somebody read it, and the fault was not in its words."""
    key = read_key(purpose, channel, language)
    require(may_change(request.user, key[0]))
    practice_id, now = request.user.practice_id, datetime.now(UTC)
    if release_scripts(practice_id, key[0], key[1], by=request.user, now=now):
        notices.success(request, gettext("The text leaves again from the next message on."))
    else:
        notices.info(request, gettext("It is not paused any more, so nothing changed."))
    return redirect("console:script", purpose, channel, language)


@require_GET
@staff_page(Action.SEE_REFUSALS)
def refused(request: StaffRequest) -> HttpResponse:
    """What the guard refused this month, and by which rules."""
    context = {
        **_common(request),
        "refused": read_refused(request.user, now=datetime.now(UTC)),
        "sees_audit": may(request.user, Action.SEE_AUDIT),
    }
    return render(request, "console/settings/scripts/refused.html", context)


def _common(request: StaffRequest) -> dict[str, Any]:
    return {
        "page": "settings",
        "may_approve": may(request.user, Action.APPROVE_SCRIPTS),
        "who": who_may(CHANGE),
        "limited": request.user.limit_messaging,
        "zone": practice_zone(request.user.practice),
        "now": datetime.now(UTC),
    }


def _named(key: Key) -> dict[str, Any]:
    purpose, channel, language = key
    return {
        "purpose": purpose,
        "channel": channel,
        "language": language,
        "language_word": LANGUAGES[language],
    }
