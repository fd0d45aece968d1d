"""Settings > Patient Engagement: the mode, the steps and who has which, balances, hours.

Everybody may read it; who may change reminders sees the same page with its buttons.
"""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from django.contrib import messages as notices
from django.forms import Form
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from handbell.access.models import Practice, ReminderSet, ReminderStep
from handbell.access.operations import (
    AlreadyThere,
    InUse,
    add_set,
    add_step,
    change_columns,
    change_step,
    remove_set,
    remove_step,
)
from handbell.access.permissions import Action, may
from handbell.access.practice_settings import parse_windows
from handbell.console.frame.back import back
from handbell.console.frame.banner import read_closed
from handbell.console.guard import StaffRequest, staff_page
from handbell.console.saying import say_source
from handbell.console.settings.chosen import apply_choices, read_choices
from handbell.console.settings.follows import (
    _counted,
    moving_count,
    say_alerts_anew,
    say_alerts_taken_back,
    say_held,
    say_moved_into_hours,
    say_planned_anew,
    say_taken_back,
)
from handbell.console.settings.forms import (
    BalanceForm,
    HoursForm,
    SecondPersonForm,
    SetForm,
    StepForm,
)
from handbell.console.settings.index import who_may
from handbell.console.settings.options import OptionsForm, say_options
from handbell.console.settings.rules import hours_in_use, limits, say_channels, say_step
from handbell.console.words import BALANCE_FREQUENCIES
from handbell.facts.operations import mark_practice_changed
from handbell.outbox.queries import planned_count
from handbell.policy.quiet_hours import EARLIEST, LATEST, LIMIT_SOURCE
from handbell.vocabulary.words import BalanceFrequency, Purpose, ReminderMode

CHANGE = Action.CHANGE_REMINDERS
_TWIN = _("There is a step of this moment already: change that one.")


@require_GET
@staff_page(Action.SEE_SETTINGS)
def page(request: StaffRequest) -> HttpResponse:
    """How reminders and balance alerts go."""
    return engagement_page(request)


def engagement_page(request: StaffRequest, *, status: int = 200, **bound: Form) -> HttpResponse:
    """Return the page, with a form as it was typed where it was wrong."""
    practice = _practice(request)
    may_change = may(request.user, CHANGE)
    sees_balances = may(request.user, Action.SEE_BALANCE_ALERTS)
    choices = read_choices(practice)
    context = {
        "page": "settings",
        "practice": practice,
        "may_change": may_change,
        "who": who_may(CHANGE),
        "limited": request.user.limit_messaging,
        "paused": practice.reminder_mode == ReminderMode.PAUSED,
        "planned": planned_count(practice.pk, Purpose.APPOINTMENT_REMINDER),
        "closed": read_closed(request.user, now=datetime.now(UTC)),
        "may_close": may(request.user, Action.CLOSE_FACILITIES),
        "second_form": bound.get("second_form") or SecondPersonForm.of(practice),
        "sets": _sets(practice),
        "choices": choices,
        "sees_balances": sees_balances,
        "frequency": BALANCE_FREQUENCIES[BalanceFrequency(practice.balance_frequency)],
        "alerts": planned_count(practice.pk, Purpose.BALANCE_ALERT) if sees_balances else 0,
        "hours": hours_in_use(parse_windows(practice.windows)),
        "limits": limits(),
        "limit_said": gettext("%(opens)s to %(closes)s")
        % {"opens": f"{EARLIEST:%H:%M}", "closes": f"{LATEST:%H:%M}"},
        "limit_source": say_source(LIMIT_SOURCE),
        "balance_form": bound.get("balance_form") or BalanceForm.of(practice),
        "hours_form": bound.get("hours_form") or HoursForm.of(practice),
        "set_form": bound.get("set_form") or SetForm(),
        "options_form": OptionsForm.of(practice),
        "options_said": say_options(practice),
    }
    return render(request, "console/settings/engagement.html", context, status=status)


def _practice(request: StaffRequest) -> Practice:
    """Return the practice as it is now; what the session read may be a moment old."""
    return Practice.objects.get(pk=request.user.practice_id)


def _sets(practice: Practice) -> list[dict[str, Any]]:
    """Return the practice's steps, then each other set with its own, in the order they go."""
    steps = list(ReminderStep.objects.filter(practice=practice))
    named: list[ReminderSet | None] = [
        None,
        *ReminderSet.objects.filter(practice=practice).order_by("name"),
    ]
    return [
        {
            "set": one,
            "steps": [
                {"step": step, "said": say_step(step), "channels": say_channels(step.channels)}
                for step in steps
                if step.reminder_set_id == (one.pk if one else None)
            ],
        }
        for one in named
    ]


def _changed(request: StaffRequest, said: str, *, now: datetime) -> HttpResponse:
    """Ask for a new plan, and say what was done and what follows."""
    mark_practice_changed(request.user.practice_id, at=now)
    notices.success(request, said)
    return redirect(back(request, "console:engagement"))


@require_POST
@staff_page(CHANGE)
def mode(request: StaffRequest) -> HttpResponse:
    """Pause all reminders, or let them go again."""
    wanted, now = request.POST.get("mode", ""), datetime.now(UTC)
    if wanted not in {ReminderMode.NORMAL.value, ReminderMode.PAUSED.value}:
        raise Http404
    practice = _practice(request)
    if not change_columns(practice, {"reminder_mode": wanted}, by=request.user, now=now):
        already = {
            ReminderMode.PAUSED: gettext("Reminders are paused already."),
            ReminderMode.NORMAL: gettext("Reminders are normal already."),
        }
        notices.info(request, already[ReminderMode(wanted)])
        return redirect(back(request, "console:engagement"))
    planned = moving_count(practice.pk)
    if wanted == ReminderMode.PAUSED:
        said = f"{gettext('Reminders are paused.')} {say_held(planned)}"
    else:
        said = gettext(
            "Reminders go out again. Those whose moment passed go now, if they still help."
        )
    return _changed(request, said, now=now)


@require_POST
@staff_page(Action.CHANGE_BALANCE_SETTINGS)
def balances(request: StaffRequest) -> HttpResponse:
    """Change how often, when and from which amount balance alerts go."""
    form = BalanceForm(request.POST)
    if not form.is_valid():
        return engagement_page(request, status=422, balance_form=form)
    practice, now = _practice(request), datetime.now(UTC)
    if not change_columns(practice, form.cleaned_data, by=request.user, now=now):
        return _unchanged(request)
    count = planned_count(practice.pk, Purpose.BALANCE_ALERT)
    said = f"{gettext('Balance alerts are changed.')} {say_alerts_anew(count)}"
    if practice.balance_frequency == BalanceFrequency.DONT_SEND:
        said = f"{gettext('Balance alerts are off.')} {say_alerts_taken_back(count)}"
    return _changed(request, said, now=now)


@require_POST
@staff_page(CHANGE)
def hours(request: StaffRequest) -> HttpResponse:
    """Change the hours of the channels and when a reminder is too late."""
    form = HoursForm(request.POST)
    if not form.is_valid():
        return engagement_page(request, status=422, hours_form=form)
    practice, now = _practice(request), datetime.now(UTC)
    if not change_columns(practice, form.columns, by=request.user, now=now):
        return _unchanged(request)
    said = f"{gettext('The hours are changed.')} {say_moved_into_hours(moving_count(practice.pk))}"
    return _changed(request, said, now=now)


def _unchanged(request: StaffRequest) -> HttpResponse:
    notices.info(request, gettext("Nothing was different, so nothing changed."))
    return redirect("console:engagement")


@require_POST
@staff_page(CHANGE)
def choices(request: StaffRequest) -> HttpResponse:
    """Say which facilities and kinds of visit have which steps, or none."""
    practice, now = _practice(request), datetime.now(UTC)
    done = apply_choices(practice, request.POST, by=request.user, now=now)
    if not done.type_ids and not done.facility_ids:
        return _unchanged(request)
    count = planned_count(
        practice.pk,
        Purpose.APPOINTMENT_REMINDER,
        type_ids=done.type_ids,
        facility_ids=done.facility_ids,
    )
    who = len(done.type_ids) + len(done.facility_ids)
    saved = ngettext("%(who)s choice saved.", "%(who)s choices saved.", who) % {"who": who}
    anew = ngettext(
        "%(count)s reminder planned for the next three days is planned anew; a moment that has "
        "passed is not made up for.",
        "%(count)s reminders planned for the next three days are planned anew; a moment that has "
        "passed is not made up for.",
        count,
    )
    said = f"{saved} {_counted(anew, count)}"
    return _changed(request, said, now=now)


@require_POST
@staff_page(CHANGE)
def new_set(request: StaffRequest) -> HttpResponse:
    """Make a set of steps for some facilities or kinds of visit."""
    form = SetForm(request.POST)
    if form.is_valid():
        name, now = form.cleaned_data["name"], datetime.now(UTC)
        try:
            add_set(request.user.practice_id, name, by=request.user, now=now)
        except AlreadyThere:
            form.add_error("name", gettext("There are steps of that name: choose another."))
        else:
            made = gettext("%(name)s has steps of its own now. Nobody uses them yet.")
            notices.success(request, made % {"name": name})
            return redirect("console:engagement")
    return engagement_page(request, status=422, set_form=form)


@require_POST
@staff_page(CHANGE)
def drop_set(request: StaffRequest, set_id: int) -> HttpResponse:
    """Remove a set nobody uses."""
    found = ReminderSet.objects.filter(practice_id=request.user.practice_id, pk=set_id).first()
    if found is None:
        raise Http404
    name = found.name
    try:
        remove_set(found, by=request.user, now=datetime.now(UTC))
    except InUse:
        in_use = gettext(
            "%(name)s is in use: choose other steps for those who have it, then remove it."
        )
        notices.error(request, in_use % {"name": name})
    else:
        notices.success(request, gettext("%(name)s is removed.") % {"name": name})
    return redirect("console:engagement")


@require_http_methods(["GET", "POST"])
@staff_page(CHANGE)
def new_step(request: StaffRequest, set_id: int | None = None) -> HttpResponse:
    """Add a reminder step to the practice's, or to a set."""
    practice_id, now = request.user.practice_id, datetime.now(UTC)
    chosen = None
    if set_id is not None:
        chosen = ReminderSet.objects.filter(practice_id=practice_id, pk=set_id).first()
        if chosen is None:
            raise Http404
    form = StepForm(request.POST) if request.method == "POST" else StepForm()
    if form.is_bound and form.is_valid():
        try:
            add_step(practice_id, form.wish, set_id=set_id, by=request.user, now=now)
        except AlreadyThere:
            form.add_error("amount", _TWIN)
        else:
            said = gettext("The step is added. Visits whose moment has passed get nothing from it.")
            return _changed(request, said, now=now)
    return _step_page(request, form, {"chosen": chosen})


@require_http_methods(["GET", "POST"])
@staff_page(CHANGE)
def step(request: StaffRequest, step_id: int) -> HttpResponse:
    """Change a reminder step."""
    found, now = _step(request, step_id), datetime.now(UTC)
    form = StepForm(request.POST) if request.method == "POST" else StepForm.of(found)
    if form.is_bound and form.is_valid():
        moving = moving_count(found.practice_id, steps=[found.key])
        try:
            changed = change_step(found, form.wish, by=request.user, now=now)
        except AlreadyThere:
            form.add_error("amount", _TWIN)
        else:
            if not changed:
                return _unchanged(request)
            said = f"{gettext('The step is changed.')} {say_planned_anew(moving)}"
            return _changed(request, said, now=now)
    count = planned_count(found.practice_id, Purpose.APPOINTMENT_REMINDER, steps=[found.key])
    context = {
        "step": found,
        "chosen": found.reminder_set,
        "count": count,
    }
    return _step_page(request, form, context)


def _step_page(
    request: StaffRequest, form: StepForm, context: Mapping[str, object]
) -> HttpResponse:
    return render(
        request,
        "console/settings/step.html",
        {"page": "settings", "form": form, **context},
        status=422 if form.errors else 200,
    )


@require_POST
@staff_page(CHANGE)
def drop_step(request: StaffRequest, step_id: int) -> HttpResponse:
    """Remove a reminder step; what is planned for it is taken back."""
    found, now = _step(request, step_id), datetime.now(UTC)
    moving = moving_count(found.practice_id, steps=[found.key])
    remove_step(found, by=request.user, now=now)
    said = f"{gettext('The step is removed.')} {say_taken_back(moving)}"
    return _changed(request, said, now=now)


def _step(request: StaffRequest, step_id: int) -> ReminderStep:
    found = (
        ReminderStep.objects.filter(practice_id=request.user.practice_id, pk=step_id)
        .select_related("reminder_set")
        .first()
    )
    if found is None:
        raise Http404
    return found
