"""How many texts did the guard refuse this month, and by which rules?"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from handbell.access.models import StaffMember
from handbell.access.permissions import Action, may
from handbell.access.queries import practice_zone
from handbell.console.asked import Asked, address_of
from handbell.console.clock import Day, local_day
from handbell.console.settings.scripts.words import guidance_for, say_why
from handbell.outbox.queries import Standing, Wanted, count_up_to, messages_of
from handbell.policy.content.rules import RULES
from handbell.scripts.queries import refusals, refused_count
from handbell.vocabulary.words import Objection


@dataclass(frozen=True, slots=True)
class Broken:
    """A rule, what it says, and how many refused texts broke it."""

    why: str
    count: int
    anchor: str


@dataclass(frozen=True, slots=True)
class Refused:
    """A month so far: texts not saved, and messages that did not leave for their words."""

    first_day: date
    texts: int
    rules: Sequence[Broken]
    messages: int
    more_messages: bool
    messages_address: str


def month_so_far(staff: StaffMember, *, now: datetime) -> Day:
    """Return the first day of the practice's month; it `begins` then and `ends` now."""
    zone = practice_zone(staff.practice)
    first = now.astimezone(zone).date().replace(day=1)
    return Day(first, local_day(first, zone).begins, now)


def refused_this_month(staff: StaffMember, *, now: datetime) -> int:
    """Return how many tries to save a text were refused this month."""
    month = month_so_far(staff, now=now)
    return refused_count(staff.practice_id, begins=month.begins, ends=month.ends)


def read_refused(staff: StaffMember, *, now: datetime) -> Refused:
    """Return the month with its rules; as many queries whatever it holds."""
    month = month_so_far(staff, now=now)
    found = refusals(staff.practice_id, begins=month.begins, ends=month.ends)
    zone = practice_zone(staff.practice)
    today = now.astimezone(zone).date()
    held = count_up_to(
        messages_of(
            staff.practice_id,
            Wanted(
                begins=month.begins,
                ends=local_day(today, zone).ends,
                standing=Standing.HELD_BACK,
                reason=Objection.CONTENT,
                without_balances=not may(staff, Action.SEE_BALANCE_ALERTS),
            ),
        )
    )
    asked = Asked(
        first_day=month.date,
        last_day=today,
        standing=Standing.HELD_BACK,
        reason=Objection.CONTENT,
    )
    return Refused(
        first_day=month.date,
        texts=found.count,
        rules=[
            Broken(say_why(RULES[rule].why.replace("{word}", "")), count, guidance_for(rule))
            for rule, count in found.rules.items()
            if rule in RULES
        ],
        messages=held.number,
        more_messages=held.more,
        messages_address=address_of(asked),
    )
