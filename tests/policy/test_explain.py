"""Every reason has a sentence, a cure and a source, in words a front desk may read aloud."""

import re

import pytest

from handbell.policy.explain import explain
from handbell.vocabulary.words import Objection

# A digit run, an address or a blank would be somebody's data; two or three digits are a rule's.
DATA = re.compile(r"\d{4,}|@|\{|\}|%s|\+1")


@pytest.mark.parametrize("objection", Objection)
def test_every_objection_is_explained(objection: Objection) -> None:
    found = explain(objection)
    for sentence in (found.sentence, found.cure):
        assert sentence.endswith(".")
        assert "!" not in sentence
        assert not DATA.search(sentence)
        assert sentence == sentence.strip()
        assert "  " not in sentence
        assert len(sentence) < 160
    assert found.sentence[0].islower()  # it follows "Not sent: "
    assert found.cure[0].isupper()
    assert found.source


def test_no_two_reasons_read_alike() -> None:
    sentences = [explain(objection).sentence for objection in Objection]
    assert len(set(sentences)) == len(sentences)


@pytest.mark.parametrize("objection", Objection)
def test_the_words_of_the_house_are_used(objection: Objection) -> None:
    found = explain(objection)
    words = set(re.findall(r"[a-z]+", f"{found.sentence} {found.cure}".lower()))
    assert not words & {"user", "users", "notification", "notifications", "blacklist", "recipient"}
