"""The pages of docs/ and the README, taken apart for the tests that compare them with the code."""

import re
from pathlib import Path

CHECKOUT = Path(__file__).parent.parent.parent
DOCS = CHECKOUT / "docs"
PAGES = sorted([*CHECKOUT.glob("*.md"), *DOCS.rglob("*.md")])
ROOMS = {path.name for path in (CHECKOUT / "handbell").iterdir() if path.is_dir()} - {"__pycache__"}


def text_of(name: str) -> str:
    return (CHECKOUT / name).read_text()


def rows_of(text: str) -> list[list[str]]:
    """Return the cells of every table row, heads and rules left out."""
    lines = [line.strip() for line in text.splitlines()]
    tables = [line for line in lines if line.startswith("|") and line.endswith("|")]
    rules = {number + 1 for number, line in enumerate(tables) if set(line) <= set("|-: ")}
    heads = {number - 1 for number in rules}
    return [
        [cell.strip() for cell in line[1:-1].split("|")]
        for number, line in enumerate(tables, start=1)
        if number not in rules | heads
    ]


def bare(cell: str) -> str:
    return cell.strip("`")


def section_of(text: str, title: str) -> str:
    """Return what stands below a heading, up to the next of the same level or above."""
    level = title.split(" ", 1)[0]
    _, found, rest = f"\n{text}".partition(f"\n{title}\n")
    assert found, f"there is no section {title!r}"
    return re.split(rf"\n#{{1,{len(level)}}} ", rest)[0]
