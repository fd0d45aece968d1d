"""How staff change the schedule: a status, a move, a visit more. Each with its audit event.

What an import would do to the same visit happens here too: a revision rises with another time or
place and when a visit is booked anew, so that reminders follow (statements/appointments.py).
Whoever changes a visit says how they saw it; if it is another by now, nothing is changed.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import Final
from zoneinfo import ZoneInfo

from django.db import transaction

from handbell.access.audit import record
from handbell.access.models import StaffMember
from handbell.facts.models import Appointment
from handbell.facts.operations import mark_changed
from handbell.policy.visits import MOVABLE, next_statuses
from handbell.vocabulary.words import AppointmentStatus, AuditAct

S = AppointmentStatus

#: What the ids of visits begin with that were added here: no clinic's system knows them.
ADDED_HERE: Final = "console-"

_OFF: Final = frozenset({S.CANCELLED, S.NO_SHOW})


class Outcome(Enum):
    """What became of a change."""

    DONE = "done"
    ALREADY = "already"  # it was so: a button pressed twice
    MEANWHILE = "meanwhile"  # somebody or something else changed it first; nothing is changed
    NOT_POSSIBLE = "not possible"


@dataclass(frozen=True, slots=True)
class Booking:
    """When, where, with whom and for what a visit is."""

    starts_at: datetime
    facility_id: int
    type_id: int | None
    provider_name: str
    duration_minutes: int


@dataclass(frozen=True, slots=True)
class Seen:
    """A visit as somebody saw it before they changed it."""

    revision: int
    status: AppointmentStatus
    booking: Booking


def seen(visit: Appointment) -> Seen:
    """Return a visit as it is now."""
    return Seen(
        visit.revision,
        AppointmentStatus(visit.status),
        Booking(
            visit.starts_at,
            visit.facility_id,
            visit.type_id,
            visit.provider_name,
            visit.duration_minutes,
        ),
    )


@transaction.atomic
def change_status(
    visit_id: int,
    to: AppointmentStatus,
    *,
    as_seen: Seen | None,
    zone: ZoneInfo,
    by: StaffMember,
    now: datetime,
) -> Outcome:
    """Give a visit another status. Idempotent. `as_seen` None: how they saw it cannot be read.

    `zone` is the facility's.
    """
    visit = _locked(visit_id, by)
    was = AppointmentStatus(visit.status)
    if was is to:
        return Outcome.ALREADY
    if seen(visit) != as_seen:
        return Outcome.MEANWHILE
    if to not in next_statuses(was, starts_at=visit.starts_at, zone=zone, now=now):
        return Outcome.NOT_POSSIBLE
    visit.status, visit.confirmed_by_patient = to, False
    if was in _OFF and to is S.BOOKED:
        visit.revision += 1
    visit.save(update_fields=["status", "revision", "confirmed_by_patient"])
    _changed(visit, {"status": {"old": was.value, "new": to.value}}, by=by, now=now)
    return Outcome.DONE


@transaction.atomic
def change_booking(
    visit_id: int, to: Booking, *, as_seen: Seen | None, by: StaffMember, now: datetime
) -> Outcome:
    """Give a visit another time, facility, kind, provider or length. Idempotent.

    At another time or place it counts as booked again: what the patient confirmed was the old one.
    Anything else leaves the status alone; a cancelled visit is booked again by `change_status`.
    """
    visit = _locked(visit_id, by)
    was = seen(visit)
    moved = (to.starts_at, to.facility_id) != (was.booking.starts_at, was.booking.facility_id)
    if to == was.booking:
        return Outcome.ALREADY
    if was != as_seen:
        return Outcome.MEANWHILE
    if was.status not in MOVABLE:
        return Outcome.NOT_POSSIBLE
    names = ("starts_at", "facility_id", "type_id", "provider_name", "duration_minutes")
    changed = [name for name in names if getattr(to, name) != getattr(was.booking, name)]
    for name in changed:
        setattr(visit, name, getattr(to, name))
    if moved:
        visit.revision += 1
        visit.status, visit.confirmed_by_patient = S.BOOKED, False
    visit.save(update_fields=[*names, "revision", "status", "confirmed_by_patient"])
    detail: dict[str, object] = {"changed": changed}
    if visit.status != was.status:
        detail["status"] = {"old": was.status.value, "new": S.BOOKED.value}
    _changed(visit, detail, by=by, now=now)
    return Outcome.DONE


@transaction.atomic
def add_visit(
    *, patient_id: int, booking: Booking, token: str, by: StaffMember, now: datetime
) -> tuple[Appointment, bool]:
    """Add a visit; return it, and False if the same form added it before."""
    visit, is_new = Appointment.objects.get_or_create(
        practice_id=by.practice_id,
        external_id=added_id(patient_id, token),
        defaults={
            "patient_id": patient_id,
            "facility_id": booking.facility_id,
            "type_id": booking.type_id,
            "provider_name": booking.provider_name,
            "starts_at": booking.starts_at,
            "duration_minutes": booking.duration_minutes,
            "status": S.BOOKED,
            "booked_at": now,
        },
    )
    if is_new:
        _changed(visit, {"added": True}, by=by, now=now)
    return visit, is_new


def added_id(patient_id: int, token: str) -> str:
    """Return the id of a visit that one form added: the same form adds one."""
    return f"{ADDED_HERE}{patient_id}-{token}"


def _locked(visit_id: int, by: StaffMember) -> Appointment:
    """Return the practice's visit, locked. Raises Appointment.DoesNotExist."""
    return Appointment.objects.select_for_update().get(practice_id=by.practice_id, pk=visit_id)


def _changed(
    visit: Appointment, detail: dict[str, object], *, by: StaffMember, now: datetime
) -> None:
    mark_changed([visit.patient_id], at=now)
    record(
        AuditAct.SCHEDULE_CHANGED,
        practice_id=visit.practice_id,
        by=by,
        subject=f"visit {visit.pk}",
        detail={"patient": visit.patient_id} | detail,
        now=now,
    )
