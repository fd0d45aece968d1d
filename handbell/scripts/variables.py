"""Which blanks may a script have, and how are they filled?

Logic-less on purpose: `{{ name }}` from a closed list and nothing else, checked when the
script is saved. A template language would let a script run for ever (technology.md 5).
"""

import re
from collections.abc import Mapping
from typing import Final

from handbell.policy.replies import START_WORDS, STOP_WORDS
from handbell.vocabulary.segments import segments
from handbell.vocabulary.words import Channel, Purpose

BLANK: Final = re.compile(r"\{\{\s*([a-z_]+)\s*\}\}")

COMMON: Final = frozenset({"clinic", "first_name", "facility", "phone"})

#: What each purpose may say. Nothing here can carry a diagnosis, an amount or a birth date.
VARIABLES: Final[Mapping[Purpose, frozenset[str]]] = {
    Purpose.APPOINTMENT_REMINDER: COMMON | {"date", "time", "confirm_link"},
    Purpose.BALANCE_ALERT: COMMON | {"how_to_settle", "payment_link"},
    Purpose.EMERGENCY_NOTICE: COMMON | {"date", "closure"},
}

#: What a script of each purpose must say to be of use: one of each tuple.
REQUIRED: Final[Mapping[Purpose, tuple[tuple[str, ...], ...]]] = {
    Purpose.APPOINTMENT_REMINDER: (("clinic",), ("date",), ("time",)),
    Purpose.BALANCE_ALERT: (("clinic",), ("how_to_settle", "payment_link", "phone")),
    Purpose.EMERGENCY_NOTICE: (("clinic",), ("closure", "date")),
}

# Carriers and we ourselves take these for "stop" and "start", whatever a text says they mean.
_TAKEN: Final = "|".join(sorted(map(re.escape, STOP_WORDS | START_WORDS | {"yes"}), reverse=True))
_TAUGHT: Final = re.compile(
    r"(?P<verb>\b(?:reply|text|send|answer|type|respond[ae]?|conteste|env[ií]e|escriba|mande)\s+"
    r"(?:with\s+|back\s+|con\s+)?)?"
    rf"[\"'“‘]?\b(?P<word>{_TAKEN})\b[\"'”’]?"
    r"(?P<meaning>(?:(?!\s(?:or|and|o|y)\s)[^.;,!?])*)",
    re.IGNORECASE,
)
_ABOUT_A_VISIT: Final = re.compile(
    r"\b(?:confirm|cancel|reschedul|mov|chang|appointment|visit|com|attend|cita|cambi|asist)",
    re.IGNORECASE,
)

_OPENING_NAME: Final = re.compile(r"(^|[.:!?]\s+|\n)\{\{\s*first_name\s*\}\},\s*(\w|\{)")
_NAME: Final = re.compile(r",?[ \t]*(?:\b(?:for|para)[ \t]+)?\{\{\s*first_name\s*\}\}")

MOST_SEGMENTS: Final = 3  # rules.md 19: hard limit for any rendered text


def render(text: str, values: Mapping[str, str]) -> str:
    """Return the text with its blanks filled. Raises KeyError for a blank without a value."""
    return BLANK.sub(lambda match: values[match.group(1)], text)


def without_name(text: str) -> str:
    """Return a script that greets nobody by name, for a patient whose first name is not known.

    "Hello {{ first_name }}," becomes "Hello,"; "{{ first_name }}, your visit" "Your visit".
    """
    return _NAME.sub("", _OPENING_NAME.sub(_begin_anew, text))


def _begin_anew(match: re.Match[str]) -> str:
    """Begin the sentence that a name opened with its next word."""
    before, letter = match.groups()
    return before + (letter if before.rstrip().endswith(":") else letter.upper())


def check(*, purpose: Purpose, channel: Channel, subject: str, body: str) -> list[str]:
    """Return what must be mended before a script can be saved; empty if it can."""
    findings = []
    if not body.strip():
        findings.append("the text is empty: write what the patient should read or hear")
    if channel is Channel.EMAIL and not subject.strip():
        findings.append("an e-mail needs a subject line")
    if channel is not Channel.EMAIL and subject.strip():
        findings.append("only an e-mail has a subject line: leave it out")
    whole = f"{subject}\n{body}"
    findings += _unknown_blanks(whole, purpose)
    findings += _taken_words(whole)
    used = set(BLANK.findall(whole))
    # The call's frame names the clinic before the script begins.
    for one_of in REQUIRED[purpose]:
        if channel is Channel.VOICE and one_of == ("clinic",):
            continue
        if not used.intersection(one_of):
            names = " or ".join(f"{{{{ {name} }}}}" for name in one_of)
            findings.append(f"it must say {names}")
    if channel is Channel.SMS and segments(body).count > MOST_SEGMENTS:
        findings.append(f"it is longer than {MOST_SEGMENTS} texts: shorten it")
    return findings


def _unknown_blanks(text: str, purpose: Purpose) -> list[str]:
    known = VARIABLES[purpose]
    findings = [
        f"{{{{ {name} }}}} is not a variable of this kind of message; "
        f"these are: {', '.join(sorted(known))}"
        for name in dict.fromkeys(BLANK.findall(text))
        if name not in known
    ]
    rest = BLANK.sub("", text)
    if any(mark in rest for mark in ("{{", "}}", "{%", "%}")):
        findings.append(
            "a variable is written {{ name }}, in small letters; nothing else in braces"
        )
    return findings


def _taken_words(text: str) -> list[str]:
    """Refuse "reply CANCEL to cancel your visit": it would unsubscribe the patient."""
    taught = [
        match["word"].upper()
        for match in _TAUGHT.finditer(text)
        if (match["verb"] or match["word"].isupper())
        and (match["word"].lower() == "yes" or _ABOUT_A_VISIT.search(match["meaning"]))
    ]
    return [
        f"{word} stops or starts our messages and cannot mean anything else: "
        "let patients reply C, or call"
        for word in dict.fromkeys(taught)
    ]
