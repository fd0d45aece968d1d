"""A breaker opens for a bad rate, tries a trickle, and closes when that does well. Pure."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from handbell.reputation.breaker import PAUSES, TRICKLE, Standing, step, try_again
from handbell.reputation.fold import Tally
from handbell.reputation.thresholds import THRESHOLDS, Level, Reading, read
from handbell.vocabulary.words import BreakerState, Channel, Signal

NOW = datetime(2026, 11, 3, 15, 0, tzinfo=UTC)
S = BreakerState


def readings(channel: Channel = Channel.SMS, **counts: int) -> list[Reading]:
    return read(channel, lambda _: Tally(**counts), now=NOW)


def closed() -> Standing:
    return Standing(S.CLOSED, NOW - timedelta(days=30))


def walk(standing: Standing, hours: float, found: Sequence[Reading]) -> Standing:
    return step(standing, found, now=NOW + timedelta(hours=hours))


def test_twelve_dead_numbers_in_a_hundred_pause_texts() -> None:
    found = walk(closed(), 0, readings(sent=100, error=12))
    assert (found.state, found.signal, found.count, found.out_of) == (
        S.PAUSED,
        Signal.ERROR,
        12,
        100,
    )
    assert found.until == NOW + PAUSES[0]


def test_too_few_messages_say_nothing() -> None:
    assert walk(closed(), 0, readings(sent=99, error=50)).state is S.CLOSED


def test_seven_in_a_hundred_slow_down_and_better_ones_end_it() -> None:
    warned = walk(closed(), 0, readings(sent=100, error=7))
    assert warned.state is S.WARNED
    assert walk(warned, 1, readings(sent=200, error=7)).state is S.CLOSED


def test_one_angry_person_slows_mail_down_and_three_stop_it() -> None:
    mail = Channel.EMAIL
    assert walk(closed(), 0, readings(mail, sent=300, complaint=1)).state is S.WARNED
    assert walk(closed(), 0, readings(mail, sent=300, complaint=3)).state is S.PAUSED
    assert walk(closed(), 0, readings(mail, sent=60, complaint=3)).state is S.PAUSED


def test_short_calls_only_slow_down() -> None:
    found = readings(Channel.VOICE, sent=100, answered=60, short_call=50)
    assert walk(closed(), 0, found).state is S.WARNED


def test_after_the_pause_a_trickle_and_after_a_good_trickle_as_before() -> None:
    paused = walk(closed(), 0, readings(sent=100, error=12))
    assert walk(paused, 3.9, readings(sent=100, error=12)) == paused
    trial = walk(paused, 4, readings(sent=100, error=12))
    assert (trial.state, trial.trickle_left) == (S.HALF_OPEN, TRICKLE)
    assert walk(trial, 4.5, readings(sent=10)).state is S.HALF_OPEN
    more = walk(trial, 5, readings(sent=10))
    assert (more.state, more.trickle_left) == (S.HALF_OPEN, TRICKLE)
    good = walk(more, 6, readings(sent=20))
    assert good.state is S.CLOSED
    assert good.counts_from == trial.since  # what it opened for counts no more


def test_a_bad_trickle_pauses_for_longer_each_time() -> None:
    standing, moment = closed(), 0.0
    for length in (*PAUSES, PAUSES[-1]):
        standing = walk(standing, moment, readings(sent=100, error=12))
        assert standing.state is S.PAUSED
        assert standing.until == NOW + timedelta(hours=moment) + length
        moment += length.total_seconds() / 3600
        standing = walk(standing, moment, [])
        assert standing.state is S.HALF_OPEN
        moment += 0.5


def test_a_trickle_neither_good_nor_bad_ends_warned() -> None:
    trial = try_again(walk(closed(), 0, readings(sent=100, error=12)), now=NOW)
    assert walk(trial, 0.5, readings(sent=100, error=7)).state is S.HALF_OPEN
    ended = walk(trial, 6, readings(sent=100, error=7))
    assert (ended.state, ended.signal, ended.counts_from) == (S.WARNED, Signal.ERROR, NOW)
    assert ended.trickle_left == 0
    assert walk(trial, 24, readings(sent=15, error=1)).state is S.WARNED


def test_where_little_is_sent_a_day_without_trouble_closes_it() -> None:
    trial = try_again(walk(closed(), 0, readings(sent=100, error=12)), now=NOW)
    assert walk(trial, 23, readings(sent=4)).state is S.HALF_OPEN
    assert walk(trial, 24, readings(sent=4)).state is S.CLOSED


def test_a_short_pause_again_for_who_behaved_for_a_week() -> None:
    pause_ended = NOW - timedelta(days=8)
    forgiven = Standing(S.CLOSED, pause_ended, trips=3, counts_from=pause_ended)
    assert walk(forgiven, 0, readings(sent=100, error=12)).until == NOW + PAUSES[0]
    lately = replace(forgiven, counts_from=NOW - timedelta(days=6))
    assert walk(lately, 0, readings(sent=100, error=12)).until == NOW + PAUSES[-1]


def test_a_warning_on_the_way_does_not_make_the_pause_longer() -> None:
    pause_ended = NOW - timedelta(days=30)
    good = Standing(S.CLOSED, pause_ended, trips=3, counts_from=pause_ended)
    warned = walk(good, -1, readings(sent=100, error=7))
    assert walk(warned, 0, readings(sent=100, error=12)).until == NOW + PAUSES[0]


def test_the_shortest_window_with_enough_in_it_is_read() -> None:
    def since(moment: datetime) -> Tally:
        return Tally(sent=40, error=1) if moment > NOW - timedelta(days=2) else Tally(sent=140)

    error = next(r for r in read(Channel.SMS, since, now=NOW) if r.threshold.signal is Signal.ERROR)
    assert (error.window, error.out_of) == (timedelta(days=7), 140)


def test_every_threshold_warns_before_it_pauses_and_has_a_source() -> None:
    for threshold in (one for all_ in THRESHOLDS.values() for one in all_):
        assert threshold.source.startswith("rules.md")
        assert threshold.pause is None or threshold.warn < threshold.pause


@given(st.lists(st.tuples(st.integers(0, 500), st.integers(0, 500)), max_size=30))
def test_whatever_is_counted_it_stands_somewhere_sensible(steps: list[tuple[int, int]]) -> None:
    standing = closed()
    for number, (sent, bad) in enumerate(steps):
        found = readings(sent=sent, error=min(bad, sent))
        standing = walk(standing, number * 2.0, found)
        assert (standing.state is S.PAUSED) <= (standing.until is not None)
        assert standing.trickle_left == 0 or standing.state is S.HALF_OPEN
        if standing.state is S.PAUSED and standing.since == NOW + timedelta(hours=number * 2.0):
            assert max(r.level for r in found) is Level.PAUSE or sent < 100
