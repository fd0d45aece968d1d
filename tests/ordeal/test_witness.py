"""Would the witness see it? One broken promise at a time, each found and named."""

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta

import pytest

from handbell.ordeal.clinics import Clinic, Subject
from handbell.ordeal.diary import Claim, Row
from handbell.ordeal.report import Found
from handbell.ordeal.witness import ON_ITS_WAY, Seen, Trial, Verdict, compare
from handbell.vocabulary.words import Channel

NOON = datetime(2026, 11, 2, 17, tzinfo=UTC)  # at the clinic
SECOND = timedelta(seconds=1)
CLINIC = Clinic("harbor", 1, 1, Channel.SMS, "+12025550199")
ROW = Row(
    id=7,
    visit_id=3,
    revision=1,
    practice_id=1,
    state="delivered",
    objection="",
    detail="",
    due_at=NOON,
    was_in_doubt=False,
    claimed_at=(NOON,),
)
SEEN = Seen((NOON + SECOND,), 1)


def subject(**remembered: object) -> Subject:
    return Subject(3, 5, CLINIC, "+12025550123", **remembered)  # type: ignore[arg-type]


def trial(
    *,
    row: Row | None = ROW,
    seen: Seen | None = SEEN,
    about: Subject | None = None,
    clinic: Clinic = CLINIC,
) -> Trial:
    return Trial(
        clinics={1: clinic},
        subjects=[about or subject()],
        rows=[row] if row else [],
        claims=[Claim(row.id, row.visit_id, row.revision, NOON)] if row and row.claimed_at else [],
        seen={7: seen} if seen else {},
        widest_jump=100 * SECOND,
        calm_at=NOON + timedelta(hours=1),
        horizon=NOON + timedelta(hours=2),
    )


def broken(verdict: Verdict) -> set[str]:
    return {name for name, ids in verdict.broken.items() if ids}


def test_a_message_that_went_as_it_should_breaks_nothing() -> None:
    verdict = compare(trial())

    assert verdict.is_clean
    assert (verdict.touches, verdict.received) == (1, 1)


@pytest.mark.parametrize("state", ["accepted", "delivered", "undelivered"])
def test_said_to_be_sent_and_never_seen_is_lost(state: str) -> None:
    assert broken(compare(trial(row=replace(ROW, state=state), seen=None))) == {"lost"}


def test_a_visit_nobody_planned_is_lost() -> None:
    verdict = compare(trial(row=None, seen=None))

    assert verdict.never_planned == [3]
    assert not verdict.is_clean
    assert compare(trial(row=None, seen=None, about=subject(cancelled_at=NOON))).is_clean


@pytest.mark.parametrize("seen", [Seen((NOON, NOON), 1), Seen((NOON, NOON + SECOND), 2)])
def test_given_to_the_carrier_twice_is_twice(seen: Seen) -> None:
    assert broken(compare(trial(seen=seen))) == {"twice"}


def test_what_a_claim_could_have_known_counts_to_the_moment() -> None:
    before, after = NOON - SECOND, NOON + SECOND
    for fact, name in (("stopped_at", "after_stop"), ("cancelled_at", "stale")):
        assert broken(compare(trial(about=subject(**{fact: before})))) == {name}
        assert compare(trial(about=subject(**{fact: after}))).is_clean


def test_a_reminder_of_the_old_time_is_stale_and_one_of_the_new_time_is_not() -> None:
    moved = subject(moved_at=NOON - SECOND, revision=2)

    assert broken(compare(trial(about=moved))) == {"stale"}
    assert compare(trial(about=moved, row=replace(ROW, revision=2))).is_clean


def test_long_after_a_stop_nothing_arrives_whoever_claimed_it_when() -> None:
    late = Seen((NOON + SECOND + ON_ITS_WAY + SECOND,), 1)

    assert broken(compare(trial(about=subject(stopped_at=NOON + SECOND), seen=late))) == {
        "after_stop"
    }


def test_a_claim_outside_the_window_is_found_by_the_clock_of_its_host() -> None:
    closed = replace(CLINIC, opens=time(8), closes=time(11))

    assert "outside_window" in broken(compare(trial(clinic=closed)))
    assert compare(trial(clinic=replace(closed, closes=time(13)))).is_clean


@pytest.mark.parametrize("state", ["failed", "cancelled", "withheld", "expired"])
def test_seen_by_the_carrier_and_told_as_not_sent_is_misstated(state: str) -> None:
    assert broken(compare(trial(row=replace(ROW, state=state)))) == {"misstated"}


@pytest.mark.parametrize("state", ["claimed", "queued"])
def test_what_is_still_under_way_in_the_end_is_unfinished(state: str) -> None:
    left = replace(ROW, state=state, claimed_at=())

    assert broken(compare(trial(row=left, seen=None))) == {"unfinished"}
    later = replace(left, due_at=NOON + timedelta(days=1))
    assert compare(trial(row=later, seen=None)).is_clean


def test_what_stays_in_doubt_is_told_and_breaks_nothing() -> None:
    verdict = compare(trial(row=replace(ROW, state="in_doubt", was_in_doubt=True)))

    assert verdict.is_clean
    assert (verdict.in_doubt, dict(verdict.settled)) == (1, {"in_doubt": 1})


def test_the_report_names_the_seed_and_tells_the_life_of_what_broke() -> None:
    verdict = compare(trial(seen=Seen((NOON, NOON), 2)))
    lives = {7: [(NOON, "host-1: attempt 1")]}
    found = Found(42, {"worker": 3}, {"moved": 1}, {}, verdict, lives, 12.3)
    said: list[str] = []
    found.tell(said.append)

    assert found.as_json()["twice"] == 1
    assert found.as_json()["kills"] == 3
    assert any("message 7: twice" in line for line in said)
    assert any("--seed 42" in line for line in said)


def test_a_visit_that_came_in_unheard_at_the_end_is_judged_by_what_it_ended_as() -> None:
    unheard = replace(trial(), subjects=[])

    assert compare(unheard).is_clean
    assert broken(compare(replace(unheard, seen={}))) == {"lost"}
