"""Print what the guard says of its own texts, a row a category, and draw it.

    python -m benchmarks.guard_report [--into docs/pictures/guard.svg]

Heldout is the number that counts: nothing was tuned on those texts.
"""

import sys
import time
from collections import Counter
from pathlib import Path

import pygal
from pygal.style import Style

from handbell.policy.content import Verdict, hearing
from tests.guard.corpus import Sample, answered, samples, score

VERDICTS = (Verdict.ALLOW, Verdict.HOLD, Verdict.REFUSE)
COLOURS = ("#2a7f62", "#c9a227", "#b23a48")


def table(chosen: tuple[Sample, ...]) -> dict[tuple[str, str], Counter[Verdict]]:
    """Return the verdicts by label and category."""
    found: dict[tuple[str, str], Counter[Verdict]] = {}
    for sample in chosen:
        count = found.setdefault((sample.label.value, sample.category), Counter())
        count[sample.review.verdict] += 1
    return dict(sorted(found.items()))


def show(name: str, chosen: tuple[Sample, ...]) -> None:
    """Print the table and the score of one file."""
    print(f"\n{name}: {len(chosen)} texts\n")
    print(f"{'to':9}{'category':16}{'allow':>7}{'hold':>7}{'refuse':>8}")
    for (label, category), count in table(chosen).items():
        cells = "".join(f"{count[one]:>7}" for one in VERDICTS[:2]) + f"{count[VERDICTS[2]]:>8}"
        print(f"{label:9}{category:16}{cells}")
    got = score(answered(chosen))
    print(
        f"\nto be refused: {got.refused:.1%} refused, {got.caught:.1%} refused or held; "
        f"honest: {got.honest_refused:.1%} refused, {got.honest_held:.1%} held"
    )


def speed(*, anew: bool) -> float:
    """Return reviews a second of processor time, one core, the best of five rounds.

    The texts of a script share most of their sentences, and those are remembered; `anew` forgets
    them before each round.
    """
    chosen = samples("tuning")
    best = 0.0
    for _ in range(5):
        if anew:
            hearing.hear.cache_clear()
        began = time.process_time()
        for sample in chosen:
            _ = sample.review
        best = max(best, len(chosen) / (time.process_time() - began))
    return best


def draw(path: Path) -> None:
    """Draw the heldout texts: one bar a category, split by verdict."""
    rows = table(samples("heldout"))
    chart = pygal.HorizontalStackedBar(
        title="What the guard says of texts it never saw",
        style=Style(colors=COLOURS, background="#ffffff", plot_background="#ffffff"),
        legend_at_bottom=True,
        print_values=True,
        print_zeroes=False,
        height=90 + 40 * len(rows),
        js=[],
    )
    chart.x_labels = [f"{category}, to {label}" for label, category in rows]
    for verdict in VERDICTS:
        chart.add(verdict.value, [count[verdict] for count in rows.values()])
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(chart.render())
    print(f"\nthe picture is in {path}")


def main() -> None:
    """Print both tables and the speed; draw the picture."""
    for name in ("tuning", "heldout"):
        show(name, samples(name))
    print(
        f"\n{speed(anew=True):,.0f} reviews a second on one core of sentences never met, "
        f"{speed(anew=False):,.0f} of sentences met before"
    )
    into = sys.argv[sys.argv.index("--into") + 1] if "--into" in sys.argv else "var/guard.svg"
    draw(Path(into))


if __name__ == "__main__":
    main()
