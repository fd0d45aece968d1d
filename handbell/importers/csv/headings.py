"""Are these headings, or is it somebody's row? Pure.

A table without headings has its first row read for them. What is kept of a table after its files
are gone, and what reports name, must not be that row.
"""

import re
from collections.abc import Sequence
from typing import Final

_WORDS: Final = re.compile(r"[^\W\d_]+")

#: A number of a patient or visit: a few letters, then figures.
_NUMBER: Final = re.compile(r"[a-z]{1,4}[-#]?\d{3,}", re.IGNORECASE)

#: Words that stand in dates, times, amounts and telephone numbers.
_IN_VALUES: Final = re.compile(
    "(jan|feb|mar|apr|may|june?|july?|aug|sept?|oct|nov|dec)|january|february|march|april|august"
    "|september|october|november|december|(mon|tues?|wed(nes)?|thu(rs)?|fri|sat(ur)?|sun)(day)?"
    "|am|pm|[apmtzx]|ext|usd|cad|st|nd|rd|th"
)


def is_like_a_value(heading: str) -> bool:
    """Return whether a heading looks like a number, a date, a time, an amount or an address."""
    if "@" in heading or _NUMBER.fullmatch(heading.strip()):
        return True
    words = _WORDS.findall(heading.casefold())
    return any(mark.isdigit() for mark in heading) and all(map(_IN_VALUES.fullmatch, words))


def is_like_a_row(header: Sequence[str]) -> bool:
    """Return whether what stands where the headings should is likely a row."""
    return any(map(is_like_a_value, header))


def fit_to_tell(header: Sequence[str]) -> list[str]:
    """Return the headings as reports may name them: by their place if they are likely a row."""
    if is_like_a_row(header):
        return [by_place(place) for place in range(len(header))]
    return list(header)


def by_place(place: int) -> str:
    """Return what a column is called that has no name to tell."""
    return f"column {place + 1}"
