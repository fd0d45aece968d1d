"""How many texts did the guard refuse this month, and by which rules?"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.utils.translation import gettext

from handbell.access.models import StaffMember
from handbell.access.permissions import Action, may
from handbell.access.queries import practice_zone
from handbell.console.asked import Asked, address_of
from handbell.console.clock import local_day
from handbell.console.saying import said
from handbell.console.settings.scripts.words import guidance_for, say_why
from handbell.outbox.queries import Standing, Wanted, count_up_to, messages_of
from handbell.policy.content.rules import RULES
from handbell.scripts.queries import refused_count, refused_rules
from handbell.vocabulary.words import Objection


@dataclass(frozen=True, slots=True)
class Counts:
    """A month so far: tries to save a text, and messages that did not leave for their words."""

    texts: int
    messages: int
    more_messages: bool = False


@dataclass(frozen=True, slots=True)
class Broken:
    """A rule, what it says, and how many refused texts broke it."""

    why: str
    count: int
    anchor: str


@dataclass(frozen=True, slots=True)
class Refused:
    """The same with the rules, and where the messages are listed."""

    counts: Counts
    first_day: date
    rules: Sequence[Broken]
    messages_address: str


@dataclass(frozen=True, slots=True)
class _Month:
    """A practice's month so far: its days, and the moments between which it lies."""

    first_day: date
    today: date
    begins: datetime
    ends: datetime


def _month_so_far(staff: StaffMember, now: datetime) -> _Month:
    zone = practice_zone(staff.practice)
    today = now.astimezone(zone).date()
    first = today.replace(day=1)
    return _Month(first, today, local_day(first, zone).begins, local_day(today, zone).ends)


def refused_this_month(staff: StaffMember, *, now: datetime) -> Counts:
    """Return what was refused this month, in three queries whatever the month holds."""
    return _counts(staff, _month_so_far(staff, now))


def _counts(staff: StaffMember, month: _Month) -> Counts:
    wanted = Wanted(
        begins=month.begins,
        ends=month.ends,
        standing=Standing.HELD_BACK,
        reason=Objection.CONTENT,
        without_balances=not may(staff, Action.SEE_BALANCE_ALERTS),
    )
    held = count_up_to(messages_of(staff.practice_id, wanted))
    texts = refused_count(staff.practice_id, begins=month.begins, ends=month.ends)
    return Counts(texts, held.number, held.more)


def read_refused(staff: StaffMember, *, now: datetime) -> Refused:
    """Return the month with its rules."""
    month = _month_so_far(staff, now)
    rules = refused_rules(staff.practice_id, begins=month.begins, ends=month.ends)
    asked = Asked(
        first_day=month.first_day,
        last_day=month.today,
        standing=Standing.HELD_BACK,
        reason=Objection.CONTENT,
    )
    return Refused(
        counts=_counts(staff, month),
        first_day=month.first_day,
        rules=[
            Broken(say_why(_said_of_any(RULES[rule].why)), count, guidance_for(rule))
            for rule, count in rules.items()
            if rule in RULES
        ],
        messages_address=address_of(asked),
    )


def _said_of_any(why: str) -> str:
    """Say what a rule is about where no text, and so no word of it, is at hand."""
    return said(why) % {"word": gettext("A word")} if "%(" in why else said(why)
