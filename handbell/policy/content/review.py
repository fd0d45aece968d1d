"""Review a draft: what it says, what it looks like, where it leads.

A sentence is put aside where it only sounds like something (safe.py), refused where it promotes,
discloses or threatens (promotion.py, privacy.py), and held where it is not recognisably something
a message says (acts.py). Pure: the same draft and clinic give the same review.
"""

import re
from collections.abc import Iterator, Sequence
from typing import Final

from handbell.policy.content import links
from handbell.policy.content.acts import ACT, PLAIN, SHORT
from handbell.policy.content.fold import Folded, fold
from handbell.policy.content.model import Clinic, Draft, Finding, Part, Review
from handbell.policy.content.names import names_in
from handbell.policy.content.phrases import PhraseBook, vocabulary
from handbell.policy.content.privacy import COLLECTION, PRIVACY
from handbell.policy.content.promotion import PROMOTION
from handbell.policy.content.rules import RULES
from handbell.policy.content.safe import SAFE
from handbell.policy.content.taught import taught
from handbell.policy.content.tokens import Sentence, Token, cut

_UNSAFE: Final = PhraseBook({**PROMOTION, **PRIVACY, **COLLECTION})
_SAFE: Final = PhraseBook({"safe": SAFE})
_SHORT: Final = PhraseBook({"short": SHORT})
_KNOWN: Final = vocabulary() | ACT | PLAIN
_ASIDE: Final = frozenset({"#ok"})
_STRONG: Final = ("@free", "@off", "@deal", "@perk", "@care", "@product", "@event", "@urge",
                  "@publication", "@survey", "@member", "@contest", "@charity")  # fmt: skip
_CODES: Final = re.compile(r"\b[a-tv-z]\d\d\.\d{1,4}[a-z]?\b|\b\d{3}-\d\d-\d{4}\b")
NOBODY: Final = Clinic()


def review(draft: Draft, clinic: Clinic | None = None) -> Review:
    """Return everything found in a draft. Without a clinic no domain is its own."""
    clinic = clinic or NOBODY
    found: list[Finding] = []
    for part, text in ((Part.SUBJECT, draft.subject), (Part.TEXT, draft.text)):
        if text:
            found += _part(text, clinic, part)
    return Review(tuple(found))


def _part(text: str, clinic: Clinic, part: Part) -> list[Finding]:
    folded = fold(text)
    sentences = cut(folded, _KNOWN, names_in(folded, clinic.names))
    found = [*_said(sentences, folded, part)]
    found += _look(text, folded, sentences, part)
    found += _lead(text, folded, sentences, clinic, part)
    for start, end, word in taught(text):
        found.append(finding("reply.taken", start, end, part, word=word))
    for match in _CODES.finditer(folded.plain):
        found.append(finding("patient.record", *folded.span(*match.span()), part))
    return _once(found)


def finding(rule: str, start: int, end: int, part: Part = Part.TEXT, *, word: str = "") -> Finding:
    """Return a finding of a rule with its words."""
    said = RULES[rule]
    why = said.why.replace("{word}", word)
    return Finding(rule, said.kind, start, end, why, said.source, said.instead, part)


def _said(sentences: Sequence[Sentence], folded: Folded, part: Part) -> Iterator[Finding]:
    for sentence in sentences:
        words = sentence.atoms
        for match in _SAFE.find(words):
            for place in match.places:
                words[place] = _ASIDE
        matches = _UNSAFE.find(words)
        for match in matches:
            first, last = sentence.tokens[match.first], sentence.tokens[match.last]
            yield finding(match.meaning, *folded.span(first.start, last.end), part)
        if not matches and not _is_recognised(sentence, words):
            first, last = sentence.tokens[0], sentence.tokens[-1]
            rule = "promotion.persuasion" if _persuades(words) else "unrecognised"
            yield finding(rule, *folded.span(first.start, last.end), part)


def _is_recognised(sentence: Sentence, words: Sequence[frozenset[str]]) -> bool:
    """Return whether a sentence does one of the things a message does, in its words."""
    telling = [
        (token, word)
        for token, word in zip(sentence.tokens, words, strict=True)
        if token.word not in {"#comma", "#colon"}
    ]
    strange = sum(_is_strange(token, word, first=not n) for n, (token, word) in enumerate(telling))
    if not strange and len(telling) <= 3:
        return True
    if _SHORT.find(sentence.atoms):
        return strange <= 1
    if not any(token.word in ACT for token, _ in telling):
        return False
    return strange <= max(1, 0.25 * len(telling))


def _is_strange(token: Token, word: frozenset[str], *, first: bool) -> bool:
    if word is _ASIDE or token.word in ACT or token.word in PLAIN:
        return False
    if len(token.word) == 1 or (token.word.startswith("#") and token.word != "#foreign"):
        return False
    return first or not token.capital


def _persuades(words: Sequence[frozenset[str]]) -> bool:
    warm = sum("@warm" in word for word in words)
    strong = sum(any(concept in word for concept in _STRONG) for word in words)
    return warm + strong >= 2


def _look(
    text: str, folded: Folded, sentences: Sequence[Sentence], part: Part
) -> Iterator[Finding]:
    for token in (token for sentence in sentences for token in sentence.tokens):
        if token.hidden or _is_mixed(token, folded, text):
            yield finding("disguise.letters", *folded.span(token.start, token.end), part)
    if match := re.search(r"[!¡]{3,}|(?:!\s*){3,}|\?!{2,}", folded.plain):
        yield finding("shouting", *folded.span(*match.span()), part)
    if len(folded.signs) > 2:
        yield finding("emphasis", folded.signs[0], folded.signs[-1] + 1, part)
    yield from _capitals(folded, sentences, part)


def _is_mixed(token: Token, folded: Folded, text: str) -> bool:
    """Return whether a word is written with look-alike or hidden characters."""
    if not folded.disguised or token.word.startswith("#"):
        return False
    start, end = folded.span(token.start, token.end)
    odd = [text[first] for first, _ in folded.disguised if start <= first < end]
    if not odd:
        return False
    ordinary = any(char.isascii() and char.isalpha() for char in text[start:end])
    return ordinary or any(ord(char) > 0x2000 for char in odd) or token.word in _KNOWN


def _capitals(folded: Folded, sentences: Sequence[Sentence], part: Part) -> Iterator[Finding]:
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
_LOUD_OK: Final = frozenset(
    "pt ot md do id hsa fsa covid stop help start unsubscribe am pm us po usa er ppe asl tty dr "
    "end quit cancel yes arret alto ivr faq pin ac po rsvp sms pcp ny ca tx fl".split()
)


def _lead(
    text: str, folded: Folded, sentences: Sequence[Sentence], clinic: Clinic, part: Part
) -> Iterator[Finding]:
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
