"""The page of results: a table and a picture, with the command, the machine and the date."""

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from pygal import HorizontalBar
from pygal.style import Style

import handbell.console.chart  # noqa: F401 -- takes away the old import hook that pygal leaves
from handbell.bench.frame import Result

PICTURE = "benchmarks.svg"

_HEAD = """# The numbers

How fast Handbell is, measured with `{command}` on {date}. Each figure is the ratio of two
things measured in turn in one run, so that it means the same on a fast machine and on a busy one:
the median of the rounds' ratios, and the least and the greatest of them. What each compares, and
why that is fair, stands at the top of its module in `handbell/bench/figures`. Run it yourself:
`make bench`, or `handbell bench NAME...` for some of them.

This machine: {machine}.

![Each figure against its goal](pictures/{picture})

| figure | what is compared | ratio | spread | goal | | ours, median | note |
|---|---|---|---|---|---|---|---|
"""


def write(page: Path, machine: dict[str, Any], results: Sequence[Result], *, quick: bool) -> None:
    """Write the page, and its picture into `pictures` beside it."""
    told = ", ".join(
        (
            f"{machine['processor']}, {machine['cores']} cores",
            f"{machine['memory_gb']} GB",
            machine["system"],
            f"Python {machine['python']}",
            f"load {machine['load']} before we began",
        )
    )
    command = "handbell bench --quick" if quick else "handbell bench"
    head = _HEAD.format(
        command=command, date=f"{datetime.now(UTC):%Y-%m-%d}", machine=told, picture=PICTURE
    )
    page.write_text(head + "".join(_row(result) for result in results))
    pictures = page.parent / "pictures"
    pictures.mkdir(exist_ok=True)
    (pictures / PICTURE).write_bytes(_picture(results))


def _row(result: Result) -> str:
    found = result.as_json()
    sign = "≥" if found["at_least"] else "≤"
    if found["ratio"] is None:
        cells = ["", "", f"{sign} {found['goal']:g}", "", "", found["note"]]
    else:
        least, most = found["spread"]
        cells = [
            f"**{found['ratio']:.3g}**",
            f"{least:.3g} to {most:.3g}",
            f"{sign} {found['goal']:g}",
            "met" if found["met"] else "not met",
            f"{found['median']:.4g} {found['unit']}",
            found["note"],
        ]
    return f"| `{found['name']}` | {found['question']} | " + " | ".join(cells) + " |\n"


def _picture(results: Sequence[Result]) -> bytes:
    """Draw how far each figure is beyond its goal: 1 is the goal, more is better."""
    chart = HorizontalBar(
        title="Times better than the goal (1 is the goal)",
        show_legend=False,
        logarithmic=True,
        height=60 + 34 * len(results),
        width=820,
        disable_xml_declaration=True,
        js=[],
        style=Style(background="white", plot_background="white", title_font_size=15),
    )
    shown = [result for result in results if result.ratio]
    chart.x_labels = [result.figure.name for result in shown]
    chart.add("", [{"value": _beyond(result), "color": _colour(result)} for result in shown])
    drawn: str = chart.render()  # without a declaration, pygal returns text
    return drawn.encode()


def _beyond(result: Result) -> float:
    assert result.ratio is not None
    figure = result.figure
    return round(result.ratio / figure.goal if figure.at_least else figure.goal / result.ratio, 3)


def _colour(result: Result) -> str:
    return "#2f6f4f" if _beyond(result) >= 1 else "#b3541e"
