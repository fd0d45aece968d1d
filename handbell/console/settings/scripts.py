"""Settings > Scripts: what each text says, and the ones that wait for a second person."""

from dataclasses import dataclass
from datetime import UTC, datetime

from django.contrib import messages as notices
from django.db import transaction
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from handbell.access.audit import record
from handbell.access.permissions import Action, may
from handbell.access.queries import practice_zone
from handbell.console.guard import StaffRequest, staff_page
from handbell.console.saying import said, say_finding
from handbell.console.settings.index import who_may
from handbell.console.words import LANGUAGES
from handbell.policy.content import Finding
from handbell.scripts.models import Script
from handbell.scripts.operations import NotYoursToDecide, approve_script, decline_script
from handbell.scripts.queries import awaiting_scripts, paused_scripts, review_script, texts_of
from handbell.scripts.starting_texts import STARTING_TEXTS, Text
from handbell.vocabulary.words import AuditAct, Channel, Purpose


@dataclass(frozen=True, slots=True)
class InUse:
    """A text as it is used now."""

    purpose: Purpose
    channel: Channel
    language: str
    text: Text
    is_starting_text: bool
    is_paused: bool


@dataclass(frozen=True, slots=True)
class Awaiting:
    """A version that waits, and what the guard says of it."""

    script: Script
    language: str
    findings: tuple[Finding, ...]


@require_GET
@staff_page(Action.SEE_SETTINGS)
def scripts(request: StaffRequest) -> HttpResponse:
    """What every message says, and what waits for a second person."""
    practice = request.user.practice
    context = {
        "page": "settings",
        "in_use": _in_use(practice.pk),
        "awaiting": [_awaiting(script) for script in awaiting_scripts(practice.pk)],
        "may_approve": may(request.user, Action.APPROVE_SCRIPTS),
        "who": who_may(Action.APPROVE_SCRIPTS),
        "limited": request.user.limit_messaging,
        "zone": practice_zone(practice),
        "now": datetime.now(UTC),
    }
    return render(request, "console/settings/scripts.html", context)


@require_POST
@staff_page(Action.APPROVE_SCRIPTS)
@transaction.atomic
def approve(request: StaffRequest, script_id: int) -> HttpResponse:
    """Let a held text be used from now on."""
    return _decide(request, script_id, approved=True)


@require_POST
@staff_page(Action.APPROVE_SCRIPTS)
@transaction.atomic
def decline(request: StaffRequest, script_id: int) -> HttpResponse:
    """Let a held text never be used."""
    return _decide(request, script_id, approved=False)


def _decide(request: StaffRequest, script_id: int, *, approved: bool) -> HttpResponse:
    staff, now = request.user, datetime.now(UTC)
    act = approve_script if approved else decline_script
    try:
        script = act(script_id, practice_id=staff.practice_id, by=staff.name, now=now)
    except Script.DoesNotExist as error:
        raise Http404 from error
    except NotYoursToDecide as error:
        notices.error(request, _("Nothing was changed: %(why)s.") % {"why": said(str(error))})
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
        _("The text is in use from the next message on.")
        if approved
        else _("The text is not used. The one before it stays."),
    )
    return redirect("console:scripts")


def _in_use(practice_id: int) -> list[InUse]:
    paused = paused_scripts(practice_id)
    return [
        InUse(
            purpose=purpose,
            channel=channel,
            language=LANGUAGES.get(language, language),
            text=text,
            is_starting_text=text == STARTING_TEXTS.get((purpose, channel, language)),
            is_paused=(purpose, channel) in paused,
        )
        for (purpose, channel, language), text in texts_of(practice_id).items()
    ]


def _awaiting(script: Script) -> Awaiting:
    reviewed = review_script(
        practice_id=script.practice_id,
        purpose=Purpose(script.purpose),
        channel=Channel(script.channel),
        subject=script.subject,
        body=script.body,
    )
    findings = tuple(map(say_finding, reviewed.findings))
    return Awaiting(script, LANGUAGES.get(script.language, script.language), findings)
