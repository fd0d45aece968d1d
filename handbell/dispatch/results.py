"""What a claim decided, gathered and written in a handful of statements."""

import uuid
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from django.db import connection
from django.db.backends.utils import CursorWrapper

from handbell.channels.gateway import HandOver
from handbell.dispatch.allowance import SenderRow, carriers_day
from handbell.dispatch.candidates import Candidate
from handbell.dispatch.compose import Composed
from handbell.facts.operations import mark_changed
from handbell.outbox.operations import release_merged
from handbell.planner.change_notices import WEEK
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
FROM unnest(%s::bigint[], %s::smallint[], %s::text[], %s::text[], %s::text[], %s::text[],
    %s::smallint[]) AS u (message_id, number, subject, text, voicemail, language, segments)
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
    with connection.cursor() as cursor:
        if results.ended:
            cursor.execute(_WAKE, [[e[0] for e in results.ended if e[1] != "withheld"]])
            columns = [list(column) for column in zip(*results.ended, strict=True)]
            cursor.execute(_END, [now, *columns])
        if results.deferred:
            columns = [list(column) for column in zip(*results.deferred, strict=True)]
            cursor.execute(_DEFER, columns)
        if results.held:
            cursor.execute(_HOLD, [list(column) for column in zip(*results.held, strict=True)])
        if claimed:
            ids = [c.candidate.id for c in claimed]
            cursor.execute(_CLAIM, [lease, lease_until, now, now, ids])
            cursor.execute(
                _ATTEMPTS,
                [
                    sender.id,
                    now,
                    ids,
                    [c.hand_over.attempt for c in claimed],
                    [c.composed.subject for c in claimed],
                    [c.composed.text for c in claimed],
                    [c.composed.voicemail for c in claimed],
                    [c.composed.language for c in claimed],
                    [c.composed.segments for c in claimed],
                ],
            )
            _spend(cursor, claimed, sender=sender, bucket=bucket, today=today, now=now)
    release_merged(results.released, now=now)
    mark_changed(results.patients, at=now)


def _spend(
    cursor: CursorWrapper,
    claimed: Sequence[Claimed],
    *,
    sender: SenderRow,
    bucket: Bucket,
    today: date,
    now: datetime,
) -> None:
    """Count what leaves against everything that limits the sender."""
    segments = sum(cost_of(sender.channel, each.composed.segments) for each in claimed)
    cursor.execute(
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
    cursor.execute(_TRICKLE, [list(purposes), list(purposes.values()), sender.id])
