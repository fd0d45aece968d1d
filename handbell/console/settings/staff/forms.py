"""The forms of Settings > Staff."""

from typing import TYPE_CHECKING, Any, Final

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from handbell.access.models import StaffMember
from handbell.access.permissions import LADDER, may_grant
from handbell.access.staff import MODIFIERS
from handbell.console.words import LEVELS
from handbell.vocabulary.contact import ContactFlaw, EmailAddress

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

#: What each modifier is called and does, as strataemr.md 2.3 has it.
MODIFIER_WORDS: "Final[dict[str, tuple[StrOrPromise, StrOrPromise]]]" = {
    "limit_financial": (
        _("Limit financial features"),
        _("Sees no balances and no balance alerts."),
    ),
    "limit_messaging": (
        _("Limit messaging access"),
        _("Sees what is sent; changes nothing about it and sends nothing."),
    ),
    "may_run_reports": (
        _("May run reports"),
        _(
            "Runs reports and downloads lists with patients’ names. Practice administrators and "
            "business owners may anyway."
        ),
    ),
}


class StaffForm(forms.Form):
    """A name, a level, modifiers. Offers only levels that `by` may grant."""

    name = forms.CharField(
        max_length=120,
        label=_("Name"),
        error_messages={"required": _("Type the person’s name, as others see it.")},
    )
    level = forms.ChoiceField(
        label=_("Permission level"),
        help_text=_("Each level may do all that those before it may."),
        error_messages={"invalid_choice": _("Choose one of the levels you may grant.")},
    )
    limit_financial = forms.BooleanField(required=False)
    limit_messaging = forms.BooleanField(required=False)
    may_run_reports = forms.BooleanField(required=False)

    def __init__(self, *args: Any, by: StaffMember, **kwargs: Any) -> None:  # noqa: ANN401
        super().__init__(*args, **kwargs)
        level = self.fields["level"]
        assert isinstance(level, forms.ChoiceField)
        level.choices = [(one.value, LEVELS[one]) for one in LADDER if may_grant(by, one)]

    @property
    def modifiers(self) -> dict[str, bool]:
        return {name: bool(self.cleaned_data[name]) for name in MODIFIERS}


class NewStaffForm(StaffForm):
    """The same and the address to sign in with."""

    email = forms.CharField(
        max_length=254,
        label=_("E-mail address"),
        help_text=_("To sign in with. Nothing is sent there."),
        error_messages={"required": _("Type the address the person signs in with.")},
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
    )
    field_order = ["name", "email", "level"]

    def clean_email(self) -> str:
        try:
            return EmailAddress.parse(self.cleaned_data["email"]).value.lower()
        except ContactFlaw as flaw:
            raise forms.ValidationError(
                gettext("This is not an e-mail address. Type it like dana@harborpt.example.")
            ) from flaw


class OwnNameForm(forms.Form):
    """What one may change about oneself: the name."""

    name = StaffForm.base_fields["name"]


class SigningInForm(forms.Form):
    """What the practice asks of everybody who signs in."""

    second_factor_required = forms.BooleanField(required=False)
    idle_minutes = forms.IntegerField(
        label=_("Minutes without a page before a session ends"),
        min_value=1,
        max_value=480,
        help_text=_("15 is usual where patients’ data are on the screen."),
        error_messages={
            "required": _("Type a number of minutes, from 1 to 480."),
            "invalid": _("Type a number of minutes, from 1 to 480."),
            "min_value": _("Type a number of minutes, from 1 to 480."),
            "max_value": _("Type a number of minutes, from 1 to 480."),
        },
    )
