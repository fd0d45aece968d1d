"""What differs between two texts, word by word? Pure."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum
from typing import Final

#: A variable is one word; so is each sign, and each stretch of space.
_WORDS: Final = re.compile(r"\{\{.*?\}\}|\w+|\s+|[^\w\s]", re.DOTALL)


class Kind(StrEnum):
    """What became of some words."""

    SAME = "same"
    ADDED = "added"
    REMOVED = "removed"


@dataclass(frozen=True, slots=True)
class Stretch:
    """Some words in a row with the same fate."""

    kind: Kind
    text: str


def difference(before: str, after: str) -> list[Stretch]:
    """Return the words of both texts in order: what stayed, what was removed, what was added."""
    old, new = _WORDS.findall(before), _WORDS.findall(after)
    found: list[Stretch] = []
    for tag, i1, i2, j1, j2 in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag == "equal":
            _add(found, Kind.SAME, old[i1:i2])
        else:
            _add(found, Kind.REMOVED, old[i1:i2])
            _add(found, Kind.ADDED, new[j1:j2])
    return found


def _add(found: list[Stretch], kind: Kind, words: Sequence[str]) -> None:
    if words:
        found.append(Stretch(kind, "".join(words)))
