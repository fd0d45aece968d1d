"""What a claim decided, gathered and written in a handful of statements."""

import uuid
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

import orjson

from handbell.access.round_trip import Trip, round_trip
from handbell.channels.gateway import HandOver
from handbell.dispatch.allowance import SenderRow, carriers_day
from handbell.dispatch.candidates import Candidate
from handbell.dispatch.compose import Composed
from handbell.facts.operations import mark_changed
from handbell.outbox.operations import release_merged
from handbell.planner.change_notices import CHANGE, WEEK
from handbell.policy.budgets import hour_of
from handbell.policy.pacing import Bucket
from handbell.vocabulary.words import Channel, Objection


@dataclass(frozen=True, slots=True)
class Claimed:
    """A message that leaves, with its words."""

    candidate: Candidate
    hand_over: HandOver
    composed: Composed


@dataclass(slots=True)
class Results:
    """The decisions of one claim. `ended` holds (id, state, objection, merged_into)."""

    claimed: list[Claimed] = field(default_factory=list)
    ended: list[tuple[int, str, str, int | None]] = field(default_factory=list)
    deferred: list[tuple[int, datetime, str | None]] = field(default_factory=list)
    held: list[tuple[int, str]] = field(default_factory=list)
    released: list[int] = field(default_factory=list)
    patients: set[int] = field(default_factory=set)
    untold: list[int] = field(default_factory=list)

    @property
    def left_some_due(self) -> bool:
        """Whether something went back to the queue that may leave at once, on its own."""
        return bool(self.released) or any(address for _, _, address in self.deferred)

    def claim(self, claimed: Claimed, followers: list[Candidate]) -> None:
        self.claimed.append(claimed)
        for follower in followers:
            self.ended.append(
                (follower.id, "withheld", Objection.MERGED.value, claimed.candidate.id)
            )

    def withhold(self, candidate: Candidate, why: Objection) -> None:
        self._end(candidate, "withheld", why)

    def cancel(self, candidate: Candidate, why: Objection) -> None:
        self._end(candidate, "cancelled", why)

    def expire(self, candidate: Candidate) -> None:
        self._end(candidate, "expired", Objection.TOO_LATE)

    def put_back(self, candidate: Candidate, until: datetime) -> None:
        self.deferred.append((candidate.id, until, None))

    def readdress(self, candidate: Candidate, address: str) -> None:
        self.deferred.append((candidate.id, candidate.due_at, address))

    def hold(self, candidate: Candidate, why: Objection) -> None:
        """Let a message wait with a reason, until somebody takes the reason away."""
        self.held.append((candidate.id, why.value))

    def plan_again(self, candidate: Candidate) -> None:
        self.patients.add(candidate.patient_id)

    def _end(self, candidate: Candidate, state: str, why: Objection) -> None:
        self.ended.append((candidate.id, state, why.value, None))
        self.released.append(candidate.id)
        if candidate.step == WEEK:  # its visits are told of step by step then
            self.plan_again(candidate)
        if candidate.step == CHANGE and state == "withheld":
            self.untold.append(candidate.id)
            self.plan_again(candidate)


_CLAIM = """
UPDATE outbox_message SET state = 'claimed', lease = %s, lease_until = %s, attempts = attempts + 1,
    handed_over_at = %s, changed_at = %s
WHERE id = ANY(%s)
"""

_ATTEMPTS = """
INSERT INTO outbox_attempt (message_id, number, sender_id, subject, text, voicemail, language,
    segments, claimed_at, outcome, provider_id, code)
SELECT u.message_id, u.number, %s, u.subject, u.text, u.voicemail, u.language, u.segments, %s,
    '', '', ''
FROM json_to_recordset(%s::json) AS u (message_id bigint, number smallint, subject text, text text,
    voicemail text, language text, segments smallint)
"""

# A follower of an earlier try is WITHHELD already; a merged one that may no longer travel goes
# from there to its own end through QUEUED, the only arrow there is.
_WAKE = """
UPDATE outbox_message SET state = 'queued', merged_into_id = NULL, objection = ''
WHERE id = ANY(%s) AND state = 'withheld'
"""

_END = """
UPDATE outbox_message m SET state = u.state, objection = u.objection, changed_at = %s,
    merged_into_id = u.merged_into
FROM unnest(%s::bigint[], %s::text[], %s::text[], %s::bigint[])
    AS u (id, state, objection, merged_into)
WHERE m.id = u.id
"""

# The steps a change notice would have spoken for were merged with it: they share its fate.
_UNTOLD = """
UPDATE outbox_message m SET objection = n.objection, changed_at = n.changed_at
FROM outbox_message n
WHERE n.id = ANY(%s) AND m.appointment_id = n.appointment_id
  AND (m.subject_revision, m.recipient, m.channel) = (n.subject_revision, n.recipient, n.channel)
  AND m.state = 'withheld' AND m.objection = 'merged' AND m.merged_into_id IS NULL
"""

_DEFER = """
UPDATE outbox_message m SET due_at = u.due_at, address = COALESCE(u.address, m.address),
    state = 'queued', merged_into_id = NULL, objection = ''
FROM unnest(%s::bigint[], %s::timestamptz[], %s::text[]) AS u (id, due_at, address)
WHERE m.id = u.id
"""

# Only a notice waits for somebody, and only while its sending does not go on.
_HOLD = """
UPDATE outbox_message m SET objection = u.objection, state = 'queued', merged_into_id = NULL
FROM unnest(%s::bigint[], %s::text[]) AS u (id, objection)
WHERE m.id = u.id
  AND EXISTS (SELECT 1 FROM outbox_sending g WHERE g.id = m.sending_id AND g.state <> 'going')
"""

_SPEND = """
UPDATE outbox_sender SET tokens = %(tokens)s, tokens_at = %(tokens_at)s, sent_on = %(today)s,
    sent_today = CASE WHEN sent_on = %(today)s THEN sent_today ELSE 0 END + %(messages)s,
    hour = %(hour)s,
    sent_this_hour = CASE WHEN hour = %(hour)s THEN sent_this_hour ELSE 0 END + %(messages)s,
    carrier_day = %(carrier_day)s,
    segments_today = CASE WHEN carrier_day = %(carrier_day)s THEN segments_today ELSE 0 END
        + %(segments)s
WHERE id = %(sender)s
"""

_TRICKLE = """
UPDATE outbox_breaker b SET trickle_left = GREATEST(b.trickle_left - u.number, 0)
FROM unnest(%s::text[], %s::int[]) AS u (purpose, number)
WHERE b.sender_id = %s AND b.purpose = u.purpose AND b.state = 'half_open'
"""


def cost_of(channel: Channel, segments: int) -> int:
    """Return the tokens one message takes: a text's segments, else one."""
    return max(segments, 1) if channel is Channel.SMS else 1


def write_results(
    results: Results,
    *,
    sender: SenderRow,
    bucket: Bucket,
    lease: uuid.UUID,
    today: date,
    lease_until: datetime,
    now: datetime,
) -> None:
    """Write everything one claim decided. Runs in the claim's transaction."""
    claimed = results.claimed
    with round_trip() as trip:
        if results.ended:
            trip.tell(_WAKE, [[e[0] for e in results.ended if e[1] != "withheld"]])
            trip.tell(_END, [now, *_columns(results.ended)])
        if results.untold:
            trip.tell(_UNTOLD, [results.untold])
        if results.deferred:
            trip.tell(_DEFER, _columns(results.deferred))
        if results.held:
            trip.tell(_HOLD, _columns(results.held))
        if claimed:
            ids = [c.candidate.id for c in claimed]
            trip.tell(_CLAIM, [lease, lease_until, now, now, ids])
            attempts = orjson.dumps([_attempt(each) for each in claimed]).decode()
            trip.tell(_ATTEMPTS, [sender.id, now, attempts])
            _spend(trip, claimed, sender=sender, bucket=bucket, today=today, now=now)
    release_merged(results.released, now=now)
    if results.patients:
        mark_changed(results.patients, at=now)


def _columns(rows: Sequence[tuple[Any, ...]]) -> list[list[Any]]:
    return [list(column) for column in zip(*rows, strict=True)]


def _attempt(claimed: Claimed) -> dict[str, Any]:
    composed = claimed.composed
    return {
        "message_id": claimed.candidate.id,
        "number": claimed.hand_over.attempt,
        "subject": composed.subject,
        "text": composed.text,
        "voicemail": composed.voicemail,
        "language": composed.language,
        "segments": composed.segments,
    }


def _spend(
    trip: Trip,
    claimed: Sequence[Claimed],
    *,
    sender: SenderRow,
    bucket: Bucket,
    today: date,
    now: datetime,
) -> None:
    """Count what leaves against everything that limits the sender."""
    segments = sum(cost_of(sender.channel, each.composed.segments) for each in claimed)
    trip.tell(
        _SPEND,
        {
            "tokens": bucket.tokens - segments,
            "tokens_at": bucket.tokens_at,
            "today": today,
            "messages": len(claimed),
            "hour": hour_of(now),
            "carrier_day": carriers_day(now),
            "segments": segments,
            "sender": sender.id,
        },
    )
    purposes = Counter(each.candidate.purpose.value for each in claimed)
    trip.tell(_TRICKLE, [list(purposes), list(purposes.values()), sender.id])
