"""Who is to be told of a closure, and which rows does a sending write? Pure.

Notices follow no timetable: a person presses a button, and these are the touches that come of it.
Everybody in the audience gets a row; who cannot be told by the channel has the reason on it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from handbell.access.practice_settings import PracticeSettings
from handbell.facts.closures import Affected
from handbell.facts.people import Person
from handbell.outbox.operations import NewMessage
from handbell.planner.touches import PRIORITY, standing_of
from handbell.policy.closures import is_emergency, notice_window
from handbell.policy.judge import Standing, standing_objection
from handbell.policy.quiet_hours import next_open
from handbell.policy.zones import candidate_zones
from handbell.vocabulary.words import (
    Channel,
    ClosureReason,
    MessageState,
    NoticeKind,
    Objection,
    Purpose,
)

#: How long it is of use to hear that a facility is open again.
ALL_CLEAR_USEFUL_FOR: Final = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class Notice:
    """What one sending tells, and by what; all rows of it are alike in this."""

    practice_id: int
    closure_id: int
    sending_id: int
    kind: NoticeKind
    reason: ClosureReason
    channel: Channel
    day: date
    sender_id: int | None
    untold_only: bool = False

    @property
    def step(self) -> str:
        """The dedup key's word: one notice of a closure to a patient by a channel on a day.

        Whoever hears of days that were added is told once of each adding.
        """
        added = f"+{self.sending_id}" if self.untold_only else ""
        return f"{self.kind}@{self.closure_id}/{self.day.isoformat()}{added}"


@dataclass(frozen=True, slots=True)
class Reach:
    """Whether a channel reaches somebody, and if not, why."""

    standing: Standing
    objection: Objection | None
    opens: datetime

    @property
    def address(self) -> str:
        return self.standing.address


def notice_standing(
    person: Person, *, channel: Channel, reason: ClosureReason, has_sender: bool, today: date
) -> Standing:
    """Return what the facts say about telling somebody of a closure."""
    return standing_of(
        person,
        purpose=Purpose.EMERGENCY_NOTICE,
        channel=channel,
        today=today,
        has_sender=has_sender,
        ordinary=not is_emergency(reason),
    )


def reach(
    person: Person,
    visits: Sequence[Affected],
    *,
    channel: Channel,
    reason: ClosureReason,
    settings: PracticeSettings,
    has_sender: bool,
    now: datetime,
) -> Reach:
    """Return whether and from when a channel reaches somebody whose `visits` are affected."""
    facility_id = visits[0].facility_id if visits else person.facility_id
    zone = settings.zone_of(facility_id)
    facts = notice_standing(
        person,
        channel=channel,
        reason=reason,
        has_sender=has_sender,
        today=now.astimezone(zone).date(),
    )
    window = notice_window(
        reason,
        channel,
        visit_at=visits[0].starts_at if visits else None,
        chosen=settings.windows,
        now=now,
    )
    objection = standing_objection(facts, now=now)
    if window is None or objection is not None:  # nobody asks in which zone they are
        return Reach(facts, objection, now)
    zones = candidate_zones(
        given=person.time_zone,
        phone="" if channel is Channel.EMAIL else facts.address,
        facility=zone.key,
    )
    return Reach(facts, None, next_open(now, window=window, zones=zones))


def notice_row(
    notice: Notice, person: Person, visits: Sequence[Affected], found: Reach, *, now: datetime
) -> NewMessage:
    """Return one patient's row of a sending: due when its hours open, or ended with why not."""
    useful_until = visits[-1].starts_at if visits else now + ALL_CLEAR_USEFUL_FOR
    ended = found.objection is not None
    return NewMessage(
        practice_id=notice.practice_id,
        purpose=Purpose.EMERGENCY_NOTICE,
        channel=notice.channel,
        patient_id=person.id,
        appointment_id=visits[0].id if visits else None,
        subject_id=person.id,
        subject_revision=1,
        step=notice.step,
        recipient=found.standing.recipient,
        address=found.address,
        sender_id=notice.sender_id,
        visit_date=None,
        priority=PRIORITY[Purpose.EMERGENCY_NOTICE],
        planned_for=now,
        due_at=now if ended else found.opens,
        useful_until=useful_until,
        state=MessageState.WITHHELD if ended else MessageState.QUEUED,
        objection=found.objection or "",
        sending_id=notice.sending_id,
    )


def by_patient(visits: Sequence[Affected]) -> Mapping[int, list[Affected]]:
    """Return the visits of each patient in order of time, whoever is affected first first."""
    found: dict[int, list[Affected]] = {}
    for visit in visits:
        found.setdefault(visit.patient_id, []).append(visit)
    return found
