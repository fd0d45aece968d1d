"""Everything a closed list can hold has a word, and everything shown has an icon."""

from enum import StrEnum
from typing import Any

import pytest
from heroicons.templatetags.heroicons import heroicon_micro, heroicon_mini

from handbell.console import words
from handbell.console.timeline import (
    _ANSWERING,
    _ENDINGS,
    _OUTCOMES,
    _REPORTS,
    _RINGING,
)
from handbell.outbox.queries import Standing
from handbell.vocabulary.words import (
    AppointmentStatus,
    Channel,
    MessageState,
    Objection,
    PermissionLevel,
    Purpose,
    Recipient,
)


@pytest.mark.parametrize(
    ("closed_list", "said"),
    [
        (Purpose, words.PURPOSES),
        (Channel, words.CHANNELS),
        (Channel, words.CHANNEL_ICONS),
        (Standing, words.STANDINGS),
        (Objection, words.REASONS),
        (AppointmentStatus, words.VISIT_STATUSES),
        (PermissionLevel, words.LEVELS),
        (Recipient, words.RECIPIENTS),
    ],
)
def test_every_value_has_its_word(closed_list: type[StrEnum], said: dict[Any, str]) -> None:
    assert set(said) == set(closed_list)
    assert all(said.values())


def test_the_screen_says_text_call_and_e_mail() -> None:
    assert list(words.CHANNELS.values()) == ["Text", "Call", "E-mail"]
    assert words.VISIT_STATUSES[AppointmentStatus.BOOKED] == "Scheduled"


@pytest.mark.parametrize("state", MessageState)
@pytest.mark.parametrize("objection", ["", *Objection])
def test_every_state_has_a_chip_whose_icon_exists(state: MessageState, objection: str) -> None:
    chip = words.chip(state, objection)
    assert chip.word
    assert chip.tone in {"accent", "good", "wait", "doubt", "bad", "stop", "soft"}
    assert "<svg" in heroicon_micro(chip.icon)
    assert "<svg" in heroicon_mini(chip.icon)


def test_every_icon_of_a_timeline_exists() -> None:
    shown = [*_OUTCOMES.values(), *_REPORTS.values(), *_ENDINGS.values()]
    icons = [icon for _, icon, _ in shown] + [_RINGING[1], _ANSWERING[1]]
    assert all("<svg" in heroicon_micro(icon) for icon in icons)


def test_what_the_patient_stopped_says_so_before_and_after_its_time() -> None:
    for state in (MessageState.QUEUED, MessageState.WITHHELD, MessageState.CANCELLED):
        assert words.chip(state, Objection.OPTED_OUT).word == "Stopped by the patient"


def test_the_exact_words_of_the_states() -> None:
    said = {state: words.chip(state, "").word for state in MessageState}
    assert said == {
        MessageState.QUEUED: "Planned",
        MessageState.CLAIMED: "Going out",
        MessageState.ACCEPTED: "Handed over",
        MessageState.DELIVERED: "Delivered",
        MessageState.UNDELIVERED: "Not delivered",
        MessageState.FAILED: "Failed",
        MessageState.IN_DOUBT: "In doubt",
        MessageState.WITHHELD: "Held back",
        MessageState.CANCELLED: "Cancelled",
        MessageState.EXPIRED: "Too late",
    }
