"""Writing a notice: the guard reads along, and what it holds a second person approves."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from django.contrib import messages as notices
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_POST

from handbell.access.permissions import Action
from handbell.access.practice_settings import practice_settings
from handbell.closures.spoken import TooLongToSay, is_too_long
from handbell.closures.wording import WordsInUse, save_words, starting_words
from handbell.console.emergency.acts import channel_of, kind_of
from handbell.console.emergency.forms import NoticeForm
from handbell.console.emergency.views import closure_or_404, said_of
from handbell.console.emergency.words import BLANKS, FIELDS, KINDS
from handbell.console.guard import StaffRequest, staff_page
from handbell.console.saying import said, say_finding
from handbell.console.settings.scripts.words import say_why
from handbell.console.words import CHANNELS, LANGUAGES
from handbell.facts.models import Closure
from handbell.policy.content import FindingKind, Verdict
from handbell.scripts.models import NoticeText
from handbell.scripts.notices import approve_notice, notices_of, review_notice
from handbell.scripts.operations import NotYoursToDecide, ScriptFlaw
from handbell.scripts.starting_notices import LANGUAGES as WRITTEN
from handbell.scripts.starting_texts import Text
from handbell.vocabulary.words import Channel, NoticeKind

CLOSE = Action.CLOSE_FACILITIES

#: What a patient can dial, or the blank for it.
_A_NUMBER: Final = re.compile(r"\{\{\s*phone\s*\}\}|\d{3}\D{0,3}\d{4}")


@dataclass(frozen=True, slots=True)
class Told:
    """What the guard says of the words in one language."""

    language: str
    tone: str
    said: str
    findings: Sequence[str]


@require_http_methods(["GET", "POST"])
@staff_page(CLOSE)
def write(request: StaffRequest, closure_id: int, kind: str, channel: str) -> HttpResponse:
    """Write what one channel says."""
    found, of, by = closure_or_404(request, closure_id), kind_of(kind), channel_of(channel)
    if request.method != "POST":
        return _page(request, found, of, by, NoticeForm(channel=by, initial=_words(found, of, by)))
    form = NoticeForm(request.POST, channel=by)
    refused, why = not form.is_valid(), ""
    if not refused:
        for language in WRITTEN:
            try:
                save_words(
                    found,
                    (of, by, language),
                    form.text(language),
                    by=request.user,
                    now=datetime.now(UTC),
                )
            except (ScriptFlaw, TooLongToSay):
                refused = True  # what to mend stands below the words
            except WordsInUse as flaw:
                refused, why = True, said(str(flaw)).capitalize() + "."
    if refused:
        return _page(request, found, of, by, form, status=422, why=why)
    notices.success(request, gettext("The words are kept. Nothing was sent."))
    return redirect("console:closure", found.pk)


@require_POST
@staff_page(CLOSE)
def check(request: StaffRequest, closure_id: int, kind: str, channel: str) -> HttpResponse:
    """Say what the guard thinks of the words as they are typed."""
    found, of, by = closure_or_404(request, closure_id), kind_of(kind), channel_of(channel)
    form = NoticeForm(request.POST, channel=by)
    form.is_valid()
    context = {"told": read_words(found, of, by, form), "closure": found, "kind": of}
    return render(request, "console/emergency/found.html", context)


@require_POST
@staff_page(CLOSE)
def approve(request: StaffRequest, closure_id: int, text_id: int) -> HttpResponse:
    """Be the second person for words the guard held."""
    found = closure_or_404(request, closure_id)
    try:
        approve_notice(
            text_id, practice_id=found.practice_id, by=request.user, now=datetime.now(UTC)
        )
    except NoticeText.DoesNotExist as error:
        raise Http404 from error
    except NotYoursToDecide as why:
        notices.error(request, said(str(why)).capitalize() + ".")
    else:
        notices.success(request, gettext("The words are approved and may be sent."))
    return redirect("console:closure", found.pk)


def read_words(
    closure: Closure, kind: NoticeKind, channel: Channel, form: NoticeForm
) -> list[Told]:
    """Return the guard's word on each language; none about one that is empty."""
    told, now = [], datetime.now(UTC)
    settings = practice_settings(closure.practice_id)
    for language in WRITTEN:
        text = form.text(language)
        if not text.body and not text.subject:
            continue
        reviewed = review_notice(closure.practice_id, channel, text)
        mend = reviewed.of(FindingKind.FIX)
        long = channel is Channel.VOICE and is_too_long(
            closure, settings, kind, language, text, now=now
        )
        if reviewed.verdict is Verdict.REFUSE or mend or long:
            tone, word = "bad", gettext("It cannot be kept as it stands.")
        elif reviewed.verdict is Verdict.HOLD:
            tone, word = "wait", gettext("A second person must approve it before it is sent.")
        else:
            tone, word = "good", gettext("Nothing stands against it.")
        findings = [
            f"{say_why(one.why)} {one.instead}".strip()
            for one in (say_finding(each) for each in reviewed.findings)
        ]
        if long:
            findings.append(said(str(TooLongToSay())).capitalize() + ".")
        if not _A_NUMBER.search(text.body):
            findings.append(gettext("It names no number to call: put {{ phone }} in."))
        told.append(Told(LANGUAGES[language], tone, word, findings))
    return told


def _words(closure: Closure, kind: NoticeKind, channel: Channel) -> dict[str, str]:
    """Return what the form begins with: the closure's words, else the starting ones."""
    own = notices_of(closure.pk)
    found: dict[str, str] = {}
    for language in WRITTEN:
        row = own.get((kind, channel, language))
        words = starting_words(closure, (kind, channel, language), now=datetime.now(UTC))
        text = Text(row.body, row.subject) if row else words
        found |= {f"body_{language}": text.body, f"subject_{language}": text.subject}
    return found


def _page(
    request: StaffRequest,
    closure: Closure,
    kind: NoticeKind,
    channel: Channel,
    form: NoticeForm,
    *,
    status: int = 200,
    why: str = "",
) -> HttpResponse:
    bound = form if form.is_bound else NoticeForm(form.initial, channel=channel)
    bound.is_valid()
    now = datetime.now(UTC)
    context = {
        "page": "emergency",
        "closure": closure,
        **said_of(closure, practice_settings(closure.practice_id), now),
        "kind": kind,
        "kind_word": KINDS[kind],
        "channel": channel,
        "channel_name": CHANNELS[channel],
        "field_word": FIELDS[channel],
        "form": form,
        "told": read_words(closure, kind, channel, bound),
        "blanks": BLANKS,
        "refused": status != 200,
        "why": why,
    }
    return render(request, "console/emergency/words.html", context, status=status)
