"""Play a practice's weeks: the real planner, dispatcher and fold, a clock that jumps.

Nothing is imitated but the time and the provider. The clock jumps from one moment at which
something is due to the next; between two such moments the carrier delivers, and people answer.
"""

import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from handbell.access.models import Practice
from handbell.channels.carrier import Carrier
from handbell.dispatch.providers import REHEARSAL
from handbell.facts.models import ContactPoint
from handbell.importers.facts import Severity
from handbell.importers.feed import import_paths
from handbell.importers.report import ImportReport
from handbell.outbox.models import Sender
from handbell.rehearsal.events import Event, Kind, misbehaviour
from handbell.rehearsal.stage import Stage, set_stage
from handbell.vocabulary.words import Channel

#: What stands in for a sender the data does not name: the first of these no patient has.
STAND_INS: Final = {
    Channel.SMS: [f"+1989555{last:04d}" for last in range(199, 99, -1)],
    Channel.VOICE: [f"+1989555{last:04d}" for last in range(100, 200)],
    Channel.EMAIL: ["frontdesk@rehearsal.example"],
}


#: A sender nobody described is rehearsed as an ordinary one: ten messages a second.
STAND_IN_RATE: Final = 10.0
STAND_IN_BURST: Final = 40


def use_stand_ins(practice: Practice) -> list[int]:
    """Send everything of the practice to the rehearsal carrier; return its senders' ids."""
    senders = Sender.objects.filter(practice=practice)
    senders.update(provider=REHEARSAL)
    for channel, candidates in STAND_INS.items():
        if not senders.filter(channel=channel).exists():
            Sender.objects.create(
                practice=practice,
                channel=channel,
                address=_free(practice, candidates),
                provider=REHEARSAL,
                rate_per_second=STAND_IN_RATE,
                burst=STAND_IN_BURST,
            )
    return list(senders.values_list("pk", flat=True))


def _free(practice: Practice, candidates: Sequence[str]) -> str:
    taken = set(
        ContactPoint.objects.filter(practice=practice, value__in=candidates).values_list(
            "value", flat=True
        )
    )
    return next(address for address in candidates if address not in taken)


@dataclass(slots=True)
class Rehearsal:
    """One rehearsal under way."""

    practice: Practice
    ends: datetime
    stage: Stage
    events: list[Event]
    flaws: list[dict[str, Any]] = field(default_factory=list)


async def play(
    practice: Practice,
    *,
    begins: datetime,
    ends: datetime,
    events: Sequence[Event],
    senders: Sequence[int],
    progress: Callable[[datetime], None],
) -> list[dict[str, Any]]:
    """Play the time between `begins` and `ends` (exclusive); return the flaws met on the way."""
    token = secrets.token_hex(16)
    async with set_stage(practice.pk, now=begins, senders=senders, token=token) as stage:
        rehearsal = Rehearsal(practice, ends, stage, list(events))
        await _play(rehearsal, progress)
    return rehearsal.flaws


async def _play(rehearsal: Rehearsal, progress: Callable[[datetime], None]) -> None:
    stage, clock = rehearsal.stage, rehearsal.stage.clock
    while True:
        while rehearsal.events and rehearsal.events[0].at <= clock.now:
            await _happen(rehearsal, rehearsal.events.pop(0))
        await stage.do_what_is_due()
        progress(clock.now)
        upcoming = await _next_moment(rehearsal)
        if not await stage.let_the_carrier_work(upcoming):
            if upcoming == rehearsal.ends:
                await stage.fold()
                return
            clock.now = upcoming


async def _next_moment(rehearsal: Rehearsal) -> datetime:
    """Return when something happens next, on our side or in the events; at most the end."""
    moments = [rehearsal.ends]
    if (ours := await rehearsal.stage.next_moment()) is not None:
        moments.append(ours)
    if rehearsal.events:
        moments.append(rehearsal.events[0].at)
    return min(moments)


async def _happen(rehearsal: Rehearsal, event: Event) -> None:
    match event.kind:
        case Kind.INBOUND_SMS:
            sender = await rehearsal.stage.database.run(_texting_sender, rehearsal.practice.pk)
            await rehearsal.stage.carrier.text_from(event.sender, sender, event.text)
        case Kind.KEY_PRESS:
            if not await rehearsal.stage.post.press(rehearsal.practice.pk, event):
                rehearsal.flaws.append(
                    {"file": "events", "line": event.line, "reason": "no call to this number yet"}
                )
        case Kind.IMPORT:
            await rehearsal.stage.database.run(_import, rehearsal, Path(event.text))
        case Kind.CARRIER:
            _misbehave(rehearsal.stage.carrier, event)


def _misbehave(carrier: Carrier, event: Event) -> None:
    behaviour = misbehaviour(event.text, event.sender)
    if behaviour is None:
        carrier.behave_well()
    else:
        carrier.board.behaviours.add(behaviour)


def _texting_sender(practice_id: int) -> str:
    senders = Sender.objects.filter(practice_id=practice_id, channel=Channel.SMS).order_by("pk")
    return senders.values_list("address", flat=True)[0]


def _import(rehearsal: Rehearsal, folder: Path) -> None:
    report = import_paths([folder], practice=rehearsal.practice, now=rehearsal.stage.clock.now)
    rehearsal.flaws += flaws_of(report)
    use_stand_ins(rehearsal.practice)


def flaws_of(report: ImportReport) -> list[dict[str, Any]]:
    """Return what an import found wrong, as JSON holds it; rows of no use are not wrong."""
    return [
        found.as_json() for found in report.flaws if found.what.severity is not Severity.NOT_USED
    ]
