"""Does the guard keep to its numbers, on texts it was not made with?"""

import csv
import time
from pathlib import Path

import pytest

from handbell.policy.content import Draft, Verdict, review
from handbell.policy.content.rules import RULES
from handbell.scripts.starting_texts import SEVERAL, STARTING_TEXTS, Key
from handbell.vocabulary.words import Channel, Purpose
from tests.guard.corpus import answered, samples, score


def test_on_texts_nothing_was_tuned_on() -> None:
    got = score(answered(samples("heldout")))
    assert got.refused >= 0.97
    assert got.caught >= 0.99
    assert got.honest_refused <= 0.005
    assert got.honest_held <= 0.05


def test_on_the_texts_it_was_made_with() -> None:
    got = score(answered(samples("tuning")))
    assert got.refused >= 0.91
    assert got.caught >= 0.99
    assert got.honest_refused <= 0.002
    assert got.honest_held <= 0.02


def test_on_the_texts_of_other_writers_it_was_made_with() -> None:
    got = score(answered(samples("others")[::9]))
    assert got.refused >= 0.85
    assert got.caught >= 0.97
    assert got.honest_refused <= 0.015
    assert got.honest_held <= 0.03


def test_the_corpus_is_wide_enough_and_no_text_is_in_both_halves() -> None:
    tuning, heldout, others = samples("tuning"), samples("heldout"), samples("others")
    taught = (*tuning, *others)
    assert not {one.draft.text for one in taught} & {one.draft.text for one in heldout}
    assert len({one.id for one in (*taught, *heldout)}) == len(taught) + len(heldout)
    for chosen in (tuning, heldout, others):
        assert {one.language for one in chosen} == {"en", "es", "fr"}
        assert {one.draft.channel for one in chosen} == set(Channel)
        assert {one.draft.purpose for one in chosen} == set(Purpose)


def test_every_finding_of_a_heldout_text_explains_itself() -> None:
    for sample in samples("heldout"):
        for one in sample.review.findings:
            assert one.why, one.rule
            assert one.source, one.rule
            assert "!" not in one.why + one.instead


@pytest.mark.parametrize("key", STARTING_TEXTS)
def test_every_starting_text_is_allowed(key: Key) -> None:
    purpose, channel, _ = key
    text = STARTING_TEXTS[key]
    assert review(Draft(purpose, channel, text.body, text.subject)).findings == ()


@pytest.mark.parametrize("key", SEVERAL)
def test_every_text_for_several_visits_is_allowed(key: tuple[Channel, str]) -> None:
    text = SEVERAL[key]
    draft = Draft(Purpose.APPOINTMENT_REMINDER, key[0], text.body, text.subject)
    assert review(draft).verdict is Verdict.ALLOW


def test_it_is_fast_enough_to_look_at_every_text() -> None:
    """The goal is 2,000 a second on a core of its own; a third of that on a busy machine."""
    chosen = [one for one in samples("tuning") if one.draft.channel is Channel.SMS][:600]
    answered(chosen)
    best = 0.0
    for _ in range(5):
        began = time.process_time()
        answered(chosen)
        best = max(best, len(chosen) / (time.process_time() - began))
    assert best > 600


@pytest.mark.parametrize("purpose", Purpose)
@pytest.mark.parametrize(
    "text",
    [
        "asdf qwer",
        "",
        "...",
        "\N{TOOTH}\N{TOOTH}",
        "Ihr Termin ist am Dienstag um 9 Uhr.",
        "您的预约是星期二上午",
    ],
)
def test_what_it_cannot_read_is_held_and_neither_allowed_nor_refused(
    purpose: Purpose, text: str
) -> None:
    found = review(Draft(purpose, Channel.SMS, text))
    assert found.verdict is Verdict.HOLD
    assert "unreadable" in {one.rule for one in found.findings}


def test_explanations_are_short_enough_to_be_read_at_a_front_desk() -> None:
    for name, rule in RULES.items():
        for sentence in f"{rule.why} {rule.instead}".split(". "):
            assert len(sentence) < 160, name


class TestOutside:
    """Texts nobody here wrote: real advertising and fraud by text, from two public collections."""

    def test_advertising_is_refused_or_held(self, shared_data: Path) -> None:
        path = shared_data / "sms_corpus" / "SMSSpamCollection.tsv"
        rows = [line.split("\t", 1) for line in path.read_text(encoding="utf-8").splitlines()]
        self._stops([text for label, text in rows if label == "spam"], refused=0.89)

    def test_fraud_is_refused_or_held(self, shared_data: Path) -> None:
        path = shared_data / "sms_corpus" / "mendeley_smishing_5971.csv"
        with path.open(encoding="utf-8", errors="replace", newline="") as file:
            rows = list(csv.DictReader(file))
        texts = [row["TEXT"] for row in rows if row["label"].lower() in {"spam", "smishing"}]
        self._stops(texts, refused=0.90)

    def _stops(self, texts: list[str], *, refused: float) -> None:
        verdicts = [
            review(Draft(Purpose.APPOINTMENT_REMINDER, Channel.SMS, text)).verdict
            for text in texts
            if text.strip()
        ]
        assert len(verdicts) > 500
        assert verdicts.count(Verdict.REFUSE) / len(verdicts) >= refused
        assert 1 - verdicts.count(Verdict.ALLOW) / len(verdicts) >= 0.955
