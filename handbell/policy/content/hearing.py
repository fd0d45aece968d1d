"""What a sentence says: what nobody may, what may promote, and whether its kind is known.

What only sounds like something is put aside first (words/safe.txt). What discloses or threatens
is refused (privacy.txt, collection.txt); what promotes (promotion.txt) is weighed in its text with
how the sentence leans and whether it is recognisably one of a message (acts.txt).
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Final

from handbell.policy.content.deciding import HELD_FROM, REFUSED_FROM, Told, weight
from handbell.policy.content.leaning import (
    is_strange,
    is_unread,
    is_warm,
    leaning,
)
from handbell.policy.content.phrases import PhraseBook
from handbell.policy.content.tokens import Said, Sentence
from handbell.policy.content.words import ACT, sections
from handbell.vocabulary.words import Purpose

_WEAK: Final = "~"  # before a phrase that honest texts have too


def _read_phrases() -> Iterator[tuple[str, str]]:
    for name in ("promotion", "privacy", "collection"):
        for meaning, lines in sections(name).items():
            for line in lines.splitlines():
                phrase = line.removeprefix(f"{_WEAK} ")
                yield (meaning if phrase == line else meaning + _WEAK), phrase


UNSAFE: Final = PhraseBook(_read_phrases())
_SAFE: Final = PhraseBook(sections("safe"))
_WHOLE: Final = PhraseBook(sections("whole"))
_CORE: Final = {purpose: PhraseBook({"core": sections("core")[purpose]}) for purpose in Purpose}
_ASIDE: Final = frozenset({"#ok"})
_AMOUNTS: Final = frozenset({"#money", "#percent"})
#: So far below a doubt a promoting phrase is shown to a person.
_SHOWN_BELOW: Final = 2.5
#: What no honest text of nine writers asks for: refused on sight.
_ON_SIGHT: Final = ("promotion.review", "promotion.app")
#: From which share of words on that no message is made of a person looks, whatever they lean to.
_NONSENSE: Final = 0.75


@dataclass(frozen=True, slots=True)
class Broken:
    """A rule that words of a sentence break, by their places, or all of them by their weight."""

    rule: str
    first: int
    last: int
    by_weight: bool = False


@dataclass(frozen=True, slots=True)
class Heard:
    """What a sentence says. `broken` is broken wherever it stands, by an offer with a price too.

    `phrases` may promote, and honest texts have all of them too if they `are_weak`. `weight` is
    what it comes to by itself; `whole` are its ends.
    """

    broken: Sequence[Broken]
    phrases: Sequence[Broken]
    are_weak: bool
    told: Told
    weight: float
    whole: Broken
    is_unread: bool

    def doubtful(self, weight: float, *, visitless: bool) -> Sequence[Broken]:
        """Return what is refused or shown to a person, where it comes to so much in its text.

        A reminder that speaks of no visit, and so is `visitless`, is shown at least.
        """
        likely = HELD_FROM - _SHOWN_BELOW
        refused_from, held_from = (likely, weight) if visitless else (REFUSED_FROM, HELD_FROM)
        shown_from = refused_from if self.are_weak else min(HELD_FROM, refused_from)
        if self.phrases and weight >= shown_from:
            return self.phrases
        if self.phrases and not self.are_weak and weight >= likely:
            return [replace(one, rule="unrecognised") for one in self.phrases]
        if weight < held_from or self.is_unread:
            return ()
        rule = "unrecognised" if weight < refused_from else "promotion.persuasion"
        return (replace(self.whole, rule=rule),)


@lru_cache(maxsize=16384)
def hear(said: tuple[Said, ...], purpose: Purpose, place: str, *, alone: bool) -> Heard:
    """Return what a sentence's words say; the texts of a script share most of theirs."""
    sentence = Sentence.of(said)
    words = sentence.atoms
    speaks = _CORE[purpose].has(words)
    for match in _SAFE.find(words):
        for aside in match.places:
            words[aside] = _ASIDE
    matches = UNSAFE.find(words)
    promoting = [one for one in matches if one.meaning.startswith("promotion.")]
    strong = [one for one in promoting if not one.meaning.endswith(_WEAK)]
    sure = [
        one
        for one in promoting
        if one.meaning in _ON_SIGHT or any(said[at][0] in _AMOUNTS for at in one.places)
    ]
    if len({one.last for one in promoting}) > 1:  # two in one sentence are hardly an accident
        sure += strong
    told = Told(
        leans=leaning(sentence, place),
        length=len(said),
        share=_strange(sentence) / len(said),
        is_recognised=_is_recognised(sentence, words, alone=alone),
        is_of_its_purpose=speaks,
        is_subject=place == "<subject",
        promotes=bool(promoting),
    )
    broken = [
        Broken(one.meaning.rstrip(_WEAK), one.first, one.last)
        for one in matches
        if one in sure or one not in promoting
    ]
    unread = not matches and is_unread(sentence)
    if unread:
        broken = [Broken("unreadable", 0, len(said) - 1)]
    elif not matches and not told.is_recognised and told.share >= _NONSENSE and len(said) > 3:
        broken = [Broken("unrecognised", 0, len(said) - 1)]
    phrases = [Broken(one.meaning.rstrip(_WEAK), one.first, one.last) for one in promoting]
    whole = Broken("", 0, len(said) - 1, by_weight=True)
    return Heard(broken, phrases, not strong, told, weight(told.facts), whole, unread)


_ACTING: Final = ACT - {"#clinic"}


def acts(sentence: Sentence) -> bool:
    """Return whether a sentence does one of the things a message does."""
    return not _ACTING.isdisjoint([token.word for token in sentence.tokens])


def _is_recognised(sentence: Sentence, words: Sequence[frozenset[str]], *, alone: bool) -> bool:
    """Return whether a sentence is one of a message, by what it does and by its words.

    Beside sentences that do something, one of wholly plain words may stand ("Please do not come").
    """
    telling = [
        (token, word)
        for token, word in zip(sentence.tokens, words, strict=True)
        if token.word not in {"#comma", "#colon"}
    ]
    strange = sum(
        word is not _ASIDE and is_strange(token, first=not place)
        for place, (token, word) in enumerate(telling)
    )
    if not strange and len(telling) <= 3:
        return True
    if _WHOLE.has(sentence.atoms):
        return strange <= 1
    if not strange and not alone and not any(map(is_warm, words)):
        return True
    if not any(token.word in ACT for token, _ in telling):
        return False
    return strange <= max(1, 0.25 * len(telling))


def _strange(sentence: Sentence) -> int:
    return sum(is_strange(token, first=not place) for place, token in enumerate(sentence.tokens))
