"""The page where somebody chooses what they get from us: by a tick on, by a tick off."""

from collections.abc import Sequence
from datetime import datetime

from django.http import HttpRequest, HttpResponse

from handbell.access.lockout import LockedOut, count_try
from handbell.outbox.models import Message
from handbell.patientpages.choices import Sheet, number_to_text, read_choices, read_sheets
from handbell.patientpages.limits import CHANGES_OF_LINK
from handbell.patientpages.pages import back_to, behind_link, busy, gone, language_for, show
from handbell.patientpages.speech import NAMES, page_language
from handbell.patientpages.validity import choices_until
from handbell.receipts.links import choose_language, save_choices


@behind_link
def preferences(request: HttpRequest, message: Message, now: datetime) -> HttpResponse:
    """Show and save what the patients of a message get, by which way, and in which language."""
    if now > choices_until(message):
        return gone(request, message, now)
    if request.method == "POST":
        return _save(request, message, now)
    language = language_for(request, message)
    sheets = read_sheets(message, language=language, now=now)
    return show(
        request,
        "preferences.html",
        message,
        {
            "sheets": sheets,
            "number_to_text": number_to_text(message),
            "written_in": _written_in(sheets, message),
            "languages": NAMES.items(),
            "saved": "saved" in request.GET,
            "nothing_left": not any(
                way.on for sheet in sheets for kind in sheet.kinds for way in kind.ways
            ),
        },
    )


def _save(request: HttpRequest, message: Message, now: datetime) -> HttpResponse:
    language = language_for(request, message)
    sheets = read_sheets(message, language=language, now=now)
    choices = read_choices(
        sheets, ticked=set(request.POST.getlist("on")), was=set(request.POST.getlist("was"))
    )
    tongue = request.POST.get("language", "")
    wants_other = bool(sheets) and tongue in NAMES and tongue != _written_in(sheets, message)
    wordings = {kind.purpose: kind.wording for sheet in sheets for kind in sheet.kinds}
    if any(choice.on for choice in choices) or wants_other:
        try:
            count_try("choices", str(message.pk), now=now, limit=CHANGES_OF_LINK)
        except LockedOut as locked:
            # Stopping is never refused, whatever else was wanted with it.
            off = [choice for choice in choices if not choice.on]
            save_choices(message=message, choices=off, wordings=wordings, now=now)
            return busy(request, locked.until, now, message)
    save_choices(message=message, choices=choices, wordings=wordings, now=now)
    if not wants_other:
        return back_to(request, message.code, "/preferences", saved="1")
    ids = [sheet.patient_id for sheet in sheets]
    choose_language(message=message, patient_ids=ids, language=tongue, now=now)
    return back_to(request, message.code, "/preferences", lang=tongue, saved="1")


def _written_in(sheets: Sequence[Sheet], message: Message) -> str:
    return page_language(*(sheet.language for sheet in sheets[:1]), message.practice.language)
