"""How messages enter the outbox and leave it unsent; who loses against a worker."""

from datetime import timedelta

import pytest

from handbell.facts.models import Change
from handbell.facts.operations import mark_changed
from handbell.outbox.models import Message
from handbell.outbox.operations import (
    Replanned,
    cancel,
    enqueue,
    expire,
    release_merged,
    replan,
    withhold_due,
)
from handbell.vocabulary.words import MessageState, Objection
from tests.outbox.rows import DUE, new, put
from tests.world import Clinic, at, phone

pytestmark = pytest.mark.django_db

LATER = at(3, 11)
UNMOVED = [state for state in MessageState if state is not MessageState.QUEUED]


@pytest.fixture
def clinic() -> Clinic:
    return Clinic()


def wanted(message: Message, **changes: object) -> Replanned:
    values: dict[str, object] = {
        "id": message.pk,
        "address": phone(2),
        "sender_id": message.sender_id,
        "planned_for": LATER,
        "due_at": LATER,
        "useful_until": LATER + timedelta(days=1),
        "objection": "",
    }
    return Replanned(**(values | changes))  # type: ignore[arg-type]


def states() -> set[tuple[str, str]]:
    return set(Message.objects.values_list("state", "objection"))


def test_enqueueing_twice_is_once(clinic: Clinic) -> None:
    message = put(clinic)
    wishes = [new(message), new(message, step="2026-11-17"), new(message, step="2026-11-17")]

    assert enqueue(wishes, now=LATER) == 1
    assert enqueue(wishes, now=LATER) == 0

    other = Message.objects.exclude(pk=message.pk).get()
    assert (other.state, other.attempts, other.detail) == ("queued", 0, "")
    assert other.created_at == other.changed_at == LATER
    assert other.code not in ("", message.code)


def test_enqueueing_nothing_is_nothing() -> None:
    assert enqueue([], now=LATER) == 0
    assert replan([], now=LATER) == 0
    assert cancel([], now=LATER) == 0
    release_merged([], now=LATER)


def test_replanning_changes_what_waits(clinic: Clinic) -> None:
    message = put(clinic)
    assert replan([wanted(message, objection="mode")], now=LATER) == 1
    message.refresh_from_db()
    assert (message.address, message.due_at, message.objection) == (phone(2), LATER, "mode")
    assert message.changed_at == DUE  # it still waits: its state did not change


def test_replanning_revives_what_was_cancelled_unsent_and_nothing_else(clinic: Clinic) -> None:
    revived = put(clinic, MessageState.CANCELLED)
    tried = put(clinic, MessageState.CANCELLED, attempts=1)
    assert replan([wanted(revived), wanted(tried)], now=LATER) == 1
    revived.refresh_from_db()
    assert (revived.state, revived.objection, revived.changed_at) == ("queued", "", LATER)
    tried.refresh_from_db()
    assert tried.state == "cancelled"


@pytest.mark.parametrize("state", [s for s in UNMOVED if s is not MessageState.CANCELLED])
def test_replanning_loses_against_whatever_has_happened(
    clinic: Clinic, state: MessageState
) -> None:
    message = put(clinic, state)
    before = Message.objects.values().get()
    assert replan([wanted(message)], now=LATER) == 0
    assert Message.objects.values().get() == before


@pytest.mark.parametrize("state", UNMOVED)
def test_cancelling_loses_against_whatever_has_happened(
    clinic: Clinic, state: MessageState
) -> None:
    message = put(clinic, state)
    follower = put(clinic, MessageState.WITHHELD, objection="merged", merged_into=message)
    assert cancel([(message.pk, Objection.MOVED)], now=LATER) == 0
    follower.refresh_from_db()
    assert (follower.state, follower.merged_into) == ("withheld", message)


def test_what_is_cancelled_says_why_and_lets_its_followers_go(clinic: Clinic) -> None:
    leader = put(clinic)
    follower = put(clinic, MessageState.WITHHELD, objection="merged", merged_into=leader)
    assert cancel([(leader.pk, Objection.MOVED)], now=LATER) == 1
    leader.refresh_from_db()
    follower.refresh_from_db()
    assert (leader.state, leader.objection) == ("cancelled", "moved")
    assert (follower.state, follower.objection, follower.merged_into) == ("queued", "", None)


def test_what_expires_lets_its_followers_go(clinic: Clinic) -> None:
    leader = put(clinic, useful_until=LATER)
    follower = put(clinic, MessageState.WITHHELD, objection="merged", merged_into=leader)
    assert expire(now=LATER) == 0
    assert expire(now=LATER + timedelta(microseconds=1)) == 1
    follower.refresh_from_db()
    assert (follower.state, follower.merged_into) == ("queued", None)


def test_what_is_withheld_lets_its_followers_go(clinic: Clinic) -> None:
    """A text for two was put back; meanwhile one of the two left the practice."""
    leader = put(clinic, objection="inactive", attempts=1)
    follower = put(clinic, MessageState.WITHHELD, objection="merged", merged_into=leader)
    assert withhold_due(now=LATER) == 1
    follower.refresh_from_db()
    assert (follower.state, follower.objection, follower.merged_into) == ("queued", "", None)


def test_a_message_is_withheld_when_it_is_due_and_not_before(clinic: Clinic) -> None:
    put(clinic, objection="no_consent")
    put(clinic, objection="too_late")
    put(clinic)
    assert withhold_due(now=DUE - timedelta(microseconds=1)) == 0
    assert withhold_due(now=DUE) == 2
    assert states() == {("withheld", "no_consent"), ("expired", "too_late"), ("queued", "")}
    assert withhold_due(now=DUE) == 0


def test_a_change_of_the_patients_facts_is_waited_for(clinic: Clinic) -> None:
    message = put(clinic, objection="no_consent")
    mark_changed([message.patient_id], at=DUE)
    assert withhold_due(now=DUE) == 0
    Change.objects.update(at=DUE + timedelta(hours=1))
    assert withhold_due(now=DUE) == 1


@pytest.mark.parametrize("state", UNMOVED)
def test_only_what_waits_is_ended(clinic: Clinic, state: MessageState) -> None:
    put(clinic, state, objection="no_consent")
    before = Message.objects.values().get()
    late = DUE + timedelta(days=9)
    assert (withhold_due(now=late), expire(now=late)) == (0, 0)
    assert Message.objects.values().get() == before


def test_an_address_shows_in_no_representation(clinic: Clinic) -> None:
    message = put(clinic)
    assert phone(1) not in repr(new(message))
    assert phone(2) not in repr(wanted(message))
    assert phone(1) not in f"{message!r} {message}"
