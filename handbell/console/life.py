"""What does a message's own page tell? Whose it is, what became of it, why, and every word."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Final
from zoneinfo import ZoneInfo

from handbell.access.queries import practice_zone
from handbell.console.clock import same_clock, say_day, say_moment, say_zone
from handbell.console.preview import Preview, preview
from handbell.console.queries import events_of, replies_to, stop_behind
from handbell.console.saying import say_cause, say_reason
from handbell.console.timeline import Moment, code_meaning, timeline
from handbell.console.words import RECIPIENTS, VISIT_STATUSES, Chip, chip
from handbell.outbox.models import Attempt, Message
from handbell.policy.zones import zone
from handbell.receipts.links import events_behind
from handbell.vocabulary.words import (
    AppointmentStatus,
    Channel,
    MessageState,
    Objection,
    Recipient,
)


@dataclass(frozen=True, slots=True)
class Said:
    """A moment with its time in words, and in the patient's words where their clock differs."""

    moment: Moment
    time: str
    patient_time: str


@dataclass(frozen=True, slots=True)
class Why:
    """Why it was not sent: the reason with its date, and what mends it."""

    sentence: str
    cure: str
    source: str


@dataclass(frozen=True, slots=True)
class Visit:
    """One visit the message speaks of."""

    time: str
    facility: str
    status: str
    moved: bool


@dataclass(frozen=True, slots=True)
class Told:
    """One try and the words of it."""

    attempt: Attempt
    preview: Preview
    time: str


@dataclass(frozen=True, slots=True)
class Life:
    """Everything the page shows, in words."""

    chip: Chip
    recipient: str
    zone_said: str
    patient_zone_said: str
    why: Why | None
    code: str
    code_meaning: str
    visits: Sequence[Visit]
    moments: Sequence[Said]
    tries: Sequence[Told]


_STOPS: Final = frozenset({Objection.OPTED_OUT, Objection.SUPPRESSED})
_UNSENT: Final = frozenset(
    {
        MessageState.QUEUED,
        MessageState.WITHHELD,
        MessageState.CANCELLED,
        MessageState.EXPIRED,
        MessageState.FAILED,
    }
)


def read_life(message: Message, *, now: datetime) -> Life:
    """Return the life of a message that `message_life` found; five more queries at most."""
    own = practice_zone(message.practice)
    theirs = _patient_zone(message) or own
    differs = not same_clock(own, theirs, at=message.due_at)
    tries = list(message.tries.all())
    code = message.detail if message.state in {"failed", "undelivered"} else ""
    return Life(
        chip=chip(message.state, message.objection),
        recipient=RECIPIENTS[Recipient(message.recipient)],
        zone_said=say_zone(own, at=message.due_at),
        patient_zone_said=say_zone(theirs, at=message.due_at) if differs else "",
        why=_why(message, own, now),
        code=code,
        code_meaning=code_meaning(message, code) if code else "",
        visits=[_visit(one, now) for one in (message, *message.merged.all()) if one.appointment],
        moments=_moments(message, tries, own, theirs if differs else None, now),
        tries=[_told(attempt, message, own, now) for attempt in reversed(tries)],
    )


def _moments(
    message: Message,
    tries: Sequence[Attempt],
    own: ZoneInfo,
    theirs: ZoneInfo | None,
    now: datetime,
) -> list[Said]:
    say = partial(say_moment, zone=own, now=now)
    moments = timeline(
        message,
        tries=tries,
        events=events_of(message),
        replies=replies_to(message),
        behind_link=events_behind(message),
        say=say,
        now=now,
    )
    return [
        Said(one, say(one.at), say_moment(one.at, zone=theirs, now=now) if theirs else "")
        for one in moments
    ]


def _told(attempt: Attempt, message: Message, own: ZoneInfo, now: datetime) -> Told:
    words = preview(attempt, Channel(message.channel))
    return Told(attempt, words, say_moment(attempt.claimed_at, zone=own, now=now))


def _patient_zone(message: Message) -> ZoneInfo | None:
    """The zone on the patient's file, else that of the facility they go to."""
    patient = message.patient
    if own := zone(patient.time_zone):
        return own
    facility = message.appointment.facility if message.appointment else patient.facility
    return zone(facility.time_zone) if facility else None


def _why(message: Message, own: ZoneInfo, now: datetime) -> Why | None:
    if not message.objection or message.state not in _UNSENT:
        return None
    reason = Objection(message.objection)
    explanation = say_reason(reason)
    sentence = explanation.sentence
    if reason in _STOPS and (stop := stop_behind(message)):
        how, at = stop
        day = say_day(at.astimezone(own).date(), today=now.astimezone(own).date())
        sentence = f"{sentence.rstrip('.')} ({say_cause(how)}, {day})."
    return Why(sentence, explanation.cure, _public_source(explanation.source))


def _public_source(source: str) -> str:
    """Return the laws and rules a reason rests on, without our own working papers."""
    return "; ".join(part for part in source.split("; ") if ".md" not in part)


def _visit(message: Message, now: datetime) -> Visit:
    visit = message.appointment
    assert visit is not None
    there = zone(visit.facility.time_zone) or ZoneInfo("UTC")
    return Visit(
        time=say_moment(visit.starts_at, zone=there, now=now),
        facility=visit.facility.name,
        status=VISIT_STATUSES[AppointmentStatus(visit.status)],
        moved=visit.revision != message.subject_revision,
    )
