"""Which words are names? A surname Sale, a Freedom Physical Therapy, a Free Street.

Names are told by where they stand: a title or greeting before them, an institution's word after
them, a house number in front, or the clinic's own name as the practice has it.
"""

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import Final

from handbell.policy.content.fold import Folded, fold
from handbell.policy.content.phrases import vocabulary
from handbell.policy.content.words import ACT, PLAIN, sections, words

_INSTITUTION: Final = "|".join(sections("lists")["institution"].replace("_", " ").split("\n"))
_CAP: Final = r"[A-Z0-9][\w'’.]*(?:-[A-Z0-9a-z][\w'’]*)*"
_PERSON: Final = r"[A-Z]['’a-z-]*[a-z]"
_JOIN: Final = r"(?:of|the|and|for|at|de|del|la|las|los|el|du|des|le|les|y|et|e|à|a|d'|l')"
_RUN: Final = re.compile(
    rf"(?:{_CAP}|&)(?:[ ]+(?:{_JOIN}[ ]+)?(?:[dl]')?(?:{_CAP}|&))*(?:'s)?",
)
_HAS_INSTITUTION: Final = re.compile(rf"\b(?:{_INSTITUTION})\b")
_TITLE: Final = re.compile(
    r"\b(?:M(?:rs?|s|x|iss|me|lle)?|Dr[ae]?|Prof|Sr(?:a|ta)?|Monsieur|Madame|[Ss]e[nñ]or(?:a|ita)?|"
    rf"[Dd]octora?)\.?[ ]+((?:{_CAP}[ ]?){{1,3}})"
)
_GREETED: Final = re.compile(
    r"\b(?:[Hh]i|[Hh]ello|Hey|Dear|Hola|Bonjour|Estimad[oa]|Chere?|Querid[oa])[ ,]+"
    rf"((?:{_CAP}[ ]?){{1,3}})(?=[,.:!\n-]|$| )"
)
_WITH: Final = re.compile(
    r"\b(?:[Ww]ith|w/|for|by|see|con|avec|from|and|to|is)[ ]+"
    rf"({_PERSON}(?:[ ]{_PERSON}){{0,2}})"
)
_VOCATIVE: Final = re.compile(rf"(?:^|[:.!?\n-][ ]+)({_CAP}(?:[ ]{_CAP})?)(?=,[ ](?!\d))")
_PAIR: Final = re.compile(rf"\b({_PERSON})[ ]({_PERSON})\b")
_STREET: Final = re.compile(
    rf"(?:\b\d+[A-Za-z]?[ ]+(?:[NSEW]\.?[ ]+)?)?(?:{_CAP}[ ]+){{1,3}}"
    r"(?:Street|St|Avenue|Ave|Road|Rd|Blvd|Boulevard|Lane|Ln|Drive|Dr|Plaza|Court|Ct|Way|Square|Sq|"
    r"Place|Pl|Highway|Hwy|Parkway|Terrace)\b\.?"
    r"|\b(?:[Cc]alle|[Aa]venida|av\.|[Pp]laza|rue|avenue|boulevard|place)[ ]+"
    rf"(?:(?:de|du|des|la|las|los|del|le|les)[ ]+)*(?:[dl]')?{_CAP}(?:[ ]{_CAP})?(?:[ ]\d+)?"
)
_NOT_NAMES: Final = words("lists", "no-name")


#: Words that are surnames too, and words that begin no name.
_SURNAMES: Final = words("lists", "surname")
_ORDINARY: Final = ACT | PLAIN | _NOT_NAMES | vocabulary()


def names_in(folded: Folded, known: Sequence[str]) -> list[tuple[int, int]]:
    """Return the places of names in the folded text."""
    found = _known_names(folded.plain, known)
    capitals = folded.capitals
    if folded.shouts:
        return found
    found += [match.span() for match in _STREET.finditer(capitals)]
    found += [span for match in _RUN.finditer(capitals) if (span := _institution(match, folded))]
    for pattern in (_TITLE, _GREETED):
        found += [_trimmed(match, capitals) for match in pattern.finditer(capitals)]
    for match in _WITH.finditer(capitals):
        first = match.group(1).split()[0].lower()
        if first not in _NOT_NAMES:
            found.append(match.span(1))
    found += [
        match.span(1)
        for match in _VOCATIVE.finditer(capitals)
        if " " not in match.group(1) and match.group(1).lower() not in _NOT_NAMES
    ]
    found += [
        match.span()
        for match in _PAIR.finditer(capitals)
        if match.group(2).lower() in _SURNAMES and match.group(1).lower() not in _ORDINARY
    ]
    return [(start, end) for start, end in found if end > start]


def _trimmed(match: "re.Match[str]", capitals: str) -> tuple[int, int]:
    start, end = match.span(1)
    while end > start and capitals[end - 1] in " .,":
        end -= 1
    return start, end


def _institution(match: "re.Match[str]", folded: Folded) -> tuple[int, int] | None:
    """Return the place of an institution's name, or None if the run is none."""
    start, end = match.span()
    words = folded.plain[start:end]
    if not _HAS_INSTITUTION.search(words):
        return None
    first = words.split()[0]
    if first in _NOT_NAMES and not _introduced(folded.plain, start, end):
        return None
    if len(words.split()) == 1 and not words.startswith(("clini", "physio", "kine", "centro")):
        return (start, end) if folded.plain[end : end + 1] == ":" else None
    return start, end


#: So far a name is looked round from, in characters: a long text costs as its length does.
_NEAR: Final = 80


def _introduced(plain: str, start: int, end: int) -> bool:
    """Return whether a name stands where the sender's name stands."""
    before = plain[max(0, start - _NEAR) : start].rstrip()
    after = plain[end : end + _NEAR].lstrip()
    if re.search(r"\b(?:from|at|is|with|of|to|by|de|en|chez|a|for|desde|del|la|le)$", before):
        return True
    return not before and after.startswith((":", "-", ",", "."))


def _known_names(plain: str, known: Sequence[str]) -> list[tuple[int, int]]:
    pattern = _pattern(tuple(known))
    return [match.span() for match in pattern.finditer(plain)] if pattern else []


@lru_cache(maxsize=512)
def _pattern(known: tuple[str, ...]) -> "re.Pattern[str] | None":
    """Match the names as they are, without "The", and with "PT" for "Physical Therapy"."""
    forms = set()
    for name in known:
        plain = fold(name).plain.strip()
        for form in (plain, plain.removeprefix("the "), plain.replace("physical therapy", "pt")):
            forms |= {form, form.replace("&", "and"), form.replace(" and ", " & ")}
    chosen = sorted((form for form in forms if len(form) > 1), key=len, reverse=True)
    if not chosen:
        return None
    return re.compile("|".join(rf"(?<!\w){re.escape(form)}(?!\w)" for form in chosen))
