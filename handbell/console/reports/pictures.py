"""Where people would rather look: some tables as pictures, drawn on the server."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from django.utils.safestring import SafeString
from django.utils.translation import gettext

from handbell.console.chart import Range, Series, ranges, stacked_bars
from handbell.console.clock import say_day
from handbell.console.reports.showing import say
from handbell.console.words import CHANNELS
from handbell.reports.declared import Asked, Report
from handbell.vocabulary.words import Channel

#: More bars than these no picture of this size can show apart.
_MOST_BARS: Final = 62


@dataclass(frozen=True, slots=True)
class Picture:
    """One drawing, what its bars mean (class of the swatch and word), and its title."""

    title: str
    svg: SafeString
    key: Sequence[tuple[str, str]]


def pictures_of(report: Report, rows: Sequence[Sequence[Any]], asked: Asked) -> list[Picture]:
    """Return the pictures of a report, none where there is nothing to see."""
    draw = _PICTURES.get(report.name)
    return list(draw(report, rows, asked)) if draw is not None and rows else []


def _by_day(report: Report, rows: Sequence[Sequence[Any]], asked: Asked) -> list[Picture]:
    """One picture for each channel: what was handed over each day, and what arrived."""
    days = sorted({row[0] for row in rows})
    if len(days) > _MOST_BARS:
        return []
    key = [("went", gettext("known to have arrived")), ("to-go", gettext("the rest"))]
    found = []
    for channel in Channel:
        arrived, others = _sums(row for row in rows if row[2] == channel)
        if not arrived and not others:
            continue
        word = CHANNELS[channel]
        title = gettext("%(channel)s: handed over by the day") % {"channel": word}
        told = gettext("%(arrived)s known to have arrived, %(others)s others, on %(days)s days.")
        every = max(1, len(days) // 5)
        svg = stacked_bars(
            key=channel,
            title=title,
            description=told
            % {
                "arrived": sum(arrived.values()),
                "others": sum(others.values()),
                "days": len(days),
            },
            labels=[
                say_day(date.fromisoformat(day), today=asked.today).split(" ", 1)[1]
                if place % every == 0
                else ""
                for place, day in enumerate(days)
            ],
            series=[
                Series(key[0][1], [arrived[day] for day in days]),
                Series(key[1][1], [others[day] for day in days]),
            ],
        )
        found.append(Picture(title, svg, key))
    return found


def _sums(rows: Any) -> tuple[Counter[str], Counter[str]]:  # noqa: ANN401  (an iterable of rows)
    arrived: Counter[str] = Counter()
    others: Counter[str] = Counter()
    for row in rows:
        arrived[row[0]] += row[5]
        others[row[0]] += row[4] - row[5] + row[8]
    return +arrived, +others


def _no_shows(report: Report, rows: Sequence[Sequence[Any]], asked: Asked) -> list[Picture]:
    title = gettext("Share of visits nobody came to")
    bars = [
        Range(say(report.columns[0], row[0], report, asked), row[4], row[5], row[6])
        for row in rows
        if row[4] is not None
    ]
    return _ranges("no-shows", title, bars)


def _paid(report: Report, rows: Sequence[Sequence[Any]], asked: Asked) -> list[Picture]:
    title = gettext("Share of alerts followed by a payment")
    bars = [
        Range(
            gettext("%(channel)s, %(days)s days")
            % {"channel": CHANNELS[Channel(row[0])], "days": row[1]},
            *row[4:7],
        )
        for row in rows
    ]
    return _ranges("paid", title, bars)


def _ranges(key: str, title: str, bars: Sequence[Range]) -> list[Picture]:
    if not bars:
        return []
    told = gettext("A dot is the share, the line around it where it lies with 95 % certainty.")
    return [Picture(title, ranges(key=key, title=title, description=told, bars=bars), [])]


_PICTURES: Final[
    Mapping[str, Callable[[Report, Sequence[Sequence[Any]], Asked], list[Picture]]]
] = {"delivery": _by_day, "attendance": _no_shows, "balance-alerts": _paid}
