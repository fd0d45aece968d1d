"""What must be written so that the outbox holds what it should? Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from handbell.outbox.operations import NewMessage, Replanned
from handbell.planner.touches import PRIORITY, Key, Plan, Touch
from handbell.vocabulary.words import Channel, MessageState, Objection, Purpose


@dataclass(frozen=True, slots=True)
class Existing:
    """A message of the outbox as the planner compares it.

    `current_revision` is the visit's revision now; None for a message that speaks of no visit.
    `leader_state` is that of the message it travels in, if it does.
    """

    id: int
    patient_id: int
    purpose: str
    subject_id: int
    subject_revision: int
    step: str
    channel: str
    recipient: str
    state: str
    objection: str
    address: str = field(repr=False)
    sender_id: int | None
    planned_for: datetime
    due_at: datetime
    useful_until: datetime
    attempts: int
    current_revision: int | None
    leader_state: str | None = None

    @property
    def key(self) -> Key:
        return (
            self.purpose,
            self.subject_id,
            self.subject_revision,
            self.step,
            self.channel,
            self.recipient,
        )

    @property
    def was_planned_in_its_time(self) -> bool:
        """False while it only says that its step was missed, or was held back or taken back unsent.

        What a closure held is made up for as a late booking is: of several, only the last goes.
        """
        if self.state == MessageState.CANCELLED:
            return self.attempts > 0
        missed = self.objection in {Objection.MERGED, Objection.CLOSED}
        return not (self.state == MessageState.QUEUED and missed)


@dataclass(slots=True)
class Difference:
    """What to write; one of these collects a whole batch of patients."""

    new: list[NewMessage] = field(default_factory=list)
    replanned: list[Replanned] = field(default_factory=list)
    cancelled: list[tuple[int, Objection]] = field(default_factory=list)


def add_difference(
    difference: Difference,
    plan: Plan,
    existing: Sequence[Existing],
    *,
    practice_id: int,
    senders: Mapping[Channel, int],
    now: datetime,
) -> None:
    """Add what one patient's plan and outbox differ by."""
    by_key = {message.key: message for message in existing}
    wanted = {touch.key: touch for touch in plan.touches}
    for key, touch in wanted.items():
        message = by_key.get(key)
        if message is None:
            difference.new.append(_new(practice_id, touch, senders))
        elif touch.state is MessageState.QUEUED and _differs(message, touch, senders):
            difference.replanned.append(_replanned(message, touch, senders))
    for message in existing:
        if message.state == MessageState.QUEUED and _is_unwanted(message, wanted, now):
            why = _why_cancelled(message, wanted, settled=plan.settled)
            difference.cancelled.append((message.id, why))


def _is_unwanted(message: Existing, wanted: Mapping[Key, Touch], now: datetime) -> bool:
    if message.purpose == Purpose.EMERGENCY_NOTICE:
        return False  # sent by a person's act, not by the timetable
    if message.useful_until < now:
        return False  # it expires
    touch = wanted.get(message.key)
    return touch is None or touch.state is MessageState.CANCELLED


def _why_cancelled(message: Existing, wanted: Mapping[Key, Touch], *, settled: bool) -> Objection:
    touch = wanted.get(message.key)
    if touch is not None and touch.objection is not None:
        return touch.objection
    if message.purpose == Purpose.BALANCE_ALERT:
        return Objection.PAID if settled else Objection.SETTINGS_CHANGED
    if message.current_revision is not None and message.current_revision > message.subject_revision:
        return Objection.MOVED
    return Objection.SETTINGS_CHANGED


def _differs(message: Existing, touch: Touch, senders: Mapping[Channel, int]) -> bool:
    if message.state == MessageState.CANCELLED:
        return message.attempts == 0
    if message.state != MessageState.QUEUED:
        return False
    if message.attempts and touch.objection is None and not message.objection:
        return False  # put back for another try: its due time is the dispatcher's
    return (
        message.objection != (touch.objection or "")
        or message.planned_for != touch.planned_for
        or message.address != touch.address
        or message.sender_id != senders.get(touch.channel)
        or message.useful_until != touch.useful_until
        or (message.due_at != touch.due_at and not _is_overdue(message, touch))
    )


def _is_overdue(message: Existing, touch: Touch) -> bool:
    """Return whether the message is due already: then "at once" is not a later time."""
    return message.planned_for <= message.due_at <= touch.due_at


def _replanned(message: Existing, touch: Touch, senders: Mapping[Channel, int]) -> Replanned:
    return Replanned(
        id=message.id,
        address=touch.address,
        sender_id=senders.get(touch.channel),
        planned_for=touch.planned_for,
        due_at=touch.due_at,
        useful_until=touch.useful_until,
        objection=touch.objection or "",
    )


def _new(practice_id: int, touch: Touch, senders: Mapping[Channel, int]) -> NewMessage:
    return NewMessage(
        practice_id=practice_id,
        purpose=touch.purpose,
        channel=touch.channel,
        patient_id=touch.patient_id,
        appointment_id=touch.appointment_id,
        subject_id=touch.subject_id,
        subject_revision=touch.subject_revision,
        step=touch.step,
        recipient=touch.recipient,
        address=touch.address,
        sender_id=senders.get(touch.channel),
        visit_date=touch.visit_date,
        priority=PRIORITY[touch.purpose],
        planned_for=touch.planned_for,
        due_at=touch.due_at,
        useful_until=touch.useful_until,
        state=touch.state,
        objection=touch.objection or "",
    )
