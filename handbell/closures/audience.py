"""Who is to be told, and whom does each channel reach?

Whoever is booked at the closed facilities while they are closed and was not taken out by a person;
for an all clear, whoever a closing went to. Nothing here writes.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from handbell.access.practice_settings import PracticeSettings
from handbell.facts.closures import Affected, affected_visits, closed_at, reason_of, span_of
from handbell.facts.models import Closure, ClosureExclusion
from handbell.facts.people import Person, load_people
from handbell.outbox.sendings import Told, told_by, told_until
from handbell.planner.notices import Reach, by_patient, reach
from handbell.planner.queries import senders_of
from handbell.vocabulary.words import Channel, MessageState, NoticeKind, Objection

S = MessageState

#: They have the notice, or it is on its way to them.
ON_ITS_WAY: Final = frozenset({S.CLAIMED, S.ACCEPTED, S.DELIVERED})

#: Something left for them: it may have arrived, whatever was heard of it.
WENT: Final = ON_ITS_WAY | {S.IN_DOUBT, S.UNDELIVERED}


@dataclass(frozen=True, slots=True)
class Member:
    """One patient who is to be told, the visits it is about, and what reaches them."""

    person: Person
    visits: Sequence[Affected]
    reaches: Mapping[Channel, Reach]

    @property
    def id(self) -> int:
        return self.person.id

    def is_reached(self, channel: Channel) -> bool:
        return self.reaches[channel].objection is None

    @property
    def is_out_of_reach(self) -> bool:
        return all(found.objection is not None for found in self.reaches.values())


@dataclass(frozen=True, slots=True)
class Audience:
    """Everybody who is to be told, those affected first first, and who was taken out."""

    kind: NoticeKind
    members: Sequence[Member]
    excluded: Mapping[int, ClosureExclusion]

    @property
    def first_visit_at(self) -> datetime | None:
        return min((one.visits[0].starts_at for one in self.members if one.visits), default=None)

    def reached_by(self, channel: Channel) -> list[Member]:
        return [one for one in self.members if one.is_reached(channel)]

    def why_not(self, channel: Channel) -> dict[Objection, int]:
        """Return how many the channel does not reach, by reason."""
        found: dict[Objection, int] = {}
        for one in self.members:
            why = one.reaches[channel].objection
            if why is not None:
                found[why] = found.get(why, 0) + 1
        return found

    @property
    def out_of_reach(self) -> list[Member]:
        return [one for one in self.members if one.is_out_of_reach]


def audience_of(
    closure: Closure,
    settings: PracticeSettings,
    kind: NoticeKind,
    *,
    unreached_only: bool = False,
    untold_only: bool = False,
    channels: Collection[Channel] = tuple(Channel),
    now: datetime,
) -> Audience:
    """Return who would be told if somebody pressed the button now, by these channels.

    `untold_only` leaves those of whom one of the channels has told nothing of their last day.
    """
    excluded = {
        row.patient_id: row
        for row in ClosureExclusion.objects.filter(closure=closure).select_related("by", "patient")
    }
    told: Sequence[Told] = ()
    if unreached_only or kind is NoticeKind.ALL_CLEAR:
        told = told_by(closure.pk, NoticeKind.CLOSING)
    if kind is NoticeKind.ALL_CLEAR:
        ids = dict.fromkeys(one.patient_id for one in told if one.state in WENT)
        visits: Mapping[int, Sequence[Affected]] = dict.fromkeys(ids, ())
    else:
        visits = by_patient(affected(closure, settings, now=now))
        if unreached_only:
            missed = unreached(told)
            visits = {id: own for id, own in visits.items() if id in missed}
        if untold_only:
            new = {id for channel in channels for id in untold(closure, kind, channel, visits)}
            visits = {id: own for id, own in visits.items() if id in new}
    wanted = [id for id in visits if id not in excluded]
    people = load_people(wanted, now=now)
    sendable = senders_of(settings.id).keys()
    reason = reason_of(closure)

    def member(id: int) -> Member:
        person, own = people[id], visits[id]
        reaches = {
            channel: reach(
                person,
                own,
                channel=channel,
                reason=reason,
                settings=settings,
                has_sender=channel in sendable,
                now=now,
            )
            for channel in channels
        }
        return Member(person, own, reaches)

    return Audience(kind, [member(id) for id in wanted], excluded)


def affected(closure: Closure, settings: PracticeSettings, *, now: datetime) -> list[Affected]:
    """Return the visits ahead that fall into the closure, in order of time."""
    closed = closed_at(closure.facility_ids, span_of(closure), settings)
    return affected_visits(settings.id, closed, now=now)


def untold(
    closure: Closure, kind: NoticeKind, channel: Channel, visits: Mapping[int, Sequence[Affected]]
) -> set[int]:
    """Return whom the channel's notices have told nothing of their last visit that is affected.

    They were booked since, or on days that were added since.
    """
    until = told_until(closure.pk, kind, channel)
    return {
        id
        for id, own in visits.items()
        if own and ((told := until.get(id)) is None or own[-1].starts_at > told)
    }


def unreached(told: Sequence[Told]) -> set[int]:
    """Return the patients a notice was meant for, and no channel brought or is bringing it to."""
    everybody = {one.patient_id for one in told}
    fine = {
        one.patient_id
        for one in told
        if one.state in ON_ITS_WAY or (one.state is S.QUEUED and not one.objection)
    }
    return everybody - fine
