"""The form of Settings > Practice."""

from collections.abc import Mapping
from typing import Any, Final

from django import forms
from django.utils.translation import gettext_lazy as _

from handbell.access.models import Practice
from handbell.access.values import (
    check_domains,
    check_language,
    check_payment_url,
    check_region,
    check_reply_to,
)
from handbell.console.settings.flaws import NO_NAME, as_typed, checked, number_of
from handbell.console.settings.zones import zone_choices
from handbell.console.words import LANGUAGES
from handbell.scripts.queries import is_fit_name

MOST_DOMAINS: Final = 20


class PracticeForm(forms.Form):
    """What the practice is called, and how patients reach it."""

    name = forms.CharField(
        label=_("Name"),
        max_length=120,
        help_text=_("As patients know the practice. Every text begins with it."),
        error_messages={"required": _("Type the name patients know the practice by.")},
    )
    region = forms.CharField(
        label=_("Country"),
        max_length=2,
        help_text=_("Two letters, such as US: how numbers without a country code are read."),
        error_messages={"required": _("Type the two letters of a country, such as US.")},
    )
    language = forms.ChoiceField(
        label=_("Language"), help_text=_("For patients who have none on file.")
    )
    time_zone = forms.ChoiceField(
        label=_("Time zone"),
        required=False,
        help_text=_(
            "The practice’s own clock: days on Today begin and end by it, and patients without a "
            "facility are on it. Reminders of a visit go by the clock of its facility."
        ),
    )
    phone = forms.CharField(
        label=_("Number to call"),
        max_length=40,
        required=False,
        help_text=_("“Please call …” in messages, where the facility has no number of its own."),
        widget=forms.TextInput(attrs={"type": "tel", "autocomplete": "off"}),
    )
    reply_to = forms.CharField(
        label=_("Answers to e-mails go to"),
        max_length=254,
        required=False,
        help_text=_("Empty: to the address the e-mail came from."),
        widget=forms.TextInput(attrs={"type": "email", "autocomplete": "off"}),
    )
    domains = forms.CharField(
        label=_("Your own domains"),
        max_length=4000,
        required=False,
        help_text=_("One on each line. A link in a message may lead nowhere else."),
        widget=forms.Textarea(attrs={"rows": 2, "spellcheck": "false"}),
    )
    payment_url = forms.CharField(
        label=_("Payment link"),
        max_length=1000,
        required=False,
        help_text=_(
            "Where patients pay. Balance alerts carry it; without one they say “please call”. "
            "Never a link shortener."
        ),
        widget=forms.TextInput(attrs={"type": "url", "autocomplete": "off"}),
    )

    def __init__(self, data: Mapping[str, Any] | None = None, *, practice: Practice) -> None:
        initial = {name: getattr(practice, name) for name in COLUMNS}
        initial["phone"] = as_typed(practice.phone, region=practice.region)
        initial["domains"] = "\n".join(practice.domains)
        super().__init__(data, initial=initial)
        self._practice = practice
        languages = dict(LANGUAGES)
        languages.setdefault(practice.language, practice.language)
        self._choose("language", list(languages.items()))
        usual = ("", _("The first facility’s"))
        self._choose("time_zone", [usual, *zone_choices(practice.time_zone)])

    def _choose(self, name: str, choices: list[Any]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)
        field.choices = choices

    def clean_name(self) -> str:
        name = str(self.cleaned_data["name"])
        changed = name != self._practice.name
        if changed and not is_fit_name(name, practice_id=self._practice.pk):
            raise forms.ValidationError(NO_NAME)
        return name

    def clean_region(self) -> str:
        return checked(check_region, self.cleaned_data["region"])

    def clean_language(self) -> str:
        return checked(check_language, self.cleaned_data["language"])

    def clean_phone(self) -> str:
        region = self.cleaned_data.get("region") or self._practice.region
        return number_of(self.cleaned_data["phone"], region=region)

    def clean_reply_to(self) -> str:
        return checked(check_reply_to, self.cleaned_data["reply_to"])

    def clean_domains(self) -> list[str]:
        named = self.cleaned_data["domains"].replace(",", " ").split()
        if len(named) > MOST_DOMAINS:
            raise forms.ValidationError(_("Type at most 20 domains."))
        return checked(lambda _text: check_domains(named), "")

    def clean_payment_url(self) -> str:
        return checked(check_payment_url, self.cleaned_data["payment_url"])


#: The columns of a practice that the form holds, in its order.
COLUMNS: Final = tuple(PracticeForm.base_fields)
