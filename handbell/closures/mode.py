"""The emergency mode: reminders of closed facilities are held, and planned again afterwards.

What waits in the outbox of these facilities is looked at by the planner at once, and the claim asks
by itself, so nothing leaves meanwhile. By itself the mode ends with time; the planner knows when.
"""

from collections.abc import Collection
from datetime import date, datetime, time

from django.db import transaction

from handbell.access.models import StaffMember
from handbell.access.practice_settings import PracticeSettings
from handbell.facts import closing
from handbell.facts.models import Closure
from handbell.facts.operations import mark_changed
from handbell.outbox.sendings import cancel_notices_to, halt_all, waiting_patients
from handbell.policy.closures import Span
from handbell.vocabulary.words import ClosureReason


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
    """Close facilities; nothing is sent to anybody. Raises closing.ClosureFlaw."""
    closure = closing.begin(
        settings, reason=reason, facility_ids=facility_ids, span=span, by=by, now=now
    )
    _look_at_reminders(closure, now)
    return closure


@transaction.atomic
def extend(
    closure: Closure,
    settings: PracticeSettings,
    *,
    last_day: date,
    closed_to: time | None = None,
    by: StaffMember,
    now: datetime,
) -> bool:
    """Let it end on another day; False if it does already. Raises closing.ClosureFlaw."""
    changed = closing.extend(
        closure, settings, last_day=last_day, closed_to=closed_to, by=by, now=now
    )
    if changed:
        _look_at_reminders(closure, now)
    return changed


@transaction.atomic
def end(closure: Closure, *, by: StaffMember, now: datetime) -> bool:
    """Let reminders go again, and stop what of the closing's notices has not left yet."""
    ended = closing.end(closure, by=by, now=now)
    if ended:
        halt_all(closure, now=now)
        _look_at_reminders(closure, now)
    return ended


@transaction.atomic
def leave_out(
    closure: Closure, patient_id: int, why: str, *, by: StaffMember, now: datetime
) -> bool:
    """Take a patient out of the audience; what has not left yet for them does not leave.

    False if they are out already. Raises closing.ClosureFlaw.
    """
    closing.take_turns(closure.practice_id)
    made = closing.exclude(closure, patient_id, why, by=by, now=now)
    if made:
        cancel_notices_to(closure.pk, patient_id, now=now)
    return made


def _look_at_reminders(closure: Closure, now: datetime) -> None:
    found = waiting_patients(closure.practice_id, closure.facility_ids)
    mark_changed(found, at=now)
