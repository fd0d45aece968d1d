"""Settings > Senders > Proof: how a sender is registered and signed for, and what that is worth."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any, Final

from django import forms
from django.conf import settings
from django.contrib import messages as notices
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST

from handbell.access.permissions import Action
from handbell.access.queries import practice_zone
from handbell.console.guard import StaffRequest, staff_page
from handbell.console.saying import said
from handbell.console.words import Chip
from handbell.dispatch.proof import sender_checks, the_world
from handbell.outbox.models import Sender, SenderPapers
from handbell.outbox.senders import write_papers
from handbell.vocabulary.checks import Check, Light
from handbell.vocabulary.words import Channel

CHANGE = Action.CHANGE_SENDERS

_CHIPS: Final = {
    Light.GREEN: (_("Well"), "check-circle", "good"),
    Light.AMBER: (_("Soon"), "exclamation-triangle", "wait"),
    Light.RED: (_("To repair"), "x-circle", "bad"),
}
#: What each check looked at, as staff read it.
_NAMES: Final = {
    "registration": _("Registration"),
    "agreement": _("Agreement"),
    "alignment": _("Alignment"),
}


class AgreementForm(forms.Form):
    """What every real sender needs."""

    agreement_on = forms.DateField(
        label=_("Business associate agreement signed on"),
        required=False,
        help_text=_("With the provider that carries it. HIPAA asks for one before any message."),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"invalid": _("Type the day as year, month, day.")},
    )

    def clean_agreement_on(self) -> date | None:
        day: date | None = self.cleaned_data["agreement_on"]
        if day is not None and day > datetime.now(UTC).date():
            raise forms.ValidationError(gettext("This day is ahead. Type the day it was signed."))
        return day


class EmailProofForm(AgreementForm):
    """What an e-mail sender needs beside it."""

    dkim_selector = forms.RegexField(
        regex=r"^[A-Za-z0-9]([A-Za-z0-9._-]*[A-Za-z0-9])?$",
        label=_("DKIM selector"),
        max_length=63,
        required=False,
        help_text=_("The name your mail server or provider signs with, such as selector1."),
        error_messages={"invalid": _("Only the name itself, as your provider shows it.")},
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )


class TextProofForm(AgreementForm):
    """What a number that texts needs beside it."""

    legal_name = forms.CharField(
        label=_("Legal name of the brand"),
        max_length=120,
        required=False,
        help_text=_(
            "Carriers call your clinic a brand. Its name exactly as on the letter with the tax "
            "number (EIN)."
        ),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    own_tax_number = forms.BooleanField(
        label=_("The tax number is the clinic’s own"), required=False
    )
    campaign = forms.CharField(
        label=_("Campaign or verification number"),
        max_length=60,
        required=False,
        help_text=_("From your provider, once it is approved."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    privacy_url = forms.URLField(
        label=_("Address of the privacy policy"),
        required=False,
        assume_scheme="https",
        help_text=_("Reviewers open it."),
        error_messages={"invalid": _("Type it like https://harborpt.example/privacy.")},
    )
    says_not_shared = forms.BooleanField(
        label=_("It says that numbers are not shared for marketing"), required=False
    )
    says_how_to_stop = forms.BooleanField(
        label=_("Where patients agree stand HELP, STOP, how often, and that rates may apply"),
        required=False,
    )
    consent_is_separate = forms.BooleanField(
        label=_("Patients agree to texts by a box of its own, empty until they tick it"),
        required=False,
    )
    declares_links_and_phone = forms.BooleanField(
        label=_("The registration says that texts hold a link and a telephone number"),
        required=False,
    )


@dataclass(frozen=True, slots=True)
class Line:
    """One check as the page tells it."""

    name: str
    chip: Chip
    text: str
    cure: str


@require_http_methods(["GET", "POST"])
@staff_page(CHANGE)
def sender_proof(request: StaffRequest, sender_id: int) -> HttpResponse:
    """What is written down of a sender, to be changed."""
    sender = _sender(request, sender_id)
    form = _form(sender, request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        now = datetime.now(UTC)
        if write_papers(sender, form.cleaned_data, by=request.user, now=now):
            notices.success(request, gettext("It is written down. Check now what it is worth."))
        else:
            notices.info(request, gettext("Nothing was different, so nothing changed."))
        return redirect("console:sender_proof", sender_id)
    return _page(request, sender, form)


@require_POST
@staff_page(CHANGE)
def sender_check(request: StaffRequest, sender_id: int) -> HttpResponse:
    """Look at a sender's domain, registration and papers now; nothing is sent."""
    sender = _sender(request, sender_id)
    found = sender_checks(sender, settings.ENVIRONMENT, the_world())
    return _page(request, sender, _form(sender, None), lines=[_line(one) for one in found])


def _sender(request: StaffRequest, sender_id: int) -> Sender:
    found = Sender.objects.filter(practice=request.user.practice_id, pk=sender_id).first()
    if found is None:
        raise Http404
    return found


def _form(sender: Sender, data: Mapping[str, Any] | None) -> AgreementForm:
    kinds: dict[str, type[AgreementForm]] = {
        Channel.EMAIL: EmailProofForm,
        Channel.SMS: TextProofForm,
    }
    form = kinds.get(sender.channel, AgreementForm)
    noted = SenderPapers.objects.filter(sender=sender).values().first()
    return form(data, initial=dict(noted) if noted else None)


def _line(found: Check) -> Line:
    word, icon, tone = _CHIPS[found.light]
    return Line(
        name=str(_NAMES.get(found.name, found.name)),
        chip=Chip(str(word), icon, tone),
        text=_filled(found.pattern, found.values),
        cure=_filled(found.cure_pattern, found.values),
    )


def _filled(pattern: str, values: Mapping[str, str]) -> str:
    """Return a sentence in the page's language; it begins with a capital, a domain does not."""
    sentence = said(pattern)
    return (sentence[:1].upper() + sentence[1:]) % values


def _page(
    request: StaffRequest, sender: Sender, form: AgreementForm, lines: list[Line] | None = None
) -> HttpResponse:
    context = {
        "now": datetime.now(UTC),
        "zone": practice_zone(request.user.practice),
        "page": "settings",
        "sender": sender,
        "form": form,
        "lines": lines,
    }
    status = 422 if form.errors else 200
    return render(request, "console/settings/senders/proof.html", context, status=status)
