"""How many text segments does a message take, and how is it written so as to take few?

GSM 03.38: a text of the GSM-7 alphabet holds 160 characters, or 153 in each of several
segments; a single character outside it makes the whole text UCS-2, 70 or 67. Characters of the
extension table cost two (an escape and the character), as do those beyond the basic plane in
UCS-2, and neither pair is ever split between two segments.
"""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Final


class Encoding(StrEnum):
    """How a text travels."""

    GSM_7 = "gsm-7"
    UCS_2 = "ucs-2"


@dataclass(frozen=True, slots=True)
class Segments:
    """What a text costs. `characters` counts pairs twice; `count` is 0 for an empty text."""

    encoding: Encoding
    characters: int
    count: int


GSM_BASIC: Final = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
GSM_EXTENSION: Final = frozenset("\f^{}\\[~]|€")

# Encoding -> what fits into a single segment, and into each of several.
CAPACITY: Final = {Encoding.GSM_7: (160, 153), Encoding.UCS_2: (70, 67)}

# What word processors and copied web pages put in, and what it is on a telephone.
_PLAIN: Final = str.maketrans(
    {
        **dict.fromkeys("‘’‚‛′`´", "'"),
        **dict.fromkeys("“”„‟″«»", '"'),
        **dict.fromkeys("‐‑‒–—―−", "-"),
        **dict.fromkeys("\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007", " "),
        **dict.fromkeys("\u2008\u2009\u200a\u202f\u205f\u3000\t", " "),
        **dict.fromkeys("\u2028\u2029\u0085\v", "\n"),
        # Nothing to see: zero-width space, word joiner, BOM, soft hyphen, direction marks.
        **dict.fromkeys("\u200b\u2060\ufeff\u00ad\u200e\u200f", None),
        "…": "...",
        "•": "-",
    }
)
# What of ASCII is written otherwise.
_ASCII_ODD: Final = re.compile(r"[`\t\v\r]")
# Joiners mean something in Arabic or Indic scripts and in emoji; after Latin letters nothing.
_IDLE_JOINER: Final = re.compile(r"(?<![^\x00-\u024f])[\u200c\u200d]+")


def segments(text: str) -> Segments:
    """Return what `text`, exactly as it is, costs to send."""
    if GSM_BASIC.issuperset(text):  # nearly every text, and each character costs one
        single, part = CAPACITY[Encoding.GSM_7]
        needed = -(-len(text) // part) if len(text) > single else min(len(text), 1)
        return Segments(Encoding.GSM_7, len(text), needed)
    encoding = Encoding.GSM_7 if _is_gsm(text) else Encoding.UCS_2
    costs = [_cost(character, encoding) for character in text]
    return Segments(encoding, characters=sum(costs), count=_count(costs, encoding))


def normalise(text: str) -> str:
    """Return `text` without the characters that make it longer or UCS-2 and say nothing.

    Letters are never changed: José stays José, even where that costs a segment. Idempotent.
    """
    if text.isascii() and not _ASCII_ODD.search(text):
        return text  # nearly every text
    composed = unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n"))
    plain = _IDLE_JOINER.sub("", composed.translate(_PLAIN))
    return unicodedata.normalize("NFC", plain)  # what was kept apart by nothing now meets


def outside_gsm(text: str) -> tuple[str, ...]:
    """Return the characters that make a text UCS-2, each once, in the order they appear."""
    known = GSM_BASIC | GSM_EXTENSION
    return tuple(dict.fromkeys(character for character in text if character not in known))


def _is_gsm(text: str) -> bool:
    return all(character in GSM_BASIC or character in GSM_EXTENSION for character in text)


def _cost(character: str, encoding: Encoding) -> int:
    if encoding is Encoding.GSM_7:
        return 2 if character in GSM_EXTENSION else 1
    return 2 if ord(character) > 0xFFFF else 1


def _count(costs: Iterable[int], encoding: Encoding) -> int:
    """Return how many segments the costs fill in order, no pair split."""
    single, part = CAPACITY[encoding]
    known = list(costs)
    if sum(known) <= single:
        return 1 if known else 0
    count, room = 1, part
    for cost in known:
        if cost > room:
            count, room = count + 1, part
        room -= cost
    return count
