"""What does Today show to this staff member? The reads of the page, however full the day."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from hashlib import blake2b
from typing import Final
from zoneinfo import ZoneInfo

from django.urls import reverse

from handbell.access.models import StaffMember
from handbell.access.permissions import Action, may
from handbell.access.queries import practice_zone
from handbell.console.asked import Asked, address_of
from handbell.console.clock import Day, today_in
from handbell.console.queries import unread_replies
from handbell.console.settings.scripts.refused import Counts, refused_this_month
from handbell.console.today import (
    ChannelDay,
    Figure,
    Held,
    channel_days,
    figures,
    held_back,
    in_words,
)
from handbell.console.words import REASONS
from handbell.facts.models import Patient
from handbell.facts.people import load_people
from handbell.facts.reach import UnreachableSoon, unreachable_soon
from handbell.outbox.models import Message, Sender
from handbell.outbox.queries import (
    Standing,
    Tally,
    Wanted,
    in_doubt,
    paused_senders,
    tallies,
)
from handbell.receipts.models import Reply
from handbell.reputation.queries import open_alarms
from handbell.reputation.words import Said, say_alarm
from handbell.vocabulary.words import AlarmKind, Purpose

#: What needs a person is a short list; the rest is behind the number.
MOST_SHOWN: Final = 10


@dataclass(frozen=True, slots=True)
class Unreached:
    """A patient with a visit soon whom nothing reaches, why in short, and what to dial instead."""

    patient: Patient
    visit_at: datetime
    word: str
    phones: Sequence[str]


@dataclass(frozen=True, slots=True)
class Alarmed:
    """Something Handbell slowed down or paused by itself, in words."""

    id: int
    said: Said
    address: str  # where to mend it

    @property
    def is_calm(self) -> bool:
        return not self.said.cure


@dataclass(frozen=True)
class Board:
    """Today, for one staff member and perhaps one facility."""

    day: Day
    zone: ZoneInfo
    now: datetime
    facility_id: int | None
    tallies: Sequence[Tally]
    doubts: Sequence[Message]
    replies: Sequence[Reply]
    senders: Sequence[Sender]
    unreachable: Sequence[Unreached]
    unreachable_count: int
    more_doubts: bool = False
    more_replies: bool = False
    alarms: Sequence[Alarmed] = ()
    refused: Counts | None = None  # this month, for those who see refusals

    @cached_property
    def figures(self) -> list[Figure]:
        return figures(self.tallies, day=self.day, facility_id=self.facility_id)

    @cached_property
    def doubts_address(self) -> str:
        """The list of all in doubt, of whatever day."""
        return address_of(Asked(standing=Standing.IN_DOUBT, facility_id=self.facility_id))

    @cached_property
    def summary(self) -> str:
        return in_words(self.figures)

    @cached_property
    def channels(self) -> list[ChannelDay]:
        return channel_days(self.tallies, day=self.day, zone=self.zone, now=self.now)

    @cached_property
    def held(self) -> list[Held]:
        return held_back(self.tallies, day=self.day, facility_id=self.facility_id)

    @cached_property
    def needs_a_person(self) -> bool:
        return bool(self.doubts or self.replies or self.senders or self.unreachable or self.alarms)

    @cached_property
    def version(self) -> str:
        """A name of what is shown: it changes when anything on the board does."""
        shown = (
            f"{self.day.date} {self.now.astimezone(self.zone):%H}",
            sorted(f"{tally}" for tally in self.tallies),
            [row.pk for row in (*self.doubts, *self.replies)],
            [(sender.pk, sender.paused_reason) for sender in self.senders],
            [(one.patient.pk, one.visit_at, one.word, one.phones) for one in self.unreachable],
            self.unreachable_count,
            [alarm.id for alarm in self.alarms],
            self.refused,
        )
        return blake2b(repr(shown).encode(), digest_size=8).hexdigest()


def read_board(staff: StaffMember, *, facility_id: int | None, now: datetime) -> Board:
    """Return Today as this staff member may see it; as many queries whatever the day holds."""
    zone = practice_zone(staff.practice)
    day = today_in(zone, now=now)
    without_balances = not may(staff, Action.SEE_BALANCE_ALERTS)
    wanted = Wanted(
        begins=day.begins,
        ends=day.ends,
        facility_id=facility_id,
        without_balances=without_balances,
    )
    sees_people = may(staff, Action.SEE_MESSAGES)
    unreached = []
    if may(staff, Action.SEE_PATIENTS):
        unreached = unreachable_soon(staff.practice_id, facility_id=facility_id, now=now)
    doubts: list[Message] = []
    replies: list[Reply] = []
    if sees_people:
        doubts = in_doubt(
            staff.practice_id,
            facility_id=facility_id,
            without_balances=without_balances,
            limit=MOST_SHOWN + 1,
        )
        replies = unread_replies(staff.practice, facility_id=facility_id, limit=MOST_SHOWN + 1)
    return Board(
        day=day,
        zone=zone,
        now=now,
        facility_id=facility_id,
        tallies=tallies(staff.practice_id, wanted, zone=zone),
        doubts=doubts[:MOST_SHOWN],
        more_doubts=len(doubts) > MOST_SHOWN,
        replies=replies[:MOST_SHOWN],
        more_replies=len(replies) > MOST_SHOWN,
        senders=paused_senders(staff.practice_id, now=now),
        unreachable=_named(unreached[:MOST_SHOWN], now=now),
        unreachable_count=len(unreached),
        alarms=_alarms(staff) if sees_people else (),
        refused=refused_this_month(staff, now=now) if may(staff, Action.SEE_REFUSALS) else None,
    )


def _named(found: Sequence[UnreachableSoon], *, now: datetime) -> list[Unreached]:
    ids = [one.patient_id for one in found]
    patients, people = Patient.objects.in_bulk(ids), load_people(ids, now=now)
    return [
        Unreached(
            patient=patients[one.patient_id],
            visit_at=one.visit_at,
            word=REASONS[one.why],
            phones=people[one.patient_id].telephones_on(now.date()),
        )
        for one in found
    ]


def _alarms(staff: StaffMember) -> list[Alarmed]:
    found = open_alarms(staff.practice_id)
    if not may(staff, Action.SEE_BALANCE_ALERTS):
        found = found.exclude(purpose=Purpose.BALANCE_ALERT)
    return [
        Alarmed(
            alarm.pk,
            say_alarm(alarm),
            reverse("console:scripts" if alarm.kind == AlarmKind.SCRIPT else "console:health"),
        )
        for alarm in found[:MOST_SHOWN]
    ]
