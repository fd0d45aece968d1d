"""How is a report's row said on a page? In words, numbers and days as people read them."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from babel.numbers import format_decimal, format_percent

from handbell.console.clock import say_day, say_moment
from handbell.console.language import locale
from handbell.console.saying import said, say_cause
from handbell.console.templatetags.console import national
from handbell.console.words import CHANNELS, PURPOSES, chip, reason_in_short
from handbell.reports.declared import Asked, Column, ColumnKind, Report
from handbell.vocabulary.words import Channel, Purpose

K = ColumnKind

#: Letters that need no second line: a telephone number, a day.
_SHORT: Final = 16

_NUMBERS: Final = frozenset({K.NUMBER, K.SHARE})


@dataclass(frozen=True, slots=True)
class Head:
    """A column as its heading says it."""

    word: str
    is_number: bool


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell in words; its column's word stands before it where rows are cards."""

    said: str
    is_number: bool
    word: str
    is_typed: bool = False

    @property
    def is_short(self) -> bool:
        """Whether it can stand on one line."""
        return len(self.said) <= _SHORT


@dataclass(frozen=True, slots=True)
class Shown:
    """A table in words."""

    heads: Sequence[Head]
    rows: Sequence[Sequence[Cell]]


def shown(report: Report, rows: Sequence[Sequence[Any]], asked: Asked) -> Shown:
    """Return the rows in words, without the columns that only files have."""
    places = [place for place, column in enumerate(report.columns) if column.on_screen]
    columns = [report.columns[place] for place in places]
    heads = [Head(said(column.word), column.kind in _NUMBERS) for column in columns]
    return Shown(
        heads,
        [
            [
                Cell(
                    say(column, row[place], report, asked),
                    head.is_number,
                    head.word,
                    is_typed=column.kind is K.TEXT,
                )
                for place, column, head in zip(places, columns, heads, strict=True)
            ]
            for row in rows
        ],
    )


def say(column: Column, value: Any, report: Report, asked: Asked) -> str:  # noqa: ANN401  (JSON)
    """Return one cell in words; "" for nothing."""
    if value is None or value == "":
        return "–" if column.kind is K.SHARE else ""
    if column.kind in _NUMBERS:
        is_share = column.kind is K.SHARE
        return (
            format_percent(value, "0.0 %", locale=locale())
            if is_share
            else format_decimal(value, locale=locale())
        )
    text = str(value)
    if column.kind is K.DAY:
        return say_day(date.fromisoformat(text), today=asked.today)
    if column.kind is K.MOMENT:
        return say_moment(datetime.fromisoformat(text), zone=asked.zone, now=asked.now)
    if column.kind is K.WORD:
        return said(report.words.get(text, text))
    listed = _LISTED.get(column.kind)
    return listed(text) if listed is not None else _typed(column, text)


_LISTED: Final[Mapping[ColumnKind, Callable[[str], str]]] = {
    K.PURPOSE: lambda text: PURPOSES[Purpose(text)],
    K.CHANNEL: lambda text: CHANNELS[Channel(text)],
    K.REASON: reason_in_short,
    K.STATE: lambda text: chip(text, "").word,
}


def _typed(column: Column, text: str) -> str:
    if column.name == "source":
        return say_cause(text)
    return ", ".join(national(part) for part in text.split(", ")) if "+" in text else text


def filters_said(report: Report, told: Mapping[str, str], places: Mapping[str, str]) -> list[str]:
    """Return the filters a file was made with: "Active: Yes"."""
    lines = []
    for one in report.filters:
        value = told.get(one.name, "")
        if value:
            word = one.options.get(value) or places.get(value) or value
            lines.append(f"{said(one.label)}: {said(word)}")
    return lines
