"""Does a sentence lean towards promotion? A small linear model, trained on our own texts.

One signal beside the rules, for sentences that promote in none of the usual words. A sentence's
leaning is the sum of the weights of what it holds: its words, pairs of words, beginnings and ends
of words, where in the text it stands, and how many of its words are strange to reminders.
words/weights.txt has one weight a line, so that every decision can be read;
`benchmarks/guard_weights.py` makes it anew from the texts of tests/guard.
"""

from collections.abc import Mapping, Sequence
from functools import lru_cache
from itertools import pairwise
from typing import Final

from handbell.policy.content.model import Part
from handbell.policy.content.phrases import atoms
from handbell.policy.content.tokens import Sentence, Token
from handbell.policy.content.words import ACT, PLAIN, weights, words

#: The kinds of words that messages are made of.
ORDINARY: Final = words("lists", "ordinary")
_FOREIGN: Final = atoms("#foreign")
#: Words of persuasion: one makes a sentence doubtful.
WARM: Final = words("lists", "warm")


class Weights:
    """The weights, looked up by word and by pair of words: most words come again and again."""

    def __init__(self, weights: Mapping[str, float]) -> None:
        self.of = weights
        self._pairs = {
            tuple(name.split("_")): weight for name, weight in weights.items() if "_" in name
        }
        self._words: dict[str, float] = {}

    def word(self, word: str) -> float:
        """Return what a word weighs: itself, its beginning, its end and its concepts."""
        weight = self._words.get(word)
        if weight is None:
            weight = sum(self.of.get(name, 0.0) for name in _of_word(word))
            if len(self._words) < _MOST_REMEMBERED:
                self._words[word] = weight
        return weight

    def sentence(self, names: Sequence[str], counts: Mapping[str, float]) -> float:
        """Return what a sentence weighs; a word or a pair that comes twice weighs once."""
        leans = sum(map(self.word, set(names)))
        pair = self._pairs.get
        leans += sum([pair(two, 0.0) for two in set(pairwise(("<", *names, ">")))])
        return leans + sum(self.of.get(name, 0.0) * size for name, size in counts.items())


_MOST_REMEMBERED: Final = 50_000
WEIGHTS: Final = Weights(weights())


def is_warm(word: frozenset[str]) -> bool:
    """Return whether a word is one of persuasion."""
    return not word.isdisjoint(WARM)


def is_strange(token: Token, *, first: bool) -> bool:
    """Return whether a word is none that reminders, alerts and notices are made of."""
    return _is_odd(token.word) and (first or not token.capital or token.word == "#foreign")


@lru_cache(maxsize=16384)
def _is_odd(word: str) -> bool:
    if word in ACT or word in PLAIN or len(word) == 1:
        return False
    if word.startswith("#"):
        return word == "#foreign"
    return atoms(word).isdisjoint(ORDINARY)


def leaning(sentence: Sentence, place: str = "", weights: Weights = WEIGHTS) -> float:
    """Return how far a sentence leans towards promotion; `place` is one of `places`."""
    return weights.sentence(*_held(sentence)) + weights.of.get(place, 0.0)


def is_unread(sentence: Sentence) -> bool:
    """Return whether most of a sentence is words nobody has taught the guard: another language."""
    said = [token for token in sentence.tokens if not token.word.startswith("#")]
    unknown = [token for token in said if not _is_known(token.word)]
    foreign = any(token.word == "#foreign" or token.atoms == _FOREIGN for token in said)
    return foreign or (
        len(unknown) > 0.5 * len(said) and not all(token.capital for token in unknown)
    )


@lru_cache(maxsize=16384)
def _is_known(word: str) -> bool:
    return word in WEIGHTS.of or word in ACT or word in PLAIN or len(atoms(word)) > 1


def weighing(sentence: Sentence, most: int = 3) -> list[int]:
    """Return the places of the words that lean a sentence most towards promotion."""
    weighed = []
    for place, token in enumerate(sentence.tokens):
        weight = WEIGHTS.word(_name(token, first=not place))
        if weight > 0 and token.word not in PLAIN and not token.word.startswith("#"):
            weighed.append((weight, place))
    return sorted(place for _, place in sorted(weighed, reverse=True)[:most])


def places(parts: Sequence[tuple[Part, int]]) -> list[str]:
    """Return where in its text each sentence stands, of parts with so many sentences."""
    found = []
    for part, number in parts:
        if part is Part.SUBJECT:
            found += ["<subject"] * number
        else:
            found += ["<begins", *["<middle"] * (number - 2), "<ends"][:number]
    return found


def features(sentence: Sentence, place: str) -> dict[str, float]:
    """Return what a sentence holds, as the weights name it."""
    names, counts = _held(sentence)
    found: dict[str, float] = {}
    for word in set(names):
        for name in _of_word(word):
            found[name] = found.get(name, 0.0) + 1.0
    found |= {f"{one}_{other}": 1.0 for one, other in pairwise(("<", *names, ">"))}
    return found | counts | {place: 1.0}


def _held(sentence: Sentence) -> tuple[list[str], dict[str, float]]:
    names: list[str] = []
    strange = warm = acts = 0
    for token in sentence.tokens:
        if token.word in MARKS:
            continue
        odd, may_name, persuades, is_act = _kind(token.word)
        named = token.capital and bool(names)
        strange += odd and not (named and token.word != "#foreign")
        warm += persuades
        acts += is_act
        names.append("#cap" if named and may_name else token.word)
    return names, _counts(strange, warm, acts, max(1, len(names)))


#: Words that only divide a sentence.
MARKS: Final = frozenset({"#comma", "#colon"})


@lru_cache(maxsize=16384)
def _kind(word: str) -> tuple[bool, bool, bool, bool]:
    """Return whether a word is odd, a name if capital, one of persuasion, and one that acts."""
    is_act = word in ACT
    may_name = not (word.startswith("#") or is_act or word in PLAIN)
    return _is_odd(word), may_name, is_warm(atoms(word)), is_act and word != "#clinic"


def _name(token: Token, *, first: bool) -> str:
    return "#cap" if token.capital and not first and _kind(token.word)[1] else token.word


@lru_cache(maxsize=16384)
def _of_word(word: str) -> frozenset[str]:
    found = {word}
    if not word.startswith("#"):
        if len(word) > 5:
            found.add(word[:5] + "*")
        if len(word) > 4:
            found.add("*" + word[-3:])
        found.update(_concepts(word))
    return frozenset(found)


def _concepts(word: str) -> Sequence[str]:
    return [atom for atom in atoms(word) if atom.startswith("@")]


def _counts(strange: int, warm: int, acts: int, length: int) -> dict[str, float]:
    return {
        "%always": 1.0,
        "%strange": min(strange, 4) / 2,
        "%warm": min(warm, 4) / 2,
        "%acts": -min(acts, 3) / 1.5,
        "%strange-share": 2 * strange / length,
        "%acts-share": -2 * acts / length,
    }
