"""How far is a sending, and what can be done about it while it goes?

A pause holds what waits, a stop ends it; what a provider has is with the provider.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.db import transaction

from handbell.access.models import StaffMember
from handbell.access.practice_settings import PracticeSettings
from handbell.closures.estimate import finishing
from handbell.closures.press import record_sending
from handbell.dispatch.jobs import give_turn
from handbell.facts.closing import take_turns
from handbell.facts.models import Closure
from handbell.outbox.models import Attempt, Sender, Sending
from handbell.outbox.sendings import (
    Tally,
    hold_rows,
    release_rows,
    sendings_of,
    stop_rows,
    tallies_of,
)
from handbell.vocabulary.words import MessageState, Objection, SendingState

S, G = MessageState, SendingState

#: What a sending may become by a button.
CHANGES: Final[Mapping[SendingState, frozenset[SendingState]]] = {
    G.GOING: frozenset({G.PAUSED, G.STOPPED}),
    G.PAUSED: frozenset({G.GOING, G.STOPPED}),
}


@dataclass(frozen=True, slots=True)
class Progress:
    """One sending, and how many people's notices are where.

    `with_another` went inside the notice of somebody at the same number. `done` says that nothing
    of it waits or is being handed over.
    """

    sending: Sending
    queued: int
    handed_over: int
    delivered: int
    failed: int
    in_doubt: int
    with_another: int
    not_sent: int
    finished_at: datetime | None

    @property
    def done(self) -> bool:
        return self.sending.went_at is not None and self.queued == 0

    @property
    def in_all(self) -> int:
        """Everybody it was for, whom the channel reaches or not."""
        gone = self.handed_over + self.delivered + self.failed + self.in_doubt
        return self.queued + gone + self.with_another + self.not_sent


def progress_of(closure: Closure, settings: PracticeSettings, *, now: datetime) -> list[Progress]:
    """Return every sending of a closure with its numbers, the first first."""
    sendings = list(sendings_of(closure.pk))
    tallies = tallies_of([one.pk for one in sendings])
    senders = _senders(sendings)
    return [_progress(one, tallies[one.pk], senders.get(one.pk), settings, now) for one in sendings]


def _senders(sendings: list[Sending]) -> dict[int, tuple[Sender, int]]:
    """Return each sending's sender, with the segments of its longest text so far."""
    found: dict[int, tuple[Sender, int]] = {}
    rows = (
        Attempt.objects.filter(message__sending__in=[one.pk for one in sendings])
        .order_by("message__sending", "-segments", "id")
        .distinct("message__sending")
        .select_related("sender", "message")
    )
    for row in rows:
        found[row.message.sending_id or 0] = (row.sender, row.segments)
    return found


def _progress(
    sending: Sending,
    tallies: list[Tally],
    by: tuple[Sender, int] | None,
    settings: PracticeSettings,
    now: datetime,
) -> Progress:
    def count(*states: MessageState, merged: bool = False) -> int:
        return sum(
            one.count
            for one in tallies
            if one.state in states and (one.objection == Objection.MERGED) is merged
        )

    queued = count(S.QUEUED, S.CLAIMED) + len(sending.unwritten)
    finish = None
    if by is not None and queued and sending.state == G.GOING:
        sender, segments = by
        finish = finishing(sender, settings, queued, segments=segments, begins=now, now=now)
    return Progress(
        sending=sending,
        queued=queued,
        handed_over=count(S.ACCEPTED),
        delivered=count(S.DELIVERED),
        failed=count(S.FAILED, S.UNDELIVERED),
        in_doubt=count(S.IN_DOUBT),
        with_another=count(S.WITHHELD, merged=True),
        not_sent=count(S.WITHHELD, S.CANCELLED, S.EXPIRED),
        finished_at=finish,
    )


@transaction.atomic
def change(sending: Sending, to: SendingState, *, by: StaffMember, now: datetime) -> bool:
    """Pause, stop or let go on; False where that is not possible or it is so already."""
    take_turns(sending.practice_id)
    fresh = Sending.objects.select_for_update().get(pk=sending.pk)
    if to not in CHANGES.get(SendingState(fresh.state), frozenset()):
        return False
    fresh.state = to
    fresh.save(update_fields=["state"])
    match to:
        case SendingState.PAUSED:
            waiting = hold_rows(fresh)
        case SendingState.STOPPED:
            waiting = stop_rows([fresh.pk], now=now)
        case _:
            waiting = release_rows(fresh, now=now)
            transaction.on_commit(lambda: _give_turns(fresh.pk))
    record_sending(fresh, {to.value: waiting}, by=by, now=now)
    return True


def _give_turns(sending_id: int) -> None:
    senders = Sender.objects.filter(message__sending=sending_id).distinct()
    for sender_id in senders.values_list("pk", flat=True):
        give_turn(sender_id)
