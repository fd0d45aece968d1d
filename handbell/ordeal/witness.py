"""What the carrier saw, against what the database says. Pure: neither is asked here.

lost            said to be handed over, and the carrier never had it; or never planned at all
twice           it reached somebody more than once
after_stop      claimed by a transaction that began after a STOP or an opt-out was committed
stale           the same, after the visit was moved or cancelled
outside_window  claimed when its window was shut by its host's clock, or seen by the carrier then
misstated       the carrier had it, and the end says that it was not sent
unfinished      it is neither sent nor ended, though its time has come
"""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from handbell.channels.carrier.records import Record
from handbell.channels.carrier.truth import Truth
from handbell.ordeal.clinics import Clinic, Subject
from handbell.ordeal.diary import Claim, Row

#: A claimed message is on its way: so much later than a STOP the carrier may still be given it
#: (its own answers are slow here, our patience with it ends after 15 s, machines are busy).
ON_ITS_WAY: Final = timedelta(seconds=90)

HANDED_OVER: Final = frozenset({"accepted", "delivered", "undelivered"})
NOT_SENT: Final = frozenset({"withheld", "cancelled", "expired", "queued"})
OPEN: Final = frozenset({"claimed", "queued"})


@dataclass(frozen=True, slots=True)
class Seen:
    """One message as the carrier knows it: when it was given to it, and how often it arrived."""

    taken_at: tuple[datetime, ...]
    arrived: int


@dataclass(frozen=True, slots=True)
class Trial:
    """All there is to compare. `calm_at` is when clocks were moved to bring it to an end."""

    clinics: Mapping[int, Clinic]
    subjects: Sequence[Subject]
    rows: Sequence[Row]
    claims: Sequence[Claim]
    seen: Mapping[int, Seen]
    widest_jump: timedelta
    calm_at: datetime
    horizon: datetime  # what is due later is not unfinished


@dataclass(slots=True)
class Verdict:
    """The counts, and every message that broke the promise, by what it broke."""

    touches: int = 0
    received: int = 0
    in_doubt: int = 0
    settled: Counter[str] = field(default_factory=Counter)
    ended: Counter[str] = field(default_factory=Counter)
    broken: dict[str, set[int]] = field(default_factory=lambda: defaultdict(set))
    never_planned: list[int] = field(default_factory=list)  # visits

    @property
    def is_clean(self) -> bool:
        return not any(self.broken.values()) and not self.never_planned

    def count(self, what: str) -> int:
        return len(self.broken.get(what, ()))


def seen_by(truth: Truth) -> dict[int, Seen]:
    """Return what the carrier was given, by the number of our message."""
    found: dict[int, list[Record]] = defaultdict(list)
    for record in truth.records():
        if record.key.isdecimal():  # what people or the carrier itself wrote has none
            found[int(record.key)].append(record)
    return {id_: _seen(records) for id_, records in found.items()}


def _seen(records: Sequence[Record]) -> Seen:
    taken = tuple(sorted(record.created_at for record in records))
    return Seen(taken, sum(bool(record.arrival) for record in records))


def compare(trial: Trial) -> Verdict:
    """Return what the comparison says."""
    verdict = Verdict(
        touches=len(trial.rows), received=sum(seen.arrived for seen in trial.seen.values())
    )
    subjects = {subject.visit_id: subject for subject in trial.subjects}
    planned = {row.visit_id for row in trial.rows}
    verdict.never_planned = [
        subject.visit_id
        for subject in trial.subjects
        if subject.is_undisturbed and subject.visit_id not in planned
    ]
    for row in trial.rows:
        _judge_end(row, trial, verdict)
        _judge_hours(row, trial, verdict)
        # A visit that came in at the very end, while nobody listened any more, was not disturbed.
        if (subject := subjects.get(row.visit_id)) is not None:
            _judge_late(row, subject, trial, verdict)
    for claim in trial.claims:
        if (subject := subjects.get(claim.visit_id)) is not None:
            _judge_claim(claim, subject, verdict)
    return verdict


def _judge_end(row: Row, trial: Trial, verdict: Verdict) -> None:
    """What the database says in the end must be what the carrier saw."""
    seen = trial.seen.get(row.id)
    verdict.ended[row.state] += 1
    if row.was_in_doubt:
        verdict.in_doubt += 1
        verdict.settled[row.state] += 1
    if seen is not None and (seen.arrived > 1 or len(seen.taken_at) > 1):
        verdict.broken["twice"].add(row.id)
    if seen is None and row.state in HANDED_OVER:
        verdict.broken["lost"].add(row.id)
    if seen is not None and (row.state in NOT_SENT or row.state == "failed"):
        verdict.broken["misstated"].add(row.id)
    if row.state in OPEN and row.due_at <= trial.horizon:
        verdict.broken["unfinished"].add(row.id)


def _judge_hours(row: Row, trial: Trial, verdict: Verdict) -> None:
    clinic = trial.clinics[row.practice_id]
    if not all(clinic.is_open(at) for at in row.claimed_at):
        verdict.broken["outside_window"].add(row.id)
    seen = trial.seen.get(row.id)
    slack = trial.widest_jump + ON_ITS_WAY
    for at in seen.taken_at if seen else ():
        # After the end of the trial the clocks are far ahead; then only what they say counts.
        if at < trial.calm_at and not (clinic.is_open(at) or clinic.is_open(at - slack)):
            verdict.broken["outside_window"].add(row.id)


def _judge_late(row: Row, subject: Subject, trial: Trial, verdict: Verdict) -> None:
    """However it came to be: long after a fact that forbids it, nothing reaches the carrier."""
    seen = trial.seen.get(row.id)
    for at in seen.taken_at if seen else ():
        if _is_after(at, subject.stopped_at, ON_ITS_WAY):
            verdict.broken["after_stop"].add(row.id)
        if _is_after(at, subject.cancelled_at, ON_ITS_WAY) or (
            row.revision < subject.revision and _is_after(at, subject.moved_at, ON_ITS_WAY)
        ):
            verdict.broken["stale"].add(row.id)


def _judge_claim(claim: Claim, subject: Subject, verdict: Verdict) -> None:
    """No transaction that could have known may decide against a fact."""
    if _is_after(claim.began, subject.stopped_at):
        verdict.broken["after_stop"].add(claim.message_id)
    if _is_after(claim.began, subject.cancelled_at) or (
        claim.revision < subject.revision and _is_after(claim.began, subject.moved_at)
    ):
        verdict.broken["stale"].add(claim.message_id)


def _is_after(at: datetime, fact: datetime | None, allowance: timedelta = timedelta(0)) -> bool:
    return fact is not None and at > fact + allowance
