"""Play a quarter past a carrier that filters, with the protections and without; draw it.

    python -m benchmarks.deliverability [--into docs/pictures/deliverability.svg] [--seed 7]

What is assumed stands in docs/deliverability.md. The same seed gives the same numbers.
"""

import argparse
import os
import tempfile
from collections.abc import Sequence
from pathlib import Path

import pygal
from pygal.style import Style

COLOURS = ("#2a7f62", "#b23a48", "#2a7f62", "#b23a48", "#2a7f62", "#b23a48")


def main() -> None:
    """Print a table, and draw the picture where one is asked for."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--into", type=Path)
    asked.add_argument("--seed", type=int, default=7)
    given = asked.parse_args()
    quarters = _play(given.seed)
    print("| the practice | protections | reminders that arrived | filtered | held for a person |")
    print("|---|---|---|---|---|")
    for one in quarters:
        words = one.story.value.replace("_", " ")
        how = "on" if one.protected else "off"
        print(f"| {words} | {how} | {one.delivered:.1%} | {one.filtered:,} | {one.held:,} |")
    if given.into:
        given.into.write_text(_picture(quarters))
        print(f"\ndrawn: {given.into}")


def _play(seed: int) -> Sequence:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    os.environ.setdefault("HANDBELL_HOME", tempfile.mkdtemp(prefix="handbell-deliverability-"))
    import django

    django.setup()
    from handbell.rehearsal.deliverability import play_all

    return list(play_all(seed=seed))


def _picture(quarters: Sequence) -> str:
    chart = pygal.Line(
        css=["file://style.css", "file://graph.css"],
        js=[],
        style=Style(
            background="white",
            plot_background="white",
            colors=COLOURS,
            font_family="sans-serif",
            label_font_size=13,
            major_label_font_size=13,
            legend_font_size=13,
        ),
        width=860,
        height=420,
        range=(0, 100),
        y_labels=[0, 25, 50, 75, 100],
        x_title="week",
        y_title="reminders that arrived, %",
        legend_at_bottom=True,
        legend_at_bottom_columns=2,
        truncate_legend=-1,
        dots_size=2,
        disable_xml_declaration=True,
        no_prefix=True,
    )
    chart.x_labels = [str(week + 1) for week in range(len(quarters[0].weeks))]
    strokes = {"behaves": "", "blasts": "7, 4", "old_list": "2, 3"}
    for one in quarters:
        words = one.story.value.replace("_", " ")
        chart.add(
            f"{words}, protections {'on' if one.protected else 'off'}",
            [100 * week.delivered / week.wanted for week in one.weeks],
            stroke_style={"width": 2, "dasharray": strokes[one.story.value]},
        )
    return str(chart.render(is_unicode=True)) + "\n"


if __name__ == "__main__":
    main()
