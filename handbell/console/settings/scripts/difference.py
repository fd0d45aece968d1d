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
    removed, added = "", ""
    steps = SequenceMatcher(None, old, new, autojunk=False).get_opcodes()
    for place, (tag, i1, i2, j1, j2) in enumerate(steps):
        between = 0 < place < len(steps) - 1
        if tag == "equal" and not (between and _is_little(old[i1:i2])):
            found += _both(removed, added)
            found.append(Stretch(Kind.SAME, "".join(old[i1:i2])))
            removed, added = "", ""
        else:
            removed += "".join(old[i1:i2])
            added += "".join(new[j1:j2])
    return found + _both(removed, added)


def _is_little(words: Sequence[str]) -> bool:
    """Return whether so few words stayed between two changes that they read better as one."""
    return sum(any(sign.isalnum() for sign in word) for word in words) <= 1


def _both(removed: str, added: str) -> list[Stretch]:
    told = (Stretch(Kind.REMOVED, removed), Stretch(Kind.ADDED, added))
    return [one for one in told if one.text]
