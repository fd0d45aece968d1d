"""docs/behaviours.md: every behaviour has a source and a test that is there."""

import ast
from functools import lru_cache

import pytest

from tests.law.pages import CHECKOUT, text_of


def _rows() -> list[list[str]]:
    lines = text_of("docs/behaviours.md").splitlines()
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines if "|" in line]
    return [row for row in rows if row[-1].startswith("`tests/")]


@lru_cache
def _tests_of(file: str) -> frozenset[str]:
    tree = ast.parse((CHECKOUT / file).read_text())
    return frozenset(
        node.name
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    )


@pytest.mark.parametrize("row", _rows(), ids=lambda row: row[0][:60])
def test_the_test_of_a_behaviour_is_there(row: list[str]) -> None:
    _behaviour, source, test = row
    file, _, name = test.strip("`").partition("::")
    assert source
    assert name in _tests_of(file)


def test_no_behaviour_is_without_a_test() -> None:
    lines = [line for line in text_of("docs/behaviours.md").splitlines() if line.startswith("| ")]
    told = [line for line in lines if not line.startswith("| behaviour ")]
    assert len(told) == len(_rows())
    assert len({line.split("|")[1] for line in told}) == len(told)
