"""A small language for phrases, so that a rule reads like what it finds.

`refer|tell|bring .2 friend*|neighbor*` is: one of three words, up to two words between, a word
that begins with friend or neighbor. `@free` is any word of the concept of that name
(words/concepts.txt), `#date` a date, `#phone` a number, `#name` a person; `word?` may be missing.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import pairwise
from typing import Final

from handbell.policy.content.words import sections

_Word = frozenset[str]
_Element = frozenset[str] | int | tuple[frozenset[str]]

_LONGEST_STEM: Final = 14
_MOST_REMEMBERED: Final = 50_000
_NOTHING: Final[_Word] = frozenset()


def _concepts_of() -> tuple[dict[str, frozenset[str]], dict[str, frozenset[str]]]:
    words: dict[str, set[str]] = {}
    stems: dict[str, set[str]] = {}
    for concept, members in (*sections("concepts").items(), *sections("kinds").items()):
        for member in members.split():
            table = stems if member.endswith("*") else words
            table.setdefault(member, set()).add(f"@{concept}")
    return (
        {word: frozenset(found) for word, found in words.items()},
        {stem: frozenset(found) for stem, found in stems.items()},
    )


_WORDS, _STEMS = _concepts_of()
_used_stems: set[str] = set(_STEMS)


@lru_cache(maxsize=65536)
def atoms(word: str) -> frozenset[str]:
    """Return everything a word may be matched by: itself, its stems, its concepts."""
    found = {word}
    found |= _WORDS.get(word, frozenset())
    for length in range(2, min(len(word), _LONGEST_STEM) + 1):
        stem = word[:length] + "*"
        if stem in _used_stems:
            found.add(stem)
            found |= _STEMS.get(stem, frozenset())
    return frozenset(found)


@dataclass(frozen=True, slots=True)
class Match:
    """A phrase found: the places of its words in the sentence, those in gaps left out."""

    places: tuple[int, ...]
    meaning: str

    @property
    def first(self) -> int:
        return self.places[0]

    @property
    def last(self) -> int:
        return self.places[-1]


@dataclass(frozen=True)
class Phrase:
    """One phrase, and what it is a phrase of."""

    elements: tuple[_Element, ...]
    meaning: str

    @cached_property
    def second(self) -> frozenset[str] | None:
        """Return what must stand right behind the first word, if anything must."""
        second = self.elements[1] if len(self.elements) > 1 else None
        return second if isinstance(second, frozenset) else None

    @cached_property
    def last(self) -> frozenset[str]:
        """Return the last of the words that must be there."""
        return next(one for one in reversed(self.elements) if isinstance(one, frozenset))


def _element(text: str) -> _Element:
    if text.startswith(".") and text[1:].isdigit():
        return int(text[1:])
    optional = text.endswith("?")
    choices = frozenset(text.removesuffix("?").split("|"))
    _used_stems.update(choice for choice in choices if choice.endswith("*"))
    return (choices,) if optional else choices


class PhraseBook:
    """Phrases by their first word, so that only those that can match are tried."""

    def __init__(self, phrases: Mapping[str, str] | Iterable[tuple[str, str]]) -> None:
        self._first: dict[str, list[Phrase]] = {}
        pairs = phrases.items() if isinstance(phrases, Mapping) else phrases
        for meaning, lines in pairs:
            for line in lines.splitlines():
                if line.strip():
                    self._add(meaning, line.strip())
        self._begun: dict[_Word, Sequence[Phrase]] = {}
        self._begun_by_two: dict[tuple[_Word, _Word], Sequence[Phrase]] = {}
        atoms.cache_clear()

    def _add(self, meaning: str, line: str) -> None:
        elements = tuple(_element(text) for text in line.split())
        if isinstance(elements[0], tuple):  # a first word that may be missing
            elements = (elements[0][0], *elements[1:])
        phrase = Phrase(elements, meaning)
        first = phrase.elements[0]
        assert isinstance(first, frozenset), line
        for atom in first:
            self._first.setdefault(atom, []).append(phrase)

    def find(self, words: Sequence[frozenset[str]]) -> list[Match]:
        """Return every phrase in a sentence's words."""
        return list(self._found(words))

    def has(self, words: Sequence[frozenset[str]]) -> bool:
        """Return whether any phrase is in a sentence's words."""
        return next(self._found(words), None) is not None

    def _found(self, words: Sequence[frozenset[str]]) -> Iterator[Match]:
        anywhere: frozenset[str] | None = None
        begun, begun_by_two = self._begun.get, self._begun_by_two.get
        for place, pair in enumerate(pairwise((*words, _NOTHING)), start=1):
            known = begun(pair[0])
            if known is None:
                known = self._beginning(pair[0])
            if not known:
                continue
            likely = begun_by_two(pair)
            if likely is None:
                likely = self._going_on(known, pair)
            for phrase in likely:
                if anywhere is None:
                    anywhere = frozenset().union(*words)
                if phrase.last.isdisjoint(anywhere):
                    continue
                places = _match(phrase.elements, 1, words, place)
                if places is not None:
                    yield Match((place - 1, *places), phrase.meaning)

    def _beginning(self, word: _Word) -> Sequence[Phrase]:
        """Return the phrases that begin with a word; words come again and again."""
        known = tuple(phrase for atom in word for phrase in self._first.get(atom, ()))
        if len(self._begun) < _MOST_REMEMBERED:
            self._begun[word] = known
        return known

    def _going_on(self, known: Sequence[Phrase], pair: tuple[_Word, _Word]) -> Sequence[Phrase]:
        """Return those of the phrases that may go on with the second word of a pair."""
        likely = tuple(
            phrase
            for phrase in known
            if phrase.second is None or not phrase.second.isdisjoint(pair[1])
        )
        if len(self._begun_by_two) < _MOST_REMEMBERED:
            self._begun_by_two[pair] = likely
        return likely


def _match(
    elements: tuple[_Element, ...], at: int, words: Sequence[frozenset[str]], place: int
) -> tuple[int, ...] | None:
    """Return the places of the elements from `at` on, gaps left out; None if they are not there."""
    taken: tuple[int, ...] = ()
    while at < len(elements):
        element = elements[at]
        if isinstance(element, int):
            for skipped in range(min(element, len(words) - place) + 1):
                rest = _match(elements, at + 1, words, place + skipped)
                if rest is not None:
                    return taken + rest
            return None
        if isinstance(element, tuple):
            if place < len(words) and not element[0].isdisjoint(words[place]):
                rest = _match(elements, at + 1, words, place + 1)
                if rest is not None:
                    return (*taken, place, *rest)
            at += 1
            continue
        if place >= len(words) or element.isdisjoint(words[place]):
            return None
        taken += (place,)
        at, place = at + 1, place + 1
    return taken


def vocabulary() -> frozenset[str]:
    """Return every whole word the concepts know."""
    return frozenset(_WORDS)
