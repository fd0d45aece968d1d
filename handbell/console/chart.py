"""Draws small bar charts as SVG on the server, for pages that allow no inline style or script.

pygal lays the bars out; what it adds beside them (its style sheet, its script, tooltips, its
own name) is taken away, and the page's stylesheet colours what is left by class. Each chart
carries a title and a description, and the page shows the same numbers as a table.
"""

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final
from xml.etree import ElementTree

from babel.numbers import format_decimal, format_percent
from django.utils.safestring import SafeString, mark_safe
from pygal import Line, StackedBar

from handbell.console.language import locale

# Importing pygal leaves a finder of an old kind in sys.meta_path, for map plugins we do not have;
# without `find_spec` it breaks whoever asks every finder, pytest among them.
sys.meta_path[:] = [finder for finder in sys.meta_path if hasattr(finder, "find_spec")]

WIDTH: Final = 360
HEIGHT: Final = 130
_LONGEST_LABEL: Final = 30

#: What pygal adds that a strict content security policy refuses, or that says nothing.
_UNWANTED_TAGS: Final = frozenset({"defs", "script", "style", "desc", "title"})
_UNWANTED_CLASSES: Final = frozenset({"titles", "plot tooltip-overlay"})


@dataclass(frozen=True, slots=True)
class Series:
    """One kind of bar: its name becomes the class `serie-<place>` for the stylesheet."""

    name: str
    values: Sequence[int]


def stacked_bars(
    *, key: str, title: str, description: str, labels: Sequence[str], series: Sequence[Series]
) -> SafeString:
    """Return an inline SVG. `key` is unique on the page; empty labels are not drawn."""
    chart = StackedBar(
        css=[],
        js=[],
        width=WIDTH,
        height=HEIGHT,
        show_legend=False,
        print_values=False,
        margin=4,
        margin_left=22,
        spacing=6,
        truncate_label=-1,
        y_labels=_gridlines(series),
        x_labels=list(labels),
        disable_xml_declaration=True,
        no_data_text="",
    )
    for one in series:
        chart.add(one.name, list(one.values))
    return _drawn(chart, key, title, description)


def _drawn(chart: StackedBar | Line, key: str, title: str, description: str) -> SafeString:
    # Parsed again, because pygal builds with lxml where it finds it.
    root = ElementTree.fromstring(chart.render(is_unicode=True))  # noqa: S314  (our own text)
    _strip(root)
    _describe(root, key, title, description)
    # Every text in it went through ElementTree, which escapes.
    return mark_safe(ElementTree.tostring(root, encoding="unicode"))  # noqa: S308


def trend(
    *,
    key: str,
    title: str,
    description: str,
    labels: Sequence[str],
    values: Sequence[float | None],
    limits: Sequence[float],
) -> SafeString:
    """Return an inline SVG of one line and its limits; None in `values` is a gap.

    The line is `serie-0`, the limits follow from the lowest to the highest.
    """
    top = max([*(value for value in values if value is not None), *limits])
    chart = Line(
        css=[],
        js=[],
        width=WIDTH,
        height=HEIGHT,
        show_legend=False,
        show_dots=False,
        print_values=False,
        margin=4,
        margin_left=22,
        range=(0, top),
        y_labels=[{"value": 0, "label": "0"}]
        + [{"value": limit, "label": f"{limit:g}%"} for limit in limits],
        x_labels=list(labels),
        disable_xml_declaration=True,
        allow_interruptions=True,
        no_data_text="",
        truncate_label=-1,
    )
    chart.add("", list(values), show_dots=True, dots_size=1.5)
    for limit in limits:
        chart.add("", [limit] * len(values))
    return _drawn(chart, key, title, description)


def _gridlines(series: Sequence[Series]) -> list[int]:
    """Return nought and the tallest bar: the two numbers a reader needs."""
    columns = zip(*(one.values for one in series), strict=True)
    return [0, max((sum(column) for column in columns), default=0) or 1]


def _strip(node: ElementTree.Element) -> None:
    node.tag = node.tag.rpartition("}")[2]  # inline SVG needs no namespace
    for child in list(node):
        if _is_unwanted(child):
            node.remove(child)
            continue
        child.attrib.pop("style", None)
        _strip(child)


def _is_unwanted(node: ElementTree.Element) -> bool:
    tag = node.tag.rpartition("}")[2]
    return tag in _UNWANTED_TAGS or node.attrib.get("class") in _UNWANTED_CLASSES


def _describe(root: ElementTree.Element, key: str, title: str, description: str) -> None:
    root.attrib.update(
        {
            "id": f"chart-{key}",
            "class": "chart",
            "role": "img",
            "aria-labelledby": f"chart-{key}-title chart-{key}-desc",
        }
    )
    for place, (tag, text) in enumerate((("title", title), ("desc", description))):
        said = ElementTree.Element(tag, {"id": f"chart-{key}-{tag}"})
        said.text = text
        root.insert(place, said)


@dataclass(frozen=True, slots=True)
class Range:
    """A share, and between which shares it lies."""

    label: str
    share: float
    low: float
    high: float


def ranges(*, key: str, title: str, description: str, bars: Sequence[Range]) -> SafeString:
    """Return an inline SVG of shares as dots, each with a line for how sure it is."""
    top = max(0.1, *(bar.high for bar in bars))
    left, right, row = 184, WIDTH - 52, 26
    height = row * len(bars) + 22
    root = ElementTree.Element("svg", {"viewBox": f"0 0 {WIDTH} {height}"})
    _describe(root, key, title, description)
    across = right - left
    for place, bar in enumerate(bars):
        y = str(row * place + row // 2)
        low, dot, high = (
            str(round(left + across * one / top, 1)) for one in (bar.low, bar.share, bar.high)
        )
        _text(root, bar.label, x=str(left - 8), y=y, kind="label")
        ElementTree.SubElement(
            root, "line", {"class": "range", "x1": low, "x2": high, "y1": y, "y2": y}
        )
        ElementTree.SubElement(root, "circle", {"class": "dot", "cx": dot, "cy": y, "r": "4"})
        _text(
            root,
            format_percent(bar.share, "0.0 %", locale=locale()),
            x=str(right + 6),
            y=y,
            kind="value",
        )
    base = str(row * len(bars) + 2)
    ElementTree.SubElement(
        root,
        "line",
        {"class": "guide line", "x1": str(left), "x2": str(right), "y1": base, "y2": base},
    )
    for share, x in ((0.0, left), (top, right)):
        _text(
            root,
            format_percent(share, locale=locale()),
            x=str(x),
            y=str(row * len(bars) + 13),
            kind="tick",
        )
    # Every text in it went through ElementTree, which escapes.
    return mark_safe(ElementTree.tostring(root, encoding="unicode"))  # noqa: S308


@dataclass(frozen=True, slots=True)
class Count:
    """How many there are of something."""

    label: str
    number: int


def counts(*, key: str, title: str, description: str, bars: Sequence[Count]) -> SafeString:
    """Return an inline SVG of lying bars, each with its words before and its number behind it."""
    top = max(bar.number for bar in bars)
    left, right, row = 200, WIDTH - 52, 26
    root = ElementTree.Element("svg", {"viewBox": f"0 0 {WIDTH} {row * len(bars)}"})
    _describe(root, key, title, description)
    for place, bar in enumerate(bars):
        middle = row * place + row // 2
        long = round((right - left) * bar.number / top, 1) if top else 0
        _text(root, _cut(bar.label), x=str(left - 8), y=str(middle), kind="label")
        places = {"x": str(left), "y": str(middle - 7), "width": str(long), "height": "14"}
        ElementTree.SubElement(root, "rect", {"class": "count"} | places)
        said = format_decimal(bar.number, locale=locale())
        _text(root, said, x=str(left + long + 6), y=str(middle), kind="value")
    # Every text in it went through ElementTree, which escapes.
    return mark_safe(ElementTree.tostring(root, encoding="unicode"))  # noqa: S308


def _cut(label: str) -> str:
    """Return words that fit before a bar; the table has them whole."""
    return label if len(label) <= _LONGEST_LABEL else f"{label[: _LONGEST_LABEL - 1].rstrip()}…"


def _text(root: ElementTree.Element, said: str, *, x: str, y: str, kind: str) -> None:
    places = {"x": x, "y": y, "class": kind, "dominant-baseline": "middle"}
    ElementTree.SubElement(root, "text", places).text = said
