"""Misbehaviour on request: what matches, who wins, for how many."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handbell.channels.carrier.behaviour import (
    ABOUT,
    Aspect,
    Behaviour,
    BehaviourFlaw,
    Behaviours,
    Does,
    Kind,
)
from handbell.channels.carrier.conventions import CONVENTIONS, with_conventions
from tests.channels.carrier.stage import CLINIC, PAT, SAM


def asked(does: Does, **wish: object) -> Behaviours:
    behaviours = Behaviours()
    behaviours.add(Behaviour.asked(does, **wish))  # type: ignore[arg-type]
    return behaviours


def taken(
    behaviours: Behaviours, aspect: Aspect, *, number: str = PAT, kind: Kind = Kind.TEXT
) -> Does | None:
    found = behaviours.take(aspect, number=number, sender=CLINIC, kind=kind)
    return found.does if found else None


def test_nothing_misbehaves_unless_asked() -> None:
    behaviours = Behaviours()
    assert all(taken(behaviours, aspect) is None for aspect in Aspect)


def test_every_behaviour_says_what_it_does() -> None:
    assert set(ABOUT) == set(Does)


def test_a_number_pattern_limits_it() -> None:
    behaviours = asked(Does.BOUNCES, number="*0123")
    assert taken(behaviours, Aspect.HANDSET) is Does.BOUNCES
    assert taken(behaviours, Aspect.HANDSET, number=SAM) is None


def test_a_sender_limits_it() -> None:
    assert taken(asked(Does.HTTP_500, sender=CLINIC), Aspect.REQUEST) is Does.HTTP_500
    assert taken(asked(Does.HTTP_500, sender=SAM), Aspect.REQUEST) is None


def test_sending_misbehaves_but_a_look_up_only_when_named() -> None:
    assert taken(asked(Does.HTTP_500), Aspect.REQUEST, kind=Kind.LOOK_UP) is None
    behaviours = asked(Does.HTTP_500, kind="look_up")
    assert taken(behaviours, Aspect.REQUEST, kind=Kind.TEXT) is None
    assert taken(behaviours, Aspect.REQUEST, kind=Kind.LOOK_UP) is Does.HTTP_500


def test_mailboxes_match_in_any_case() -> None:
    behaviours = asked(Does.MAILBOX_FULL, number="Pat@Full.example")
    found = taken(behaviours, Aspect.MAILBOX, number="pat@FULL.example", kind=Kind.MAIL)
    assert found is Does.MAILBOX_FULL


def test_the_one_asked_for_last_wins_its_aspect_and_leaves_the_others() -> None:
    behaviours = asked(Does.HTTP_500)
    behaviours.add(Behaviour.asked(Does.HTTP_429, number=PAT))
    behaviours.add(Behaviour.asked(Does.SLOW))
    assert taken(behaviours, Aspect.REQUEST) is Does.HTTP_429
    assert taken(behaviours, Aspect.REQUEST, number=SAM) is Does.HTTP_500
    assert taken(behaviours, Aspect.PACE) is Does.SLOW


@given(st.integers(1, 20), st.integers(0, 30))
def test_times_counts_those_it_applied_to(times: int, requests: int) -> None:
    behaviours = asked(Does.HTTP_500, times=times, number=PAT)
    taken(behaviours, Aspect.REQUEST, number=SAM)
    hits = [taken(behaviours, Aspect.REQUEST) for _ in range(requests)]
    assert sum(hit is not None for hit in hits) == min(times, requests)
    assert len(behaviours.all()) == (1 if requests < times else 0)


def test_one_can_be_taken_back() -> None:
    behaviours = Behaviours()
    kept = behaviours.add(Behaviour.asked(Does.SLOW))
    gone = behaviours.add(Behaviour.asked(Does.HTTP_500))
    assert behaviours.remove(gone.id)
    assert not behaviours.remove(gone.id)
    assert behaviours.all() == (kept,)
    behaviours.clear()
    assert behaviours.all() == ()


@pytest.mark.parametrize(
    "wish",
    [
        {"does": "explodes"},
        {"does": "slow", "times": 0},
        {"does": "slow", "seconds": -1},
        {"does": "slow", "kind": "fax"},
    ],
)
def test_a_wish_without_sense_is_refused(wish: dict[str, object]) -> None:
    with pytest.raises(BehaviourFlaw):
        Behaviour.asked(**wish)  # type: ignore[arg-type]


def test_what_is_left_out_has_the_usual_value() -> None:
    full = Behaviour.asked(Does.MAILBOX_FULL)
    assert (full.code, full.number, full.times) == ("452 4.2.2", "*", None)
    assert Behaviour.asked("replies").text == "STOP"


def test_conventions_are_fictitious_numbers_and_give_way_to_a_wish() -> None:
    numbers = [each.number for each in CONVENTIONS if each.number.startswith("+")]
    assert all(number.startswith("+1???55501") for number in numbers)
    behaviours = with_conventions()
    bouncing = "+12025550190"
    assert taken(behaviours, Aspect.HANDSET, number=bouncing) is Does.BOUNCES
    behaviours.add(Behaviour.asked(Does.UNCONFIRMED))
    assert taken(behaviours, Aspect.HANDSET, number=bouncing) is Does.UNCONFIRMED
