"""What is off, since when, by whom, and may this person end it?"""

from dataclasses import dataclass
from datetime import datetime

from handbell.access.models import AuditEvent, StaffMember
from handbell.access.permissions import Action, may
from handbell.access.queries import practice_zone
from handbell.console.clock import say_moment
from handbell.vocabulary.words import AuditAct, ReminderMode


@dataclass(frozen=True, slots=True)
class Banner:
    """A mode that is not normal. `who` is "" where a file or command set it."""

    who: str
    since: str
    may_end: bool


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
