"""How does each sender do? Reads of the buckets, the breakers and the alarms."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from django.db.models import Count, F, Q, QuerySet, Sum
from django.db.models.functions import TruncDate

from handbell.dispatch.providers import rule_for
from handbell.outbox.models import Breaker, Message, Sender
from handbell.reputation.fold import Fate, Tally, tally_of
from handbell.reputation.models import Alarm, Bucket, Objected
from handbell.reputation.thresholds import Reading, read
from handbell.vocabulary.words import (
    AlarmKind,
    BreakerState,
    Channel,
    MessageState,
    Purpose,
    Signal,
)

COLUMNS: Final = tuple(column.name for column in fields(Tally))
DAYS_SHOWN: Final = 30


@dataclass(frozen=True, slots=True)
class Watched:
    """One sender and one purpose it sent for lately."""

    practice_id: int
    sender_id: int
    channel: Channel
    purpose: Purpose


def watched(*, since: datetime) -> list[Watched]:
    """Return what has rates to look at: everything sent lately but emergency notices."""
    recent = Bucket.objects.filter(begins__gte=since, sender__retired=False)
    rows = (
        recent.exclude(purpose=Purpose.EMERGENCY_NOTICE)
        .values_list("sender__practice_id", "sender_id", "sender__channel", "purpose")
        .distinct()
        .order_by("sender_id", "purpose")
    )
    moving = (
        Breaker.objects.exclude(state=BreakerState.CLOSED)
        .filter(sender__retired=False)
        .exclude(purpose=Purpose.EMERGENCY_NOTICE)
        .values_list("sender__practice_id", "sender_id", "sender__channel", "purpose")
    )
    found = dict.fromkeys([*rows, *moving])
    return [Watched(p, s, Channel(channel), Purpose(purpose)) for p, s, channel, purpose in found]


def counted_since(
    one: Watched, *, earliest: datetime, counts_from: datetime | None
) -> Callable[[datetime], Tally]:
    """Return a function that sums what was counted since a moment, from one query.

    Only ten minutes that began at the moment or later count, and at `counts_from` or later: what
    a breaker opened for is not counted against its trial.
    """
    rows = list(
        Bucket.objects.filter(
            sender_id=one.sender_id, purpose=one.purpose, begins__gte=earliest
        ).values_list("begins", *COLUMNS)
    )

    late = _late(one.sender_id, one.purpose, counts_from)

    def since(moment: datetime) -> Tally:
        start = max(moment, counts_from) if counts_from else moment
        return _less(_sum(row[1:] for row in rows if row[0] >= start), late, start)

    return since


def _late(
    sender_id: int, purpose: Purpose, counts_from: datetime | None
) -> list[tuple[datetime, str]]:
    """Return the objections made since then to what had left before: in which ten minutes, which.

    People object days after a mail: what the breaker opened for would count against its trial.
    """
    if counts_from is None:
        return []
    found = Objected.objects.filter(
        sender_id=sender_id,
        purpose=purpose,
        at__gte=counts_from,
        message__handed_over_at__lt=counts_from,
    ).values_list("at", "signal")
    return [(_ten_minutes_of(at), signal) for at, signal in found]


def _ten_minutes_of(moment: datetime) -> datetime:
    return moment.replace(minute=moment.minute // 10 * 10, second=0, microsecond=0)


def _less(tally: Tally, late: Iterable[tuple[datetime, str]], start: datetime) -> Tally:
    """Return the tally without the late objections it holds."""
    for begins, signal in late:
        if begins >= start:
            setattr(tally, signal, max(getattr(tally, signal) - 1, 0))
    return tally


def _sum(rows: Iterable[Sequence[int]]) -> Tally:
    total = Tally()
    for row in rows:
        total.add(Tally(*row))
    return total


@dataclass(frozen=True, slots=True)
class Health:
    """One sender's rates for one purpose, now and by the day."""

    sender: Sender
    purpose: Purpose
    breaker: Breaker | None
    readings: list[Reading]
    days: dict[date, Tally]

    @property
    def total(self) -> Tally:
        return _sum([getattr(day, name) for name in COLUMNS] for day in self.days.values())


def health_of(
    senders: Sequence[Sender], *, zone: ZoneInfo, now: datetime, purposes: Sequence[Purpose]
) -> list[Health]:
    """Return how each sender does for each purpose it was used for in the last 30 days."""
    begins = now - timedelta(days=DAYS_SHOWN)
    days = _days(senders, zone=zone, begins=begins)
    breakers = {
        (row.sender_id, Purpose(row.purpose)): row
        for row in Breaker.objects.filter(sender__in=senders)
    }
    recent = _recent(senders, earliest=now - timedelta(days=8))
    found = []
    for sender in senders:
        for purpose in purposes:
            key = (sender.pk, purpose)
            if key not in days and key not in breakers:
                continue
            breaker = breakers.get(key)
            readings = _readings(sender, recent.get(key, []), breaker, now)
            found.append(Health(sender, purpose, breaker, readings, days.get(key, {})))
    return found


Key = tuple[int, Purpose]


def _days(
    senders: Sequence[Sender], *, zone: ZoneInfo, begins: datetime
) -> dict[Key, dict[date, Tally]]:
    rows = (
        Bucket.objects.filter(sender__in=senders, begins__gte=begins)
        .annotate(day=TruncDate("begins", tzinfo=zone))
        .values_list("sender_id", "purpose", "day", *(Sum(name) for name in COLUMNS))
        .order_by("day")
    )
    found: dict[Key, dict[date, Tally]] = defaultdict(dict)
    for sender_id, purpose, day, *counts in rows:
        found[sender_id, Purpose(purpose)][day] = Tally(*counts)
    return dict(found)


def _recent(
    senders: Sequence[Sender], *, earliest: datetime
) -> dict[Key, list[tuple[datetime, Tally]]]:
    rows = Bucket.objects.filter(sender__in=senders, begins__gte=earliest).values_list(
        "sender_id", "purpose", "begins", *COLUMNS
    )
    found: dict[Key, list[tuple[datetime, Tally]]] = defaultdict(list)
    for sender_id, purpose, begins, *counts in rows:
        found[sender_id, Purpose(purpose)].append((begins, Tally(*counts)))
    return dict(found)


def _readings(
    sender: Sender,
    recent: Sequence[tuple[datetime, Tally]],
    breaker: Breaker | None,
    now: datetime,
) -> list[Reading]:
    from_then = breaker.counts_from if breaker else None
    late = _late(sender.pk, Purpose(breaker.purpose), from_then) if breaker else []

    def since(moment: datetime) -> Tally:
        start = max(moment, from_then) if from_then else moment
        total = Tally()
        for begins, tally in recent:
            if begins >= start:
                total.add(tally)
        return _less(total, late, start)

    return read(Channel(sender.channel), since, now=now)


def open_alarms(practice_id: int) -> QuerySet[Alarm]:
    """Return what somebody has to look at, the newest first; paused senders stand by themselves."""
    return (
        Alarm.objects.filter(practice_id=practice_id, settled_at=None)
        .exclude(kind=AlarmKind.SENDER)
        .select_related("sender", "breaker")
        .order_by("-at", "-id")
    )


def messages_behind(
    sender: Sender, purpose: Purpose, signal: Signal | None, *, since: datetime
) -> QuerySet[Message]:
    """Return the messages a number is made of, the newest first; `signal` None: all that were sent.

    A list for staff: what a provider's code means is looked up row by row by whoever shows it.
    """
    sent = Message.objects.filter(
        practice_id=sender.practice_id, sender=sender, purpose=purpose
    ).select_related("patient")
    if signal in (Signal.OPT_OUT, Signal.COMPLAINT):
        of_those = Objected.objects.filter(
            sender=sender, purpose=purpose, signal=signal, at__gte=since
        )
        return sent.filter(pk__in=of_those.values("message")).order_by("-handed_over_at", "-id")
    tried = Q(tries__sender=sender, tries__claimed_at__gte=since)
    if signal in (Signal.HARD_BOUNCE, Signal.FILTERED, Signal.ERROR):
        tried &= Q(state__in=["undelivered", "failed"]) & ~Q(detail="")
    if signal is Signal.SHORT_CALL:
        tried &= Q(events__payload__seconds__lte=6, state="delivered")
    return sent.filter(tried).distinct().order_by(F("changed_at").desc(), "-id")


def codes_of(sender: Sender, purpose: Purpose, signal: Signal, *, since: datetime) -> list[str]:
    """Return the codes met since then that count as this signal, as the buckets count them."""
    channel = Channel(sender.channel)
    met = (
        Message.objects.filter(
            practice_id=sender.practice_id,
            sender=sender,
            purpose=purpose,
            state__in=["undelivered", "failed"],
            changed_at__gte=since,
        )
        .exclude(detail="")
        .values_list("detail", flat=True)
        .order_by()
        .distinct()
    )
    return [code for code in met if _counts_as(code, signal, channel, sender)]


def _counts_as(code: str, signal: Signal, channel: Channel, sender: Sender) -> bool:
    rule = rule_for(sender.provider, channel, code, sender=sender.address)
    fate = Fate(channel, "accepted", MessageState.UNDELIVERED, code)
    return bool(tally_of(fate, rule).of(signal)[0])


# For machines that watch: counts of the whole installation, without a name in them.


def last_day(*, now: datetime) -> list[tuple[str, str, str, int]]:
    """Return (channel, purpose, outcome, number) of the last 24 hours' buckets.

    Bounded, since it is asked every few seconds whatever the history holds.
    """
    rows = (
        Bucket.objects.filter(begins__gt=now - timedelta(days=1))
        .values_list("sender__channel", "purpose", *(Sum(name) for name in COLUMNS))
        .order_by("sender__channel", "purpose")
    )
    return [
        (channel, purpose, outcome, number)
        for channel, purpose, *numbers in rows
        for outcome, number in zip(COLUMNS, numbers, strict=True)
    ]


def due_counts(*, now: datetime) -> list[tuple[str, int]]:
    """Return how many messages of each channel are due and wait."""
    due = Message.objects.filter(state=MessageState.QUEUED, objection="", due_at__lte=now)
    return list(due.values_list("channel").annotate(number=Count("id")).order_by("channel"))


def breaker_counts() -> list[tuple[str, str, str, int]]:
    """Return how many breakers stand in each state, by channel and purpose."""
    found = Breaker.objects.values_list("sender__channel", "purpose", "state")
    return list(found.annotate(number=Count("id")).order_by("sender__channel", "purpose", "state"))


def paused_count(*, now: datetime) -> int:
    """Return how many senders nothing leaves by."""
    paused = Q(paused_until__gt=now) | (Q(paused_until__isnull=True) & ~Q(paused_reason=""))
    return Sender.objects.filter(paused, retired=False).count()
