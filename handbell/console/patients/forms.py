"""The forms of a patient's page: what may be typed, and how a mistake is mended."""

from collections.abc import Iterable
from typing import Any, Final

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from handbell.access.models import Practice
from handbell.console.words import CHANNELS, LANGUAGES, Words, joined
from handbell.facts.models import Patient
from handbell.vocabulary.contact import ContactFlaw, EmailAddress, PhoneNumber
from handbell.vocabulary.words import (
    BalancePreference,
    Channel,
    ContactKind,
    PatientStatus,
    Recipient,
)

#: Every combination of methods, in the order of the drop-down "Appointment Reminders".
METHODS: Final[tuple[tuple[Channel, ...], ...]] = (
    (Channel.SMS,),
    (Channel.EMAIL,),
    (Channel.VOICE,),
    (Channel.SMS, Channel.EMAIL),
    (Channel.SMS, Channel.VOICE),
    (Channel.VOICE, Channel.EMAIL),
    (Channel.SMS, Channel.VOICE, Channel.EMAIL),
)

STATUSES: Final = Words(
    {
        PatientStatus.ACTIVE: _("Active"),
        PatientStatus.INACTIVE: _("Inactive: nothing is sent"),
        PatientStatus.REFERRAL: _("Referral"),
    }
)

BALANCE_ALERTS: Final = Words(
    {
        BalancePreference.PRACTICE: _("As the practice"),
        BalancePreference.IN: _("In: every month, even where the practice sends none"),
        BalancePreference.OUT: _("Out: none"),
    }
)

HOW: Final = Words(
    {
        "in person": _("In person"),
        "on the telephone": _("On the telephone"),
        "on a signed form": _("On a signed form"),
        "in writing": _("In writing (letter, e-mail, portal)"),
    }
)

WHO: Final = Words(
    {"the patient": _("The patient"), "the guardian": _("The guardian or caregiver")}
)

#: Field, owner and kind of each contact point of the form.
CONTACT_FIELDS: Final = (
    ("mobile", Recipient.PATIENT, ContactKind.MOBILE_PHONE),
    ("home", Recipient.PATIENT, ContactKind.HOME_PHONE),
    ("email", Recipient.PATIENT, ContactKind.EMAIL),
    ("guardian_mobile", Recipient.GUARDIAN, ContactKind.MOBILE_PHONE),
    ("guardian_home", Recipient.GUARDIAN, ContactKind.HOME_PHONE),
    ("guardian_email", Recipient.GUARDIAN, ContactKind.EMAIL),
    ("guarantor_mobile", Recipient.GUARANTOR, ContactKind.MOBILE_PHONE),
    ("guarantor_email", Recipient.GUARANTOR, ContactKind.EMAIL),
    ("caregiver_mobile", Recipient.CAREGIVER, ContactKind.MOBILE_PHONE),
    ("caregiver_email", Recipient.CAREGIVER, ContactKind.EMAIL),
)


def say_methods(channels: Iterable[Channel]) -> str:
    """Return "Text and e-mail"; "Off" for none."""
    said = joined(CHANNELS[channel].lower() for channel in channels)
    return said[:1].upper() + said[1:] if said else gettext("Off")


def methods_value(channels: Iterable[Channel]) -> str:
    """Return the drop-down's value of a combination, "" for none."""
    return ",".join(channel for channel in Channel if channel in set(channels))


def read_methods(value: str) -> list[Channel]:
    """Return the channels a value names; what is not known is not named."""
    return [channel for channel in Channel if channel.value in value.split(",")]


class DetailsForm(forms.Form):
    """What the front desk may correct; name and date of birth belong to the clinic's own system."""

    preferred_name = forms.CharField(
        label=_("Name they go by"), max_length=300, required=False, help_text=_("Used in messages.")
    )
    status = forms.ChoiceField(label=_("Status"), choices=lambda: list(STATUSES.items()))
    language = forms.ChoiceField(
        label=_("Language of messages"),
        required=False,
        help_text=_("Texts exist in these languages."),
    )
    reminders = forms.ChoiceField(
        label=_("Appointment Reminders"),
        required=False,
        help_text=_("A new method asks for the patient’s consent on the next page."),
    )
    mobile = forms.CharField(
        label=_("Mobile number"),
        max_length=40,
        required=False,
        help_text=_("Takes texts and calls."),
    )
    home = forms.CharField(
        label=_("Home number"),
        max_length=40,
        required=False,
        help_text=_("Takes calls when there is no mobile number."),
    )
    email = forms.CharField(label=_("E-mail address"), max_length=254, required=False)
    guardian_name = forms.CharField(
        label=_("Guardian or caregiver"), max_length=300, required=False
    )
    guardian_mobile = forms.CharField(label=_("Their mobile number"), max_length=40, required=False)
    guardian_home = forms.CharField(label=_("Their home number"), max_length=40, required=False)
    guardian_email = forms.CharField(
        label=_("Their e-mail address"), max_length=254, required=False
    )
    to_guardian = forms.BooleanField(
        label=_("Write to the guardian or caregiver instead of the patient"),
        required=False,
        help_text=_("For an adult who wants it so. Under 18 it is always the guardian."),
    )
    guarantor_name = forms.CharField(
        label=_("Guarantor"),
        max_length=300,
        required=False,
        help_text=_("Who pays for the patient: balance alerts go there instead."),
    )
    guarantor_mobile = forms.CharField(
        label=_("The guarantor’s mobile number"), max_length=40, required=False
    )
    guarantor_email = forms.CharField(
        label=_("The guarantor’s e-mail address"), max_length=254, required=False
    )
    caregiver_name = forms.CharField(
        label=_("Somebody to remind as well"),
        max_length=300,
        required=False,
        help_text=_("A caregiver who is reminded of visits besides, once they agreed to it."),
    )
    caregiver_mobile = forms.CharField(
        label=_("This person’s mobile number"), max_length=40, required=False
    )
    caregiver_email = forms.CharField(
        label=_("This person’s e-mail address"), max_length=254, required=False
    )
    caregiver_agreed = forms.MultipleChoiceField(
        label=_("This person agreed to be reminded by"),
        required=False,
        choices=lambda: [(channel.value, word) for channel, word in CHANNELS.items()],
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Their own consent, asked by you today. An empty box takes it back."),
    )
    with_agency = forms.BooleanField(
        label=_("The account is with a collection agency"),
        required=False,
        help_text=_("No balance alert goes out while it is."),
    )

    def __init__(self, *args: Any, practice: Practice, patient: Patient, **kwargs: Any) -> None:  # noqa: ANN401  (Django's signature)
        super().__init__(*args, **kwargs)
        self._region = practice.region
        own = LANGUAGES.get(practice.language[:2], practice.language)
        known = [
            ("", gettext("The practice’s: %(language)s") % {"language": own}),
            *LANGUAGES.items(),
        ]
        if patient.language and patient.language not in LANGUAGES:
            known.append((patient.language, patient.language))
        self.fields["language"].choices = known  # type: ignore[attr-defined]
        self.fields["reminders"].choices = [  # type: ignore[attr-defined]
            ("", gettext("Off")),
            *((methods_value(channels), say_methods(channels)) for channels in METHODS),
        ]
        for name, _owner, kind in CONTACT_FIELDS:
            widget = self.fields[name].widget
            widget.input_type = "email" if kind is ContactKind.EMAIL else "tel"
        for field in self.fields.values():
            field.widget.attrs["autocomplete"] = "off"

    def clean(self) -> dict[str, Any]:
        """Check every contact point as an import would, each mistake beside its field."""
        given = super().clean() or {}
        for name, _owner, kind in CONTACT_FIELDS:
            typed = str(given.get(name, "")).strip()
            if not typed:
                given[name] = ""
                continue
            try:
                given[name] = self._address(typed, kind)
            except ContactFlaw:
                self.add_error(name, _MENDING[kind is ContactKind.EMAIL])
        reaches = any(
            given.get(name) for name, owner, _kind in CONTACT_FIELDS if owner == "guardian"
        )
        if given.get("to_guardian") and not reaches and not self.errors:
            self.add_error(
                "to_guardian",
                gettext("Type the caregiver’s number or e-mail address first, or untick this."),
            )
        return given

    def _address(self, typed: str, kind: ContactKind) -> str:
        if kind is ContactKind.EMAIL:
            return EmailAddress.parse(typed).value
        return PhoneNumber.parse(typed, region=self._region).value


_MENDING: Final = Words(
    {
        False: _(
            "No such telephone number exists. Check the digits; outside the country, begin with + "
            "and the country code."
        ),
        True: _("This is not an e-mail address. It looks like name@provider.example."),
    }
)


class SubscribeForm(forms.Form):
    """A purpose's methods, and how the patient agreed to what is new."""

    methods = forms.MultipleChoiceField(
        label=_("How"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={
            "required": _("Tick at least one way. To end all of them, use “Switch off” instead."),
            "invalid_choice": _("Tick only ways this page shows."),
        },
    )
    language = forms.ChoiceField(
        label=_("Read in"),
        choices=lambda: list(LANGUAGES.items()),
        widget=forms.RadioSelect,
        required=False,
    )
    who = forms.ChoiceField(
        label=_("Who agreed"),
        choices=lambda: list(WHO.items()),
        widget=forms.RadioSelect,
        required=False,
    )
    how = forms.ChoiceField(
        label=_("How they agreed"),
        choices=lambda: list(HOW.items()),
        widget=forms.RadioSelect,
        required=False,
    )
    agreed = forms.BooleanField(
        label=_("I read this out or gave it to read, and they said yes."), required=False
    )

    def __init__(
        self,
        *args: Any,  # noqa: ANN401  (Django's signature)
        possible: Iterable[Channel],
        subscribed: Iterable[Channel],
        **kwargs: Any,  # noqa: ANN401
    ) -> None:
        super().__init__(*args, **kwargs)
        self._subscribed = set(subscribed)
        choices = [(channel.value, say_methods([channel])) for channel in possible]
        self.fields["methods"].choices = choices  # type: ignore[attr-defined]

    @property
    def chosen(self) -> list[Channel]:
        """The methods that are to be on."""
        return [channel for channel in Channel if channel.value in self.cleaned_data["methods"]]

    @property
    def added(self) -> list[Channel]:
        """Those of them that need a consent."""
        return [channel for channel in self.chosen if channel not in self._subscribed]

    @property
    def ended(self) -> list[Channel]:
        """The methods that were on and are not to be."""
        return [c for c in Channel if c in self._subscribed and c not in self.chosen]

    def clean(self) -> dict[str, Any]:
        """Ask for the consent where something is new."""
        given = super().clean() or {}
        if "methods" not in given or not self.added:
            return given
        for name, asking in (
            ("language", gettext("Say in which language it was read.")),
            ("who", gettext("Say who agreed.")),
            ("how", gettext("Say how they agreed.")),
            (
                "agreed",
                gettext(
                    "Ask first: without a yes nothing may be sent. Tick this when they agreed."
                ),
            ),
        ):
            if not given.get(name) and name not in self.errors:
                self.add_error(name, asking)
        return given


class UnsubscribeForm(forms.Form):
    """How the patient asked to stop."""

    who = forms.ChoiceField(
        label=_("Who asked"),
        choices=lambda: list(WHO.items()),
        widget=forms.RadioSelect,
        error_messages={"required": _("Say who asked.")},
    )
    how = forms.ChoiceField(
        label=_("How they asked"),
        choices=lambda: list(HOW.items()),
        widget=forms.RadioSelect,
        error_messages={"required": _("Say how they asked.")},
    )


class MarketingForm(forms.Form):
    """How a patient agreed to be promoted to by other means, or took that back."""

    language = forms.ChoiceField(
        label=_("Read in"),
        choices=lambda: list(LANGUAGES.items()),
        widget=forms.RadioSelect,
        error_messages={"required": _("Say in which language it was read.")},
    )
    who = forms.ChoiceField(
        label=_("Who agreed"),
        choices=lambda: list(WHO.items()),
        widget=forms.RadioSelect,
        error_messages={"required": _("Say who agreed.")},
    )
    how = forms.ChoiceField(
        label=_("How they agreed"),
        choices=lambda: list(HOW.items()),
        widget=forms.RadioSelect,
        error_messages={"required": _("Say how they agreed.")},
    )
    agreed = forms.BooleanField(
        label=_("I read this out or gave it to read, and they said yes."),
        error_messages={"required": _("Ask first: without a yes there is nothing to record.")},
    )


class BalanceAlertsForm(forms.Form):
    """In, out, or as the practice."""

    balance_alerts = forms.ChoiceField(
        label=_("Balance alerts for this patient"), choices=lambda: list(BALANCE_ALERTS.items())
    )
