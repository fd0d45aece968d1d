"""Which messages about a visit belong to no step of the practice's? Pure.

* `change`: the visit moved after its patient was told of it; they hear at once.
* `cancelled`: it does not take place after they were told of it. Off unless a practice wants it.
* `week`: all visits of a week in one message, for patients who come often (planner/digest.py).

Their names stand where a step's key does, in dedup keys and reports.
"""

from collections.abc import Iterator
from datetime import datetime
from typing import Final

from handbell.access.practice_settings import Options
from handbell.planner.history import History, Way
from handbell.planner.touches import Visit
from handbell.policy.judge import ON_SCHEDULE
from handbell.policy.timetable import Step
from handbell.vocabulary.words import AppointmentStatus, Channel, Purpose, Recipient

CHANGE: Final = "change"
CANCELLED: Final = "cancelled"
WEEK: Final = "week"

#: A digest lists what no call could say.
DIGEST_CHANNELS: Final = (Channel.SMS, Channel.EMAIL)

#: What tells of something that has happened: it goes by itself, and never as one with others.
CHANGE_NOTICES: Final = frozenset({CHANGE, CANCELLED})


def own_step(key: str, options: Options) -> Step | None:
    """Return what stands for a step where the message belongs to none; None if it is off."""
    wanted = {
        CHANGE: options.notify_changes,
        CANCELLED: options.notify_cancellations,
        WEEK: bool(options.weekly_digest_from),
    }
    if not wanted.get(key):
        return None
    channels = DIGEST_CHANNELS if key == WEEK else ()
    return Step(key, None, None, None, channels, when_confirmed=key in CHANGE_NOTICES)


def notices(visit: Visit, options: Options, history: History) -> Iterator[tuple[str, Way]]:
    """Yield each notice that is called for, and each way by which the visit was told of.

    One that is on its way already is called for until it has gone: then it is what was told.
    """
    told = history.told.get(visit.id)
    if not told or not visit.wants_reminders:
        return
    if visit.status in ON_SCHEDULE and options.notify_changes:
        yield from ((CHANGE, way) for way in sorted(told) if told[way] < visit.revision)
    if visit.status is AppointmentStatus.CANCELLED and options.notify_cancellations:
        yield from ((CANCELLED, way) for way in sorted(told))


def told_at_once(visit: Visit, history: History) -> dict[Way, datetime]:
    """Return by which ways a change of the visit is being told or was, and since when.

    Steps missed before then are told of by it.
    """
    found = {}
    for key in history.alive:
        purpose, subject, revision, step, channel, recipient = key
        same = (subject, revision, step) == (visit.id, visit.revision, CHANGE)
        if same and purpose == Purpose.APPOINTMENT_REMINDER:
            found[Recipient(recipient), Channel(channel)] = history.since[key]
    return found
