"""Words that stop or start us are never taught as answers about a visit (rules.md 16).

Carriers take CANCEL for "stop": a patient told to reply it would get no reminder ever again.
"""

import re
import unicodedata
from collections.abc import Iterator
from typing import Final

from handbell.policy.replies import START_WORDS, STOP_WORDS

# Carriers and we ourselves take these for "stop" and "start", whatever a text says they mean.
_TAKEN: Final = "|".join(
    sorted(map(re.escape, STOP_WORDS | START_WORDS | {"yes", "desabonner"}), key=len, reverse=True)
)
_VERB: Final = (
    r"reply(?:ing)?|text(?:ing)?|send(?:ing)?|answer(?:ing)?|typ(?:e|ing)|respond[ae]?|message|press|"
    r"hit|with|word|say|write|conteste|env[ií]e|escriba|mande|ponga|texto|palabra|diga|"
    r"r[eé]pondez|envoyez|[eé]crivez|tapez|textez|mot|par"
)
_WORD: Final = re.compile(
    rf"(?P<verb>\b(?:{_VERB})[\s:]+(?:(?:back|us|in|con|la|the|par|le|y|c|oui|si)\s*[,/]?\s*|"
    r"\w{1,9}\s*(?:/|,|\bor\b|\bo\b|\bou\b)\s*){0,3})?"
    rf"[\"'“‘«]?\s?\b(?P<word>{_TAKEN})\b",
    re.IGNORECASE,
)
_ABOUT_A_VISIT: Final = re.compile(
    r"\b(?:confirm|cancel|re-?schedul|mov|chang|appointment|appt|visit|com[ei]|attend|make\sit|keep|"
    r"drop|slot|spot|hold|release|accept|decline|late|cita|cambi|asist|pued|ven|vien|ir\b|annul|"
    r"rendez|rdv|report|d[eé]plac|modif|skip|postpone|another|otr[ao]\s(?:d[ií]a|hora)|autre|"
    r"if\b|when\b|unless|si\b|quand|cuando|paid|pay|pag|switch|give|free|there|your\s(?:time|place|session)|let\sit)",
    re.IGNORECASE,
)
_ABOUT_US: Final = re.compile(
    r"\b(?:texts?|messag|mensaj|opt|unsub|suscri|abonn|reminders|recordatorios|rappels|alert|receiv|"
    r"recib|recev|sms\b|avisos|quier|notes|correos|courriels|resum|rejoin|again|e-?mails?|baja|d[eé]sinscri|wrong\snumber|stop\s(?:all|these|future)|"
    r"to\s(?:end|stop|quit)\b(?!\s(?:this|the|your)\s(?:booking|visit|app))|para\s(?:parar|dejar)|plus\b|msgs?|calls|llamadas|appels)",
    re.IGNORECASE,
)
#: What may stand bare: "Reply STOP".
_STOPS: Final = re.compile(r"stop|unsub|arret|alto|baja|parar|desabon|start|unstop", re.IGNORECASE)
_TYPED: Final = re.compile(
    r"reply|text|answer|send|type|word|responda|repondez|palabra|mot", re.IGNORECASE
)
_QUESTION: Final = re.compile(r"[^.;!?\n]*\?\s*$")
_VERBS_ALONE: Final = re.compile(
    rf"\b(?:{_VERB})\b|\s|[\"'“‘«»”’=:,/-]|\b(?:c|y|n|yes|no|or|o|ou)\b", re.IGNORECASE
)

#: The first word of each: a text without any of them needs no closer look.
HEADS: Final = frozenset(
    re.split(r"[ -]", word)[0] for word in STOP_WORDS | START_WORDS | {"yes", "desabonner"}
)


def taught(text: str) -> Iterator[tuple[int, int, str]]:
    """Yield the place and word of every taken word that is given another meaning.

    The sentence it stands in says which: "Reply STOP to end texts" is what the word means, "Can't
    come? Answer END" is not. Bare, only STOP and its like are what they are.
    """
    plain = text
    if not text.isascii():
        plain = "".join(unicodedata.normalize("NFD", char)[0] for char in text)
    for match in _WORD.finditer(plain):
        word = match["word"]
        if not (match["verb"] or word.isupper()) or (word.islower() and not _quoted(plain, match)):
            continue
        before, after = _around(plain, match)
        said = f"{before} {after}"
        if word.lower() == "yes" and match["verb"]:
            yield match.start("word"), match.end("word"), word.upper()
        elif _ABOUT_US.search(said):
            continue
        elif _ABOUT_A_VISIT.search(said) or (match["verb"] and not _STOPS.match(word)):
            yield match.start("word"), match.end("word"), word.upper()


def _quoted(text: str, match: "re.Match[str]") -> bool:
    """Return whether a word in small letters is an answer, and not just a word of the sentence."""
    around = text[: match.start("word")][-1:] + text[match.end("word") :][:1]
    return bool(_TYPED.match(match["verb"] or "")) or any(mark in around for mark in "\"'“”‘’«»")


def _around(text: str, match: "re.Match[str]") -> tuple[str, str]:
    """Return what is said before and behind a word in its sentence, with a question before it."""
    start = match.start("word")
    head = text[:start]
    cut_at = max((head.rfind(mark) for mark in ".;!?\n"), default=-1) + 1
    before = head[cut_at:]
    if asked := _QUESTION.search(head[:cut_at]):
        before = asked.group() + before
    after = re.match(r"[^.;!?\n]*", text[match.end("word") :])
    return _VERBS_ALONE.sub(" ", before), after.group() if after else ""
