"""Does a sentence lean towards promotion? A small linear model, trained on our own texts.

One signal beside the rules, for sentences that promote in none of the usual words. A sentence's
leaning is the sum of the weights of what it holds: its words, pairs of words, beginnings and ends
of words, and how many of its words are strange to reminders. words/weights.txt has one weight a
line, so that every decision can be read; `benchmarks/guard_weights.py` makes it anew from the
tuning texts.
"""

from collections.abc import Mapping, Sequence
from functools import lru_cache
from itertools import pairwise
from typing import Final

from handbell.policy.content.phrases import atoms
from handbell.policy.content.tokens import Sentence, Token
from handbell.policy.content.words import ACT, PLAIN, weights, words

#: The kinds of words that messages are made of.
ORDINARY: Final = words("lists", "ordinary")
_FOREIGN: Final = atoms("#foreign")
#: Words of persuasion: one makes a sentence doubtful.
WARM: Final = words("lists", "warm")


WEIGHTS: Final = weights()


def is_warm(word: frozenset[str]) -> bool:
    """Return whether a word is one of persuasion."""
    return not word.isdisjoint(WARM)


def is_strange(token: Token, *, first: bool) -> bool:
    """Return whether a word is none that reminders, alerts and notices are made of."""
    if token.word in ACT or token.word in PLAIN or len(token.word) == 1:
        return False
    if token.word.startswith("#"):
        return token.word == "#foreign"
    if not token.atoms.isdisjoint(ORDINARY):
        return False
    return first or not token.capital


def leaning(sentence: Sentence, weights: Mapping[str, float] = WEIGHTS) -> float:
    """Return how far a sentence leans towards promotion; 0 is the middle."""
    names, counts = _held(sentence)
    leans = sum(weights[name] for name in names if name in weights)
    return leans + sum(weights.get(name, 0.0) * size for name, size in counts.items())


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
    return word in WEIGHTS or word in ACT or word in PLAIN or len(atoms(word)) > 1


def weighing(sentence: Sentence, most: int = 3) -> list[Token]:
    """Return the words that lean a sentence most towards promotion, in their order."""
    weighed = []
    for place, token in enumerate(sentence.tokens):
        names = _of_word(_name(token, first=not place))
        weight = sum(WEIGHTS.get(name, 0.0) for name in names)
        if weight > 0 and token.word not in PLAIN and not token.word.startswith("#"):
            weighed.append((weight, place))
    chosen = sorted(sorted(weighed, reverse=True)[:most], key=lambda pair: pair[1])
    return [sentence.tokens[place] for _, place in chosen]


def features(sentence: Sentence) -> dict[str, float]:
    """Return what a sentence holds, as the weights name it."""
    names, counts = _held(sentence)
    return dict.fromkeys(names, 1.0) | counts


def _held(sentence: Sentence) -> tuple[set[str], dict[str, float]]:
    tokens = [token for token in sentence.tokens if token.word not in {"#comma", "#colon"}]
    names = ["<"]
    strange = warm = acts = 0
    for place, token in enumerate(tokens):
        names.append(_name(token, first=not place))
        strange += is_strange(token, first=not place)
        warm += is_warm(token.atoms)
        acts += token.word in ACT and token.word != "#clinic"
    held: set[str] = set().union(*map(_of_word, names[1:]))
    names.append(">")
    held.update([f"{one}_{other}" for one, other in pairwise(names)])
    return held, _counts(strange, warm, acts, max(1, len(tokens)))


def _name(token: Token, *, first: bool) -> str:
    if token.word.startswith("#"):
        return token.word
    strange_name = not first and token.capital and token.word not in ACT
    return "#cap" if strange_name and token.word not in PLAIN else token.word


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
