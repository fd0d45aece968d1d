"""The forms of Patient Engagement. Each says beside the field how to mend what it refuses."""

from datetime import time
from decimal import Decimal
from typing import Any, Final

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from handbell.access.models import Practice, ReminderStep
from handbell.access.operations import StepWish
from handbell.access.practice_settings import parse_windows
from handbell.console.words import BALANCE_FREQUENCIES, CHANNELS
from handbell.policy.quiet_hours import EARLIEST, LATEST
from handbell.vocabulary.words import Channel

MOST_DAYS: Final = 60
MOST_HOURS: Final = 72


class ClockField(forms.TimeField):
    """A time of day, in the browser's own control."""

    def __init__(self, **kwargs: Any) -> None:  # noqa: ANN401  (Django's signature)
        widget = forms.TimeInput(attrs={"type": "time"}, format="%H:%M")
        wrong = {"required": _("Type a time, such as 10:00."), "invalid": _("Type a time: 10:00.")}
        super().__init__(widget=widget, error_messages=wrong, **kwargs)


class SecondPersonForm(forms.Form):
    """Above how many people an emergency notice needs a second person; empty: never."""

    second_person_above = forms.IntegerField(
        label=_("A second person agrees above"),
        required=False,
        min_value=0,
        max_value=1_000_000,
        help_text=_("A number of people, such as 25. Empty: one person sends alone."),
        error_messages={"invalid": _("Type a whole number, or nothing.")},
    )

    @classmethod
    def of(cls, practice: Practice) -> "SecondPersonForm":
        """Return the form as it is now."""
        return cls(initial={"second_person_above": practice.second_person_above})


class StepForm(forms.Form):
    """One reminder step."""

    amount = forms.IntegerField(
        label=_("How long before the visit"),
        min_value=0,
        max_value=MOST_HOURS,
        error_messages={"required": _("Type a number."), "invalid": _("Type a whole number.")},
    )
    unit = forms.ChoiceField(
        label=_("Unit"), choices=[("days", _("days before")), ("hours", _("hours before"))]
    )
    at = ClockField(
        label=_("Delivery time"),
        required=False,
        help_text=_("For days before: the time of day at the facility. Hours before need none."),
    )
    channels = forms.MultipleChoiceField(
        label=_("Channels"),
        required=False,
        choices=lambda: [(channel.value, word) for channel, word in CHANNELS.items()],
        widget=forms.CheckboxSelectMultiple,
        help_text=_(
            "None ticked: those each patient chose. A patient who did not agree to a "
            "channel gets nothing by it."
        ),
    )
    when_confirmed = forms.BooleanField(
        label=_("Remind patients who have confirmed, too"), required=False
    )

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        amount, unit = given.get("amount"), given.get("unit")
        if amount is None or not unit:
            return given
        if unit == "days" and amount > MOST_DAYS:
            self.add_error("amount", gettext("Type %(most)s days or fewer.") % {"most": MOST_DAYS})
        if unit == "days" and given.get("at") is None and "at" not in self.errors:
            self.add_error(
                "at", gettext("Days before need a time of day: type one, such as 10:00.")
            )
        if unit == "hours" and amount < 1:
            self.add_error("amount", gettext("Type at least 1 hour."))
        return given

    @property
    def wish(self) -> StepWish:
        given = self.cleaned_data
        in_days = given["unit"] == "days"
        return StepWish(
            days_before=given["amount"] if in_days else None,
            hours_before=None if in_days else given["amount"],
            at=given["at"] if in_days else None,
            channels=[Channel(channel) for channel in given["channels"]],
            when_confirmed=given["when_confirmed"],
        )

    @classmethod
    def of(cls, step: ReminderStep) -> "StepForm":
        """Return the form as the step stands."""
        in_days = step.days_before is not None
        return cls(
            initial={
                "amount": step.days_before if in_days else step.hours_before,
                "unit": "days" if in_days else "hours",
                "at": step.at,
                "channels": step.channels,
                "when_confirmed": step.when_confirmed,
            }
        )


class SetForm(forms.Form):
    """The name of a set of steps."""

    name = forms.CharField(
        label=_("Name"),
        max_length=60,
        help_text=_("It begins with the practice's steps; change them afterwards."),
        error_messages={"required": _("Give it a name, such as Evaluations.")},
    )


class BalanceForm(forms.Form):
    """How often, when and from which amount patients are told that they owe."""

    balance_frequency = forms.ChoiceField(
        label=_("How often"),
        choices=lambda: [(one.value, word) for one, word in BALANCE_FREQUENCIES.items()],
    )
    balance_at = ClockField(
        label=_("Delivery time"), help_text=_("The time of day at the patient's facility.")
    )
    balance_minimum = forms.DecimalField(
        label=_("Smallest balance"),
        min_value=Decimal(0),
        max_digits=9,
        decimal_places=2,
        help_text=_("Below it no alert goes out."),
        error_messages={
            "required": _("Type an amount, such as 5.00."),
            "invalid": _("Type an amount, such as 5.00."),
            "min_value": _("Type 0 or more."),
        },
    )
    balance_by_voice = forms.BooleanField(
        label=_("Call patients about balances, too"),
        required=False,
        help_text=_(
            "Patients who agreed to such calls; never on Sundays, and never about a balance more "
            "than 30 days old."
        ),
    )
    balance_says_amount = forms.BooleanField(
        label=_("Texts and e-mails may say the amount"),
        required=False,
        help_text=_(
            "Whoever sees the telephone reads it. Then write {{ amount }} in the scripts of "
            "balance alerts. Off again, texts that say it are replaced by the starting ones."
        ),
    )

    @classmethod
    def of(cls, practice: Practice) -> "BalanceForm":
        return cls(initial={name: getattr(practice, name) for name in cls.base_fields})


class HoursForm(forms.Form):
    """The hours of each channel, and when a reminder is too late."""

    reminder_too_late_hours = forms.IntegerField(
        label=_("A reminder is too late"),
        min_value=0,
        max_value=MOST_HOURS,
        help_text=_("Hours before the visit. Later than that, a reminder is not sent any more."),
        error_messages={"required": _("Type a number of hours.")},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401  (Django's signature)
        super().__init__(*args, **kwargs)
        for channel, word in CHANNELS.items():
            ends = (
                ("opens", gettext("%(channel)s from")),
                ("closes", gettext("%(channel)s until")),
            )
            for end, said in ends:
                self.fields[f"{channel.value}_{end}"] = ClockField(
                    label=said % {"channel": word}, required=False
                )

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        for channel in Channel:
            opens, closes = (f"{channel.value}_{end}" for end in ("opens", "closes"))
            self._check_window(opens, closes, given)
        return given

    def _check_window(self, opens: str, closes: str, given: dict[str, Any]) -> None:
        begins, ends = given.get(opens), given.get(closes)
        if self.errors.keys() & {opens, closes}:
            return
        if (begins is None) != (ends is None):
            missing = opens if begins is None else closes
            self.add_error(missing, gettext("Type both times, or neither for the usual hours."))
        elif begins is not None and begins >= ends:
            self.add_error(closes, gettext("Type a time after the first."))
        else:
            self._check_limits(opens, closes, begins, ends)

    def _check_limits(
        self, opens: str, closes: str, begins: time | None, ends: time | None
    ) -> None:
        if begins is not None and begins < EARLIEST:
            limit = gettext("No earlier than %(time)s: the law's own limit.")
            self.add_error(opens, limit % {"time": f"{EARLIEST:%H:%M}"})
        if ends is not None and ends > LATEST:
            limit = gettext("No later than %(time)s: the law's own limit.")
            self.add_error(closes, limit % {"time": f"{LATEST:%H:%M}"})

    @property
    def columns(self) -> dict[str, Any]:
        given = self.cleaned_data
        chosen = {
            channel.value: [
                f"{given[f'{channel.value}_{end}']:%H:%M}" for end in ("opens", "closes")
            ]
            for channel in Channel
            if given.get(f"{channel.value}_opens")
        }
        return {
            "windows": chosen,
            "reminder_too_late_hours": given["reminder_too_late_hours"],
        }

    @classmethod
    def of(cls, practice: Practice) -> "HoursForm":
        initial: dict[str, Any] = {"reminder_too_late_hours": practice.reminder_too_late_hours}
        for channel, (opens, closes) in parse_windows(practice.windows).items():
            initial |= {f"{channel.value}_opens": opens, f"{channel.value}_closes": closes}
        return cls(initial=initial)
