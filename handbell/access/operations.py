"""How do a practice's settings change? Each change is written with who made it, or not at all.

Whoever calls asks first whether the person may, and tells the planner afterwards
(`facts.operations.mark_practice_changed`).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time
from typing import Any

from django.db import transaction
from django.db.models import Model, ProtectedError

from handbell.access.audit import record
from handbell.access.models import Facility, Practice, ReminderSet, ReminderStep, StaffMember
from handbell.vocabulary.words import AuditAct, Channel


@dataclass(frozen=True, slots=True)
class StepWish:
    """A reminder step as somebody wants it; exactly one of days (with `at`) and hours is set."""

    days_before: int | None
    hours_before: int | None
    at: time | None
    channels: Sequence[Channel]
    when_confirmed: bool

    @property
    def moment(self) -> tuple[int | None, int | None, time | None]:
        return self.days_before, self.hours_before, self.at

    @property
    def columns(self) -> dict[str, Any]:
        return {
            "days_before": self.days_before,
            "hours_before": self.hours_before,
            "at": self.at,
            "channels": [channel.value for channel in self.channels],
            "when_confirmed": self.when_confirmed,
        }


class AlreadyThere(ValueError):
    """There is a step of that moment, or a set of that name, already."""


class InUse(ValueError):
    """Somebody has these steps; choose others for them first."""


@transaction.atomic
def change_columns(
    row: Practice | Facility, values: Mapping[str, Any], *, by: StaffMember, now: datetime
) -> list[str]:
    """Write what differs of a practice or facility; return the names of the columns that did."""
    return _change(row, values, subject=_subject(row), by=by, now=now)


@transaction.atomic
def add_facility(
    practice: Practice, values: Mapping[str, Any], *, by: StaffMember, now: datetime
) -> Facility:
    """Add a location. Raises AlreadyThere if the practice has one of that identifier."""
    Practice.objects.select_for_update().get(pk=practice.pk)
    known = Facility.objects.filter(practice=practice, external_id=values["external_id"])
    if known.exists():
        raise AlreadyThere
    facility = Facility.objects.create(practice=practice, **values)
    _record(facility, _subject(facility), {"added": sorted(values)}, by=by, now=now)
    return facility


@transaction.atomic
def add_step(
    practice_id: int, wish: StepWish, *, set_id: int | None, by: StaffMember, now: datetime
) -> ReminderStep:
    """Add a step; visits known now whose moment has passed get nothing from it.

    Raises AlreadyThere if the set has a step of that moment.
    """
    steps = _locked_steps(practice_id)
    _refuse_twin(steps, wish, set_id=set_id, but=None)
    step = ReminderStep.objects.create(
        practice_id=practice_id,
        reminder_set_id=set_id,
        key=step_key(steps, wish.moment, set_id=set_id),
        since=now,
        **wish.columns,
    )
    told = {"added": step.key, "set": set_id, "new": plain_values(wish.columns)}
    _record(step, f"reminder step {step.pk}", told, by=by, now=now)
    return step


@transaction.atomic
def change_step(step: ReminderStep, wish: StepWish, *, by: StaffMember, now: datetime) -> list[str]:
    """Write what differs; return the names of the columns that did. The key stays: nobody who
    was reminded by this step is reminded by it again.

    Raises AlreadyThere if its set has another step of that moment.
    """
    _refuse_twin(_locked_steps(step.practice_id), wish, set_id=step.reminder_set_id, but=step.pk)
    return _change(step, wish.columns, subject=f"reminder step {step.pk}", by=by, now=now)


@transaction.atomic
def remove_step(step: ReminderStep, *, by: StaffMember, now: datetime) -> None:
    """Remove a step; what is planned for it is taken back."""
    told = {"removed": step.key, "set": step.reminder_set_id}
    _record(step, f"reminder step {step.pk}", told, by=by, now=now)
    step.delete()


@transaction.atomic
def add_set(practice_id: int, name: str, *, by: StaffMember, now: datetime) -> ReminderSet:
    """Add a set that begins with the practice's steps. Raises AlreadyThere if its name is taken."""
    steps = _locked_steps(practice_id)
    if ReminderSet.objects.filter(practice_id=practice_id, name__iexact=name).exists():
        raise AlreadyThere
    made = ReminderSet.objects.create(practice_id=practice_id, name=name)
    for step in (one for one in steps if one.reminder_set_id is None):
        step.pk, step.reminder_set_id = None, made.pk
        step.save(force_insert=True)
    _record(made, f"reminder set {made.pk}", {"added": True}, by=by, now=now)
    return made


@transaction.atomic
def remove_set(chosen: ReminderSet, *, by: StaffMember, now: datetime) -> None:
    """Remove a set nobody uses. Raises InUse if a facility or kind of visit does."""
    _record(chosen, f"reminder set {chosen.pk}", {"removed": True}, by=by, now=now)
    try:
        chosen.delete()
    except ProtectedError as error:
        raise InUse from error


@transaction.atomic
def choose_set(facility: Facility, set_id: int | None, *, by: StaffMember, now: datetime) -> bool:
    """Let a facility have a set of steps, or the practice's; False if it does already."""
    if facility.reminder_set_id == set_id:
        return False
    values = {"reminder_set_id": set_id, "reminder_set_since": now}
    _change(facility, values, subject=_subject(facility), by=by, now=now)
    return True


def step_key(
    steps: Sequence[ReminderStep],
    moment: tuple[int | None, int | None, time | None],
    *,
    set_id: int | None,
) -> str:
    """Return the name of a new step: that of its moment in another set, else one of its own."""
    taken = {step.key for step in steps if step.reminder_set_id == set_id}
    for step in steps:
        same = (step.days_before, step.hours_before, step.at) == moment
        if same and step.key not in taken:
            return step.key
    days, hours, at = moment
    name = f"{hours}h" if at is None else f"{days}d@{at:%H:%M}"
    used, key, number = {step.key for step in steps}, name, 1
    while key in used:
        number += 1
        key = f"{name}~{number}"
    return key


def _locked_steps(practice_id: int) -> list[ReminderStep]:
    """Return every step of the practice, while nobody else changes any."""
    Practice.objects.select_for_update().get(pk=practice_id)
    return list(ReminderStep.objects.filter(practice_id=practice_id))


def _refuse_twin(
    steps: Sequence[ReminderStep], wish: StepWish, *, set_id: int | None, but: int | None
) -> None:
    for step in steps:
        moment = (step.days_before, step.hours_before, step.at)
        if step.reminder_set_id == set_id and step.pk != but and moment == wish.moment:
            raise AlreadyThere


def _change(
    row: Any,  # noqa: ANN401  (a row of any of the tables above)
    values: Mapping[str, Any],
    *,
    subject: str,
    by: StaffMember,
    now: datetime,
) -> list[str]:
    differing = [name for name, value in values.items() if getattr(row, name) != value]
    if not differing:
        return []
    old = {name: getattr(row, name) for name in differing}
    for name in differing:
        setattr(row, name, values[name])
    row.save(update_fields=[name.removesuffix("_id") for name in differing])
    told = {
        "old": plain_values(old),
        "new": plain_values({name: values[name] for name in differing}),
    }
    _record(row, subject, told, by=by, now=now)
    return differing


def _record(
    row: Model, subject: str, detail: Mapping[str, Any], *, by: StaffMember, now: datetime
) -> None:
    practice_id = row.pk if isinstance(row, Practice) else row.practice_id  # type: ignore[attr-defined]
    record(
        AuditAct.SETTINGS_CHANGED,
        practice_id=practice_id,
        by=by,
        subject=subject,
        detail=detail,
        now=now,
    )


def _subject(row: Practice | Facility) -> str:
    return "practice" if isinstance(row, Practice) else f"facility {row.pk}"


def plain_values(values: Mapping[str, Any]) -> dict[str, Any]:
    """Return values as JSON holds them."""
    kept = (str, int, bool, list, dict, type(None))
    return {name: v if isinstance(v, kept) else str(v) for name, v in values.items()}
