"""Where people would rather look: some tables as pictures, drawn on the server."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from django.utils.safestring import SafeString
from django.utils.translation import gettext

from handbell.console.chart import Count, Range, Series, counts, ranges, stacked_bars
from handbell.console.clock import say_day
from handbell.console.reports.showing import say
from handbell.console.words import CHANNELS
from handbell.reports.declared import Asked, Report
from handbell.reports.statements.stops import stops_by_reason
from handbell.vocabulary.words import Channel

#: More bars than these no picture of this size can show apart.
_MOST_BARS: Final = 62
#: The rest is in the table.
_MOST_REASONS: Final = 8


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


def _causes(report: Report, rows: Sequence[Sequence[Any]], asked: Asked) -> list[Picture]:
    said = Counter[str]()
    for row in rows:
        said[say(report.columns[4], row[4], report, asked) or str(row[3])] += row[5]
    return _counts("causes", gettext("Messages by cause"), said)


def _reasons(report: Report, rows: Sequence[Sequence[Any]], asked: Asked) -> list[Picture]:
    said = Counter[str]()
    for row in rows:
        said[say(report.columns[0], row[0], report, asked)] += row[3] + row[4]
    return _counts("reasons", gettext("Messages by reason"), said)


def _stopped(report: Report, _rows: Sequence[Sequence[Any]], asked: Asked) -> list[Picture]:
    """Count all of the range: the rows are those of one page."""
    said = Counter[str]()
    for kind, channel, number in stops_by_reason(asked):
        why = say(report.columns[2], kind, report, asked)
        said[f"{why}, {CHANNELS[Channel(channel)]}"] += number
    return _counts("stops", gettext("By reason, and what is not used"), said)


def _counts(key: str, title: str, said: Counter[str]) -> list[Picture]:
    """Draw the most frequent; the table has the others."""
    bars = [Count(label, number) for label, number in said.most_common(_MOST_REASONS) if number]
    if not bars:
        return []
    told = gettext("The longest bar is %(label)s with %(number)s.") % {
        "label": bars[0].label,
        "number": bars[0].number,
    }
    return [Picture(title, counts(key=key, title=title, description=told, bars=bars), [])]


_PICTURES: Final[
    Mapping[str, Callable[[Report, Sequence[Sequence[Any]], Asked], list[Picture]]]
] = {
    "delivery": _by_day,
    "failures": _causes,
    "held-back": _reasons,
    "stops": _stopped,
    "attendance": _no_shows,
    "balance-alerts": _paid,
}
