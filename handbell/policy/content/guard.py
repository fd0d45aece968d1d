"""Review a draft: what it says, what it looks like, where it leads.

A sentence is put aside where it only sounds like something (words/safe.txt), refused where it
promotes, discloses or threatens (promotion.txt, privacy.txt, collection.txt), and held where it
is not recognisably something a message says (acts.txt, leaning.py). Pure: the same draft and
clinic give the same review.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from handbell.policy.content import links
from handbell.policy.content.fold import Folded, fold
from handbell.policy.content.leaning import (
    MARKS,
    is_strange,
    is_unread,
    is_warm,
    leaning,
    weighing,
)
from handbell.policy.content.model import Clinic, Draft, Finding, Part, Phrase, Review
from handbell.policy.content.names import names_in
from handbell.policy.content.phrases import Match, PhraseBook, vocabulary
from handbell.policy.content.rules import RULES, WEIGHED
from handbell.policy.content.shape import shape
from handbell.policy.content.taught import HEADS, taught
from handbell.policy.content.tokens import Said, Sentence, Token, cut
from handbell.policy.content.words import ACT, PLAIN, sections, words
from handbell.vocabulary.words import Purpose

_UNSAFE: Final = PhraseBook(
    {**sections("promotion"), **sections("privacy"), **sections("collection")}
)
_SAFE: Final = PhraseBook(sections("safe"))
_WHOLE: Final = PhraseBook(sections("whole"))
_CORE: Final = {purpose: PhraseBook({"core": sections("core")[purpose]}) for purpose in Purpose}
_KNOWN: Final = vocabulary() | ACT | PLAIN
_ASIDE: Final = frozenset({"#ok"})
#: From which leaning on a sentence is refused, or shown to a person: where the grammar of acts.txt
#: recognises it, where it does not, and in a text that does not speak of its purpose at all.
#: Chosen by cross-validation on the tuning texts; docs/guard.md has the table.
_THRESHOLDS: Final = {"recognised": (2.9, 0.8), "strange": (2.2, -0.1)}
_ASTRAY_REFUSED_FROM: Final = -2.5
#: From which leaning on a promoting phrase is refused, not shown to a person: one, or more or in a
#: text that does not speak of its purpose; by the words nearby alone; and below which leaning of
#: those it is not even shown.
_PHRASE_REFUSED_FROM: Final = (-1.0, -3.0)
_NEARBY_REFUSED_FROM: Final = 1.0
_HARMLESS_BELOW: Final = -3.0
_SURE: Final = 2  # so many promoting phrases in one sentence are hardly an accident
_CODES: Final = re.compile(
    r"\b[a-tv-z]\d\d\.\d{1,4}[a-z]?\b|\b\d{3}-\d\d-\d{4}\b|\bfor 9\d{4}\b|\b9\d{4} (?:and|x) ?\d"
)
NOBODY: Final = Clinic()


def review(draft: Draft, clinic: Clinic | None = None) -> Review:
    """Return everything found in a draft. Without a clinic no domain is its own."""
    clinic = clinic or NOBODY
    parts = _read(draft, clinic)
    core = _CORE[draft.purpose]
    sentences = [sentence for read in parts for sentence in read.sentences]
    astray = bool(sentences) and not any(core.has(sentence.atoms) for sentence in sentences)
    said = (one for read in parts for one in _part(read, clinic, draft.purpose, astray=astray))
    wordless = () if sentences else (finding("unreadable", 0, len(draft.text)),)
    return Review((*said, *wordless, *shape(draft, clinic, sentences)))


def _read(draft: Draft, clinic: Clinic) -> list["_Read"]:
    names = tuple(name for name in clinic.names if is_a_name(name))
    return [
        _Read(part, text, folded, cut(folded, _KNOWN, names_in(folded, names)))
        for part, text in ((Part.SUBJECT, draft.subject), (Part.TEXT, draft.text))
        if text.strip()
        for folded in (fold(text),)
    ]


def sentences_of(draft: Draft, clinic: Clinic | None = None) -> list[Sentence]:
    """Return a draft's sentences as the guard reads them."""
    return [sentence for read in _read(draft, clinic or NOBODY) for sentence in read.sentences]


@lru_cache(maxsize=4096)
def is_a_name(name: str) -> bool:
    """Return whether what stands as a name is one, and not words to be read.

    One word is always a name: a patient may be called Sale, or be entered as "Pat10". Longer ones
    promote nothing and hold no price, share, link or number, unless they are of the form of an
    institution's name.
    """
    folded = fold(name)
    if re.fullmatch(r"[^\W\d_]+\d{1,4}", folded.plain):
        return True
    if re.search(r"[%$€£!?/@:]|\d\d|\bwww\b", folded.plain) or len(name) > 80:
        return False
    words = folded.plain.split()
    if len(words) <= 1:
        return "." not in folded.plain.strip(".")
    if len(words) <= 6 and names_in(folded, ())[:1] == [(0, len(folded.plain))]:
        return True
    sentences = cut(folded, _KNOWN, ())
    return len(words) <= 8 and not any(_UNSAFE.has(sentence.atoms) for sentence in sentences)


@dataclass(frozen=True, slots=True)
class _Read:
    """A subject or a text, as it was typed and as it is read."""

    part: Part
    text: str
    folded: Folded
    sentences: Sequence[Sentence]


def _part(read: _Read, clinic: Clinic, purpose: Purpose, *, astray: bool) -> list[Finding]:
    found = [*_said(read, purpose, astray=astray), *_look(read), *_lead(read, clinic)]
    if all(HEADS.isdisjoint([one.word for one in sentence.tokens]) for sentence in read.sentences):
        return _once(found + _codes(read))
    for start, end, word in taught(read.text):
        found.append(finding("reply.taken", start, end, read.part, word=word))
    return _once(found + _codes(read))


def _codes(read: _Read) -> list[Finding]:
    return [
        finding("patient.record", *read.folded.span(*match.span()), read.part)
        for match in _CODES.finditer(read.folded.plain)
    ]


def finding(
    rule: str,
    start: int,
    end: int,
    part: Part = Part.TEXT,
    *,
    word: str = "",
    weighed: str = "",
) -> Finding:
    """Return a finding of a rule with its words; `weighed` are those that weighed most."""
    said = RULES[rule]
    phrases = [Phrase(said.why, (("word", word),) if word else ())]
    if weighed:
        phrases.append(Phrase(WEIGHED, (("words", weighed),)))
    why = " ".join(phrase.filled() for phrase in phrases)
    return Finding(
        rule, said.kind, start, end, why, said.source, said.instead, part, tuple(phrases)
    )


def _said(read: _Read, purpose: Purpose, *, astray: bool) -> Iterator[Finding]:
    alone = not any(map(_acts, read.sentences))
    for sentence in read.sentences:
        tokens = sentence.tokens
        for one in heard(sentence.said, purpose, alone=alone, astray=astray):
            span = read.folded.span(tokens[one.first].start, tokens[one.last].end)
            weighed = _typed([tokens[place] for place in one.weighed], read)
            yield finding(one.rule, *span, read.part, weighed=weighed)


@dataclass(frozen=True, slots=True)
class Heard:
    """A rule that words of a sentence break, by their places, and those that weighed most."""

    rule: str
    first: int
    last: int
    weighed: Sequence[int] = ()


@lru_cache(maxsize=16384)
def heard(
    said: tuple[Said, ...], purpose: Purpose, *, alone: bool, astray: bool
) -> Sequence[Heard]:
    """Return what is wrong with a sentence's words; the texts of a script share most of theirs."""
    sentence = Sentence.of(said)
    words = sentence.atoms
    for match in _SAFE.find(words):
        for place in match.places:
            words[place] = _ASIDE
    leans = leaning(sentence)
    if matches := _meant(sentence, _UNSAFE.find(words), leans, astray=astray):
        return matches
    ends = 0, len(said) - 1
    if is_unread(sentence):
        return [Heard("unreadable", *ends)]
    recognised = _is_recognised(sentence, words, alone=alone)
    rule = _leaning_rule(leans, purpose, recognised=recognised, astray=astray)
    if rule is None and not recognised and _is_elsewhere(sentence):
        rule = "unrecognised"
    return [Heard(rule, *ends, weighing(sentence))] if rule else ()


def _meant(
    sentence: Sentence, matches: Sequence[Match], leans: float, *, astray: bool
) -> Sequence[Heard]:
    """Return which phrases are refused, and which are only shown to a person.

    "See you there" promotes an event, and not in "Our other office can see you there at the same
    time": where a sentence leans away from promotion a person looks, and where the few words
    between two commas do ("We also offer payment plans") not even that is needed. Those few words
    weigh as much as the sentence, or honest words around a promotion would carry it.
    """
    sure = len({one.last for one in matches if one.meaning.startswith("promotion.")}) >= _SURE
    priced = any(token.word in _AMOUNTS for token in sentence.tokens)
    refused_from = _PHRASE_REFUSED_FROM[sure or astray]
    found = []
    for one in matches:
        rule = one.meaning
        if rule.startswith("promotion."):
            amount = any(sentence.tokens[place].word in _AMOUNTS for place in one.places)
            nearby = leaning(_between_marks(sentence, one))
            if nearby < _HARMLESS_BELOW and not (priced or sure or astray):
                continue
            if not amount and leans < refused_from and nearby < _NEARBY_REFUSED_FROM:
                rule = "unrecognised"
        found.append(Heard(rule, one.first, one.last))
    return found


def _between_marks(sentence: Sentence, match: Match) -> Sentence:
    """Return the words of a sentence between the commas around a phrase."""
    first, last, tokens = match.first, match.last, sentence.tokens
    while first and tokens[first - 1].word not in MARKS:
        first -= 1
    while last + 1 < len(tokens) and tokens[last + 1].word not in MARKS:
        last += 1
    return Sentence(tokens[first : last + 1])


_AMOUNTS: Final = frozenset({"#money", "#percent"})


def _typed(tokens: Sequence[Token], read: _Read) -> str:
    """Return words as they were typed, for the explanation."""
    spans = [read.folded.span(token.start, token.end) for token in tokens]
    return ", ".join(f'"{read.text[start:end]}"' for start, end in spans)


def _leaning_rule(leans: float, purpose: Purpose, *, recognised: bool, astray: bool) -> str | None:
    """Return what the leaning of a sentence, and whether its kind is known, ask for.

    Clinics shut for reasons nobody has thought of, so only a reminder without a visit is refused
    for being strange.
    """
    if astray:
        refused = leans >= _ASTRAY_REFUSED_FROM or not recognised
        if purpose is not Purpose.APPOINTMENT_REMINDER:
            refused = leans >= _THRESHOLDS["strange"][1]
        return "promotion.persuasion" if refused else "unrecognised"
    refused_from, held_from = _THRESHOLDS["recognised" if recognised else "strange"]
    if leans >= refused_from:
        return "promotion.persuasion"
    return "unrecognised" if leans >= held_from else None


_ACTING: Final = ACT - {"#clinic"}


def _acts(sentence: Sentence) -> bool:
    """Return whether a sentence does one of the things a message does."""
    return not _ACTING.isdisjoint([token.word for token in sentence.tokens])


def _is_recognised(sentence: Sentence, words: Sequence[frozenset[str]], *, alone: bool) -> bool:
    """Return whether a sentence is one of a message, by what it does and by its words.

    Beside sentences that do something, one of wholly plain words may stand ("Please do not come").
    """
    telling = [
        (token, word)
        for token, word in zip(sentence.tokens, words, strict=True)
        if token.word not in {"#comma", "#colon"}
    ]
    strange = sum(
        word is not _ASIDE and is_strange(token, first=not place)
        for place, (token, word) in enumerate(telling)
    )
    if not strange and len(telling) <= 3:
        return True
    if _WHOLE.has(sentence.atoms):
        return strange <= 1
    if not strange and not alone and not any(map(is_warm, words)):
        return True
    if not any(token.word in ACT for token, _ in telling):
        return False
    return strange <= max(1, 0.25 * len(telling))


def _is_elsewhere(sentence: Sentence) -> bool:
    """Return whether a sentence is mostly of words no message is made of, whatever they lean to."""
    strange = sum(is_strange(token, first=not place) for place, token in enumerate(sentence.tokens))
    return strange >= max(2, 0.5 * len(sentence.tokens))


def _look(read: _Read) -> Iterator[Finding]:
    text, folded, sentences, part = read.text, read.folded, read.sentences, read.part
    for token in (token for sentence in sentences for token in sentence.tokens):
        if token.hidden or (folded.disguised and _is_mixed(token, folded, text)):
            yield finding("disguise.letters", *folded.span(token.start, token.end), part)
    if match := re.search(r"[!¡]{3,}|(?:!\s*){3,}|\?!{2,}", folded.plain):
        yield finding("shouting", *folded.span(*match.span()), part)
    if len(folded.signs) > 2:
        rule = "emphasis" if len(folded.signs) == 3 else "shouting"
        yield finding(rule, folded.signs[0], folded.signs[-1] + 1, part)
    yield from _capitals(folded, sentences, part)


def _is_mixed(token: Token, folded: Folded, text: str) -> bool:
    """Return whether a word is written with look-alike or hidden characters."""
    if token.word.startswith("#"):
        return False
    start, end = folded.span(token.start, token.end)
    odd = [text[first] for first, _ in folded.disguised if start <= first < end]
    if not odd:
        return False
    ordinary = any(char.isascii() and char.isalpha() for char in text[start:end])
    return ordinary or any(ord(char) > 0x2000 for char in odd) or token.word in _KNOWN


def _capitals(folded: Folded, sentences: Sequence[Sentence], part: Part) -> Iterator[Finding]:
    if not re.search(r"[A-Z]{3}", folded.capitals):
        return
    loud = [
        token
        for sentence in sentences
        for token in sentence.tokens
        if token.end - token.start >= 2
        and token.word not in _LOUD_OK
        and not token.word.startswith("#")
        and folded.capitals[token.start : token.end].isupper()
    ]
    letters = sum(token.end - token.start for token in loud)
    spoken = sum(char.isalpha() for char in folded.plain)
    words = sum(token.end - token.start >= 3 for token in loud)
    if not loud or words < 3:
        return
    span = folded.span(loud[0].start, loud[-1].end)
    if letters > 0.4 * spoken or words >= 5:
        yield finding("shouting", *span, part)
    else:
        yield finding("emphasis", *span, part)


#: Capitals that are how the word is written, or the words carriers ask us to print so.
_LOUD_OK: Final = words("lists", "loud")


def _lead(read: _Read, clinic: Clinic) -> Iterator[Finding]:
    text, folded, sentences, part = read.text, read.folded, read.sentences, read.part
    seen = []
    for token in (token for sentence in sentences for token in sentence.tokens):
        if token.word not in {"#url", "#link"}:
            continue
        start, end = folded.span(token.start, token.end)
        seen.append((start, end, text[start:end].rstrip(".,;:!?)")))
        if token.word == "#url":
            url = folded.plain[token.start : token.end]
            if rule := links.rule_for(url, text[start:end], clinic.domains):
                yield finding(rule, start, end, part)
    different = {link for _, _, link in seen}
    if len(different) > 1:
        yield finding("link.several", seen[-1][0], seen[-1][1], part)
    for start, end in links.spoken(folded.plain, clinic.domains):
        yield finding("link.foreign", *folded.span(start, end), part)


def _once(found: Sequence[Finding]) -> list[Finding]:
    """Return the findings in the order of their words, one rule once for the same words."""
    ordered = sorted(found, key=lambda one: (one.start, -one.end, one.rule))
    kept: list[Finding] = []
    for one in ordered:
        if not any(k.rule == one.rule and k.start <= one.start and one.end <= k.end for k in kept):
            kept.append(one)
    return kept
