"""Which words of a text are meant by which finding? The text cut into pieces to show. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from handbell.policy.content import Finding, FindingKind


@dataclass(frozen=True, slots=True)
class Piece:
    """Some words in a row; `numbers` are those of the findings that mean them, gravest tone first.

    `ends` are the findings whose words end with this piece: there their number is shown.
    """

    text: str
    tone: str = ""
    ends: tuple[int, ...] = ()


TONES = {FindingKind.REFUSE: "bad", FindingKind.HOLD: "wait", FindingKind.FIX: "accent"}
_GRAVEST = tuple(TONES)


def marked(text: str, findings: Sequence[tuple[int, Finding]]) -> list[Piece]:
    """Return the text in pieces. What is missing from it, or true of all of it, marks nothing."""
    shown = [(number, one) for number, one in findings if _points(one, text)]
    edges = {0, len(text)}
    for _, one in shown:
        edges |= {max(one.start, 0), min(one.end, len(text))}
    places = sorted(edges)
    return [_piece(text, start, end, shown) for start, end in pairwise(places) if start < end]


def _points(one: Finding, text: str) -> bool:
    whole = one.kind is FindingKind.FIX and one.start <= 0 and one.end >= len(text)
    return one.start < one.end and not whole


def _piece(text: str, start: int, end: int, shown: Sequence[tuple[int, Finding]]) -> Piece:
    kinds = {one.kind for _, one in shown if one.start <= start and end <= one.end}
    tone = next((TONES[kind] for kind in _GRAVEST if kind in kinds), "")
    ends = tuple(number for number, one in shown if min(one.end, len(text)) == end)
    return Piece(text[start:end], tone, ends)
