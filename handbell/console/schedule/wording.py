"""What a change of the schedule means, in sentences: what follows, and what changed meanwhile."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from handbell.access.practice_settings import PracticeSettings
from handbell.console.clock import say_moment
from handbell.console.schedule.reminders import Reminders, read_reminders
from handbell.console.words import CHANNELS, VISIT_STATUSES
from handbell.facts.booking import Seen, seen
from handbell.facts.models import Appointment
from handbell.outbox.lifecycle import REACHED
from handbell.outbox.models import Message
from handbell.policy.judge import ON_SCHEDULE
from handbell.vocabulary.words import AppointmentStatus, Channel, MessageState

S = AppointmentStatus

#: What a button says that changes a status.
STATUS_BUTTONS: Final = {
    S.BOOKED: gettext_lazy("Book it again"),
    S.CONFIRMED: gettext_lazy("Confirm"),
    S.ARRIVED: gettext_lazy("Arrived"),
    S.IN_PROGRESS: gettext_lazy("In progress"),
    S.COMPLETED: gettext_lazy("Completed"),
    S.CANCELLED: gettext_lazy("Cancel the visit"),
    S.NO_SHOW: gettext_lazy("No show"),
}

#: The same where it takes back a step.
BACK_BUTTONS: Final = {
    S.BOOKED: gettext_lazy("Back to scheduled"),
    S.ARRIVED: gettext_lazy("Back to arrived"),
    S.IN_PROGRESS: gettext_lazy("Back to in progress"),
}

STATUS_ICONS: Final = {
    S.BOOKED: ("calendar", "wait"),
    S.CONFIRMED: ("check-circle", "good"),
    S.ARRIVED: ("map-pin", "accent"),
    S.IN_PROGRESS: ("arrow-path", "accent"),
    S.COMPLETED: ("check", "good"),
    S.CANCELLED: ("minus-circle", "soft"),
    S.NO_SHOW: ("x-circle", "bad"),
}


def what_follows(visit: Appointment, settings: PracticeSettings, *, now: datetime) -> str:
    """Say what becomes of a visit's reminders after a change: taken back, already told, next."""
    messages = list(Message.objects.filter(practice_id=settings.id, appointment_id=visit.pk))
    found = read_reminders([visit], settings=settings, now=now)[visit.pk]
    said = [
        *_told_before(visit, messages, found, settings, now),
        *_taken_back(visit, messages),
        *_next(visit, found, now),
    ]
    return " ".join(said)


def _told_before(
    visit: Appointment,
    messages: Sequence[Message],
    found: Reminders,
    settings: PracticeSettings,
    now: datetime,
) -> list[str]:
    """Say what the patient believes now, and to phone unless a notice puts it right."""
    told = [
        row
        for row in messages
        if row.state in REACHED
        and row.handed_over_at is not None
        and (row.subject_revision != visit.revision or visit.status not in ON_SCHEDULE)
    ]
    if not told or visit.starts_at <= now or visit.status not in {*ON_SCHEDULE, S.CANCELLED}:
        return []
    last = max(told, key=lambda row: row.handed_over_at or now)
    said = {
        "channel": str(CHANNELS[Channel(last.channel)]).lower(),
        "when": say_moment(
            last.handed_over_at or last.due_at, zone=settings.zone_of(visit.facility_id), now=now
        ),
    }
    if found.next is not None and found.next.of_change:
        sentence = _("The patient was told before by %(channel)s on %(when)s.")
    elif visit.status == S.CANCELLED:
        sentence = _(
            "The patient was reminded of it by %(channel)s on %(when)s: phone them if they do not "
            "know that it is off."
        )
    else:
        sentence = _(
            "The patient was told of the old time by %(channel)s on %(when)s: phone them if they "
            "do not know the new one."
        )
    return [sentence % said]


def _taken_back(visit: Appointment, messages: Sequence[Message]) -> list[str]:
    off = visit.status not in ON_SCHEDULE
    waiting = [
        row
        for row in messages
        if row.state == MessageState.QUEUED and (off or row.subject_revision != visit.revision)
    ]
    if not waiting:
        return []
    return [
        _("Its reminder is taken back.")
        if off
        else _("The reminder of the old time is taken back.")
    ]


def _next(visit: Appointment, found: Reminders, now: datetime) -> list[str]:
    if visit.starts_at <= now:
        return []
    if found.next is not None:
        return [_("The next reminder goes: %(line)s.") % {"line": found.next.said}]
    if visit.status not in ON_SCHEDULE:
        return []
    if found.held is not None and found.held.why is not None:
        return [_("No reminder goes: %(why)s") % {"why": found.held.why.told.sentence}]
    return [_("No further reminder goes.")]


def what_changed(
    before: Seen | None, visit: Appointment, settings: PracticeSettings, *, now: datetime
) -> str:
    """Say what is different about a visit from how somebody saw it."""
    after = seen(visit)
    status = VISIT_STATUSES[after.status]
    time = say_moment(visit.starts_at, zone=settings.zone_of(visit.facility_id), now=now)
    if before is None:
        return _("It is now %(status)s, %(time)s, at %(place)s.") % {
            "status": status,
            "time": time,
            "place": visit.facility.name,
        }
    said = []
    if before.status is not after.status:
        said.append(_("Its status is now %(status)s.") % {"status": status})
    if before.booking.starts_at != after.booking.starts_at:
        said.append(_("It now begins %(time)s.") % {"time": time})
    if before.booking.facility_id != after.booking.facility_id:
        said.append(_("It is now at %(place)s.") % {"place": visit.facility.name})
    if before.booking.provider_name != after.booking.provider_name:
        provider = visit.provider_name or _("nobody yet")
        said.append(_("Its provider is now %(provider)s.") % {"provider": provider})
    if before.booking.type_id != after.booking.type_id:
        kind = visit.type.name if visit.type else _("not named")
        said.append(_("Its kind is now %(kind)s.") % {"kind": kind})
    if before.booking.duration_minutes != after.booking.duration_minutes:
        said.append(
            _("It now lasts %(minutes)s minutes.") % {"minutes": after.booking.duration_minutes}
        )
    return " ".join(said) or _("It was booked anew.")
