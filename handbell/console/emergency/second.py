"""Does an emergency notice need a second person? A setting of Patient Engagement."""

from datetime import UTC, datetime

from django.contrib import messages as notices
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext
from django.views.decorators.http import require_POST

from handbell.access.models import Practice
from handbell.access.operations import change_columns
from handbell.access.permissions import Action
from handbell.console.guard import StaffRequest, staff_page
from handbell.console.settings.engagement import engagement_page
from handbell.console.settings.forms import SecondPersonForm


@require_POST
@staff_page(Action.CHANGE_REMINDERS)
def second_person(request: StaffRequest) -> HttpResponse:
    """Say above how many people an emergency notice needs a second person."""
    form = SecondPersonForm(request.POST)
    if not form.is_valid():
        return engagement_page(request, status=422, second_form=form)
    practice, now = Practice.objects.get(pk=request.user.practice_id), datetime.now(UTC)
    if not change_columns(practice, form.cleaned_data, by=request.user, now=now):
        notices.info(request, gettext("Nothing was different, so nothing changed."))
        return redirect("console:engagement")
    if practice.second_person_above is None:
        notices.success(request, gettext("Emergency notices need one person."))
    else:
        said = gettext("An emergency notice to more than %(count)s people needs a second person.")
        notices.success(request, said % {"count": f"{practice.second_person_above:,}"})
    return redirect("console:engagement")
