"""What does a visit's patient get, and what did they get? Each touch as a line, or why it is not.

What went out is in the outbox; what is to come is the forecast, as on the patient's page. Both are
read for all visits of a page at once.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from django.urls import reverse
from django.utils.translation import gettext as _

from handbell.access.practice_settings import PracticeSettings
from handbell.console.clock import say_day, say_moment
from handbell.console.patients.ahead import MENDED_BY, STOPS
from handbell.console.words import CHANNELS, Chip, chip, reason_in_short
from handbell.dispatch.forecast import Ahead, forecasts
from handbell.facts.models import Appointment, Suppression
from handbell.outbox.lifecycle import REACHED
from handbell.outbox.models import Message
from handbell.policy.explain import Explanation, explain
from handbell.policy.judge import ON_SCHEDULE
from handbell.vocabulary.words import AppointmentStatus, Channel, MessageState, Objection, Purpose

Stops = Mapping[tuple[str, str], tuple[str, datetime]]

#: Ends of a message that say nothing of the visit as it is now.
_TAKEN_BACK: Final = frozenset({Objection.MOVED, Objection.SETTINGS_CHANGED, Objection.NOT_BOOKED})


@dataclass(frozen=True, slots=True)
class Why:
    """Why a touch does not go, since when, and the page that mends it ("" if none does)."""

    told: Explanation
    since: str
    mend: str
    mend_said: str


@dataclass(frozen=True, slots=True)
class Line:
    """One touch of a visit: its state, what and when, and why not."""

    chip: Chip
    said: str
    at: datetime
    ahead: bool
    in_short: str
    why: Why | None
    message_id: int | None


@dataclass(frozen=True, slots=True)
class Reminders:
    """A visit's touches in the order of time; `none` says why there are none."""

    lines: Sequence[Line] = field(default_factory=tuple)
    none: str = ""

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
    may_subscribe: bool,
    may_change: bool,
    now: datetime,
) -> dict[int, Reminders]:
    """Return the reminders of each visit; the same number of queries for any number of visits."""
    messages: dict[int, list[Message]] = defaultdict(list)
    rows = Message.objects.filter(
        practice_id=settings.id, appointment_id__in=[visit.pk for visit in visits]
    )
    for row in rows.select_related("merged_into").order_by("due_at", "id"):
        messages[row.appointment_id or 0].append(row)
    coming = forecasts(
        settings,
        sorted({visit.patient_id for visit in visits if visit.starts_at > now}),
        with_words=False,
        now=now,
    )
    stops = _stops(settings.id, messages.values(), coming.values(), now)
    desk = _Desk(settings, stops, may_subscribe, may_change, now)
    return {
        visit.pk: desk.reminders(
            visit, messages[visit.pk], _about(visit, coming.get(visit.patient_id, ()))
        )
        for visit in visits
    }


def _about(visit: Appointment, ahead: Iterable[Ahead]) -> list[Ahead]:
    """Return what speaks of the visit; one that is off the schedule has nothing to come."""
    if visit.status not in ON_SCHEDULE:
        return []
    return [one for one in ahead if one.touch.appointment_id == visit.pk or visit.pk in one.with_it]


def _stops(
    practice_id: int,
    messages: Iterable[Sequence[Message]],
    ahead: Iterable[Sequence[Ahead]],
    now: datetime,
) -> Stops:
    """Return how and when each address that is held back was taken off a channel."""
    addresses = {row.address for rows in messages for row in rows if row.objection in STOPS} | {
        one.touch.address for ones in ahead for one in ones if one.objection in STOPS
    }
    rows = Suppression.objects.filter(
        practice_id=practice_id, address__in=addresses, at__lte=now, lifted_at__isnull=True
    )
    return {(row.address, row.channel): (row.source, row.at) for row in rows.order_by("at")}


@dataclass(frozen=True, slots=True)
class _Desk:
    """What every line is written with."""

    settings: PracticeSettings
    stops: Stops
    may_subscribe: bool
    may_change: bool
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
        said = self._said(row.channel, row.handed_over_at or row.due_at, visit)
        reason = Objection(row.objection) if row.objection else None
        unsent = reason if row.state not in REACHED else None
        return Line(
            chip=chip(row.state, row.objection),
            said=_("%(what)s, about the old time") % {"what": said} if old else said,
            at=row.handed_over_at or row.due_at,
            ahead=False,
            in_short=reason_in_short(row.objection),
            why=self._why(visit, row.channel, row.address, unsent),
            message_id=row.pk,
        )

    def _to_come(self, visit: Appointment, ahead: Sequence[Ahead]) -> list[Line]:
        """Return the forecast; what is held back for one reason on one channel is said once."""
        lines: dict[object, Line] = {}
        for one in ahead:
            key = (one.objection, one.touch.channel) if one.objection else one.touch.key
            if key in lines:
                continue
            touch = one.touch
            lines[key] = Line(
                chip=chip(MessageState.QUEUED, one.objection or ""),
                said=self._said(touch.channel, one.at, visit),
                at=one.at,
                ahead=True,
                in_short=reason_in_short(one.objection or ""),
                why=self._why(visit, touch.channel, touch.address, one.objection),
                message_id=one.message_id,
            )
        return list(lines.values())

    def _said(self, channel: str, at: datetime, visit: Appointment) -> str:
        zone = self.settings.zone_of(visit.facility_id)
        when = say_moment(at, zone=zone, now=self.now)
        return f"{CHANNELS[Channel(channel)]}, {when}"

    def _why(
        self, visit: Appointment, channel: str, address: str, reason: Objection | None
    ) -> Why | None:
        if reason is None:
            return None
        mend, said = self._mend(visit, reason)
        return Why(explain(reason), self._since(channel, address, reason), mend, said)

    def _since(self, channel: str, address: str, reason: Objection) -> str:
        if reason not in STOPS or (address, channel) not in self.stops:
            return ""
        cause, at = self.stops[address, channel]
        zone = self.settings.zone
        day = say_day(at.astimezone(zone).date(), today=self.now.astimezone(zone).date())
        return f"{cause}, {day}"

    def _mend(self, visit: Appointment, reason: Objection) -> tuple[str, str]:
        page = MENDED_BY.get(reason)
        if page == "subscribe" and self.may_subscribe:
            purpose = Purpose.APPOINTMENT_REMINDER.value
            address = reverse("console:patient_subscribe", args=[visit.patient_id, purpose])
            return address, _("Record consent")
        if page == "details" and self.may_change:
            return reverse("console:patient_details", args=[visit.patient_id]), _("Change details")
        return "", ""

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


def _says_something(visit: Appointment, row: Message) -> bool:
    """Return whether a message tells of the visit as it is, or reached the patient before."""
    if row.state in REACHED or row.state == MessageState.FAILED:
        return True
    if row.state == MessageState.QUEUED or row.subject_revision != visit.revision:
        return False  # about to be taken back, or told by the forecast
    return row.objection not in _TAKEN_BACK
