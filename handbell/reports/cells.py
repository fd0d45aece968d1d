"""How is a cell written so that no spreadsheet runs it as a formula, and telephone numbers stay?

A cell that begins like a formula gets an apostrophe, which spreadsheets show as text (OWASP, CSV
injection). So does the middle of one, after what a spreadsheet elsewhere parts cells with: a
semicolon, a tab, a line's end, with or without quotes behind it. A telephone number's own "+" is
harmless and stays.
"""

import re
from collections.abc import Iterable
from typing import Final

#: What a formula begins with, also as wide characters, which some spreadsheets read alike.
BEGINNINGS: Final = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
_BEGINNINGS: Final = frozenset(BEGINNINGS)

#: Where within a cell another one would begin, like a formula.
_WITHIN: Final = r'([;\t\r\n]"*)(?=[-=+@＝＋－＠])'
_PARTED: Final = re.compile(_WITHIN)

#: A number; telephone numbers, one after the other.
_NUMBERS: Final = "[+-][0-9]+(, [+][0-9]+)*"
_ARE_NUMBERS: Final = re.compile(_NUMBERS)


def safe(values: Iterable[str]) -> list[str]:
    """Return the cells of a row, each one that a spreadsheet would run written as text."""
    return [_safe(value) for value in values]


def _safe(value: str) -> str:
    runs = value[:1] in _BEGINNINGS and not _ARE_NUMBERS.fullmatch(value)
    parted = _PARTED.sub(r"\1'", value)
    return f"'{parted}" if runs else parted


def safe_in_sql(column: str) -> str:
    """Return the same as SQL, for a column that people type; an empty cell is NULL.

    The column is one of ours, never typed.
    """
    given = ", ".join(f"U&'\\{ord(mark):04x}'" for mark in BEGINNINGS)
    parted = f"regexp_replace({column}, '{_WITHIN}', '\\1''', 'g')"
    return (
        f"CASE WHEN left({column}, 1) IN ({given}) AND {column} !~ '^{_NUMBERS}$'"
        f" THEN '''' || {parted} WHEN {column} ~ '{_WITHIN}' THEN {parted}"
        f" ELSE nullif({column}, '') END"
    )


def row_of_csv(cells: Iterable[tuple[str, bool]]) -> str:
    """Return a row of CSV from cells, each with whether it is a text.

    A text is quoted whatever is in it: a spreadsheet can be told that what is quoted is no number.
    """
    return ",".join(_quoted(cell) if is_text and cell else cell for cell, is_text in cells) + "\n"


def _quoted(cell: str) -> str:
    return '"' + cell.replace('"', '""') + '"'
