"""The filter of the model, and what a quarter past it shows."""

from datetime import UTC, datetime, timedelta

import pytest

from handbell.channels.carrier.filtering import REPORTS_TO_KNOW, SpamFilter, likeness, shingles
from handbell.rehearsal import deliverability
from handbell.rehearsal.deliverability import Story, play

NOW = datetime(2026, 11, 2, 15, 0, tzinfo=UTC)
OFFER = "Summer special! Twenty percent off all packages, book now and bring a friend"


def test_a_text_like_reported_ones_is_filtered_whoever_sends_it() -> None:
    carrier = SpamFilter(75)
    assert carrier.passes("a", OFFER, NOW) == 1
    for _ in range(REPORTS_TO_KNOW):
        carrier.hear("a", "reported", NOW, text=OFFER)
    assert carrier.passes("b", OFFER.replace("friend", "neighbour"), NOW) < 0.3
    assert carrier.passes("b", "Harbor PT: see you Tuesday at ten", NOW) == 1


def test_numbers_and_cases_do_not_make_a_text_another() -> None:
    assert likeness(shingles("See you at 10:30, Ann"), shingles("SEE YOU at 9:15, ann")) == 1


def test_a_burst_over_the_limit_of_a_minute_is_filtered_in_part() -> None:
    carrier = SpamFilter(10)
    chances = [carrier.passes("a", "hello there", NOW) for _ in range(20)]
    assert chances[9] == 1
    assert chances[19] == 0.5
    assert carrier.passes("a", "hello there", NOW + timedelta(minutes=1)) == 1


def test_dead_numbers_are_held_against_a_sender_for_a_week() -> None:
    carrier = SpamFilter(1_000)
    for number in range(200):
        carrier.passes("a", "hello there", NOW)
        if number % 8 == 0:
            carrier.hear("a", "dead", NOW)
    assert carrier.passes("a", "hello there", NOW) == pytest.approx(0.5, abs=0.05)
    assert carrier.passes("a", "hello there", NOW + timedelta(days=8)) == 1


def test_the_same_seed_gives_the_same_quarter(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(deliverability, "WEEKS", 1)
    first, second = (play(Story.BEHAVES, protected=True, seed=3) for _ in range(2))
    assert first == second
    assert first.weeks[0].wanted == 1_200


def test_the_guard_refuses_the_blast_and_reminders_go_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(deliverability, "WEEKS", 5)
    safe, bare = (play(Story.BLASTS, protected=protected) for protected in (True, False))
    assert safe.refused == 1
    assert safe.delivered > 0.97
    assert bare.weeks[4].delivered < safe.weeks[4].delivered
