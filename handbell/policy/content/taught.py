"""Words that stop or start us are never taught as answers about a visit (rules.md 16).

Carriers take CANCEL for "stop": a patient told to reply it would get no reminder ever again.
"""

import re
from collections.abc import Iterator
from typing import Final

from handbell.policy.replies import START_WORDS, STOP_WORDS

# Carriers and we ourselves take these for "stop" and "start", whatever a text says they mean.
_TAKEN: Final = "|".join(
    sorted(map(re.escape, STOP_WORDS | START_WORDS | {"yes", "desabonner"}), key=len, reverse=True)
)
_TAUGHT: Final = re.compile(
    r"(?P<verb>\b(?:reply(?:ing)?|text(?:ing)?|send(?:ing)?|answer|type|respond[ae]?|message|press|"
    r"conteste|env[ií]e|escriba|mande|ponga|texto|r[eé]pondez|envoyez|[eé]crivez|tapez|textez)\s+"
    r"(?:with\s+|back\s+|us\s+|in\s+|con\s+|la\s+palabra\s+|the\s+word\s+|par\s+|le\s+mot\s+|"
    r"[\w/]{1,12}\s+(?:or|o|ou)\s+|y\s*/\s*)*)?"
    rf"[\"'“‘«]?\s?\b(?P<word>{_TAKEN})\b\s?[\"'”’»]?"
    r"(?P<meaning>(?:(?!\s(?:or|and|o|y|ou|et)\s)[^.;,!?])*)",
    re.IGNORECASE,
)
_ASKED_FIRST: Final = re.compile(
    r"\b(?:to|para|pour)\s+(?:confirm|cancel|re-?schedul|mov|chang|keep|drop|skip|annul|cambi|report)\w*"
    r"(?:\s+(?:it|your|the|this|su|la|votre|le)?\s?\w{0,12}){0,3},?\s*(?:please\s+)?"
    r"(?:reply|text|send|answer|type|responda|env[ií]e|escriba|r[eé]pondez|envoyez)\s+"
    rf"(?:with\s+)?[\"'“‘«]?\s?(?P<word>{_TAKEN})\b",
    re.IGNORECASE,
)
_ABOUT_A_VISIT: Final = re.compile(
    r"\b(?:confirm|cancel|re-?schedul|mov|chang|appointment|visit|com[ei]|attend|make\sit|keep|drop|"
    r"slot|spot|accept|decline|late|cita|cambi|asist|pued|venir|annul|rendez|rdv|report|d[eé]plac|"
    r"visite|modif|skip|postpone|your\s(?:time|place|session))",
    re.IGNORECASE,
)


# "Text CANCEL if you won't be there": said of anything but our messages, it is another meaning.
_CONDITION: Final = re.compile(r"\s*(?:if|when|in\scase|si|cuando|quand)\b", re.IGNORECASE)
_ABOUT_US: Final = re.compile(
    r"\b(?:text|messag|mensaj|opt|stop|reminder|recordat|rappel|alert|receiv|recib|recev|contact|"
    r"e-?mail|call|llam|appel|wish|want|quier|souhait|wrong)",
    re.IGNORECASE,
)

#: The first word of each: a text without any of them needs no closer look.
HEADS: Final = frozenset(
    re.split(r"[ -]", word)[0] for word in STOP_WORDS | START_WORDS | {"yes", "desabonner"}
)


def taught(text: str) -> Iterator[tuple[int, int, str]]:
    """Yield the place and word of every taken word that is given another meaning."""
    for match in _TAUGHT.finditer(text):
        word = match["word"]
        if not (match["verb"] or word.isupper()):
            continue
        meaning = match["meaning"]
        conditional = _CONDITION.match(meaning) and not _ABOUT_US.search(meaning)
        if word.lower() == "yes" or conditional or _ABOUT_A_VISIT.search(meaning):
            yield match.start("word"), match.end("word"), word.upper()
    for match in _ASKED_FIRST.finditer(text):
        yield match.start("word"), match.end("word"), match["word"].upper()
