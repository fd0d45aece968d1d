"""How is a cell written so that no spreadsheet runs it as a formula, and telephone numbers stay?

A cell that begins like a formula gets an apostrophe, which spreadsheets show as text (OWASP, CSV
injection). A telephone number's own "+" is harmless and stays.
"""

from collections.abc import Iterable
from typing import Final

#: What a formula begins with, also as wide characters, which some spreadsheets read alike.
BEGINNINGS: Final = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
_BEGINNINGS: Final = frozenset(BEGINNINGS)


def safe(values: Iterable[str]) -> list[str]:
    """Return the cells of a row, each one that a spreadsheet would run written as text."""
    return [
        f"'{value}" if value[:1] in _BEGINNINGS and not _is_number(value) else value
        for value in values
    ]


def _is_number(value: str) -> bool:
    return value[:1] in {"+", "-"} and value[1:].isascii() and value[1:].isdecimal()


def safe_in_sql(column: str) -> str:
    """Return the same as SQL, for a column that people type; an empty cell is NULL.

    The column is one of ours, never typed.
    """
    given = ", ".join(f"U&'\\{ord(mark):04x}'" for mark in BEGINNINGS)
    return (
        f"CASE WHEN left({column}, 1) IN ({given}) AND {column} !~ '^[+-][0-9]+$'"
        f" THEN '''' || {column} ELSE nullif({column}, '') END"
    )
