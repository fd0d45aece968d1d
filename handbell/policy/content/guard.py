"""Review a draft: what it says, what it looks like, where it leads.

What a sentence says is hearing.py's, what follows from it in its text deciding.py's; links,
answers, capitals and disguises are looked for in the whole part. Pure: the same draft and clinic
give the same review.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from handbell.policy.content import links
from handbell.policy.content.deciding import Facts, around, weight
from handbell.policy.content.fold import Folded, fold
from handbell.policy.content.hearing import UNSAFE, Heard, acts, hear
from handbell.policy.content.leaning import places, weighing
from handbell.policy.content.model import Clinic, Draft, Finding, Part, Phrase, Review
from handbell.policy.content.names import names_in
from handbell.policy.content.phrases import vocabulary
from handbell.policy.content.rules import RULES, WEIGHED
from handbell.policy.content.shape import shape
from handbell.policy.content.taught import HEADS, taught
from handbell.policy.content.tokens import Sentence, Token, cut
from handbell.policy.content.words import ACT, PLAIN, words
from handbell.vocabulary.words import Purpose

_KNOWN: Final = vocabulary() | ACT | PLAIN
_CODES: Final = re.compile(
    r"\b[a-tv-z]\d\d\.\d{1,4}[a-z]?\b|\b\d{3}-\d\d-\d{4}\b|\bfor 9\d{4}\b|\b9\d{4} (?:and|x) ?\d"
)
NOBODY: Final = Clinic()


def review(draft: Draft, clinic: Clinic | None = None) -> Review:
    """Return everything found in a draft. Without a clinic no domain is its own."""
    clinic = clinic or NOBODY
    parts = _read(draft, clinic)
    heard = _heard(parts, draft.purpose)
    said = _said(parts, heard, draft.purpose)
    doubtful = any(said.values())
    found = (
        one
        for read in parts
        for one in _once([*said[read.part], *_seen(read, clinic, doubtful=doubtful)])
    )
    sentences = [sentence for read in parts for sentence in read.sentences]
    wordless = () if sentences else (finding("unreadable", 0, len(draft.text)),)
    return Review((*found, *wordless, *shape(draft, clinic, sentences)))


def _read(draft: Draft, clinic: Clinic) -> list["_Read"]:
    names = tuple(name for name in clinic.names if is_a_name(name) or _names_a_clinic(name))
    return [
        _Read(part, text, folded, cut(folded, _KNOWN, names_in(folded, names)))
        for part, text in ((Part.SUBJECT, draft.subject), (Part.TEXT, draft.text))
        if text.strip()
        for folded in (fold(text),)
    ]


def sentences_of(draft: Draft, clinic: Clinic | None = None) -> list[tuple[Sentence, str]]:
    """Return a draft's sentences as the guard reads them, and where in it each stands."""
    parts = _read(draft, clinic or NOBODY)
    sentences = [sentence for read in parts for sentence in read.sentences]
    return list(zip(sentences, _places(parts), strict=True))


def told_by(draft: Draft, clinic: Clinic | None = None) -> list[Facts]:
    """Return what is weighed of each sentence of a draft, those left out that cannot be read."""
    heard = _heard(_read(draft, clinic or NOBODY), draft.purpose)
    shared = _around(heard, draft.purpose)
    return [{**one.told.facts, **shared} for one in heard if not one.is_unread]


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
    return len(words) <= 8 and not any(UNSAFE.has(sentence.atoms) for sentence in sentences)


@lru_cache(maxsize=4096)
def _names_a_clinic(name: str) -> bool:
    """Return whether a name only says what a clinic does: "Fenwick Rheumatology" is one."""
    folded = fold(name)
    if re.search(r"[%$€£!?/@]|\d\d|\bwww\b", folded.plain) or len(name) > 80:
        return False
    found = [one for said in cut(folded, _KNOWN, ()) for one in UNSAFE.find(said.atoms)]
    return len(name.split()) > 1 and all(one.meaning.startswith("patient.") for one in found)


@dataclass(frozen=True, slots=True)
class _Read:
    """A subject or a text, as it was typed and as it is read."""

    part: Part
    text: str
    folded: Folded
    sentences: Sequence[Sentence]


def _places(parts: Sequence[_Read]) -> list[str]:
    return places([(read.part, len(read.sentences)) for read in parts])


def _heard(parts: Sequence[_Read], purpose: Purpose) -> list[Heard]:
    """Return what is heard in every sentence, of the subject and the text."""
    alone = [not any(map(acts, read.sentences)) for read in parts for _ in read.sentences]
    sentences = [sentence for read in parts for sentence in read.sentences]
    return [
        hear(sentence.said, purpose, place, alone=is_alone)
        for sentence, place, is_alone in zip(sentences, _places(parts), alone, strict=True)
    ]


def _around(heard: Sequence[Heard], purpose: Purpose) -> Facts:
    astray = not any(one.told.is_of_its_purpose for one in heard)
    return around(len(heard), purpose, astray=astray)


def _said(
    parts: Sequence[_Read], heard: Sequence[Heard], purpose: Purpose
) -> dict[Part, list[Finding]]:
    """Return what is wrong with the sentences of each part, every one weighed in its text."""
    found: dict[Part, list[Finding]] = {read.part: [] for read in parts}
    sentences = [(read, sentence) for read in parts for sentence in read.sentences]
    shared = _around(heard, purpose)
    visitless, more = shared["astray reminder"] > 0, weight(shared)
    for (read, sentence), one in zip(sentences, heard, strict=True):
        for broken in (*one.broken, *one.doubtful(one.weight + more, visitless=visitless)):
            first, last = sentence.tokens[broken.first], sentence.tokens[broken.last]
            most = weighing(sentence) if broken.by_weight else ()
            weighed = _typed([sentence.tokens[place] for place in most], read)
            span = read.folded.span(first.start, last.end)
            found[read.part].append(finding(broken.rule, *span, read.part, weighed=weighed))
    return found


def _seen(read: _Read, clinic: Clinic, *, doubtful: bool) -> list[Finding]:
    """Return what is wrong with how a part looks, where it leads and what it teaches."""
    found = [*_look(read, doubtful=doubtful), *_lead(read, clinic), *_codes(read)]
    if any(not HEADS.isdisjoint([one.word for one in each.tokens]) for each in read.sentences):
        for start, end, word in taught(read.text):
            found.append(finding("reply.taken", start, end, read.part, word=word))
    return found


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


def _typed(tokens: Sequence[Token], read: _Read) -> str:
    """Return words as they were typed, for the explanation."""
    spans = [read.folded.span(token.start, token.end) for token in tokens]
    return ", ".join(f'"{read.text[start:end]}"' for start, end in spans)


def _look(read: _Read, *, doubtful: bool) -> Iterator[Finding]:
    text, folded, sentences, part = read.text, read.folded, read.sentences, read.part
    for token in (token for sentence in sentences for token in sentence.tokens):
        if token.hidden or (folded.disguised and _is_mixed(token, folded, text)):
            yield finding("disguise.letters", *folded.span(token.start, token.end), part)
    if match := re.search(r"[!¡]{3,}|(?:!\s*){3,}|\?!{2,}", folded.plain):
        yield finding("shouting", *folded.span(*match.span()), part)
    if len(folded.signs) > 2:
        rule = "emphasis" if len(folded.signs) == 3 else "shouting"
        yield finding(rule, folded.signs[0], folded.signs[-1] + 1, part)
    yield from _capitals(folded, sentences, part, doubtful=doubtful or "!" in folded.plain)


def _is_mixed(token: Token, folded: Folded, text: str) -> bool:
    """Return whether a word is written with look-alike or hidden characters."""
    if token.word.startswith("#"):
        return False
    start, end = folded.span(token.start, token.end)
    odd = [text[first] for first, _ in folded.disguised if start <= first < end]
    odd = [char for char in odd if char not in "ºª"]
    if not odd:
        return False
    ordinary = any(char.isascii() and char.isalpha() for char in text[start:end])
    return ordinary or any(ord(char) > 0x2000 for char in odd) or token.word in _KNOWN


def _capitals(
    folded: Folded, sentences: Sequence[Sentence], part: Part, *, doubtful: bool
) -> Iterator[Finding]:
    """Yield what is wrong with capitals: some machines know no others, and then they are held."""
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
    if doubtful and (letters > 0.4 * spoken or words >= 5):
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
