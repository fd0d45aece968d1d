"""Where does one record of a CSV file end and the next begin? Pure.

Cells may hold line breaks inside quotation marks. A mark that is never closed would swallow the
rest of the file; here it costs one line: that line is bad, and reading goes on with the next.

Most blocks of most files hold no quotation mark and nothing odd; there every line is a record, and
a million of them are read a few times faster.
"""

import csv
from collections import deque
from collections.abc import Iterator
from typing import Final, NamedTuple

from handbell.importers.source import Block, Line, lines_in

#: A cell with more line breaks than this is a quotation mark that was never closed.
MOST_LINES: Final = 100

_DELIMITERS: Final = ",;\t|"


class Record(NamedTuple):
    """One record. `bad` says why its cells cannot be had, "" if they can."""

    line: int
    cells: list[str]
    bad: str = ""


class _Unclosed(Exception):
    """A record runs on for too long."""


def delimiter_of(header: str) -> str:
    """Return what separates the cells of a header line: the candidate that occurs most."""
    outside = "".join(header.split('"')[::2])
    return max(_DELIMITERS, key=lambda mark: (outside.count(mark), -_DELIMITERS.index(mark)))


def records_of(blocks: Iterator[Block], *, delimiter: str) -> Iterator[Record]:
    """Yield the records with the number of their first line; blank lines are left out.

    Strict about quotation marks: one in the middle of a quoted cell makes the record bad.
    """
    for block in blocks:
        try:
            plain = None if block.bad else _plain_cells(block, delimiter)
        except csv.Error:  # a cell that is too long
            plain = None
        if plain is None:
            yield from _careful(block, blocks, delimiter)
            continue
        for number, cells in enumerate(plain, block.first):
            if cells and (cells[0][:1].isalnum() or _is_filled(cells)):
                yield Record(number, cells)


def _is_filled(cells: list[str]) -> bool:
    return bool("".join(cells).strip())


def _plain_cells(block: Block, delimiter: str) -> list[list[str]] | None:
    """Return the cells of a block in which every line is a record; None if that is not sure."""
    if any('"' in line for line in block.lines):
        return None
    return list(csv.reader(block.lines, delimiter=delimiter, strict=True))


class _Feed:
    """Hands lines to csv.reader and remembers those of the record being read."""

    def __init__(self, block: Block, blocks: Iterator[Block]) -> None:
        self._blocks = blocks
        self._waiting = deque(lines_in(block))
        self.record: list[Line] = []
        self.bad = ""

    def __iter__(self) -> "_Feed":
        return self

    def __next__(self) -> str:
        if len(self.record) >= MOST_LINES:
            raise _Unclosed
        while not self._waiting:
            self._waiting.extend(lines_in(next(self._blocks)))
        line = self._waiting.popleft()
        self.record.append(line)
        if line.bad:
            self.bad = line.bad
            return "\n"
        return line.text

    def begin(self) -> bool:
        """Begin with the next record; return whether the block has one."""
        self.record, self.bad = [], ""
        return bool(self._waiting)

    def give_back(self) -> None:
        """Read the lines of a record that failed once more, all but the first."""
        self._waiting.extendleft(reversed(self.record[1:]))


def _careful(block: Block, blocks: Iterator[Block], delimiter: str) -> Iterator[Record]:
    """Yield the records of a block that has quotation marks or odd lines in it.

    The last record may take lines from the blocks behind it; those are then read here too.
    """
    feed = _Feed(block, blocks)
    reader = csv.reader(feed, delimiter=delimiter, strict=True)
    while feed.begin():
        try:
            cells = next(reader)
        except (csv.Error, _Unclosed):
            yield Record(feed.record[0].number, [], feed.bad or _why(feed.record))
            feed.give_back()
            continue
        if feed.bad:
            yield Record(feed.record[0].number, [], feed.bad)
        elif _is_filled(cells):
            yield Record(feed.record[0].number, cells)


def _why(record: list[Line]) -> str:
    if len(record) > 1:
        return "a quotation mark is opened and never closed"
    return "a quotation mark stands where none can, or a cell is too long"
