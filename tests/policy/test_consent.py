"""Has this person agreed? The log and the suppressions are folded; their order does not matter."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handbell.policy.consent import (
    ConsentEvent,
    SuppressionEvent,
    address_objection,
    newest,
    subscription_objection,
)
from handbell.vocabulary.words import Channel, ConsentKind, Objection, Purpose, SuppressionKind

NOW = datetime(2026, 11, 2, 15, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
SMS, VOICE = Channel.SMS, Channel.VOICE
CARE, BILLING = Purpose.APPOINTMENT_REMINDER, Purpose.BALANCE_ALERT
GRANTED, WITHDRAWN = ConsentKind.GRANTED, ConsentKind.WITHDRAWN
OPTED_OUT = SuppressionKind.OPTED_OUT


def consent(
    at: int, kind: ConsentKind = GRANTED, *, purpose: Purpose = CARE, channel: Channel = SMS
) -> ConsentEvent:
    return ConsentEvent(purpose, channel, kind, NOW + at * MINUTE)


def stop(at: int, kind: SuppressionKind = OPTED_OUT, *, channel: Channel = SMS) -> SuppressionEvent:
    return SuppressionEvent(channel, kind, NOW + at * MINUTE)


def verdict(
    consents: list[ConsentEvent], suppressions: list[SuppressionEvent], *, at: datetime = NOW
) -> Objection | None:
    """Return the objection to a text of care, as the judge puts the two folds together."""
    decisive = newest(consents, purpose=CARE, channel=SMS, now=at)
    if objection := subscription_objection(decisive):
        return objection
    assert decisive is not None
    return address_objection(suppressions, channel=SMS, consented_at=decisive.at, now=at)


consents = st.lists(
    st.builds(
        lambda at, kind, purpose, channel: consent(at, kind, purpose=purpose, channel=channel),
        st.integers(-5, 5),
        st.sampled_from(ConsentKind),
        st.sampled_from([CARE, BILLING]),
        st.sampled_from(Channel),
    ),
    max_size=8,
)
suppressions = st.lists(
    st.builds(
        lambda at, kind, channel, lifted: SuppressionEvent(
            channel, kind, NOW + at * MINUTE, None if lifted is None else NOW + lifted * MINUTE
        ),
        st.integers(-5, 5),
        st.sampled_from(SuppressionKind),
        st.sampled_from(Channel),
        st.none() | st.integers(-5, 5),
    ),
    max_size=8,
)


@given(data=st.data(), some=consents, others=suppressions)
def test_any_order_gives_the_same_answer(
    data: st.DataObject, some: list[ConsentEvent], others: list[SuppressionEvent]
) -> None:
    again = data.draw(st.permutations(some))
    others_again = data.draw(st.permutations(others))
    assert verdict(again, others_again) == verdict(some, others)


@given(some=consents, others=suppressions)
def test_what_has_not_happened_yet_changes_nothing(
    some: list[ConsentEvent], others: list[SuppressionEvent]
) -> None:
    happened = [event for event in some if event.at <= NOW]
    known = [event for event in others if event.at <= NOW]
    assert verdict(some, others) == verdict(happened, known)


@given(some=consents, others=suppressions, ago=st.integers(0, 5))
def test_a_stop_as_new_as_the_consent_always_stops(
    some: list[ConsentEvent], others: list[SuppressionEvent], ago: int
) -> None:
    granted = [e for e in some if e.at <= NOW - ago * MINUTE]
    assert verdict(granted, [*others, stop(-ago)]) is not None


@pytest.mark.parametrize(
    ("consents_at", "stops_at", "expected"),
    [
        ([-9], [], None),
        ([-9], [-8], Objection.OPTED_OUT),
        ([-9, -7], [-8], None),  # START
        ([-9, -7], [-8, -6], Objection.OPTED_OUT),  # and STOP again
        ([-9, -7, -5], [-8, -6], None),
        ([-8], [-8], Objection.OPTED_OUT),  # on a tie the stop wins
        ([-9], [1], None),  # a stop to come
    ],
)
def test_stop_start_stop(
    consents_at: list[int], stops_at: list[int], expected: Objection | None
) -> None:
    given_ = [consent(at) for at in consents_at]
    assert verdict(given_, [stop(at) for at in stops_at]) == expected


def test_a_consent_newer_than_the_stop_lifts_it_for_who_gave_it_only() -> None:
    the_stop = [stop(-5)]
    assert verdict([consent(-9), consent(-1)], the_stop) is None
    assert verdict([consent(-9)], the_stop) is Objection.OPTED_OUT  # the other at the same number


def test_a_withdrawal_wins_a_tie_and_a_later_consent_wins_over_it() -> None:
    assert verdict([consent(-5), consent(-5, WITHDRAWN)], []) is Objection.OPTED_OUT
    assert verdict([consent(-5, WITHDRAWN), consent(-4)], []) is None


def test_no_consent_is_not_a_withdrawal() -> None:
    assert verdict([], []) is Objection.NO_CONSENT
    assert verdict([consent(-5, purpose=BILLING)], []) is Objection.NO_CONSENT
    assert verdict([consent(-5, channel=VOICE)], []) is Objection.NO_CONSENT


def test_a_stop_is_about_its_channel() -> None:
    assert verdict([consent(-9)], [stop(-5, channel=VOICE)]) is None


@pytest.mark.parametrize("kind", [kind for kind in SuppressionKind if kind is not OPTED_OUT])
def test_an_address_that_fails_is_not_mended_by_a_consent(kind: SuppressionKind) -> None:
    assert verdict([consent(-1)], [stop(-5, kind)]) is Objection.SUPPRESSED


def test_a_person_lifts_it_from_that_moment_on() -> None:
    lifted = SuppressionEvent(SMS, SuppressionKind.UNREACHABLE, NOW - 5 * MINUTE, NOW)
    assert verdict([consent(-9)], [lifted], at=NOW - MINUTE) is Objection.SUPPRESSED
    assert verdict([consent(-9)], [lifted]) is None


def test_an_opt_out_is_graver_than_a_bad_address() -> None:
    both = [stop(-5, SuppressionKind.UNREACHABLE), stop(-5)]
    assert verdict([consent(-9)], both) is Objection.OPTED_OUT
