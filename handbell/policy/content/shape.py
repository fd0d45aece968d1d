"""What must a text of each purpose have, whatever its words? Blanks, facts, room.

These are `fix` findings: they stop a script from being saved and do not change its verdict. A
script is asked for its blanks, a finished text for the facts that fill them.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from handbell.policy.content.model import Clinic, Draft, Finding, FindingKind, Part, Phrase
from handbell.policy.content.tokens import Sentence
from handbell.policy.content.words import words
from handbell.vocabulary.segments import segments
from handbell.vocabulary.words import Channel, Purpose

BLANK: Final = re.compile(r"\{\{\s*([a-z_]+)\s*\}\}")

COMMON: Final = frozenset({"clinic", "first_name", "facility", "phone"})

#: What each purpose may say. Nothing here can carry a diagnosis, an amount or a birth date; the
#: amount is `AMOUNT`, for practices that chose so.
VARIABLES: Final[Mapping[Purpose, frozenset[str]]] = {
    Purpose.APPOINTMENT_REMINDER: COMMON | {"date", "time", "confirm_link"},
    Purpose.BALANCE_ALERT: COMMON | {"how_to_settle", "account_link", "payment_link"},
    Purpose.EMERGENCY_NOTICE: COMMON | {"date", "closure"},
}

#: What is owed: only where a practice chose so, and where it is read, not heard by a room.
AMOUNT: Final = "amount"

#: What a script of each purpose must say to be of use: one of each tuple.
REQUIRED: Final[Mapping[Purpose, tuple[tuple[str, ...], ...]]] = {
    Purpose.APPOINTMENT_REMINDER: (("clinic",), ("date",), ("time",)),
    Purpose.BALANCE_ALERT: (
        ("clinic",),
        ("how_to_settle", "account_link", "payment_link", "phone"),
    ),
    Purpose.EMERGENCY_NOTICE: (("clinic",), ("closure", "date")),
}

MOST_SEGMENTS: Final = 3  # rules.md 19: hard limit for any rendered text

#: Whose rule it is.
SOURCES: Final[Mapping[str, str]] = {
    "identifies": "CTIA Messaging Principles 5.1; 47 CFR 64.1200(b)",
    "useful": "Handbell: a message carries the facts of its purpose",
    "room": "GSM 03.38; carriers' segment limits",
}
_DAY: Final = words("lists", "day")
_HOUR: Final = words("lists", "hour")
_SHUT: Final = words("lists", "shut")
_SETTLE: Final = words("lists", "settle")

#: What a finding says; `%(name)s` is a blank.
SAYS: Final[Mapping[str, str]] = {
    "empty": "the text is empty: write what the patient should read or hear",
    "subject": "an e-mail needs a subject line",
    "no subject": "only an e-mail has a subject line: leave it out",
    "long": "it is longer than %(most)s texts: shorten it",
    "unknown": "{{ %(name)s }} is not a variable of this kind of message; these are: %(these)s",
    "braces": "a variable is written {{ name }}, in small letters; nothing else in braces",
    "blank": "it must say %(names)s",
    "clinic": "it does not say which clinic is writing",
    "day": "it does not say on which day the visit is",
    "hour": "it does not say at what time the visit is",
    "settle": "it does not say how to settle or whom to ask",
    "shut": "it does not say what is closed or changed",
    "when": "it does not say when",
}

_FACTS: Final[Mapping[Purpose, tuple[tuple[frozenset[str], str], ...]]] = {
    Purpose.APPOINTMENT_REMINDER: (
        (_DAY, SAYS["day"]),
        (_HOUR, SAYS["hour"]),
    ),
    Purpose.BALANCE_ALERT: ((_SETTLE, SAYS["settle"]),),
    Purpose.EMERGENCY_NOTICE: (
        (_SHUT, SAYS["shut"]),
        (_DAY | _HOUR, SAYS["when"]),
    ),
}


def variables_for(purpose: Purpose, channel: Channel, *, amounts: bool) -> frozenset[str]:
    """Return the blanks a script may have; `amounts` says that the practice chose to name them."""
    known = VARIABLES[purpose]
    if amounts and purpose is Purpose.BALANCE_ALERT and channel is not Channel.VOICE:
        known |= {AMOUNT}
    return known


def shape(draft: Draft, clinic: Clinic, sentences: Sequence[Sentence]) -> Iterator[Finding]:
    """Yield what is missing, unknown or too much."""
    yield from _form(draft)
    yield from _blanks(draft, clinic)
    if "{{" in draft.text:
        yield from _missing_blanks(draft)
    elif draft.text.strip():
        yield from _missing_facts(draft, clinic, sentences)


def _fix(
    rule: str,
    why: str,
    start: int,
    end: int,
    part: Part = Part.TEXT,
    source: str = SOURCES["useful"],
    **values: str,
) -> Finding:
    phrase = Phrase(why, tuple(values.items()))
    return Finding(rule, FindingKind.FIX, start, end, phrase.filled(), source, "", part, (phrase,))


def _form(draft: Draft) -> Iterator[Finding]:
    whole = len(draft.text)
    if not draft.text.strip():
        yield _fix("shape.empty", SAYS["empty"], 0, whole)
    if draft.channel is Channel.EMAIL and not draft.subject.strip():
        yield _fix("shape.subject", SAYS["subject"], 0, 0, Part.SUBJECT)
    if draft.channel is not Channel.EMAIL and draft.subject.strip():
        yield _fix("shape.subject", SAYS["no subject"], 0, len(draft.subject), Part.SUBJECT)
    # 100 characters fit three segments, whatever they are.
    if draft.channel is Channel.SMS and whole > 100 and _is_long(draft.text):
        source = SOURCES["room"]
        yield _fix("shape.length", SAYS["long"], 0, whole, source=source, most=str(MOST_SEGMENTS))


def _is_long(text: str) -> bool:
    return segments(text).count > MOST_SEGMENTS


def _blanks(draft: Draft, clinic: Clinic) -> Iterator[Finding]:
    known = variables_for(draft.purpose, draft.channel, amounts=clinic.amounts)
    seen: set[str] = set()
    broken = False
    for part, text in ((Part.SUBJECT, draft.subject), (Part.TEXT, draft.text)):
        for match in BLANK.finditer(text):
            name = match.group(1)
            if name not in known and name not in seen:
                seen.add(name)
                these = ", ".join(sorted(known))
                yield _fix(
                    "shape.variable", SAYS["unknown"], *match.span(), part, name=name, these=these
                )
        rest = BLANK.sub(lambda match: " " * len(match.group()), text)
        marks = re.search(r"\{\{[^{}]*\}\}|\{\{|\}\}|\{%|%\}", rest)
        if marks and not broken:
            broken = True
            yield _fix("shape.variable", SAYS["braces"], *marks.span(), part)


def _missing_blanks(draft: Draft) -> Iterator[Finding]:
    used = set(BLANK.findall(f"{draft.subject}\n{draft.text}"))
    # The call's frame names the clinic before the script begins.
    for one_of in REQUIRED[draft.purpose]:
        if draft.channel is Channel.VOICE and one_of == ("clinic",):
            continue
        if not used.intersection(one_of):
            names = " / ".join(f"{{{{ {name} }}}}" for name in one_of)
            yield _fix("shape.missing", SAYS["blank"], 0, len(draft.text), names=names)


def _missing_facts(
    draft: Draft, clinic: Clinic, sentences: Sequence[Sentence]
) -> Iterator[Finding]:
    words = {token.word for sentence in sentences for token in sentence.tokens}
    whole = len(draft.text)
    if clinic.names and draft.channel is not Channel.VOICE and "#clinic" not in words:
        yield _fix("shape.missing", SAYS["clinic"], 0, whole, source=SOURCES["identifies"])
    for needed, why in _FACTS[draft.purpose]:
        if words.isdisjoint(needed):
            yield _fix("shape.missing", why, 0, whole)
