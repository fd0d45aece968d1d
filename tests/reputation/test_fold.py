"""What one offer counts as, by what its provider said last. Pure."""

import pytest

from handbell.dispatch.providers import rule_for
from handbell.reputation.fold import Fate, Tally, tally_of
from handbell.vocabulary.words import Channel, MessageState

SMS, VOICE, EMAIL = Channel.SMS, Channel.VOICE, Channel.EMAIL
FAILED = Tally(sent=1, error=1)
NOTHING_SAID = Tally(sent=1)


def counted(channel: Channel, code: str, *, outcome: str = "accepted") -> Tally:
    rule = rule_for("rehearsal", channel, code, sender="+12025550199")
    return tally_of(Fate(channel, outcome, MessageState.UNDELIVERED, code), rule)


@pytest.mark.parametrize(
    ("channel", "code", "tally"),
    [
        (SMS, "30007", Tally(sent=1, error=1, filtered=1)),
        (SMS, "30005", FAILED),
        (SMS, "30006", FAILED),
        (SMS, "30003", FAILED),
        (SMS, "21610", NOTHING_SAID),  # counted by the suppression
        (SMS, "30034", NOTHING_SAID),  # our registration: it pauses by itself
        (SMS, "30023", NOTHING_SAID),  # our budget
        (VOICE, "no-answer", NOTHING_SAID),
        (VOICE, "busy", NOTHING_SAID),
        (VOICE, "sip-404", FAILED),
        (VOICE, "sip-608", Tally(sent=1, error=1, filtered=1)),
        (EMAIL, "5.1.1", Tally(sent=1, error=1, hard_bounce=1)),
        (EMAIL, "5.2.2", FAILED),
        (EMAIL, "5.7.1", Tally(sent=1, error=1, filtered=1)),
        (EMAIL, "5.7.26", NOTHING_SAID),
        (SMS, "a code of next year", FAILED),
    ],
)
def test_what_was_not_delivered(channel: Channel, code: str, tally: Tally) -> None:
    assert counted(channel, code) == tally


def test_refused_at_hand_over_counts_like_undelivered_unless_it_is_our_fault() -> None:
    assert counted(EMAIL, "5.1.1", outcome="rejected").hard_bounce == 1
    assert counted(EMAIL, "5.7.26", outcome="rejected") == Tally()
    assert counted(SMS, "20429", outcome="busy") == Tally()


def test_delivered_and_not_yet_known() -> None:
    assert tally_of(Fate(SMS, "accepted", MessageState.DELIVERED), None) == Tally(1, 1)
    assert tally_of(Fate(SMS, "accepted", MessageState.ACCEPTED), None) == Tally(1)
    assert tally_of(Fate(SMS, "in_doubt", MessageState.IN_DOUBT), None) == Tally(1)


@pytest.mark.parametrize(("seconds", "short"), [(6, 1), (7, 0), (None, 0)])
def test_a_call_hung_up_at_once_is_short(seconds: int | None, short: int) -> None:
    fate = Fate(VOICE, "accepted", MessageState.DELIVERED, answered=True, seconds=seconds)
    assert tally_of(fate, None) == Tally(sent=1, delivered=1, answered=1, short_call=short)


def test_a_machine_that_answers_hangs_up_on_nobody() -> None:
    fate = Fate(VOICE, "accepted", MessageState.DELIVERED, answered=False, seconds=3)
    assert tally_of(fate, None).short_call == 0
