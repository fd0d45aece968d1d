"""What does a visit's patient get, and what did they get? Each touch as a line, or why it is not.

What went out is in the outbox; what is to come is the forecast, as on the patient's page. Both are
read for all visits of a page at once.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Final

from django.utils.translation import gettext as _

from handbell.access.models import StaffMember
from handbell.access.practice_settings import PracticeSettings
from handbell.console.clock import say_moment
from handbell.console.why import Held, Why, Whys
from handbell.console.words import CHANNELS, Chip, chip, reason_in_short
from handbell.dispatch.forecast import Ahead, forecasts
from handbell.facts.models import Appointment
from handbell.outbox.lifecycle import REACHED
from handbell.outbox.models import Message
from handbell.planner.change_notices import CHANGE_NOTICES
from handbell.policy.judge import ON_SCHEDULE
from handbell.vocabulary.words import AppointmentStatus, Channel, MessageState, Objection, Purpose

#: Ends of a message that say nothing of the visit as it is now.
_TAKEN_BACK: Final = frozenset({Objection.MOVED, Objection.SETTINGS_CHANGED, Objection.NOT_BOOKED})


@dataclass(frozen=True, slots=True)
class Line:
    """One touch of a visit: its state, what and when, and why not."""

    chip: Chip
    what: str
    when: str
    at: datetime
    ahead: bool
    of_change: bool  # it tells that the visit moved or is off
    in_short: str
    why: Why | None
    message_id: int | None

    @property
    def said(self) -> str:
        return f"{self.what}, {self.when}"


@dataclass(frozen=True, slots=True)
class Reminders:
    """A visit's touches in the order of time; `none` says why there are none."""

    lines: Sequence[Line] = field(default_factory=tuple)
    none: str = ""

    @property
    def brief(self) -> Sequence[Line]:
        """The lines as a list shows them: what goes at the same time by several ways is one."""
        found: dict[object, Line] = {}
        for line in self.lines:
            key = (line.chip, line.when) if line.why is None else line
            before = found.get(key)
            found[key] = (
                line
                if before is None
                else replace(
                    before,
                    what=_("%(one)s and %(other)s")
                    % {"one": before.what, "other": line.what.lower()},
                    message_id=None,
                )
            )
        return list(found.values())

    @property
    def next(self) -> Line | None:
        """The next one that goes."""
        return next((line for line in self.lines if line.ahead and not line.why), None)

    @property
    def held(self) -> Line | None:
        """The first one to come that does not go."""
        return next((line for line in self.lines if line.ahead and line.why), None)


def read_reminders(
    visits: Sequence[Appointment],
    *,
    settings: PracticeSettings,
    staff: StaffMember | None = None,
    now: datetime,
) -> dict[int, Reminders]:
    """Return the reminders of each visit; the same number of queries for any number of visits.

    `staff` is shown the pages that mend what does not go, as far as they may open them.
    """
    messages: dict[int, list[Message]] = defaultdict(list)
    rows = Message.objects.filter(
        practice_id=settings.id, appointment_id__in=[visit.pk for visit in visits]
    )
    for row in rows.select_related("merged_into").order_by("due_at", "id"):
        messages[row.appointment_id or 0].append(row)
    ahead = [visit for visit in visits if visit.starts_at > now]
    coming = forecasts(
        settings,
        sorted({visit.patient_id for visit in ahead}),
        with_words=False,
        horizon=max((visit.starts_at - now for visit in ahead), default=timedelta()),
        now=now,
    )
    held = [(row.address, row.objection) for own in messages.values() for row in own]
    held += [(one.touch.address, one.objection or "") for own in coming.values() for one in own]
    desk = _Desk(Whys.about(held, settings=settings, staff=staff, now=now), settings, now)
    return {
        visit.pk: desk.reminders(
            visit, messages[visit.pk], _about(visit, coming.get(visit.patient_id, ()))
        )
        for visit in visits
    }


def _about(visit: Appointment, ahead: Iterable[Ahead]) -> list[Ahead]:
    """Return what speaks of the visit; of one off the schedule only a notice that it is off."""
    off = visit.status not in ON_SCHEDULE
    return [
        one
        for one in ahead
        if (one.touch.appointment_id == visit.pk or visit.pk in one.with_it)
        and (one.touch.step in CHANGE_NOTICES or not off)
    ]


@dataclass(frozen=True, slots=True)
class _Desk:
    """What every line is written with."""

    whys: Whys
    settings: PracticeSettings
    now: datetime

    def reminders(
        self, visit: Appointment, messages: Sequence[Message], ahead: Sequence[Ahead]
    ) -> Reminders:
        known = {one.message_id for one in ahead if one.message_id}
        lines = [
            self._happened(visit, row)
            for row in messages
            if row.pk not in known and _says_something(visit, row)
        ]
        lines += self._to_come(visit, ahead)
        lines.sort(key=lambda line: line.at)
        return Reminders(lines, "" if lines else self._none(visit))

    def _happened(self, visit: Appointment, row: Message) -> Line:
        old = row.subject_revision != visit.revision
        of_change = row.step in CHANGE_NOTICES and not old
        when = self._when(row.handed_over_at or row.due_at, visit, of_change=of_change)
        reason = Objection(row.objection) if row.objection else None
        unsent = reason if row.state not in REACHED else None
        return Line(
            chip=chip(row.state, row.objection),
            what=CHANNELS[Channel(row.channel)],
            when=_("%(when)s, about the old time") % {"when": when} if old else when,
            at=row.handed_over_at or row.due_at,
            ahead=False,
            of_change=of_change,
            in_short=reason_in_short(row.objection),
            why=self._why(visit, row.channel, row.address, unsent),
            message_id=row.pk,
        )

    def _to_come(self, visit: Appointment, ahead: Sequence[Ahead]) -> list[Line]:
        """Return the forecast; what is held back for one reason on one channel is said once."""
        lines: dict[object, Line] = {}
        for one in ahead:
            touch, confirmed = one.touch, one.objection is Objection.CONFIRMED
            of_change = touch.step in CHANGE_NOTICES
            key = (one.objection, touch.channel) if one.objection else touch.key
            if key in lines:
                continue
            lines[key] = Line(
                chip=_not_needed() if confirmed else chip(MessageState.QUEUED, one.objection or ""),
                what=CHANNELS[touch.channel],
                when=self._when(one.at, visit, of_change=of_change),
                at=one.at,
                ahead=True,
                of_change=of_change,
                in_short=reason_in_short(one.objection or ""),
                why=self._why(visit, touch.channel, touch.address, one.objection),
                message_id=one.message_id,
            )
        return list(lines.values())

    def _when(self, at: datetime, visit: Appointment, *, of_change: bool) -> str:
        zone = self.settings.zone_of(visit.facility_id)
        when = say_moment(at, zone=zone, now=self.now)
        return _("%(when)s, about the change") % {"when": when} if of_change else when

    def _why(
        self, visit: Appointment, channel: str, address: str, reason: Objection | None
    ) -> Why | None:
        if reason is None:
            return None
        purpose = Purpose.APPOINTMENT_REMINDER
        return self.whys.why(Held(visit.patient_id, purpose, channel, address, reason))

    def _none(self, visit: Appointment) -> str:
        if visit.type is not None and not visit.type.reminders:
            return _("None: this kind of visit is excluded")
        if visit.status not in ON_SCHEDULE:
            return (
                _("None: the visit is off the schedule")
                if visit.status in {AppointmentStatus.CANCELLED, AppointmentStatus.NO_SHOW}
                else _("None went out")
            )
        if visit.starts_at <= self.now:
            return _("None went out")
        return _("None: no reminder step applies")


def _not_needed() -> Chip:
    """Return how a reminder of a confirmed visit is shown: nothing is wrong with it."""
    return Chip(_("Not needed"), "check-circle", "soft")


def _says_something(visit: Appointment, row: Message) -> bool:
    """Return whether a message tells of the visit as it is, or reached the patient before."""
    if row.state in REACHED or row.state == MessageState.FAILED:
        return True
    if row.state == MessageState.QUEUED or row.subject_revision != visit.revision:
        return False  # about to be taken back, or told by the forecast
    return row.objection not in _TAKEN_BACK
