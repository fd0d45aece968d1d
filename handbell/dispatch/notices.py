"""What are emergency notices about at this second? Their closures, and whose visits they touch.

Read in the transaction that claims them. A notice whose visit was moved out of the closure has
nothing to tell; one whose visit was called off since is told all the same.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Final, Protocol, TypeVar

from django.db import connection

from handbell.access.practice_settings import PracticeSettings
from handbell.dispatch.letter import Notice
from handbell.facts.closures import (
    STILL_TO_BE_TOLD,
    Affected,
    affected_visits,
    closed_at,
    reason_of,
    span_of,
)
from handbell.facts.models import Closure, ClosureExclusion
from handbell.outbox.models import Sending
from handbell.scripts.notices import notice_texts
from handbell.scripts.starting_texts import Text
from handbell.vocabulary.words import Channel, ClosureReason, NoticeKind, SendingState

# Nobody pauses, stops or lets go on what is being claimed. What somebody is changing right now is
# not waited for, because they wait for the messages this claim has locked.
_HOLD_STILL: Final = """
SELECT id FROM outbox_sending WHERE id = ANY(%s) ORDER BY id FOR SHARE SKIP LOCKED
"""


class Told(Protocol):
    """A message that may be a notice."""

    @property
    def sending_id(self) -> int | None: ...
    @property
    def patient_id(self) -> int: ...


AnyTold = TypeVar("AnyTold", bound=Told)


@dataclass(frozen=True, slots=True)
class NoticesNow:
    """The sendings that some messages belong to, and what is affected of each patient."""

    sendings: Mapping[int, Sending] = field(default_factory=dict)
    affected: Mapping[tuple[int, int], Sequence[Affected]] = field(default_factory=dict)
    texts: Mapping[tuple[int, NoticeKind, Channel, str], Text] = field(default_factory=dict)
    left_out: frozenset[tuple[int, int]] = frozenset()  # a closure and a patient

    def sending(self, sending_id: int | None) -> Sending:
        return self.sendings[sending_id or 0]

    def closure_of(self, sending_id: int | None) -> Closure:
        return self.sending(sending_id).closure

    def reason_of(self, sending_id: int | None) -> ClosureReason:
        return reason_of(self.closure_of(sending_id))

    def visits_of(self, sending_id: int | None, patient_id: int) -> Sequence[Affected]:
        """Return the patient's visits a closing is about, in order of time; none of all clear."""
        return self.affected.get((self.closure_of(sending_id).pk, patient_id), ())

    def is_pointless(self, sending_id: int | None, patient_id: int) -> bool:
        """Return whether none of the patient's visits falls into the closure any more."""
        closing = self.sending(sending_id).kind == NoticeKind.CLOSING
        return closing and not self.visits_of(sending_id, patient_id)

    def is_left_out(self, sending_id: int | None, patient_id: int) -> bool:
        """Return whether somebody took the patient out of the audience, if only since."""
        return (self.closure_of(sending_id).pk, patient_id) in self.left_out

    def is_halted(self, sending_id: int | None) -> bool:
        return self.sending(sending_id).state != SendingState.GOING or self.is_stopped(sending_id)

    def is_stopped(self, sending_id: int | None) -> bool:
        """Return whether somebody stopped it, or ended the closure it tells of."""
        found = self.sending(sending_id)
        over = found.kind == NoticeKind.CLOSING and found.closure.ended_at is not None
        return over or found.state == SendingState.STOPPED


def held_still(due: Sequence[AnyTold]) -> list[AnyTold]:
    """Return the messages whose sending stays as it is until this transaction ends."""
    ids = sorted({one.sending_id for one in due if one.sending_id is not None})
    if not ids:
        return list(due)
    with connection.cursor() as cursor:
        cursor.execute(_HOLD_STILL, [ids])
        held = {id for (id,) in cursor.fetchall()}
    return [one for one in due if one.sending_id is None or one.sending_id in held]


def load_notices(
    settings: PracticeSettings, told: Sequence[tuple[int, int]], *, now: datetime
) -> NoticesNow:
    """Return what is known of the notices `told`, each a sending and a patient."""
    if not told:
        return NoticesNow()
    ids = {sending_id for sending_id, _ in told}
    sendings = {one.pk: one for one in Sending.objects.select_related("closure").filter(pk__in=ids)}
    patients: dict[int, set[int]] = defaultdict(set)
    closures = {one.closure_id: one.closure for one in sendings.values()}
    for sending_id, patient_id in told:
        if sendings[sending_id].kind == NoticeKind.CLOSING:
            patients[sendings[sending_id].closure_id].add(patient_id)
    affected: dict[tuple[int, int], list[Affected]] = defaultdict(list)
    for closure_id, patient_ids in patients.items():
        closure = closures[closure_id]
        closed = closed_at(closure.facility_ids, span_of(closure), settings)
        found = affected_visits(
            settings.id, closed, patient_ids=patient_ids, statuses=STILL_TO_BE_TOLD, now=now
        )
        for visit in found:
            affected[closure_id, visit.patient_id].append(visit)
    left_out = ClosureExclusion.objects.filter(
        closure__in=closures, patient__in={patient_id for _, patient_id in told}
    )
    return NoticesNow(
        sendings,
        affected,
        notice_texts(sorted(closures)),
        frozenset(left_out.values_list("closure_id", "patient_id")),
    )


def notice_of(candidates: Sequence[Told], notices: NoticesNow) -> Notice | None:
    """Return what messages that travel together tell of a closure; None if they are no notices."""
    sending_id = candidates[0].sending_id
    if sending_id is None:
        return None
    closure = notices.closure_of(sending_id)
    kind = NoticeKind(notices.sending(sending_id).kind)
    patients = {one.patient_id for one in candidates}
    visits = sorted(
        (visit.starts_at, visit.facility_id)
        for patient_id in patients
        for visit in notices.visits_of(sending_id, patient_id)
    )
    words = {
        (channel, language): text
        for (closure_id, told, channel, language), text in notices.texts.items()
        if (closure_id, told) == (closure.pk, kind)
    }
    day = notices.sending(sending_id).day
    return notice_about(closure, kind, day, visits, words, several_people=len(patients) > 1)


def notice_about(
    closure: Closure,
    kind: NoticeKind,
    told_on: date,
    visits: Sequence[tuple[datetime, int]],
    words: Mapping[tuple[Channel, str], Text],
    *,
    several_people: bool = False,
) -> Notice:
    """Return what a closure's notice tells somebody with these visits."""
    named = dict.fromkeys(facility_id for _, facility_id in visits)
    return Notice(
        kind=kind,
        told_on=told_on,
        span=span_of(closure),
        facility_ids=tuple(named) or tuple(closure.facility_ids),
        visits_at=tuple(visits),
        words=words,
        several_people=several_people,
    )
