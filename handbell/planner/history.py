"""What has become of a patient's messages so far, as planning asks it? Pure.

Most of planning looks at facts only. Four things hang on what was sent: a visit that moves is
told of at once to whoever was told of it before, a text that did not arrive may be followed by
another channel, a digest that has gone stays one, and a late booking is not told of twice.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from handbell.planner.difference import Existing
from handbell.planner.touches import Key
from handbell.vocabulary.words import Channel, MessageState, Objection, Purpose, Recipient

S = MessageState

_HAS_IT: Final = frozenset({S.CLAIMED, S.ACCEPTED, S.DELIVERED, S.IN_DOUBT})
_LOST: Final = frozenset({S.UNDELIVERED, S.FAILED})

Way = tuple[Recipient, Channel]


@dataclass(frozen=True, slots=True)
class History:
    """The messages of one patient by their dedup keys.

    `known` were planned in their time; `gone` have left and not failed, `alive` have or still may;
    `lost` went and did not arrive; `refused` were held back, and why.
    `told` is by visit: the newest revision each way told of. `since` is when each touch was first
    wanted.
    """

    known: Collection[Key] = frozenset()
    gone: Collection[Key] = frozenset()
    alive: Collection[Key] = frozenset()
    lost: Collection[Key] = frozenset()
    refused: Mapping[Key, Objection] = field(default_factory=dict)
    told: Mapping[int, Mapping[Way, int]] = field(default_factory=dict)
    since: Mapping[Key, datetime] = field(default_factory=dict)


NOTHING_YET: Final = History()


def history_of(existing: Sequence[Existing]) -> History:
    """Return what these messages of one patient come to."""
    if not existing:
        return NOTHING_YET
    return History(
        known=frozenset(m.key for m in existing if m.was_planned_in_its_time),
        gone=frozenset(m.key for m in existing if _fate(m) in _HAS_IT),
        alive=frozenset(m.key for m in existing if _fate(m) in _HAS_IT | {S.QUEUED}),
        lost=frozenset(m.key for m in existing if _fate(m) in _LOST),
        refused={m.key: Objection(m.objection) for m in existing if _fate(m) == S.WITHHELD},
        told=_told(existing),
        since={m.key: m.planned_for for m in existing},
    )


def _fate(message: Existing) -> str:
    """Return how it ended; what travels in another message ends as that one."""
    merged = message.state == S.WITHHELD and message.objection == Objection.MERGED
    return message.leader_state or message.state if merged else message.state


def _told(existing: Sequence[Existing]) -> dict[int, dict[Way, int]]:
    """Return by visit what each way told of: a text may still wait where an e-mail has gone."""
    found: dict[int, dict[Way, int]] = {}
    for message in existing:
        if message.purpose != Purpose.APPOINTMENT_REMINDER or _fate(message) not in _HAS_IT:
            continue
        way = (Recipient(message.recipient), Channel(message.channel))
        of_visit = found.setdefault(message.subject_id, {})
        of_visit[way] = max(of_visit.get(way, 0), message.subject_revision)
    return found
