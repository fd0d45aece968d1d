"""What do the flaws and notes of an import say, in the language of the page?

`importers` writes plain English, and what it says is kept as it was written. A sentence without a
value is its own name in the catalogue, as everywhere (`console.saying`); one that holds a value is
known by the pattern it fits. tests/law/test_translations.py holds the patterns to what is written.
"""

import re
from collections.abc import Callable, Mapping
from typing import Final

from django.utils.translation import gettext, gettext_noop, ngettext

from handbell.console.settings.imports.words import kind_word
from handbell.policy.content.rules import RULES, WEIGHED
from handbell.policy.content.shape import SAYS

#: The sentences that hold a value. What stands in `why`, `term` and `kind` is said in the language
#: of the page too; every other value stands as it is.
PATTERNS: Final = (
    gettext_noop("the header cannot be read: %(why)s"),
    gettext_noop("these columns are missing: %(names)s (it looks most like %(kind)s)"),
    gettext_noop("it is longer than %(most)s characters"),
    gettext_noop("a %(term)s is negative"),
    gettext_noop("a %(term)s must be a table"),
    gettext_noop("the date is not written %(term)s, as dates are here"),
    gettext_noop("it cannot be read (%(error)s)"),
    gettext_noop("the database refused it (%(error)s, %(constraint)s)"),
    gettext_noop("the JSON is broken at line %(line)s, column %(column)s"),
    gettext_noop("Handbell has no use for messages of type %(type)s"),
    gettext_noop("Handbell has no use for resources of type %(type)s"),
    gettext_noop("nobody says the time zone; %(zone)s was taken"),
    gettext_noop("bill in %(currency)s"),
    gettext_noop("%(field)s was taken; send one start"),
    gettext_noop("these are known: %(names)s"),
    gettext_noop("write [%(name)s]"),
    gettext_noop("write one of: %(words)s"),
    gettext_noop("write a whole number, %(least)s to %(most)s"),
    gettext_noop("columns that were not used: %(names)s"),
    gettext_noop("facility %(name)s was made, in the practice's time zone %(zone)s (%(term)s)"),
    gettext_noop("reminder step %(key)s was removed"),
    gettext_noop("nothing is sent as %(address)s any more"),
    gettext_noop(
        "the text scripts.%(purpose)s.%(channel)s awaits a second person's approval; until then "
        "the one before it stays in use"
    ),
)

#: What may stand for `term`.
TERMS: Final = (
    gettext_noop("month first"),
    gettext_noop("day first"),
    gettext_noop("responsibility"),
    gettext_noop("payment"),
    gettext_noop("step"),
    gettext_noop("sender"),
    gettext_noop("its own"),
    gettext_noop("a guess: write time_zone in practice.toml"),
)

_BLANK: Final = re.compile(r"%\((\w+)\)s")
#: Where one finding of a text ends and the next begins.
_BETWEEN: Final = re.compile(rf"; | (?={re.escape(_BLANK.split(WEIGHED)[0])})")


def _matcher(pattern: str) -> re.Pattern[str]:
    parts = _BLANK.split(pattern)  # texts, and the blanks' names between them
    return re.compile(
        "".join(
            rf"(?P<{part}>[^;]+?)" if place % 2 else re.escape(part)
            for place, part in enumerate(parts)
        )
    )


#: A text that practice.toml brings may be refused in the guard's words.
_MATCHERS: Final = tuple(
    (pattern, _matcher(pattern))
    for pattern in (*PATTERNS, *SAYS.values(), *(rule.why for rule in RULES.values()), WEIGHED)
    if _BLANK.search(pattern)
)


def say_flaw(text: str) -> str:
    """Return what is wrong, what to do, or a note, in the language of the page."""
    if whole := _said_whole(text):
        return whole
    for between in _BETWEEN.finditer(text):
        if first := _said_whole(text[: between.start()]):
            return first + between[0] + say_flaw(text[between.end() :])
    return text


def _said_whole(text: str) -> str:
    """Return a sentence in the language of the page; "" where it is not known there."""
    if not text or (said := gettext(text)) != text:
        return said if text else ""
    for pattern, matcher in _MATCHERS:
        if match := matcher.fullmatch(text):
            values = match.groupdict()
            return gettext(pattern) % {name: _value(name, values[name]) for name in values}
    return ""


def _value(name: str, value: str) -> str:
    return _SAYERS[name](value) if name in _SAYERS else value


_SAYERS: Final[Mapping[str, Callable[[str], str]]] = {
    "why": say_flaw,
    "term": gettext,
    "kind": lambda kind: kind_word(kind).lower(),
}


def unit_word(unit: str, count: int) -> str:
    """Return what the places of a file are counted in: "lines"."""
    if unit == "line":
        return ngettext("line", "lines", count)
    if unit == "entry":
        return ngettext("entry", "entries", count)
    return ngettext("message", "messages", count)
