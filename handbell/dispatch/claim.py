"""Take what is due from one sender's queue, judged against the facts of this second.

One transaction: lock the sender, lock its most urgent due messages and what travels with them,
judge, render, and write the result (claimed with a lease, withheld, cancelled, or put back).
Nothing has left this machine when it commits; what it claimed is the most a crash can leave in
doubt. A claimed message belongs to its lease: only `settle` with that lease, a receipt, or the
sweeper moves it on.
"""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from django.db import transaction

from handbell.access.practice_settings import PracticeSettings, ask_settings
from handbell.access.round_trip import round_trip
from handbell.channels.addresses import hooks_base
from handbell.channels.gateway import HandOver
from handbell.dispatch.allowance import Allowance, SenderRow, allowance_of, lock_sender
from handbell.dispatch.candidates import (
    Candidate,
    FactsNow,
    Past,
    ask_due,
    ask_notice_near,
    count_due,
    facts_now,
    lock_companions,
    lock_due_notices,
)
from handbell.dispatch.compose import Composed, compose
from handbell.dispatch.letter import Letter
from handbell.dispatch.notices import held_still, notice_of
from handbell.dispatch.proposals import bundles, in_turn, proposal_for
from handbell.dispatch.results import Claimed, Results, cost_of, write_results
from handbell.planner.reminders import step_of
from handbell.planner.touches import Visit
from handbell.policy.judge import Allow, Defer, Refuse, Verdict, judge
from handbell.policy.pacing import Bucket, next_token_at
from handbell.scripts.queries import ask_paused, ask_texts
from handbell.scripts.starting_texts import Key, Text
from handbell.vocabulary.contact import EmailAddress, PhoneNumber
from handbell.vocabulary.words import Channel, Objection, Purpose

#: Rows a commit: few enough that a crash leaves little in doubt, enough to be fast (technology.md
#: 2.3). Two claims of 20 out at once leave as many in doubt and are slower (ADR 22).
CLAIM_SIZE: Final = 40

#: Longer than any hand-over can take (the gateways' time-outs), so that a lease that ran out
#: belongs to a worker that is gone.
LEASE: Final = timedelta(seconds=90)

#: While a sender has an emergency notice to go, or one that is tried again so soon, nothing else of
#: it leaves: reminders yield, they do not take turns with a notice.
NOTICES_COME_BEFORE: Final = timedelta(minutes=1)
SOON: Final = timedelta(milliseconds=200)

#: How long a provider may go on trying (rules.md 30, code 30036).
LONGEST_VALIDITY: Final = timedelta(hours=4)


@dataclass(frozen=True, slots=True)
class Batch:
    """What one claim gave: messages to hand over, and when it is worth claiming again.

    `again_at` None means there is nothing more to do for this sender now: what comes due later
    is for another turn.
    """

    sender: SenderRow | None
    lease: uuid.UUID
    messages: Sequence[HandOver] = ()
    again_at: datetime | None = None


@dataclass(slots=True)
class Desk:
    """What judging one batch needs at hand."""

    settings: PracticeSettings
    texts: Mapping[Key, Text]
    paused: frozenset[tuple[Purpose, Channel]]
    facts: FactsNow
    sender: SenderRow
    public_url: str
    now: datetime
    allowance: Allowance
    results: Results = field(default_factory=Results)


@transaction.atomic
def claim(sender_id: int, *, now: datetime, public_url: str, size: int = CLAIM_SIZE) -> Batch:
    """Claim up to `size` messages of one sender, as many as its pacing allows.

    Several workers may call it at once; each gets different messages.
    """
    lease = uuid.uuid4()
    sender = lock_sender(sender_id)
    if sender is None:
        return Batch(None, lease)
    allowance = allowance_of(sender, now=now)
    most = max(min(size, allowance.tokens), 0)
    with round_trip() as trip:
        settings_asked = ask_settings(trip, sender.practice_id)
        texts, paused = ask_texts(trip, sender.practice_id), ask_paused(trip, sender.practice_id)
        near_asked = ask_notice_near(
            trip,
            sender.id,
            until=now + NOTICES_COME_BEFORE,
            without_domains=allowance.held_domains,
        )
        due_asked = ask_due(
            trip,
            sender.id,
            limit=most,
            purposes=allowance.purposes,
            proven_only=allowance.proven_only,
            without_domains=[*allowance.held_domains, *allowance.full_domains],
            now=now,
        )
    settings, near = settings_asked(), near_asked()
    allowance.keep_to(sender.budgets(now, settings.zone), sender.carrier_budget(now))
    if near is None and not allowance.purposes:
        return Batch(None, lease, again_at=sender.paused_until)
    if allowance.tokens < 1:
        again_at = _worth_waking(sender, allowance.bucket, now, urgent=near is not None)
        return Batch(None, lease, again_at=again_at)
    due = due_asked() if near is None else _due_notices(sender, allowance, limit=most, now=now)
    may_be_more = len(due) == most
    if not due:
        return Batch(None, lease, again_at=_nothing_until(sender, allowance, near, now))
    due = allowance.chosen(due)
    if not due:
        return Batch(None, lease, again_at=allowance.open_again_at)
    due = held_still(due)
    if not due:
        return Batch(None, lease, again_at=now + SOON)
    candidates = due + lock_companions(sender.id, due)
    desk = Desk(
        settings=settings,
        texts=texts(),
        paused=paused(),
        facts=facts_now(settings, candidates, now=now, in_turn=True),
        sender=sender,
        public_url=public_url,
        now=now,
        allowance=allowance,
    )
    for bundle in in_turn(bundles(due, candidates), desk.facts):
        if allowance.is_spent(bundle[0].purpose):
            may_be_more = True  # texts took more segments than one: the rest waits for tokens
            break
        _decide(desk, bundle)
    write_results(
        desk.results,
        sender=sender,
        bucket=allowance.bucket,
        lease=lease,
        today=now.astimezone(settings.zone).date(),
        lease_until=now + LEASE,
        now=now,
    )
    again = may_be_more or desk.results.left_some_due
    messages = [claimed.hand_over for claimed in desk.results.claimed]
    return Batch(sender, lease, messages, now if again else None)


def _due_notices(
    sender: SenderRow, allowance: Allowance, *, limit: int, now: datetime
) -> list[Candidate]:
    """Return the due notices of a sender, locked; of a paused one what a person let pass."""
    return lock_due_notices(
        sender.id,
        limit=limit,
        chosen_only=Purpose.EMERGENCY_NOTICE not in allowance.purposes,
        without_domains=allowance.held_domains,
        now=now,
    )


def _nothing_until(
    sender: SenderRow, allowance: Allowance, near: datetime | None, now: datetime
) -> datetime | None:
    """Return when to look again where nothing was due: soon, for a notice that is tried again."""
    if near is None:
        return None
    if Purpose.EMERGENCY_NOTICE not in allowance.purposes:
        return sender.paused_until
    return max(near, now + SOON)


def _worth_waking(
    sender: SenderRow, bucket: Bucket, now: datetime, *, urgent: bool
) -> datetime | None:
    """Return when enough tokens are there for what waits: ten seconds' worth at the most.

    A claim costs the same for one message as for ten, so a slow sender is not asked each second;
    for an emergency notice it is.
    """
    if urgent:
        return next_token_at(bucket, count=1)
    waiting = count_due(sender.id, limit=max(int(bucket.rate * 10), 1), now=now)
    if not waiting:
        return None
    return next_token_at(bucket, count=min(waiting, bucket.burst, CLAIM_SIZE))


def _decide(desk: Desk, bundle: Sequence[Candidate]) -> None:
    """Judge every message of a bundle, then claim those that may leave as one."""
    allowed = []
    for candidate in bundle:
        if _is_halted(desk, candidate) or _is_obsolete(desk, candidate):
            continue
        proposal = proposal_for(candidate, desk.facts, settings=desk.settings, now=desk.now)
        match judge(proposal, now=desk.now):
            case Allow():
                allowed.append(candidate)
            case _ if _comes_later(candidate, desk.now):
                continue
            case verdict:
                _set_aside(desk, candidate, verdict)
    # What travelled with a message that no longer may leave is released by its end, and goes on
    # its own in the next claim.
    leaving = {candidate.id for candidate in allowed}
    together = [c for c in allowed if c.merged_into is None or c.merged_into in leaving]
    if not all(_comes_later(candidate, desk.now) for candidate in together):
        _claim_bundle(desk, together)


def _comes_later(candidate: Candidate, now: datetime) -> bool:
    """Return whether it would only have gone along: then its own hour is yet to come."""
    return candidate.due_at > now and candidate.merged_into is None


def _is_halted(desk: Desk, candidate: Candidate) -> bool:
    """Set aside a notice that somebody paused, stopped or keeps from this patient meanwhile."""
    if candidate.sending_id is None:
        return False
    notices = desk.facts.notices
    left_out = notices.is_left_out(candidate.sending_id, candidate.patient_id)
    if not left_out and not notices.is_halted(candidate.sending_id):
        return False
    if left_out or notices.is_stopped(candidate.sending_id):
        desk.results.cancel(candidate, Objection.HALTED)
    else:
        desk.results.hold(candidate, Objection.HALTED)
    return True


def _is_obsolete(desk: Desk, candidate: Candidate) -> bool:
    """Set aside a message whose subject or recipient is no longer the one it was planned for."""
    person = desk.facts.people[candidate.patient_id]
    visit = desk.facts.visits.get(candidate.appointment_id or 0)
    if candidate.sending_id is not None:
        if desk.facts.notices.is_pointless(candidate.sending_id, candidate.patient_id):
            desk.results.cancel(candidate, Objection.MOVED)
            return True
    elif visit is not None and visit.revision != candidate.subject_revision:
        desk.results.cancel(candidate, Objection.MOVED)
        return True
    if visit is not None and _is_step_gone(desk, candidate, visit):
        desk.results.cancel(candidate, Objection.SETTINGS_CHANGED)
        return True
    facility_id = visit.facility_id if visit else person.facility_id
    today = desk.now.astimezone(desk.settings.zone_of(facility_id)).date()
    if candidate.recipient not in person.recipients_for(candidate.purpose, today):
        desk.results.cancel(candidate, Objection.SETTINGS_CHANGED)
        desk.results.plan_again(candidate)
        return True
    current = person.address(candidate.recipient, candidate.channel)
    if current and current != candidate.address:
        # Back to the queue under the new address; the next claim groups and counts it there.
        desk.results.readdress(candidate, current)
        return True
    return False


def _is_step_gone(desk: Desk, candidate: Candidate, visit: Visit) -> bool:
    """Return whether this visit has the step no more that the reminder was planned for."""
    if candidate.purpose is not Purpose.APPOINTMENT_REMINDER:
        return False
    return step_of(visit, candidate.step, candidate.channel, desk.settings) is None


def _set_aside(desk: Desk, candidate: Candidate, verdict: Verdict) -> None:
    match verdict:
        case Defer(_, until):
            desk.results.put_back(candidate, until)
        case Refuse(Objection.NOT_BOOKED | Objection.PAID as why):
            desk.results.cancel(candidate, why)
        case Refuse(Objection.TOO_LATE):
            desk.results.expire(candidate)
        case Refuse(why):
            desk.results.withhold(candidate, why)


def _claim_bundle(desk: Desk, allowed: Sequence[Candidate]) -> None:
    visits = [desk.facts.visits[c.appointment_id] for c in allowed if c.appointment_id is not None]
    told = notice_of(allowed, desk.facts.notices)
    order = {visit.id: visit.starts_at for visit in visits}
    ranked = sorted(allowed, key=lambda c: (order.get(c.appointment_id or 0, c.due_at), c.id))
    leader = next((c for c in ranked if c.attempts), ranked[0])  # a second try keeps its number
    person = desk.facts.people[leader.patient_id]
    composed = compose(
        Letter(
            purpose=leader.purpose,
            channel=leader.channel,
            person=person,
            visits=visits if told is None else (),
            facility_id=visits[0].facility_id if visits else person.facility_id,
            link=f"{desk.public_url}/v/{leader.code}",
            step=leader.step,
            notice=told,
            owed=desk.facts.owed(leader),
        ),
        settings=desk.settings,
        texts=desk.texts if told is None else told.texts_of(leader.channel),
        now=desk.now,
    )
    is_paused = (leader.purpose, leader.channel) in desk.paused
    if composed is None or is_paused:
        why = Objection.SCRIPT_PAUSED if is_paused else Objection.CONTENT
        for candidate in allowed:
            desk.results.withhold(candidate, why)
        return
    followers = [candidate for candidate in allowed if candidate is not leader]
    useful_until = min(candidate.useful_until for candidate in allowed)
    desk.results.claim(
        Claimed(leader, _hand_over(desk, leader, composed, useful_until), composed), followers
    )
    desk.allowance.spent += cost_of(desk.sender.channel, composed.segments)
    _remember(desk, leader)


def _hand_over(
    desk: Desk, leader: Candidate, composed: Composed, useful_until: datetime
) -> HandOver:
    is_email = leader.channel is Channel.EMAIL
    return HandOver(
        message_id=leader.id,
        attempt=leader.attempts + 1,
        channel=leader.channel,
        sender=desk.sender.address,
        to=EmailAddress(leader.address) if is_email else PhoneNumber(leader.address),
        content=composed.content,
        purpose=leader.purpose.value,
        practice=str(desk.settings.id),
        callback_url=None if is_email else hooks_base(desk.public_url, desk.sender.provider),
        valid_for=min(max(useful_until - desk.now, timedelta(seconds=1)), LONGEST_VALIDITY),
    )


def _remember(desk: Desk, leader: Candidate) -> None:
    """Count what this batch sends against the caps of the rest of the batch."""
    desk.facts.past.setdefault(leader.address, []).append(Past.of(leader, desk.now))
