"""A message changes state only along the arrows, and the database knows them too."""

import uuid

import pytest
from django.db import IntegrityError, transaction
from hypothesis import given
from hypothesis import strategies as st

from handbell.outbox.lifecycle import ARROWS, NEVER_LEFT, REACHED, may_become
from handbell.outbox.models import Message
from handbell.outbox.states import advance
from handbell.vocabulary.words import MessageState as S
from handbell.vocabulary.words import Objection
from tests.outbox.rows import DUE, put
from tests.world import Clinic, at


def database_lets(message: Message, new: S) -> bool:
    """Try to move a row in the database itself, with all that the new state asks for."""
    try:
        with transaction.atomic():
            Message.objects.filter(pk=message.pk).update(
                state=new, objection="paid", lease=uuid.uuid4(), lease_until=DUE
            )
    except IntegrityError as error:
        if "no arrow leads from" not in str(error):
            raise
        return False
    return True


@pytest.mark.django_db
@pytest.mark.parametrize("old", S)
def test_the_database_has_exactly_the_arrows_of_the_lifecycle(old: S) -> None:
    clinic = Clinic()
    patient = clinic.patient()
    for new in S:
        message = put(clinic, old, patient=patient)
        assert database_lets(message, new) is may_become(old, new), f"{old} to {new}"


@pytest.mark.django_db
@pytest.mark.parametrize("old", S)
def test_advance_moves_along_arrows_and_only_along_them(old: S) -> None:
    clinic = Clinic()
    patient = clinic.patient()
    for new in S:
        message = put(clinic, old, patient=patient)
        moved = advance(message.pk, new, now=at(3, 11), objection=Objection.PAID)
        message.refresh_from_db()
        assert moved is (new in ARROWS[old]), f"{old} to {new}"
        assert message.state == (new if moved else old)
        assert (message.changed_at == at(3, 11)) is moved
        assert not advance(message.pk, S(message.state), now=at(3, 12))


def test_every_state_has_its_arrows_and_none_points_at_itself() -> None:
    assert set(ARROWS) == set(S)
    assert not [state for state, next_states in ARROWS.items() if state in next_states]


def test_whatever_happens_a_late_delivery_can_be_told() -> None:
    """No receipt may find that there is no arrow (design.md 4, law 4)."""
    offered = set(S) - {S.DELIVERED, S.WITHHELD, S.CANCELLED}
    assert {state for state in S if S.DELIVERED in ARROWS[state]} == offered


@given(st.lists(st.sampled_from(list(S)), max_size=30))
def test_no_walk_along_the_arrows_sends_what_was_delivered_again(walk: list[S]) -> None:
    state, delivered = S.QUEUED, False
    for wish in walk:
        if wish in ARROWS[state]:
            state = wish
            delivered = delivered or state is S.DELIVERED
            if state is S.CLAIMED and delivered:
                pytest.fail("claimed again after delivery")
        if delivered and state is S.UNDELIVERED:
            return  # a bounce after delivery may be tried again


def test_what_counts_as_reached_and_as_never_left_are_apart() -> None:
    assert not REACHED & NEVER_LEFT
    assert {S.QUEUED, S.FAILED} == set(S) - REACHED - NEVER_LEFT
