"""What is off, since when, by whom, and may this person end it?"""

from dataclasses import dataclass
from datetime import datetime

from handbell.access.models import AuditEvent, StaffMember
from handbell.access.permissions import Action, may
from handbell.access.queries import practice_zone
from handbell.console.clock import say_moment
from handbell.console.words import CLOSURE_REASONS, joined
from handbell.facts.closures import closures_on
from handbell.outbox.sendings import awaiting_closures
from handbell.scripts.notices import held_closures
from handbell.vocabulary.words import AuditAct, ClosureReason, ReminderMode


@dataclass(frozen=True, slots=True)
class Banner:
    """A mode that is not normal. `who` is "" where a file or command set it."""

    who: str
    since: str
    may_end: bool


@dataclass(frozen=True, slots=True)
class ClosedBanner:
    """A closure that is on: what is closed, until when, who closed it.

    `awaits`: words or a sending of it wait for a second person.
    """

    closure_id: int
    reason: str
    places: str
    until: str
    who: str
    may_end: bool
    awaits: bool


def read_closed(staff: StaffMember, *, now: datetime) -> list[ClosedBanner]:
    """Return what the frame says of the closures that are on; one query while none is."""
    found = list(closures_on(staff.practice_id, now=now))
    if not found:
        return []
    zone = practice_zone(staff.practice)
    ids = [one.pk for one in found]
    awaiting = awaiting_closures(ids) | held_closures(ids)
    names = dict(staff.practice.facilities.values_list("pk", "name"))
    return [
        ClosedBanner(
            closure_id=one.pk,
            reason=CLOSURE_REASONS[ClosureReason(one.reason)],
            places=joined(names[id] for id in one.facility_ids if id in names),
            until=say_moment(one.ends_at, zone=zone, now=now),
            who=one.begun_by.name,
            may_end=may(staff, Action.CLOSE_FACILITIES),
            awaits=one.pk in awaiting,
        )
        for one in found
    ]


def read_banner(staff: StaffMember, *, now: datetime) -> Banner | None:
    """Return what the frame says of the reminder mode; None while it is normal."""
    practice = staff.practice
    if practice.reminder_mode == ReminderMode.NORMAL:
        return None
    last = (
        AuditEvent.objects.filter(
            practice=practice,
            act=AuditAct.SETTINGS_CHANGED,
            subject="practice",
            detail__new__has_key="reminder_mode",
        )
        .order_by("-number")
        .first()
    )
    known = last is not None and last.detail["new"]["reminder_mode"] == practice.reminder_mode
    return Banner(
        who=last.who if last and known else "",
        since=say_moment(last.at, zone=practice_zone(practice), now=now) if last and known else "",
        may_end=may(staff, Action.CHANGE_REMINDERS),
    )
