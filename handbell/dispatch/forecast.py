"""What will this patient get next, and why will something not go? As things stand now.

The planner describes the patient's future as it does for the outbox, only further ahead; then
each message meets the same judge as at its claim, at the moment it would leave, in the order
they would leave, each counting against the caps of those after it. Writes nothing.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Final

from handbell.access.practice_settings import PracticeSettings
from handbell.dispatch.candidates import Candidate, FactsNow, Past, facts_now
from handbell.dispatch.compose import Composed, compose
from handbell.dispatch.letter import Letter
from handbell.dispatch.proposals import bundles, in_turn, proposal_for
from handbell.planner import queries
from handbell.planner.difference import Existing
from handbell.planner.planner import describe
from handbell.planner.touches import Touch
from handbell.policy.judge import Allow, Defer, Refuse, judge
from handbell.scripts.queries import paused_scripts, texts_of
from handbell.scripts.starting_texts import Key, Text
from handbell.vocabulary.words import Channel, MessageState, Objection, Purpose

#: Far enough for the next visits of anybody, whatever the outbox holds already.
FAR: Final = timedelta(days=366)

#: A message that is put back may be put back again; this often is enough to see where it lands.
_MOST_DEFERRALS: Final = 4


@dataclass(frozen=True, slots=True)
class Ahead:
    """One message that is to come, or why it is not.

    `objection` None means that it goes at `at`; `message_id` names its row where the outbox has
    one. `with_it` are further visits the same message speaks of.
    """

    touch: Touch
    at: datetime
    objection: Objection | None
    message_id: int | None = None
    with_it: Sequence[int] = ()
    words: Composed | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class _Desk:
    """What judging the future of one patient needs at hand."""

    settings: PracticeSettings
    facts: FactsNow
    texts: Mapping[Key, Text]
    paused: frozenset[tuple[Purpose, Channel]]
    public_url: str
    with_words: bool


def forecast(
    settings: PracticeSettings, patient_id: int, *, public_url: str, now: datetime
) -> list[Ahead]:
    """Return what is to come for one patient of the practice, in the order of time."""
    found = forecasts(settings, [patient_id], public_url=public_url, now=now)
    return found[patient_id]


def forecasts(
    settings: PracticeSettings,
    patient_ids: Sequence[int],
    *,
    public_url: str = "",
    with_words: bool = True,
    horizon: timedelta = FAR,
    now: datetime,
) -> dict[int, list[Ahead]]:
    """Return what is to come for each patient; as many queries for many as for one.

    What others of the household will get on the same number is not counted in advance. Without
    words it is cheaper, and a text that cannot be sent as written is not found out.
    """
    senders = queries.senders_of(settings.id)
    existing = queries.existing_messages(patient_ids, now=now)
    plans = describe(
        settings, patient_ids, existing=existing, sendable=senders.keys(), now=now, horizon=horizon
    )
    futures = {
        patient_id: _future(plan.touches, existing.get(patient_id, ()))
        for patient_id, plan in plans.items()
    }
    everything = [one for future in futures.values() for one in future.candidates]
    facts = facts_now(settings, everything, now=now)
    texts = texts_of(settings.id) if with_words else {}
    paused = paused_scripts(settings.id)
    found = {}
    for patient_id, future in futures.items():
        addresses = {one.address for one in future.candidates}
        own = replace(facts, past={key: list(facts.past.get(key, ())) for key in addresses})
        desk = _Desk(settings, own, texts, paused, public_url, with_words)
        found[patient_id] = _judge_future(desk, future)
    return found


@dataclass(frozen=True, slots=True)
class _Future:
    """What one patient's plan holds that is to come, with the row of each in the outbox."""

    touches: Sequence[Touch]
    candidates: Sequence[Candidate]
    ids: Mapping[int, int]


def _future(planned: Sequence[Touch], existing: Sequence[Existing]) -> _Future:
    known = {message.key: message for message in existing}
    touches = [touch for touch in planned if _is_to_come(known.get(touch.key), touch)]
    return _Future(
        touches=touches,
        candidates=[
            _candidate(number, touch, known.get(touch.key))
            for number, touch in enumerate(touches, start=1)
        ],
        ids={
            number: row.id
            for number, touch in enumerate(touches, 1)
            if (row := known.get(touch.key))
        },
    )


def _judge_future(desk: _Desk, future: _Future) -> list[Ahead]:
    touches, ids = future.touches, future.ids
    held = [
        Ahead(touch, touch.due_at, touch.objection, ids.get(number))
        for number, touch in enumerate(touches, start=1)
        if touch.objection is not None
    ]
    going = sorted(
        (one for one in future.candidates if touches[one.id - 1].objection is None),
        key=lambda one: (one.due_at, one.id),
    )
    coming = list(_in_time(bundles(going, going), desk.facts))
    while coming:
        told, later = _leave(desk, coming.pop(0), touches, ids)
        held += told
        if later:
            coming = list(_in_time([*coming, later], desk.facts))
    return sorted(held, key=lambda ahead: (ahead.at, ahead.touch.channel))


def _in_time(
    coming: Sequence[Sequence[Candidate]], facts: FactsNow
) -> Sequence[Sequence[Candidate]]:
    """Return bundles in the order of time, and of one moment as the claim takes them."""
    ordered = in_turn(coming, facts)
    return sorted(ordered, key=lambda bundle: min(one.due_at for one in bundle))


def _is_to_come(message: Existing | None, touch: Touch) -> bool:
    """Leave out what has gone, or has ended and is not wanted again (planner.difference)."""
    if message is None or message.state == MessageState.QUEUED:
        return True
    taken_back = message.state == MessageState.CANCELLED and message.attempts == 0
    return taken_back and touch.state is MessageState.QUEUED


def _leave(
    desk: _Desk, bundle: Sequence[Candidate], touches: Sequence[Touch], ids: Mapping[int, int]
) -> tuple[list[Ahead], list[Candidate]]:
    """Judge what travels together, at the moment the first of it is due.

    Also return what cannot go along: its own hour is yet to come.
    """
    allowed: list[tuple[Candidate, datetime]] = []
    told: list[Ahead] = []
    later: list[Candidate] = []
    first = min(candidate.due_at for candidate in bundle)
    for candidate in bundle:
        at, objection = _judged(desk, candidate, first)
        if candidate.due_at > first and (at > first or objection is not None):
            later.append(candidate)
        elif objection is None:
            allowed.append((candidate, at))
        else:
            told.append(Ahead(touches[candidate.id - 1], at, objection, ids.get(candidate.id)))
    if all(candidate.due_at > first for candidate, _ in allowed):
        return told, [*(candidate for candidate, _ in allowed), *later]
    leader, at = allowed[0]
    words, objection = None, None
    if (leader.purpose, leader.channel) in desk.paused:
        objection = Objection.SCRIPT_PAUSED
    elif desk.with_words:
        words = _words(desk, [candidate for candidate, _ in allowed], at)
        objection = None if words else Objection.CONTENT
    if objection is None:
        _remember(desk.facts, leader, at)
    others = [c.appointment_id for c, _ in allowed[1:] if c.appointment_id is not None]
    touch = touches[leader.id - 1]
    told.append(Ahead(touch, at, objection, ids.get(leader.id), others, words))
    return told, later


def _judged(desk: _Desk, candidate: Candidate, at: datetime) -> tuple[datetime, Objection | None]:
    for _ in range(_MOST_DEFERRALS):
        proposal = proposal_for(candidate, desk.facts, settings=desk.settings, now=at)
        match judge(proposal, now=at):
            case Allow():
                return at, None
            case Refuse(why):
                return at, why
            case Defer(_, until):
                at = until
    return at, Objection.QUIET_HOURS


def _words(desk: _Desk, bundle: Sequence[Candidate], at: datetime) -> Composed | None:
    """Return what it would say, as it would be written at that moment."""
    leader = bundle[0]
    person = desk.facts.people[leader.patient_id]
    visits = [desk.facts.visits[c.appointment_id] for c in bundle if c.appointment_id is not None]
    return compose(
        Letter(
            purpose=leader.purpose,
            channel=leader.channel,
            person=person,
            visits=visits,
            facility_id=visits[0].facility_id if visits else person.facility_id,
            link=f"{desk.public_url}/v/{leader.code or '…'}",
            step=leader.step,
            owed=desk.facts.owed(leader),
        ),
        settings=desk.settings,
        texts=desk.texts,
        now=at,
    )


def _remember(facts: FactsNow, leader: Candidate, at: datetime) -> None:
    facts.past.setdefault(leader.address, []).append(Past.of(leader, at))


def _candidate(number: int, touch: Touch, message: Existing | None) -> Candidate:
    """Return the touch as the claim would see it; numbered, because it may have no row yet."""
    waits = message is not None and message.attempts > 0
    return Candidate(
        id=number,
        purpose=touch.purpose,
        channel=touch.channel,
        patient_id=touch.patient_id,
        appointment_id=touch.appointment_id,
        subject_id=touch.subject_id,
        subject_revision=touch.subject_revision,
        step=touch.step,
        recipient=touch.recipient,
        address=touch.address,
        visit_date=touch.visit_date,
        due_at=message.due_at if message is not None and waits else touch.due_at,
        useful_until=touch.useful_until,
        code="",
        attempts=message.attempts if message is not None else 0,
        merged_into=None,
    )
