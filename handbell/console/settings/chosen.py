"""Which facility and kind of visit has which reminder steps? Read for the form, and written."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from handbell.access.models import Facility, Practice, ReminderSet, StaffMember
from handbell.access.operations import choose_set
from handbell.facts.models import AppointmentType
from handbell.facts.operations import choose_steps

#: What the form sends for "as usual" and for "no reminders"; a set sends its number.
USUAL, NONE = "", "none"


@dataclass(frozen=True, slots=True)
class Choice:
    """One select of the form."""

    name: str
    label: str
    chosen: str
    options: list[tuple[str, str]]

    @property
    def said(self) -> str:
        return dict(self.options).get(self.chosen, "")


@dataclass(frozen=True, slots=True)
class Choices:
    """The selects, facilities first."""

    facilities: list[Choice]
    types: list[Choice]


@dataclass(slots=True)
class Done:
    """Which rows changed."""

    facility_ids: list[int] = field(default_factory=list)
    type_ids: list[int] = field(default_factory=list)


def read_choices(practice: Practice) -> Choices:
    """Return what each facility and kind of visit has, and what else it could have."""
    sets = [
        (str(one.pk), one.name)
        for one in ReminderSet.objects.filter(practice=practice).order_by("name")
    ]
    of_facility = [(USUAL, _("The practice's steps")), *sets]
    of_type = [(USUAL, _("As its facility")), *sets, (NONE, _("No reminders"))]
    return Choices(
        facilities=[
            Choice(f"facility-{row.pk}", row.name, str(row.reminder_set_id or ""), of_facility)
            for row in Facility.objects.filter(practice=practice).order_by("name", "id")
        ],
        types=[
            Choice(f"type-{row.pk}", row.name, _chosen(row), of_type)
            for row in AppointmentType.objects.filter(practice=practice).order_by("name")
        ],
    )


def _chosen(kind: AppointmentType) -> str:
    return str(kind.reminder_set_id or "") if kind.reminders else NONE


@transaction.atomic
def apply_choices(
    practice: Practice, posted: Mapping[str, str], *, by: StaffMember, now: datetime
) -> Done:
    """Write every choice that differs. What the form does not name, or names wrongly, stays."""
    sets = {str(pk): pk for pk in practice.reminder_sets.values_list("pk", flat=True)}
    done = Done()
    for facility in Facility.objects.filter(practice=practice).select_for_update():
        wanted = posted.get(f"facility-{facility.pk}")
        known = wanted is not None and (wanted == USUAL or wanted in sets)
        if known and choose_set(facility, sets.get(wanted or ""), by=by, now=now):
            done.facility_ids.append(facility.pk)
    for kind in AppointmentType.objects.filter(practice=practice).select_for_update():
        wanted = posted.get(f"type-{kind.pk}")
        if wanted is None or not (wanted in {USUAL, NONE} or wanted in sets):
            continue
        set_id = kind.reminder_set_id if wanted == NONE else sets.get(wanted)
        if choose_steps(kind, reminders=wanted != NONE, set_id=set_id, by=by, now=now):
            done.type_ids.append(kind.pk)
    return done
