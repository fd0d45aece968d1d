"""The one question the patients' pages ask: a date of birth, in three fields."""

from datetime import date
from typing import Any, Final

from django import forms
from django.utils.translation import gettext_lazy

from handbell.patientpages.speech import month_names

EARLIEST_YEAR: Final = 1890


class BirthDateForm(forms.Form):
    """A date of birth. The month is chosen by its name, so 4 and 5 cannot be mixed up."""

    month = forms.ChoiceField(label=gettext_lazy("Month"))
    day = forms.CharField(
        label=gettext_lazy("Day"), max_length=2, widget=forms.TextInput({"inputmode": "numeric"})
    )
    year = forms.CharField(
        label=gettext_lazy("Year"), max_length=4, widget=forms.TextInput({"inputmode": "numeric"})
    )

    def __init__(self, data: Any = None, *, language: str) -> None:  # noqa: ANN401
        super().__init__(data)
        month = self.fields["month"]
        assert isinstance(month, forms.ChoiceField)
        month.choices = [("", "…"), *month_names(language)]
        self.use_required_attribute = False
        for name, field in self.fields.items():
            field.widget.attrs |= {"autocomplete": f"bday-{name}"}
        self.order_fields(("day", "month", "year") if language == "es" else None)

    @property
    def birth_date(self) -> date | None:
        """The date, or None if the three fields are none."""
        try:
            given = date(*(int(self.data.get(name, "")) for name in ("year", "month", "day")))
        except (ValueError, OverflowError):
            return None
        return given if given.year >= EARLIEST_YEAR else None  # 85 is not a year yet
