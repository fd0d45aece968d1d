"""The forms of Settings > Facilities."""

from collections.abc import Mapping
from typing import Any, Final

from django import forms
from django.utils.translation import gettext_lazy as _

from handbell.access.models import Facility, Practice
from handbell.console.settings.flaws import NO_NAME, as_typed, number_of
from handbell.console.settings.zones import zone_choices
from handbell.scripts.queries import is_fit_name


class FacilityForm(forms.Form):
    """What messages say of a place, and the clock its visits are on."""

    name = forms.CharField(
        label=_("Name"),
        max_length=120,
        help_text=_("As patients know it, such as Main Street."),
        error_messages={"required": _("Type the name patients know the place by.")},
    )
    phone = forms.CharField(
        label=_("Telephone"),
        max_length=40,
        required=False,
        help_text=_("Messages of its visits name it. Empty: the practice’s number."),
        widget=forms.TextInput(attrs={"type": "tel", "autocomplete": "off"}),
    )
    address = forms.CharField(
        label=_("Address"),
        max_length=300,
        required=False,
        help_text=_("E-mails and calendar entries say it."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    time_zone = forms.ChoiceField(
        label=_("Time zone"),
        help_text=_("Reminders name the time on this clock, and go at their hour on it."),
        error_messages={
            "required": _("Choose the clock on the wall there."),
            "invalid_choice": _("Choose one of the time zones."),
        },
    )

    def __init__(
        self,
        data: Mapping[str, Any] | None = None,
        *,
        practice: Practice,
        initial: Mapping[str, Any],
    ) -> None:
        super().__init__(data, initial=dict(initial))
        self._practice = practice
        zone = self.fields["time_zone"]
        assert isinstance(zone, forms.ChoiceField)
        zone.choices = zone_choices(str(initial.get("time_zone", "")))

    def clean_phone(self) -> str:
        return number_of(self.cleaned_data["phone"], region=self._practice.region)

    def clean(self) -> dict[str, Any]:
        """Ask the guard about the name and the address, where somebody changed them."""
        given = super().clean() or {}
        said = {name: str(given.get(name, "")) for name in ("name", "address")}
        changed = [name for name, text in said.items() if text != self.initial.get(name, "")]
        for name in changed:
            words = (
                {"name": said["name"]} if name == "name" else {"name": "", "address": said[name]}
            )
            if said[name] and not is_fit_name(practice_id=self._practice.pk, **words):
                self.add_error(name, NO_NAME)
        return given

    @classmethod
    def of(cls, facility: Facility, data: Mapping[str, Any] | None = None) -> "FacilityForm":
        """Return the form of a facility as it is."""
        initial = {name: getattr(facility, name) for name in COLUMNS}
        initial["phone"] = as_typed(facility.phone, region=facility.practice.region)
        return cls(data, practice=facility.practice, initial=initial)


class NewFacilityForm(FacilityForm):
    """The same, and the identifier it is known by in the clinic's own system."""

    external_id = forms.CharField(
        label=_("Identifier in your clinic’s system"),
        max_length=120,
        required=False,
        help_text=_(
            "As your files write it, so that imported visits find the place. Empty: its name. It "
            "never changes."
        ),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    field_order = ["name", "external_id", "phone", "address", "time_zone"]

    def clean(self) -> dict[str, Any]:
        given = super().clean()
        given["external_id"] = given.get("external_id") or given.get("name", "")
        return given


#: The columns of a facility that can be changed.
COLUMNS: Final = tuple(FacilityForm.base_fields)
