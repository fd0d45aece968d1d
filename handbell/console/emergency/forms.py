"""The forms of Emergency: what is closed, and what is said."""

from datetime import date, timedelta
from typing import Any, Final

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from handbell.access.models import Facility
from handbell.console.settings.forms import ClockField
from handbell.console.words import CLOSURE_REASONS
from handbell.policy.closures import EMERGENCIES, MOST_DAYS, Span
from handbell.scripts.starting_notices import LANGUAGES
from handbell.scripts.starting_texts import Text
from handbell.vocabulary.words import Channel, ClosureReason

MOST_CHARACTERS: Final = 2000


def _reasons() -> list[tuple[str, str | list[tuple[str, str]]]]:
    """Return the closed list in its two parts, none chosen: who may be told differs."""
    urgent = [(one.value, CLOSURE_REASONS[one]) for one in ClosureReason if one in EMERGENCIES]
    ordinary = [
        (one.value, CLOSURE_REASONS[one]) for one in ClosureReason if one not in EMERGENCIES
    ]
    return [
        ("", str(_("Choose a reason."))),
        (str(_("Emergency: everybody booked is told, but for whoever said STOP")), urgent),
        (str(_("Ordinary closure: only who agreed to reminders is told")), ordinary),
    ]


class CloseForm(forms.Form):
    """Which facilities are closed, for how many days, and why."""

    facilities = forms.MultipleChoiceField(
        label=_("Facilities"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Tick at least one facility.")},
    )
    days_out = forms.IntegerField(
        label=_("Days Out"),
        min_value=0,
        max_value=MOST_DAYS - 1,
        initial=1,
        help_text=_("From tomorrow: 3 on a Tuesday is Wednesday, Thursday and Friday."),
        error_messages={
            "required": _("Type a number of days."),
            "invalid": _("Type a whole number of days."),
            "max_value": _("Type %(limit_value)s or fewer."),
        },
    )
    today_too = forms.BooleanField(
        label=_("Today too"),
        required=False,
        help_text=_("For a storm this morning. With Days Out 0, today only."),
    )
    closed_from = ClockField(
        label=_("Closed from (first day)"), required=False, help_text=_("Empty: all day.")
    )
    closed_to = ClockField(
        label=_("Closed until (last day)"), required=False, help_text=_("Empty: all day.")
    )
    reason = forms.ChoiceField(
        label=_("Reason"),
        choices=_reasons,
        error_messages={"required": _("Choose a reason.")},
    )

    def __init__(
        self,
        *args: Any,  # noqa: ANN401
        facilities: list[Facility],
        still_today: int,
        **kwargs: Any,  # noqa: ANN401
    ) -> None:
        super().__init__(*args, **kwargs)
        today_too = self.fields["today_too"]
        ahead = ngettext(
            "%(count)s visit is still to come today.",
            "%(count)s visits are still to come today.",
            still_today,
        )
        today_too.help_text = f"{ahead % {'count': f'{still_today:,}'}} {today_too.help_text}"
        self.fields["facilities"].choices = [(one.pk, one.name) for one in facilities]  # type: ignore[attr-defined]
        if not self.is_bound:
            self.initial["facilities"] = [one.pk for one in facilities]

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if given.get("days_out") == 0 and not given.get("today_too"):
            self.add_error("days_out", _("Type at least 1 day, or tick “Today too”."))
        return given

    def span(self, today: date) -> Span:
        """Return what is closed, counted from today."""
        given = self.cleaned_data
        first = today if given["today_too"] else today + timedelta(days=1)
        last = today + timedelta(days=given["days_out"])
        return Span(first, max(first, last), given["closed_from"], given["closed_to"])

    @property
    def facility_ids(self) -> list[int]:
        return [int(one) for one in self.cleaned_data["facilities"]]


class ExtendForm(forms.Form):
    """Until when it stays closed."""

    last_day = forms.DateField(
        label=_("Last day closed"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        input_formats=["%Y-%m-%d"],
        error_messages={
            "required": _("Say which day."),
            "invalid": _("Type the day as 2026-11-05."),
        },
    )
    closed_to = ClockField(
        label=_("Closed until (last day)"), required=False, help_text=_("Empty: all day.")
    )


class NoticeForm(forms.Form):
    """The words of one channel, in each language; empty in all means the channel is not used."""

    def __init__(self, *args: Any, channel: Channel, **kwargs: Any) -> None:  # noqa: ANN401
        super().__init__(*args, **kwargs)
        said = {"en": _("In English"), "es": _("In Spanish")}
        subjects = {"en": _("Subject in English"), "es": _("Subject in Spanish")}
        for language in LANGUAGES:
            if channel is Channel.EMAIL:
                self.fields[f"subject_{language}"] = forms.CharField(
                    label=subjects[language], required=False, max_length=200
                )
            self.fields[f"body_{language}"] = forms.CharField(
                label=said[language],
                required=False,
                max_length=MOST_CHARACTERS,
                widget=forms.Textarea(attrs={"rows": 8 if channel is Channel.EMAIL else 4}),
            )

    def text(self, language: str) -> Text:
        """Return what was typed in a language."""
        body = str(self.cleaned_data.get(f"body_{language}", ""))
        subject = str(self.cleaned_data.get(f"subject_{language}", ""))
        return Text(
            body.replace("\r\n", "\n").replace("\r", "\n").strip(), " ".join(subject.split())
        )
