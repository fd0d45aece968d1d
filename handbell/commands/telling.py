"""A command's answer, as lines that a person reads or as CSV."""

import csv
import sys
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

import click

from handbell.reports.cells import safe


def tell(answer: Mapping[str, object], depth: int = 0) -> None:
    """Print one line for each value, what belongs to something indented below it."""
    for name, value in answer.items():
        parts = value if isinstance(value, list) else [value]
        below = [one for one in parts if isinstance(one, Mapping)]
        for one in below:
            click.echo(f"{'  ' * depth}{name}:")
            tell(one, depth + 1)
        if not below:
            click.echo(f"{'  ' * depth}{name}: {', '.join(map(_said, parts)) or 'none'}")


def tell_rows(heads: Sequence[str], rows: Iterable[Mapping[str, object]]) -> None:
    """Print CSV with these columns; what a spreadsheet would run is written as text."""
    writer = csv.writer(sys.stdout)
    writer.writerow(heads)
    writer.writerows(safe(str(row[head]) for head in heads) for row in rows)


def _said(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%d %H:%M %Z}"
    return "none" if value is None or value in ("", [], {}) else str(value)
