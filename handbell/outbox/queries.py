"""What went out, what will, and what did not? Reads for pages; nothing here writes.

Lists are read by key, never by offset: a page costs the same however deep it is. A day in
every question is the practice's own day, given as two moments; a message belongs to the day it
is due (`due_at`), so a number and the list behind it are always the same rows.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final
from zoneinfo import ZoneInfo

from django.db.models import Count, F, Prefetch, Q, QuerySet
from django.db.models.functions import Coalesce, TruncHour

from handbell.outbox.models import Attempt, Message, Sender
from handbell.vocabulary.words import Channel, MessageState, Objection, Purpose

S = MessageState

PAGE_SIZE: Final = 50
COUNT_LIMIT: Final = 10_000


class Standing(StrEnum):
    """Where a message stands, as staff ask for it: some states, or a state and its reason."""

    WAITING = "waiting"
    HANDED_OVER = "handed_over"
    NO_WORD_YET = "no_word_yet"
    DELIVERED = "delivered"
    HELD_BACK = "held_back"
    TROUBLE = "trouble"
    IN_DOUBT = "in_doubt"
    STOPPED = "stopped"
    MERGED = "merged"


_NOT_SENT: Final = Q(state__in=[S.WITHHELD, S.CANCELLED, S.EXPIRED]) | (
    Q(state=S.QUEUED) & ~Q(objection="")  # the planner's forecast
)
_MERGED: Final = Q(objection=Objection.MERGED)

STANDINGS: Final[Mapping[Standing, Q]] = {
    Standing.WAITING: Q(state=S.QUEUED, objection="") | Q(state=S.CLAIMED),
    Standing.HANDED_OVER: Q(state__in=[S.ACCEPTED, S.DELIVERED, S.UNDELIVERED, S.IN_DOUBT]),
    Standing.NO_WORD_YET: Q(state=S.ACCEPTED),
    Standing.DELIVERED: Q(state=S.DELIVERED),
    Standing.HELD_BACK: _NOT_SENT & ~_MERGED,
    Standing.TROUBLE: Q(state__in=[S.FAILED, S.UNDELIVERED, S.IN_DOUBT]),
    Standing.IN_DOUBT: Q(state=S.IN_DOUBT),
    Standing.STOPPED: Q(objection=Objection.OPTED_OUT),
    Standing.MERGED: _NOT_SENT & _MERGED,
}


def standings_of(state: MessageState, objection: str) -> frozenset[Standing]:
    """Return every standing a message has; the same answer as the filters, without a query."""
    merged = objection == Objection.MERGED
    ended = state in {S.WITHHELD, S.CANCELLED, S.EXPIRED}
    not_sent = ended or (state is S.QUEUED and bool(objection))
    holds = {
        Standing.WAITING: state is S.CLAIMED or (state is S.QUEUED and not objection),
        Standing.HANDED_OVER: state in {S.ACCEPTED, S.DELIVERED, S.UNDELIVERED, S.IN_DOUBT},
        Standing.NO_WORD_YET: state is S.ACCEPTED,
        Standing.DELIVERED: state is S.DELIVERED,
        Standing.HELD_BACK: not_sent and not merged,
        Standing.TROUBLE: state in {S.FAILED, S.UNDELIVERED, S.IN_DOUBT},
        Standing.IN_DOUBT: state is S.IN_DOUBT,
        Standing.STOPPED: objection == Objection.OPTED_OUT,
        Standing.MERGED: not_sent and merged,
    }
    return frozenset(standing for standing, true in holds.items() if true)


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which messages of a practice are asked for. None and empty mean any."""

    begins: datetime | None = None
    ends: datetime | None = None
    purpose: Purpose | None = None
    channel: Channel | None = None
    standing: Standing | None = None
    reason: Objection | None = None
    facility_id: int | None = None
    patient_ids: Sequence[int] | None = None
    message_id: int | None = None
    without_balances: bool = False


@dataclass(frozen=True, slots=True)
class Cursor:
    """The place of a row in the order: its time, and its id where times are equal."""

    due_at: datetime
    id: int


@dataclass(frozen=True, slots=True)
class Page:
    """One page of rows and the keys of its neighbours, None where there are none."""

    rows: list[Message]
    before: Cursor | None
    after: Cursor | None


@dataclass(frozen=True, slots=True)
class Tally:
    """So many messages of a day with the same channel, state, reason and hour."""

    channel: Channel
    state: MessageState
    objection: str
    hour: datetime
    count: int


@dataclass(frozen=True, slots=True)
class Counted:
    """A true count, or `more` than the limit."""

    number: int
    more: bool


def messages_of(practice_id: int, wanted: Wanted) -> QuerySet[Message]:
    """Return the wanted messages of one practice, unordered."""
    columns = {
        "due_at__gte": wanted.begins,
        "due_at__lt": wanted.ends,
        "purpose": wanted.purpose,
        "channel": wanted.channel,
        "objection": wanted.reason,
        "pk": wanted.message_id,
        "patient_id__in": wanted.patient_ids,
    }
    given = {column: value for column, value in columns.items() if value is not None}
    found = Message.objects.filter(practice_id=practice_id, **given)
    if wanted.standing:
        found = found.filter(STANDINGS[wanted.standing])
    if wanted.facility_id:
        found = found.filter(_at_facility(wanted.facility_id))
    if wanted.without_balances:
        found = found.exclude(purpose=Purpose.BALANCE_ALERT)
    return found


def _at_facility(facility_id: int) -> Q:
    """A reminder belongs to the visit's facility, any other message to the patient's."""
    return Q(appointment__facility_id=facility_id) | Q(
        appointment__isnull=True, patient__facility_id=facility_id
    )


def count_up_to(found: QuerySet[Message], limit: int = COUNT_LIMIT) -> Counted:
    """Return how many rows there are, without counting past the limit."""
    number = found.order_by()[: limit + 1].count()
    return Counted(min(number, limit), number > limit)


def page_of(
    found: QuerySet[Message],
    *,
    latest_first: bool,
    after: Cursor | None = None,
    before: Cursor | None = None,
    size: int = PAGE_SIZE,
) -> Page:
    """Return the page that follows `after`, or the one that ends just before `before`.

    Two queries for any number of rows: the page, and one row of look-ahead within it.
    """
    backwards = before is not None
    descending = latest_first != backwards
    key = before or after
    rows = found if key is None else found.filter(_beyond(key, descending=descending))
    order = ("-due_at", "-id") if descending else ("due_at", "id")
    taken = list(_for_list(rows).order_by(*order)[: size + 1])
    more, shown = len(taken) > size, taken[:size]
    if backwards:
        shown.reverse()
    comes_before = more if backwards else key is not None
    comes_after = key is not None if backwards else more
    return Page(
        rows=shown,
        before=_cursor(shown[0]) if shown and comes_before else None,
        after=_cursor(shown[-1]) if shown and comes_after else None,
    )


def _beyond(key: Cursor, *, descending: bool) -> Q:
    """Rows past the key. The first term lets the index start there; the second settles ties."""
    if descending:
        return Q(due_at__lte=key.due_at) & ~Q(due_at=key.due_at, id__gte=key.id)
    return Q(due_at__gte=key.due_at) & ~Q(due_at=key.due_at, id__lte=key.id)


def _cursor(row: Message) -> Cursor:
    return Cursor(row.due_at, row.pk)


def _for_list(found: QuerySet[Message]) -> QuerySet[Message]:
    return found.select_related("patient", "patient__facility", "appointment__facility")


def tallies(practice_id: int, wanted: Wanted, *, zone: ZoneInfo) -> list[Tally]:
    """Return the wanted messages counted by channel, state, reason and hour, in one query.

    The hour is the one it was handed over in, else the one it is due in.
    """
    rows = (
        messages_of(practice_id, wanted)
        .annotate(hour=TruncHour(Coalesce("handed_over_at", "due_at"), tzinfo=zone))
        .values("channel", "state", "objection", "hour")
        .annotate(number=Count("id"))
        .order_by()
    )
    return [
        Tally(
            channel=Channel(row["channel"]),
            state=MessageState(row["state"]),
            objection=row["objection"],
            hour=row["hour"],
            count=row["number"],
        )
        for row in rows
    ]


def in_doubt(
    practice_id: int, *, facility_id: int | None, without_balances: bool, limit: int
) -> list[Message]:
    """Return messages nobody knows the fate of, the longest in doubt first."""
    wanted = Wanted(
        standing=Standing.IN_DOUBT, facility_id=facility_id, without_balances=without_balances
    )
    found = _for_list(messages_of(practice_id, wanted))
    return list(found.order_by(F("handed_over_at").asc(nulls_last=True), "id")[:limit])


def paused_senders(practice_id: int, *, now: datetime) -> list[Sender]:
    """Return the senders nothing leaves by at the moment."""
    paused = Q(paused_until__gt=now) | (Q(paused_until__isnull=True) & ~Q(paused_reason=""))
    return list(Sender.objects.filter(paused, practice_id=practice_id).order_by("channel", "id"))


def planned_count(
    practice_id: int,
    purpose: Purpose,
    *,
    channel: Channel | None = None,
    steps: Collection[str] | None = None,
    type_ids: Collection[int] = (),
    facility_ids: Collection[int] = (),
) -> int:
    """Return how many messages wait to go, of these steps, or of these visits if any are named."""
    found = Message.objects.filter(
        practice_id=practice_id, purpose=purpose, state=MessageState.QUEUED, objection=""
    )
    if channel is not None:
        found = found.filter(channel=channel)
    if steps is not None:
        found = found.filter(step__in=steps)
    if type_ids or facility_ids:
        of_visits = Q(appointment__type_id__in=type_ids)
        found = found.filter(of_visits | Q(appointment__facility_id__in=facility_ids))
    return found.count()


def message_life(
    practice_id: int, message_id: int, *, without_balances: bool = False
) -> Message | None:
    """Return one message of the practice with all that its page tells, or None."""
    wanted = Wanted(message_id=message_id, without_balances=without_balances)
    return (
        messages_of(practice_id, wanted)
        .select_related(
            "practice",
            "sender",
            "patient__facility",
            "appointment__facility",
            "merged_into",
        )
        .prefetch_related(
            Prefetch("tries", Attempt.objects.select_related("sender").order_by("number")),
            Prefetch("merged", _for_list(Message.objects.order_by("appointment__starts_at"))),
        )
        .first()
    )


def message_of_link(code: str) -> Message | None:
    """Return the message a patient's link belongs to, with its visits, or None."""
    return (
        Message.objects.filter(code=code)
        .select_related("practice", "patient__facility", "appointment__facility")
        .prefetch_related(
            Prefetch(
                "merged",
                Message.objects.select_related("appointment__facility").order_by("id"),
            )
        )
        .first()
    )
