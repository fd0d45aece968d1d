"""The forms of Settings > Senders & providers."""

from collections.abc import Mapping
from datetime import date
from typing import Any, Final

from django import forms
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from handbell.access.models import Practice
from handbell.console.settings.flaws import NO_NUMBER
from handbell.console.settings.senders.standing import provider_title
from handbell.console.words import CHANNELS, Words
from handbell.dispatch.providers import PROVIDERS, REHEARSAL
from handbell.outbox.models import Sender
from handbell.outbox.senders import FASTEST, MOST_A_DAY, Pace, address_as_kept
from handbell.policy.budgets import CALLS_AN_HOUR
from handbell.vocabulary.contact import ContactFlaw
from handbell.vocabulary.words import Channel, Registration

REGISTRATIONS: Final[Mapping[Registration, str]] = Words(
    {
        Registration.UNKNOWN: _("Not said"),
        Registration.DLC_LOW_VOLUME: _("10DLC, low volume"),
        Registration.DLC_HIGH: _("10DLC, trust score 75 to 100"),
        Registration.DLC_MIDDLE: _("10DLC, trust score 50 to 74"),
        Registration.DLC_LOW: _("10DLC, trust score 1 to 49"),
        Registration.DLC_SOLE_PROPRIETOR: _("10DLC, sole proprietor"),
        Registration.TOLL_FREE: _("Toll-free, verified"),
        Registration.SHORT_CODE: _("Short code"),
    }
)
SLOWEST: Final = 0.01
_RATE: Final = _("Type how many a second, from 0.01 to 1000.")
_LIMIT: Final = _("Type a whole number, at least 1, or leave it empty.")


class PaceForm(forms.Form):
    """How fast messages may leave."""

    rate_per_second = forms.FloatField(
        label=_("Messages a second"),
        min_value=SLOWEST,
        max_value=FASTEST,
        help_text=_("What your provider allows. 1 is usual for a local number, 3 for toll-free."),
        widget=forms.NumberInput(attrs={"step": "any", "inputmode": "decimal"}),
        error_messages=dict.fromkeys(["required", "invalid", "min_value", "max_value"], _RATE),
    )
    daily_limit = forms.IntegerField(
        label=_("At most in a day"),
        required=False,
        min_value=1,
        max_value=MOST_A_DAY,
        help_text=_("Empty: as many as are due. What is over it waits for the next day."),
        error_messages=dict.fromkeys(["invalid", "min_value", "max_value"], _LIMIT),
    )

    hourly_limit = forms.IntegerField(
        label=_("At most in an hour"),
        required=False,
        min_value=1,
        max_value=MOST_A_DAY,
        help_text=_(
            "Empty for a new calling number means 60: more, and telephones begin to show “spam "
            "likely”."
        ),
        error_messages=dict.fromkeys(["invalid", "min_value", "max_value"], _LIMIT),
    )
    registration = forms.ChoiceField(
        label=_("Registered with carriers as"),
        required=False,
        help_text=_(
            "For numbers that text, as your provider’s page shows it; 10DLC is the carriers’ "
            "register of local numbers. Handbell then keeps to what carriers allow; a quarter is "
            "kept for emergency notices."
        ),
    )
    is_new = forms.BooleanField(
        label=_("It is new: begin slowly"),
        required=False,
        help_text=_(
            "A few hundred on the first day, twice as many on each day after, for two weeks. "
            "Carriers and mailbox providers distrust a stranger who sends much at once."
        ),
    )

    def __init__(
        self,
        data: Mapping[str, Any] | None = None,
        *,
        sender: Sender | None = None,
        today: date,
        initial: dict[str, Any] | None = None,
    ) -> None:
        super().__init__(data, initial=initial)
        self._sender, self._today = sender, today
        field = self.fields["registration"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [(one.value, word) for one, word in REGISTRATIONS.items()]

    @property
    def pace(self) -> Pace:
        given = self.cleaned_data
        known_since = self._sender.new_since if self._sender else None
        return Pace(
            rate_per_second=given["rate_per_second"],
            daily_limit=given["daily_limit"],
            hourly_limit=given["hourly_limit"],
            registration=Registration(given["registration"] or Registration.UNKNOWN),
            new_since=(known_since or self._today) if given["is_new"] else None,
        )

    @classmethod
    def of(cls, sender: Sender, *, today: date) -> "PaceForm":
        """Return the form as the sender stands."""
        initial = {
            "rate_per_second": f"{sender.rate_per_second:g}",
            "daily_limit": sender.daily_limit,
            "hourly_limit": sender.hourly_limit,
            "registration": sender.registration,
            "is_new": sender.new_since is not None,
        }
        return cls(sender=sender, today=today, initial=initial)


class PauseForm(forms.Form):
    """Why nothing may leave by a sender."""

    reason = forms.CharField(
        label=_("Why"),
        max_length=100,
        help_text=_("Staff read it on Today. Nothing about a patient."),
        error_messages={"required": _("Say why, so that others know when to release it.")},
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )


class SenderForm(PaceForm):
    """A number or from-address to send as, and who carries it."""

    channel = forms.ChoiceField(label=_("For"))
    provider = forms.ChoiceField(
        label=_("Carried by"),
        help_text=_("The rehearsal carrier keeps everything on this machine and reaches nobody."),
    )
    address = forms.CharField(
        label=_("Number or e-mail address"),
        max_length=254,
        help_text=_("As your provider gave it to you: patients see it, and answer to it."),
        error_messages={"required": _("Type the number or address messages come from.")},
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    field_order = ["channel", "address", "provider"]

    def __init__(
        self, data: Mapping[str, Any] | None = None, *, practice: Practice, today: date
    ) -> None:
        initial = {"rate_per_second": 1, "channel": Channel.SMS.value, "is_new": True}
        super().__init__(data, today=today, initial=initial)
        self._practice = practice
        named = dict.fromkeys(name for names in PROVIDERS.values() for name in names)
        order = sorted(named, key=lambda name: name == REHEARSAL)
        self._choose("channel", [(channel.value, word) for channel, word in CHANNELS.items()])
        self._choose("provider", [(name, provider_title(name)) for name in order])

    def _choose(self, name: str, choices: list[Any]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)
        field.choices = choices

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if "channel" not in given:
            return given
        channel = Channel(given["channel"])
        if channel is Channel.VOICE and given.get("hourly_limit") is None:
            given["hourly_limit"] = CALLS_AN_HOUR
        if given.get("provider") and given["provider"] not in PROVIDERS[channel]:
            able = " / ".join(provider_title(name) for name in PROVIDERS[channel])
            said = _now("It does not carry these. Choose one that does: %(able)s.")
            self.add_error("provider", said % {"able": able})
        if given.get("address"):
            self._check_address(channel, given)
        return given

    def _check_address(self, channel: Channel, given: dict[str, Any]) -> None:
        try:
            given["address"] = address_as_kept(
                channel, given["address"], region=self._practice.region
            )
        except ContactFlaw:
            no_email = _now("This is not an e-mail address. Type it like desk@harborpt.example.")
            self.add_error("address", no_email if channel is Channel.EMAIL else NO_NUMBER)
