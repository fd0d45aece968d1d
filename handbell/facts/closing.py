"""How does a closure begin, grow and end? Each act is recorded in its own transaction.

Whoever calls asks first whether the person may, and tells the planner afterwards: what waits of the
facilities' reminders is held, or planned again (`closures.mode`).
"""

from collections.abc import Collection, Mapping
from datetime import date, datetime, time
from typing import Any, Final

from django.db import connection, transaction

from handbell.access.audit import record
from handbell.access.models import Facility, StaffMember
from handbell.access.practice_settings import PracticeSettings
from handbell.facts.closures import closed_at, closures_on, span_of
from handbell.facts.models import Closure, ClosureCall, ClosureExclusion, Patient
from handbell.policy.closures import MOST_DAYS, Span
from handbell.vocabulary.words import AuditAct, CallResult, ClosureReason

_ONE_AT_A_TIME: Final = "SELECT pg_advisory_xact_lock(hashtextextended('closures', %s))"


class ClosureFlaw(ValueError):
    """The closure cannot be as it was asked for; the text says why and what to do."""


class ClosedAlready(ClosureFlaw):
    """Some of the facilities are closed already, by `closure`."""

    def __init__(self, closure: Closure) -> None:
        self.closure = closure
        super().__init__("one of these facilities is closed already: extend that closure instead")


def take_turns(practice_id: int) -> None:
    """Let nobody else begin, change or send a closure of the practice until this one is written."""
    with connection.cursor() as cursor:
        cursor.execute(_ONE_AT_A_TIME, [practice_id])


@transaction.atomic
def begin(
    settings: PracticeSettings,
    *,
    reason: ClosureReason,
    facility_ids: Collection[int],
    span: Span,
    by: StaffMember,
    now: datetime,
) -> Closure:
    """Close facilities from now on. Raises ClosureFlaw if it cannot be as it is asked for."""
    take_turns(settings.id)
    ids = _ours(settings, facility_ids)
    ends_at = _ends_at(settings, ids, span, now)
    for other in closures_on(settings.id, now=now):
        if set(other.facility_ids) & set(ids):
            raise ClosedAlready(other)
    closure = Closure.objects.create(
        practice_id=settings.id,
        reason=reason,
        facility_ids=ids,
        first_day=span.first_day,
        last_day=span.last_day,
        closed_from=span.closed_from,
        closed_to=span.closed_to,
        begun_at=now,
        begun_by=by,
        ends_at=ends_at,
    )
    told = {"begun": reason.value, "facilities": ids, "last_day": span.last_day.isoformat()}
    _record(closure, told, by=by, now=now)
    return closure


@transaction.atomic
def extend(
    closure: Closure,
    settings: PracticeSettings,
    *,
    last_day: date,
    closed_to: time | None,
    by: StaffMember,
    now: datetime,
) -> bool:
    """Let a closure end on another day; False if it does already. Raises ClosureFlaw."""
    fresh = _fresh(closure)
    if not fresh.is_on(now):
        raise ClosureFlaw("this closure is over: begin another one")
    span = Span(fresh.first_day, last_day, fresh.closed_from, closed_to)
    if span == span_of(fresh):
        return False
    ends_at = _ends_at(settings, fresh.facility_ids, span, now)
    told = {
        "old": {"last_day": fresh.last_day.isoformat()},
        "new": {"last_day": last_day.isoformat()},
    }
    Closure.objects.filter(pk=fresh.pk).update(
        last_day=last_day, closed_to=closed_to, ends_at=ends_at
    )
    _record(fresh, told, by=by, now=now)
    closure.refresh_from_db()
    return True


@transaction.atomic
def end(closure: Closure, *, by: StaffMember, now: datetime) -> bool:
    """Let reminders of the facilities go again; False if they do already."""
    fresh = _fresh(closure)
    if not fresh.is_on(now):
        return False
    Closure.objects.filter(pk=fresh.pk).update(ended_at=now, ended_by=by)
    _record(fresh, {"ended": True}, by=by, now=now)
    closure.refresh_from_db()
    return True


@transaction.atomic
def exclude(closure: Closure, patient_id: int, why: str, *, by: StaffMember, now: datetime) -> bool:
    """Take a patient out of the audience, with a reason; False if they are out already."""
    if not why.strip():
        raise ClosureFlaw("say why this patient is not to be told")
    if not Patient.objects.filter(pk=patient_id, practice_id=closure.practice_id).exists():
        raise ClosureFlaw("there is no such patient")
    _, made = ClosureExclusion.objects.get_or_create(
        closure=closure,
        patient_id=patient_id,
        defaults={"why": why.strip()[:120], "by": by, "at": now},
    )
    if made:
        _record(closure, {"left_out": f"patient {patient_id}"}, by=by, now=now)
    return made


@transaction.atomic
def include(closure: Closure, patient_id: int, *, by: StaffMember, now: datetime) -> bool:
    """Take a patient into the audience again; False if they are in it."""
    gone, _ = ClosureExclusion.objects.filter(closure=closure, patient_id=patient_id).delete()
    if gone:
        _record(closure, {"taken_in": f"patient {patient_id}"}, by=by, now=now)
    return bool(gone)


@transaction.atomic
def note_call(
    closure: Closure, patient_id: int, result: CallResult, *, by: StaffMember, now: datetime
) -> None:
    """Write down what came of telephoning a patient; the last word counts."""
    if not Patient.objects.filter(pk=patient_id, practice_id=closure.practice_id).exists():
        raise ClosureFlaw("there is no such patient")
    ClosureCall.objects.update_or_create(
        closure=closure,
        patient_id=patient_id,
        defaults={"result": result, "by": by, "at": now},
    )
    _record(closure, {"called": f"patient {patient_id}", "result": result.value}, by=by, now=now)


def _fresh(closure: Closure) -> Closure:
    take_turns(closure.practice_id)
    return Closure.objects.select_for_update().get(pk=closure.pk)


def _ours(settings: PracticeSettings, facility_ids: Collection[int]) -> list[int]:
    """Return the facilities in order, if all are the practice's and open for good."""
    ids = sorted(set(facility_ids))
    if not ids:
        raise ClosureFlaw("choose at least one facility")
    open_ones = Facility.objects.filter(practice_id=settings.id, closed_at=None, pk__in=ids)
    if open_ones.count() != len(ids):
        raise ClosureFlaw("one of these facilities is not in use any more: choose again")
    return ids


def _ends_at(
    settings: PracticeSettings, facility_ids: Collection[int], span: Span, now: datetime
) -> datetime:
    """Return when it ends by itself: when the last of its facilities opens again."""
    if span.is_backwards:
        raise ClosureFlaw("it would end before it begins: look at the days and times again")
    if (span.last_day - span.first_day).days >= MOST_DAYS:
        raise ClosureFlaw(
            f"a closure lasts {MOST_DAYS} days at the most; extend it later if need be"
        )
    ends_at = max(ends for _, ends in closed_at(facility_ids, span, settings).values())
    if ends_at <= now:
        raise ClosureFlaw("it would be over already: look at the days and times again")
    return ends_at


def _record(closure: Closure, detail: Mapping[str, Any], *, by: StaffMember, now: datetime) -> None:
    record(
        AuditAct.EMERGENCY_CHANGED,
        practice_id=closure.practice_id,
        by=by,
        subject=f"closure {closure.pk}",
        detail=detail,
        now=now,
    )
