"""What is an uploaded file, and can it be read as it stands? Looks at its beginning only."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import islice
from typing import Final

from handbell.importers.csv.chosen import usable_headings
from handbell.importers.csv.parse import split_header
from handbell.importers.csv.table import Table, recognise
from handbell.importers.detect import Format, guess
from handbell.importers.facts import Flaw
from handbell.importers.source import Source, blocks_of, encoding_of
from handbell.importers.words import plain

EXAMPLES: Final = 3

#: Records looked at in search of examples.
_LOOKED_AT: Final = 200


@dataclass(frozen=True, slots=True)
class Examined:
    """What a file is. `header` holds a table's headings; `missing` what it lacks to be read."""

    format: str
    usable: bool
    header: list[str] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)


def examine(source: Source) -> Examined:
    """Return what a file is."""
    head = source.peek()
    found = guess(head)
    if found.format is Format.UNKNOWN:
        return Examined("empty" if not head.strip() else Format.UNKNOWN, usable=False)
    if found.format is not Format.CSV:
        return Examined(found.format, usable=True)
    with source.open() as file:
        header, _ = split_header(blocks_of(file, encoding_of(source)), file=source.name)
    if isinstance(header, Flaw):
        return Examined(Format.CSV, usable=False)
    table = recognise(header)
    headings = [heading.strip()[:200] for heading in header]
    if isinstance(table, Table):
        return Examined(f"{Format.CSV}, {table.name}", usable=True, header=headings)
    missing = [name.replace("_", " ") for name in table.missing]
    return Examined(Format.CSV, usable=True, header=headings, missing=missing)


def examples_of(source: Source) -> Mapping[str, list[str]]:
    """Return up to three different values of every column: patients' data, for the page only."""
    with source.open() as file:
        header, records = split_header(blocks_of(file, encoding_of(source)), file=source.name)
        if isinstance(header, Flaw):
            return {}
        places = {plain(heading): place for place, heading in reversed([*enumerate(header)])}
        found: dict[str, list[str]] = {heading: [] for heading in usable_headings(header)}
        for record in islice(records, _LOOKED_AT):
            if record.bad:
                continue
            for heading, values in found.items():
                place = places[plain(heading)]
                value = record.cells[place].strip() if place < len(record.cells) else ""
                if value and value not in values and len(values) < EXAMPLES:
                    values.append(value[:60])
    return found


def values_at(source: Source, wanted: Mapping[int, str]) -> dict[int, str]:
    """Return what stands in a table at some lines, under the heading (or headings) named there.

    Patients' data, for the page only. Reads no further than the last of the lines.
    """
    found: dict[int, str] = {}
    with source.open() as file:
        header, records = split_header(blocks_of(file, encoding_of(source)), file=source.name)
        if isinstance(header, Flaw) or not wanted:
            return found
        places = {plain(heading): place for place, heading in reversed([*enumerate(header)])}
        for record in records:
            if record.line in wanted and len(record.cells) == len(header):
                names = wanted[record.line]
                parts = [names] if plain(names) in places else names.split(", ")
                cells = [
                    record.cells[places[plain(part)]] for part in parts if plain(part) in places
                ]
                found[record.line] = " ".join(cell.strip() for cell in cells)[:80]
            if record.line >= max(wanted):
                break
    return found
