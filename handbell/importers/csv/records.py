"""Where does one record of a CSV file end and the next begin? Pure.

Cells may hold line breaks inside quotation marks. A mark that is never closed would swallow the
rest of the file; here it costs one line: that line is bad, and reading goes on with the next.
"""

import csv
from collections import deque
from collections.abc import Iterable, Iterator
from typing import Final, NamedTuple

from handbell.importers.source import Line

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


class _Feed:
    """Hands lines to csv.reader and remembers those of the record being read."""

    def __init__(self, lines: Iterable[Line]) -> None:
        self._lines = iter(lines)
        self._again: deque[Line] = deque()
        self.record: list[Line] = []
        self.bad = ""

    def __iter__(self) -> "_Feed":
        return self

    def __next__(self) -> str:
        line = self._again.popleft() if self._again else next(self._lines)
        if len(self.record) >= MOST_LINES:
            self._again.appendleft(line)
            raise _Unclosed
        self.record.append(line)
        if line.bad:
            self.bad = line.bad
            return "\n"
        return line.text

    def begin(self) -> None:
        self.record, self.bad = [], ""

    def give_back(self) -> None:
        """Read the lines of a record that failed once more, all but the first."""
        self._again.extendleft(reversed(self.record[1:]))


def records_of(lines: Iterable[Line], *, delimiter: str) -> Iterator[Record]:
    """Yield the records with the number of their first line; blank lines are left out.

    Strict about quotation marks: one in the middle of a quoted cell makes the record bad.
    """
    feed = _Feed(lines)
    reader = csv.reader(feed, delimiter=delimiter, strict=True)
    while True:
        feed.begin()
        try:
            cells = next(reader)
        except StopIteration:
            return
        except (csv.Error, _Unclosed):
            if not feed.record:
                return
            yield Record(feed.record[0].number, [], feed.bad or _why(feed.record))
            feed.give_back()
            continue
        if feed.bad:
            yield Record(feed.record[0].number, [], feed.bad)
        elif "".join(cells).strip():
            yield Record(feed.record[0].number, cells)


def _why(record: list[Line]) -> str:
    if len(record) > 1:
        return "a quotation mark is opened and never closed"
    return "a quotation mark stands where none can, or a cell is too long"
