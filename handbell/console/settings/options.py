"""What else may a practice want of its reminders? Moves, closed days, whole weeks, lost texts."""

from datetime import UTC, datetime
from typing import Final

from babel.numbers import format_decimal
from django import forms
from django.contrib import messages as notices
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from handbell.access.models import Practice
from handbell.access.operations import change_columns
from handbell.access.permissions import Action
from handbell.console.frame.back import back
from handbell.console.guard import StaffRequest, staff_page
from handbell.console.language import locale
from handbell.facts.operations import mark_practice_changed
from handbell.outbox.queries import planned_count
from handbell.vocabulary.words import Purpose

LEAST_FOR_DIGEST: Final = 2
MOST_FOR_DIGEST: Final = 7


def _digest_choices() -> list[tuple[int, str]]:
    said = gettext("From %(count)s visits in a week")
    many = range(LEAST_FOR_DIGEST, MOST_FOR_DIGEST + 1)
    return [(0, gettext("Never"))] + [(count, said % {"count": count}) for count in many]


class OptionsForm(forms.Form):
    """What else a practice may want of its reminders; all but the first are off by default."""

    notify_changes = forms.BooleanField(
        label=_("Tell patients at once when a visit they were told of moves"),
        required=False,
        help_text=_("By the ways they were told of it. Steps missed by then are not sent too."),
    )
    notify_cancellations = forms.BooleanField(
        label=_("Tell patients when a visit they were told of is cancelled"), required=False
    )
    open_days_only = forms.BooleanField(
        label=_("Keep weekends and public holidays free"),
        required=False,
        help_text=_(
            "A step due on such a day goes at the same time on the open day before. A day "
            "on which the visit itself takes place counts as open."
        ),
    )
    weekly_digest_from = forms.TypedChoiceField(
        label=_("One message for a week's visits"),
        choices=_digest_choices,
        coerce=int,
        help_text=_(
            "For patients who come often: on the Friday before, by text or e-mail, instead of "
            "the steps. Visits booked later are reminded by the steps."
        ),
    )
    escalate = forms.BooleanField(
        label=_("Try another channel when a text does not arrive"),
        required=False,
        help_text=_(
            "By e-mail, then by call, if the patient agreed to it; within the same limits."
        ),
    )

    @classmethod
    def of(cls, practice: Practice) -> "OptionsForm":
        return cls(initial={name: getattr(practice, name) for name in cls.base_fields})


def say_options(practice: Practice) -> list[tuple[str, str]]:
    """Return each option of reminders and how it stands, for who may not change them."""
    on, off = gettext("On"), gettext("Off")
    least = practice.weekly_digest_from
    digest = gettext("From %(count)s visits in a week") % {"count": least} if least else off
    return [
        (gettext("A visit that moved is told of at once"), on if practice.notify_changes else off),
        (gettext("A cancelled visit is told of"), on if practice.notify_cancellations else off),
        (gettext("Weekends and holidays are kept free"), on if practice.open_days_only else off),
        (gettext("One message for a week's visits"), digest),
        (gettext("Another channel after a lost text"), on if practice.escalate else off),
    ]


@require_POST
@staff_page(Action.CHANGE_REMINDERS)
def options(request: StaffRequest) -> HttpResponse:
    """Switch on or off what else a practice may want of its reminders."""
    form, now = OptionsForm(request.POST), datetime.now(UTC)
    if not form.is_valid():
        raise Http404  # what no form of ours holds
    practice = Practice.objects.get(pk=request.user.practice_id)
    if not change_columns(practice, form.cleaned_data, by=request.user, now=now):
        notices.info(request, gettext("Nothing was different, so nothing changed."))
        return redirect("console:engagement")
    count = planned_count(practice.pk, Purpose.APPOINTMENT_REMINDER)
    mark_practice_changed(practice.pk, at=now)
    anew = ngettext(
        "%(count)s reminder planned for the next three days is planned anew.",
        "%(count)s reminders planned for the next three days are planned anew.",
        count,
    ) % {"count": format_decimal(count, locale=locale())}
    notices.success(request, f"{gettext('The choices are saved.')} {anew}")
    return redirect(back(request, "console:engagement"))
