"""A message may have left: a reminder is never offered again, a closure notice is."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handbell.policy.in_doubt import Doubt, after_unanswered, after_unheard, next_look_up
from handbell.vocabulary.words import Purpose

LEFT = datetime(2026, 11, 2, 15, tzinfo=UTC)
ORDINARY = [Purpose.APPOINTMENT_REMINDER, Purpose.BALANCE_ALERT]
ages = st.timedeltas(min_value=timedelta(0), max_value=timedelta(days=3))


@given(age=ages, purpose=st.sampled_from(ORDINARY), useful=st.booleans())
def test_nothing_the_provider_says_or_omits_sends_a_reminder_again(
    age: timedelta, purpose: Purpose, useful: bool
) -> None:
    assert after_unheard(purpose, useful=useful) is Doubt.GIVE_UP
    unanswered = after_unanswered(purpose, attempts=1, handed_over_at=LEFT, now=LEFT + age)
    assert unanswered in {Doubt.WAIT, Doubt.LEAVE}


@pytest.mark.parametrize(("useful", "doubt"), [(True, Doubt.SEND_AGAIN), (False, Doubt.GIVE_UP)])
def test_a_closure_nobody_had_goes_again_while_it_helps(useful: bool, doubt: Doubt) -> None:
    assert after_unheard(Purpose.EMERGENCY_NOTICE, useful=useful) is doubt


@pytest.mark.parametrize(
    ("seconds", "doubt"), [(0, Doubt.WAIT), (119, Doubt.WAIT), (120, Doubt.SEND_AGAIN)]
)
def test_a_closure_waits_two_minutes_for_an_answer(seconds: int, doubt: Doubt) -> None:
    now = LEFT + timedelta(seconds=seconds)
    found = after_unanswered(Purpose.EMERGENCY_NOTICE, attempts=1, handed_over_at=LEFT, now=now)
    assert found is doubt


@given(age=ages, attempts=st.integers(2, 9))
def test_a_closure_nobody_can_speak_for_is_offered_twice_at_the_most(
    age: timedelta, attempts: int
) -> None:
    found = after_unanswered(
        Purpose.EMERGENCY_NOTICE, attempts=attempts, handed_over_at=LEFT, now=LEFT + age
    )
    assert found in {Doubt.WAIT, Doubt.LEAVE}


@pytest.mark.parametrize(("hours", "doubt"), [(23.9, Doubt.WAIT), (24, Doubt.LEAVE)])
def test_asking_ends_after_a_day_and_the_doubt_stays(hours: float, doubt: Doubt) -> None:
    now = LEFT + timedelta(hours=hours)
    found = after_unanswered(Purpose.APPOINTMENT_REMINDER, attempts=1, handed_over_at=LEFT, now=now)
    assert found is doubt


@given(age=ages)
def test_pauses_between_questions_grow_from_half_a_minute_to_half_an_hour(age: timedelta) -> None:
    now = LEFT + age
    pause = next_look_up(handed_over_at=LEFT, now=now) - now
    assert timedelta(seconds=30) <= pause <= timedelta(minutes=30)
    later = now + timedelta(minutes=1)
    assert next_look_up(handed_over_at=LEFT, now=later) - later >= pause


def test_a_day_of_questions_is_about_a_hundred_and_not_a_thousand() -> None:
    now, asked = LEFT, 0
    while now < LEFT + timedelta(days=1):
        now, asked = next_look_up(handed_over_at=LEFT, now=now), asked + 1
    assert 60 < asked < 150
