"""Is the arithmetic of docs/scale.md right?"""

from pathlib import Path

import pytest

PAGE = Path(__file__).parent.parent.parent / "docs" / "scale.md"
ROWS = {
    line.split("|")[1].strip().strip("*"): [cell.strip().strip("*") for cell in line.split("|")[2:]]
    for line in PAGE.read_text().splitlines()
    if line.startswith("| ") and not line.startswith("| |")
}


def number(cell: str) -> float:
    digits = cell.replace(",", "")
    return float(digits.removesuffix(" M")) * (1e6 if digits.endswith(" M") else 1)


@pytest.mark.parametrize("place", range(4))
def test_every_row_follows_from_the_number_of_patients(place: int) -> None:
    def told(name: str) -> float:
        return number(next(cells[place] for row, cells in ROWS.items() if row.startswith(name)))

    ahead = told("patients on file") * 0.05
    a_day = ahead * 2 / 5 * 2 * 1.05

    assert told("of these with a visit ahead") == ahead
    assert told("visits a day") == ahead * 2 / 5
    assert told("messages a day") == pytest.approx(a_day)
    assert told("in the busiest hour") == pytest.approx(a_day * 0.2, rel=0.02)
    assert told("messages a second then") == pytest.approx(a_day * 0.2 / 3600, rel=0.1)
    assert told("rows a year") == pytest.approx(a_day * 365 * 2, rel=0.03)
