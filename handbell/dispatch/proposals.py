"""What is put before the judge about a message, and which messages travel together.

The claim asks it of messages that are due, the forecast of those that will be. Pure.
"""

from collections.abc import Sequence
from datetime import datetime

from handbell.access.practice_settings import PracticeSettings
from handbell.dispatch.candidates import Candidate, FactsNow, Past
from handbell.planner.balances import balance_standing
from handbell.planner.change_notices import CANCELLED, CHANGE_NOTICES
from handbell.planner.notices import notice_standing
from handbell.planner.reminders import reminder_standing, step_of
from handbell.planner.touches import PRIORITY, held_at
from handbell.policy.closures import notice_window
from handbell.policy.judge import Proposal, Standing
from handbell.policy.quiet_hours import Window, window_for
from handbell.policy.zones import candidate_zones
from handbell.vocabulary.words import Channel, Purpose


def bundles(due: Sequence[Candidate], candidates: Sequence[Candidate]) -> list[list[Candidate]]:
    """Return the messages that travel together, in the order they are due.

    Reminders of one step for one day's visits to one address are one message: a patient with
    two visits, or a household on one telephone (rules.md 25). So are one sending's notices.
    """
    found: dict[tuple[object, ...], list[Candidate]] = {}
    leaders = {candidate.id: _bundle_key(candidate) for candidate in due}
    for candidate in candidates:
        key = leaders.get(candidate.merged_into or 0) or _bundle_key(candidate)
        found.setdefault(key, []).append(candidate)
    return list(found.values())


def in_turn(due: Sequence[Sequence[Candidate]], facts: FactsNow) -> Sequence[Sequence[Candidate]]:
    """Return bundles in the order they leave: of those due together, earlier visits first.

    Where a number has had enough, it is the later visit that is not reminded.
    """

    def turn(bundle: Sequence[Candidate]) -> tuple[int, datetime, datetime]:
        starts = [
            visit.starts_at
            for one in bundle
            if (visit := facts.visits.get(one.appointment_id or 0)) is not None
        ]
        due_at = min(one.due_at for one in bundle)
        return PRIORITY[bundle[0].purpose], due_at, min(starts, default=due_at)

    return sorted(due, key=turn)


def _bundle_key(candidate: Candidate) -> tuple[object, ...]:
    if candidate.sending_id is not None:
        return (candidate.address, candidate.sending_id)
    if candidate.visit_date is None or candidate.step in CHANGE_NOTICES:
        return (candidate.id,)
    return (candidate.address, candidate.channel, candidate.step, candidate.visit_date)


def proposal_for(
    candidate: Candidate, facts: FactsNow, *, settings: PracticeSettings, now: datetime
) -> Proposal:
    """Return what the judge is to hear about a message that would leave at `now`."""
    person = facts.people[candidate.patient_id]
    facility_id, standing = _standing(candidate, facts, settings, now)
    past = facts.past.get(candidate.address, ())
    corrects = _corrects(candidate, past)
    return Proposal(
        standing=standing,
        touch=candidate.touch,
        useful_until=candidate.useful_until,
        window=_window(candidate, facts, settings, now),
        zones=candidate_zones(
            given=person.time_zone,
            phone="" if candidate.channel is Channel.EMAIL else standing.address,
            facility=settings.zone_of(facility_id).key,
        ),
        past=[
            entry.touch
            for entry in past
            if not entry.along and not (corrects and _corrects_another(entry, candidate))
        ],
        corrects=corrects,
    )


def _corrects(candidate: Candidate, past: Sequence[Past]) -> bool:
    """Return whether this is the first word to the address of a visit's new time or place.

    Or the word that it does not take place, which is said once.
    """
    told = {
        entry.subject_revision
        for entry in past
        if entry.subject_id == candidate.subject_id and entry.touch.purpose is candidate.purpose
    }
    if candidate.step == CANCELLED:
        return bool(told)
    return bool(told) and max(told) < candidate.subject_revision


def _corrects_another(entry: Past, candidate: Candidate) -> bool:
    """Return whether this told of another visit's change: of each that was told of they hear."""
    return entry.corrects and entry.subject_id != candidate.subject_id


def _standing(
    candidate: Candidate, facts: FactsNow, settings: PracticeSettings, now: datetime
) -> tuple[int | None, Standing]:
    person = facts.people[candidate.patient_id]
    if candidate.sending_id is not None:
        return _notice_standing(candidate, facts, settings, now)
    if candidate.purpose is Purpose.BALANCE_ALERT:
        zone = settings.zone_of(person.facility_id)
        return person.facility_id, balance_standing(
            person,
            facts.accounts[candidate.patient_id],
            channel=candidate.channel,
            settings=settings,
            has_sender=True,
            today=now.astimezone(zone).date(),
        )
    visit = facts.visits[candidate.appointment_id or 0]
    step = step_of(visit, candidate.step, candidate.channel, settings)
    return visit.facility_id, reminder_standing(
        person,
        visit,
        channel=candidate.channel,
        step=step,
        settings=settings,
        has_sender=True,
        today=now.astimezone(settings.zone_of(visit.facility_id)).date(),
        held_until=held_at(now, visit, facts.holds),
        recipient=candidate.recipient,
    )


def _notice_standing(
    candidate: Candidate, facts: FactsNow, settings: PracticeSettings, now: datetime
) -> tuple[int | None, Standing]:
    person = facts.people[candidate.patient_id]
    visits = facts.notices.visits_of(candidate.sending_id, person.id)
    facility_id = visits[0].facility_id if visits else person.facility_id
    return facility_id, notice_standing(
        person,
        channel=candidate.channel,
        reason=facts.notices.reason_of(candidate.sending_id),
        has_sender=True,
        today=now.astimezone(settings.zone_of(facility_id)).date(),
    )


def _window(
    candidate: Candidate, facts: FactsNow, settings: PracticeSettings, now: datetime
) -> Window | None:
    if candidate.sending_id is None:
        return window_for(candidate.purpose, candidate.channel, settings.windows)
    visits = facts.notices.visits_of(candidate.sending_id, candidate.patient_id)
    return notice_window(
        facts.notices.reason_of(candidate.sending_id),
        candidate.channel,
        visit_at=visits[0].starts_at if visits else None,
        chosen=settings.windows,
        now=now,
    )
