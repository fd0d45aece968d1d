"""Which blanks may a script have, and how are they filled?

Logic-less on purpose: `{{ name }}` from a closed list and nothing else, checked when the
script is saved. A template language would let a script run for ever (technology.md 5).
"""

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Final

from handbell.policy.content import Clinic, Draft, FindingKind, review
from handbell.policy.content.shape import AMOUNT, BLANK, MOST_SEGMENTS, REQUIRED, VARIABLES
from handbell.scripts.starting_texts import Text
from handbell.vocabulary.words import Channel, Purpose

__all__ = [
    "AMOUNT",
    "BLANK",
    "LONGEST_GREETED",
    "MOST_SEGMENTS",
    "REQUIRED",
    "VARIABLES",
    "check",
    "render",
    "says_amount",
    "without_name",
]

_NOBODY: Final = Clinic()

_OPENING_NAME: Final = re.compile(r"(^|[.:!?]\s+|\n)\{\{\s*first_name\s*\}\},\s*(\w|\{)")
_NAME: Final = re.compile(r",?[ \t]*(?:\b(?:for|para)[ \t]+)?\{\{\s*first_name\s*\}\}")


def render(text: str, values: Mapping[str, str]) -> str:
    """Return the text with its blanks filled. Raises KeyError for a blank without a value."""
    return BLANK.sub(lambda match: values[match.group(1)], text)


@lru_cache(maxsize=1024)
def says_amount(text: Text) -> bool:
    """Return whether a script names what is owed."""
    return AMOUNT in BLANK.findall(f"{text.subject}\n{text.body}")


#: A longer first name greets nobody: it would make a text of many segments.
LONGEST_GREETED: Final = 40


def without_name(text: str) -> str:
    """Return a script that greets nobody by name: the first name is not known, or too long.

    "Hello {{ first_name }}," becomes "Hello,"; "{{ first_name }}, your visit" "Your visit".
    """
    return _NAME.sub("", _OPENING_NAME.sub(_begin_anew, text))


def _begin_anew(match: re.Match[str]) -> str:
    """Begin the sentence that a name opened with its next word."""
    before, letter = match.groups()
    return before + (letter if before.rstrip().endswith(":") else letter.upper())


def check(
    *, purpose: Purpose, channel: Channel, subject: str, body: str, clinic: Clinic = _NOBODY
) -> list[str]:
    """Return what must be mended before a script can be saved; empty if it can.

    What only a second person must look at is not among it.
    """
    found = review(Draft(purpose, channel, body, subject), clinic)
    return [one.why for one in found.findings if one.kind is not FindingKind.HOLD]
