"""A quarter of a clinic's texts past a carrier that filters, with the protections and without.

What protects is the real thing: the content guard, the pace, the rates and the breakers, the
suppression of dead numbers. What is a model is said in docs/deliverability.md: the carrier
(`channels.carrier.filtering`) and how often people stop, report or have changed their number.
The same seed gives the same quarter.
"""

import random
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Final

from handbell.channels.carrier.filtering import SpamFilter
from handbell.dispatch.allowance import ABOUT_ADDRESSES
from handbell.policy.budgets import most_a_minute, paced
from handbell.policy.content import Draft, Verdict, review
from handbell.policy.pacing import Bucket, refilled, whole_tokens
from handbell.reputation.breaker import Standing, step
from handbell.reputation.fold import Tally
from handbell.reputation.thresholds import read
from handbell.vocabulary.words import BreakerState, Channel, Purpose, Registration

BEGINS: Final = datetime(2026, 9, 7, 12, 0, tzinfo=UTC)  # a Monday, eight o'clock in New York
WEEKS: Final = 13
PATIENTS: Final = 6_000
REMINDERS_A_DAY: Final = 240  # of a clinic group with some thirty therapists, Monday to Friday
#: Who comes at the moment, about twice a week; each Monday some are done and others begin.
COMING: Final = 550
NEW_EACH_WEEK: Final = 66
OPEN_FOR: Final = timedelta(hours=10)
JUDGED_EVERY: Final = 6  # a quarter of an hour; the real watch looks every 20 seconds
REGISTRATION: Final = Registration.DLC_LOW_VOLUME
SENDER: Final = "+12025550199"

REMINDER: Final = (
    "Harbor PT: you have a visit on {day} at {time}. Reply C to confirm or call (202) 555-0190. "
    "Reply STOP to opt out."
)
BLAST: Final = (
    "Harbor PT: Summer special! 20% off all massage packages this month only. Book now and bring "
    "a friend for free: harborpt.example/deal"
)

#: What people do with a text they expect, and with one they do not (a model: see the page).
EXPECTED_STOPS, EXPECTED_REPORTS = 0.0006, 0.00005
UNWANTED_STOPS, UNWANTED_REPORTS = 0.03, 0.006
#: Numbers that are dead: of a list that is kept, and of one from an old system.
KEPT_DEAD, OLD_DEAD = 0.006, 0.12


class Story(StrEnum):
    """What the practice does in the quarter."""

    BEHAVES = "behaves"
    BLASTS = "blasts"
    OLD_LIST = "old_list"


@dataclass(frozen=True, slots=True)
class Week:
    """What became of a week's reminders."""

    wanted: int
    delivered: int


@dataclass(slots=True)
class Quarter:
    """The result of one story told in one way."""

    story: Story
    protected: bool
    weeks: list[Week] = field(default_factory=list)
    refused: int = 0  # blasts the guard refused
    filtered: int = 0
    pauses: int = 0
    held: int = 0  # reminders that waited in vain for a breaker: somebody phones

    @property
    def delivered(self) -> float:
        """Return the share of all reminders that arrived."""
        wanted = sum(week.wanted for week in self.weeks)
        return sum(week.delivered for week in self.weeks) / wanted if wanted else 0.0


@dataclass(slots=True)
class _Clinic:
    """One quarter under way."""

    quarter: Quarter
    dice: random.Random
    filter: SpamFilter
    bucket: Bucket
    dead: set[int]
    first: int = 0  # of those who come at the moment
    stopped: set[int] = field(default_factory=set)
    suppressed: set[int] = field(default_factory=set)
    proven: set[int] = field(default_factory=set)
    counted: list[tuple[datetime, Tally]] = field(default_factory=list)
    breaker: Standing = field(default_factory=lambda: Standing(BreakerState.CLOSED, BEGINS))


def play(story: Story, *, protected: bool, seed: int = 7) -> Quarter:
    """Return what became of a quarter's reminders."""
    dice = random.Random(seed)  # noqa: S311 - a simulation
    limit = most_a_minute(REGISTRATION) or 0
    clinic = _Clinic(
        quarter=Quarter(story, protected),
        dice=dice,
        filter=SpamFilter(limit),
        # Without a pace of ours the provider's own queue holds to what it may hand on.
        bucket=Bucket(20.0, BEGINS, 1.0 if protected else limit / 60, 20),
        dead={one for one in range(PATIENTS) if dice.random() < KEPT_DEAD},
    )
    for week in range(WEEKS):
        clinic.first = week * NEW_EACH_WEEK
        counts = [_day(clinic, week, weekday) for weekday in range(5)]
        clinic.quarter.weeks.append(Week(sum(w for w, _ in counts), sum(d for _, d in counts)))
    return clinic.quarter


def play_all(*, seed: int = 7) -> Iterator[Quarter]:
    """Tell every story with and without the protections."""
    for story in Story:
        for protected in (True, False):
            yield play(story, protected=protected, seed=seed)


def _day(clinic: _Clinic, week: int, weekday: int) -> tuple[int, int]:
    """Return how many reminders were wanted, and how many arrived."""
    begins = BEGINS + timedelta(weeks=week, days=weekday)
    story = clinic.quarter.story
    if story is Story.OLD_LIST and week == 4 and weekday == 0:
        # An export of years ago is imported, and puts back numbers that are somebody's no more.
        changed = {one for one in range(PATIENTS) if clinic.dice.random() < OLD_DEAD}
        clinic.dead |= changed
        clinic.proven -= changed
    coming = [(clinic.first + place) % PATIENTS for place in range(COMING)]
    visits = clinic.dice.sample(coming, REMINDERS_A_DAY)
    if story is Story.BLASTS and weekday == 1 and week in (3, 7):
        _blast(clinic, begins)
    delivered = wanted = 0
    for place, patient in enumerate(visits):
        if clinic.quarter.protected and place % JUDGED_EVERY == 0:
            _judge(clinic, begins + OPEN_FOR * place / REMINDERS_A_DAY)
        wanted += 1
        if patient in clinic.stopped:
            continue
        due = begins + OPEN_FOR * place / REMINDERS_A_DAY
        text = REMINDER.format(day=f"Nov {1 + place % 28}", time=f"{8 + place % 9}:30")
        delivered += _remind(clinic, patient, text, due)
    return wanted, delivered


def _remind(clinic: _Clinic, patient: int, text: str, due: datetime) -> bool:
    protected = clinic.quarter.protected
    if patient in clinic.suppressed:
        return False  # the desk knows, and asks for a number
    if protected and not _may_leave(clinic, patient):
        clinic.quarter.held += 1
        return False
    return _send(clinic, patient, text, due, wanted=True)


def _blast(clinic: _Clinic, now: datetime) -> None:
    """Try to send an offer to everybody, as fast as the sender goes."""
    draft = Draft(text=BLAST, purpose=Purpose.APPOINTMENT_REMINDER, channel=Channel.SMS)
    if clinic.quarter.protected and review(draft).verdict is not Verdict.ALLOW:
        clinic.quarter.refused += 1
        return
    for patient in range(PATIENTS):
        if patient in clinic.stopped or patient in clinic.suppressed:
            continue
        now = _next_token(clinic, now)
        _send(clinic, patient, BLAST, now, wanted=False)


def _next_token(clinic: _Clinic, now: datetime) -> datetime:
    bucket = clinic.bucket
    if clinic.quarter.protected:
        bucket = paced(bucket, REGISTRATION, warned=clinic.breaker.state is BreakerState.WARNED)
    bucket = refilled(bucket, now=now)
    while whole_tokens(bucket) < 1:
        now += timedelta(seconds=1)
        bucket = refilled(bucket, now=now)
    clinic.bucket = Bucket(bucket.tokens - 1, bucket.tokens_at, clinic.bucket.rate, bucket.burst)
    return now


def _send(clinic: _Clinic, patient: int, text: str, now: datetime, *, wanted: bool) -> bool:
    """Hand one text to the carrier; return whether it arrived."""
    dice, carrier = clinic.dice, clinic.filter
    passes = carrier.passes(SENDER, text, now)
    if patient in clinic.dead:
        carrier.hear(SENDER, "dead", now)
        if clinic.quarter.protected:
            clinic.suppressed.add(patient)  # 30005
        _count(clinic, now, Tally(sent=1, error=1))
        return False
    if dice.random() >= passes:
        clinic.quarter.filtered += 1
        carrier.hear(SENDER, "filtered", now)
        _count(clinic, now, Tally(sent=1, error=1, filtered=1))
        return False
    stops = EXPECTED_STOPS if wanted else UNWANTED_STOPS
    reports = EXPECTED_REPORTS if wanted else UNWANTED_REPORTS
    tally = Tally(sent=1, delivered=1)
    if dice.random() < stops:
        clinic.stopped.add(patient)
        carrier.hear(SENDER, "stopped", now)
        tally.opt_out = 1
    if dice.random() < reports:
        carrier.hear(SENDER, "reported", now, text=text)
    _count(clinic, now, tally)
    clinic.proven.add(patient)
    return True


def _count(clinic: _Clinic, now: datetime, tally: Tally) -> None:
    """Add to the bucket of these ten minutes."""
    begins = now.replace(minute=now.minute - now.minute % 10, second=0, microsecond=0)
    if not clinic.counted or clinic.counted[-1][0] != begins:
        clinic.counted.append((begins, Tally()))
    clinic.counted[-1][1].add(tally)


def _judge(clinic: _Clinic, now: datetime) -> None:
    """Move the breaker as `reputation.operations.judge` does."""
    week_ago = now - timedelta(days=7)
    clinic.counted = [one for one in clinic.counted if one[0] >= week_ago]
    before = clinic.breaker

    def since(moment: datetime) -> Tally:
        start = max(moment, before.counts_from) if before.counts_from else moment
        total = Tally()
        for when, tally in clinic.counted:
            if when >= start:
                total.add(tally)
        return total

    clinic.breaker = step(before, read(Channel.SMS, since, now=now), now=now)
    paused = BreakerState.PAUSED
    clinic.quarter.pauses += clinic.breaker.state is paused and before.state is not paused


def _may_leave(clinic: _Clinic, patient: int) -> bool:
    """Return whether the breaker lets a reminder through, as `dispatch.allowance` does."""
    standing = clinic.breaker
    if standing.state in (BreakerState.CLOSED, BreakerState.WARNED):
        return True
    if standing.state is BreakerState.HALF_OPEN and standing.trickle_left:
        clinic.breaker = replace(standing, trickle_left=standing.trickle_left - 1)
        return True
    return standing.signal in ABOUT_ADDRESSES and patient in clinic.proven
