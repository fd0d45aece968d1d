"""What becomes of measured rounds, and is every figure one that can be met or missed?"""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from handbell.bench.all import FIGURES, NOT_QUICK
from handbell.bench.frame import Figure, Rounds, Size, Skipped, machine, run
from handbell.bench.page import PICTURE, write


def measured(_: Size) -> Rounds:
    return Rounds([10.0, 30.0, 20.0], [10.0, 10.0, 10.0], "three rounds")


FIGURE = Figure("one", "one thing, against another", 2.0, True, "things/s", measured)


def test_a_result_is_the_median_of_the_rounds_ratios() -> None:
    found = run(FIGURE, Size(quick=True)).as_json()

    assert (found["ratio"], found["spread"], found["median"]) == (2.0, [1.0, 3.0], 20.0)
    assert found["met"]
    assert {"name", "ratio", "goal", "met", "median", "spread", "unit", "note"} <= set(found)


def test_a_goal_may_be_the_most_there_may_be() -> None:
    assert not replace(FIGURE, at_least=False, goal=1.9).is_met(2.0)
    assert replace(FIGURE, at_least=False, goal=2.0).is_met(2.0)


def test_what_cannot_be_measured_here_says_why_and_is_neither_met_nor_missed() -> None:
    def missing(_: Size) -> Rounds:
        raise Skipped("it is not installed")

    found = run(replace(FIGURE, measure=missing), Size(quick=True)).as_json()

    assert (found["ratio"], found["met"]) == (None, None)
    assert found["note"] == "skipped: it is not installed"


def test_the_machine_can_be_told_as_json() -> None:
    here = json.loads(json.dumps(machine()))

    assert here["cores"] >= 1
    assert here["processor"]


def test_every_figure_has_a_goal_and_a_question() -> None:
    assert set(FIGURES) >= NOT_QUICK
    for name, figure in FIGURES.items():
        assert name == figure.name
        assert figure.goal > 0
        assert figure.question
        assert figure.unit


@pytest.mark.parametrize("quick", [True, False])
def test_the_page_says_with_which_command_and_draws_a_picture(tmp_path: Path, quick: bool) -> None:
    page = tmp_path / "benchmarks.md"
    write(page, machine(), [run(FIGURE, Size(quick=quick))], quick=quick)

    text = page.read_text()
    assert "| `one` | one thing, against another | **2** | 1 to 3 | ≥ 2 | met |" in text
    assert ("--quick" in text) is quick
    assert (tmp_path / "pictures" / PICTURE).read_bytes().startswith(b"<svg")
