"""What a rehearsal found: one entry for every touch, sent or not, and the counts."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.db import connection

from handbell.policy.explain import explain
from handbell.reputation.models import Alarm
from handbell.reputation.words import say_alarm
from handbell.vocabulary.words import MessageState, Objection

# A follower of a merged message is listed in its leader's entry, not in one of its own. A
# message planned for a moment beyond the end, and not handed over, was not this rehearsal's.
_MESSAGES = """
SELECT p.external_id, m.purpose, m.channel, m.address, m.state, m.objection, m.planned_for,
       m.due_at, m.handed_over_at, m.changed_at, a.text, m.detail,
       ARRAY(SELECT v.external_id FROM outbox_message o JOIN facts_appointment v
             ON v.id = o.appointment_id
             WHERE o.id = m.id OR o.merged_into_id = m.id ORDER BY v.starts_at, v.id),
       m.step, m.id
FROM outbox_message m
JOIN facts_patient p ON p.id = m.patient_id
LEFT JOIN outbox_attempt a ON a.message_id = m.id AND a.number = m.attempts
WHERE m.practice_id = %s AND m.merged_into_id IS NULL
  AND (m.planned_for < %s OR m.handed_over_at IS NOT NULL)
ORDER BY COALESCE(m.handed_over_at, m.due_at), m.id
"""

NEVER_OFFERED = frozenset({MessageState.WITHHELD, MessageState.CANCELLED, MessageState.EXPIRED})


@dataclass(frozen=True, slots=True)
class Entry:
    """One touch. `at` is the hand-over, or the decision when nothing was sent."""

    patient_id: str
    purpose: str
    channel: str
    to: str = field(repr=False)
    state: str
    reason: str | None
    at: str
    text: str | None = field(repr=False)
    why: str
    appointment_ids: list[str]
    step: str


@dataclass(frozen=True, slots=True)
class Rehearsed:
    """A whole rehearsal, ready for JSON."""

    summary: dict[str, Any]
    messages: list[Entry]

    def as_json(self) -> dict[str, Any]:
        return {"summary": self.summary, "messages": [asdict(entry) for entry in self.messages]}


def collect(
    practice_id: int,
    *,
    begins: datetime,
    ends: datetime,
    zone: ZoneInfo,
    flaws: Sequence[dict[str, Any]],
) -> Rehearsed:
    """Return every touch of the time between `begins` and `ends`, in order."""
    with connection.cursor() as cursor:
        cursor.execute(_MESSAGES, [practice_id, ends])
        entries = [_entry(row, zone) for row in cursor.fetchall()]
    entries.sort(key=lambda entry: datetime.fromisoformat(entry.at))
    summary = {
        "from": begins.astimezone(zone).isoformat(),
        "to": ends.astimezone(zone).isoformat(),
        "messages": len(entries),
        "by_purpose": dict(Counter(entry.purpose for entry in entries)),
        "by_channel": dict(Counter(entry.channel for entry in entries)),
        "by_state": dict(Counter(entry.state for entry in entries)),
        "by_reason": dict(Counter(entry.reason for entry in entries if entry.reason)),
        "protection": _protection(practice_id, zone),
        "flaws": list(flaws),
    }
    return Rehearsed(summary, entries)


def _protection(practice_id: int, zone: ZoneInfo) -> list[dict[str, Any]]:
    """Return what breakers, providers' answers and filtered texts slowed down, paused or let go."""
    alarms = Alarm.objects.filter(practice_id=practice_id).select_related("sender")
    told = [(alarm, say_alarm(alarm)) for alarm in alarms.order_by("at", "pk")]
    return [
        {
            "at": alarm.at.astimezone(zone).isoformat(),
            "kind": alarm.kind,
            "sender": alarm.sender.address if alarm.sender else None,
            "purpose": alarm.purpose or None,
            "channel": alarm.channel,
            "state": alarm.state or None,
            "signal": alarm.signal or None,
            "what": said.title,
            "why": said.why,
        }
        for alarm, said in told
    ]


def _entry(row: Sequence[Any], zone: ZoneInfo) -> Entry:
    (patient, purpose, channel, to, state, objection, _planned_for, due_at) = row[:8]
    (handed_over_at, changed_at, text, detail, appointments, step, _id) = row[8:]
    sent = handed_over_at is not None
    at = handed_over_at or (due_at if state == MessageState.QUEUED else changed_at)
    return Entry(
        patient_id=patient,
        purpose=purpose,
        channel=channel,
        to=to,
        state=state,
        reason=None if sent or not objection else objection,
        at=at.astimezone(zone).isoformat(),
        text=text if sent else None,
        why=_why(state, objection, detail),
        appointment_ids=list(appointments),
        step=step,
    )


def _why(state: str, objection: str, detail: str) -> str:
    if objection:
        explained = explain(Objection(objection))
        code = f" (code {detail})" if detail else ""
        return f"Not sent: {explained.sentence}{code} {explained.cure}"
    return _SENT[MessageState(state)].format(code=detail or "none")


_SENT = {
    MessageState.QUEUED: "Waiting for its time or for the sender's pace.",
    MessageState.CLAIMED: "Being handed over.",
    MessageState.ACCEPTED: "Handed over; the provider has not yet said whether it arrived.",
    MessageState.DELIVERED: "Handed over and delivered.",
    MessageState.UNDELIVERED: "Handed over; the provider could not deliver it (code {code}).",
    MessageState.IN_DOUBT: "It may have left; the provider has not yet said (reason: {code}).",
    MessageState.FAILED: "The provider refused it (code {code}).",
}
