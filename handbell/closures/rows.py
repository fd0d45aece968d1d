"""The rows of a sending: the first ones with the press, the others right after, all of them once.

The transaction of the press writes the rows of those affected first and names everybody else in
`Sending.unwritten`; the first notice leaves while the others are written. Whoever pressed writes
them; if they are killed, a worker does.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final

from django.db import connection, transaction

from handbell.access.practice_settings import PracticeSettings, practice_settings
from handbell.closures.audience import Audience, affected
from handbell.dispatch.jobs import give_turn
from handbell.facts.closures import Affected, reason_of
from handbell.facts.people import Person, load_people
from handbell.outbox.models import Sending
from handbell.outbox.operations import NewMessage, enqueue
from handbell.outbox.sendings import hold_rows, stop_rows
from handbell.planner.notices import Notice, by_patient, notice_row, reach
from handbell.planner.queries import senders_of
from handbell.vocabulary.words import Channel, NoticeKind, SendingState

#: So many rows are written with the press: enough for a sender until the next ones are there.
FIRST_ROWS: Final = 200
ROWS_AT_ONCE: Final = 1000

_ONE_WRITER: Final = "SELECT pg_try_advisory_xact_lock(hashtextextended('notices', %s))"


def write_first(
    sending: Sending, settings: PracticeSettings, audience: Audience, *, now: datetime
) -> None:
    """Write the rows of whoever is affected first, and promise those of everybody else."""
    notice = _notice(sending, settings)
    reached = audience.reached_by(notice.channel)[:FIRST_ROWS]
    first = {one.id for one in reached}
    enqueue(
        [
            notice_row(notice, one.person, one.visits, one.reaches[notice.channel], now=now)
            for one in reached
        ],
        now=now,
    )
    sending.went_at = now
    sending.unwritten = [one.id for one in audience.members if one.id not in first]
    sending.save(update_fields=["went_at", "unwritten"])
    _wake(notice.sender_id)


def write_rest(sending_id: int) -> None:
    """Write every row that is still promised; nothing happens if somebody else is at it."""
    while _write_some(sending_id):
        pass


def unfinished() -> list[int]:
    """Return the sendings of which rows are promised and not written."""
    found = Sending.objects.exclude(unwritten=[]).order_by("pk")
    return list(found.values_list("pk", flat=True))


@transaction.atomic
def _write_some(sending_id: int) -> bool:
    """Write the next promised rows; return whether there are more for us to write.

    A claim passes by what is locked, so the sending is only once the rows are there: the first
    notices leave while these are made. A claim that looks at it is waited for; it is short, and
    never waits for us.
    """
    if not _is_ours(sending_id):
        return False
    found = Sending.objects.select_related("closure").exclude(unwritten=[]).filter(pk=sending_id)
    sending = found.first()
    if sending is None or sending.went_at is None:
        return False
    enqueue(_next_rows(sending, now=sending.went_at), now=sending.went_at)
    return _note_written(sending)


def _next_rows(sending: Sending, *, now: datetime) -> list[NewMessage]:
    settings = practice_settings(sending.practice_id)
    notice = _notice(sending, settings)
    ids = sending.unwritten[:ROWS_AT_ONCE]
    visits = _visits(sending, settings, now)
    people = load_people(ids, now=now)

    def row(person: Person) -> NewMessage:
        own = visits.get(person.id, ())
        found = reach(
            person,
            own,
            channel=notice.channel,
            reason=notice.reason,
            settings=settings,
            has_sender=notice.sender_id is not None,
            now=now,
        )
        return notice_row(notice, person, own, found, now=now)

    return [row(people[id]) for id in ids if id in people]


def _note_written(sending: Sending) -> bool:
    """Take the written rows off the promise; return whether there are more.

    Somebody may have paused or stopped the sending meanwhile: then the rows wait or end too.
    """
    fresh = Sending.objects.select_for_update(no_key=True).get(pk=sending.pk)
    written = set(sending.unwritten[:ROWS_AT_ONCE])
    fresh.unwritten = [id for id in fresh.unwritten if id not in written]
    fresh.save(update_fields=["unwritten"])
    match SendingState(fresh.state):
        case SendingState.PAUSED:
            hold_rows(fresh)
        case SendingState.STOPPED:
            stop_rows([fresh.pk], now=fresh.went_at or fresh.pressed_at)
        case _:
            _wake(senders_of(fresh.practice_id).get(Channel(fresh.channel)))
    return bool(fresh.unwritten)


def _is_ours(sending_id: int) -> bool:
    """Return whether nobody else writes the sending's rows until this transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute(_ONE_WRITER, [sending_id])
        return bool(cursor.fetchone()[0])


def _visits(
    sending: Sending, settings: PracticeSettings, now: datetime
) -> Mapping[int, Sequence[Affected]]:
    """Return what is affected of each patient; an all clear is about no visit."""
    if sending.kind == NoticeKind.ALL_CLEAR:
        return {}
    return by_patient(affected(sending.closure, settings, now=now))


def _notice(sending: Sending, settings: PracticeSettings) -> Notice:
    channel = Channel(sending.channel)
    return Notice(
        practice_id=settings.id,
        closure_id=sending.closure_id,
        sending_id=sending.pk,
        kind=NoticeKind(sending.kind),
        reason=reason_of(sending.closure),
        channel=channel,
        day=sending.day,
        sender_id=senders_of(settings.id).get(channel),
        untold_only=sending.untold_only,
    )


def _wake(sender_id: int | None) -> None:
    """Let a worker look at the sender once the rows are there."""
    if sender_id is not None:
        transaction.on_commit(lambda: give_turn(sender_id))
