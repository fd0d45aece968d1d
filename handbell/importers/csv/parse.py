"""What do the rows of a CSV file say? Lines in, facts and flaws out. Pure."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import chain
from typing import Any, Final

from handbell.importers.bad_value import BadValue
from handbell.importers.context import Context
from handbell.importers.csv.build import BUILD
from handbell.importers.csv.columns import COSTLY, Column
from handbell.importers.csv.mappings import Export
from handbell.importers.csv.records import Record, delimiter_of, records_of
from handbell.importers.csv.table import Reading, Table, Unreadable, as_chosen, recognise
from handbell.importers.facts import (
    AppointmentFact,
    Flaw,
    Item,
    Kind,
    PatientFact,
    Severity,
    SubscriptionFact,
)
from handbell.importers.source import Block
from handbell.importers.words import plain
from handbell.vocabulary.words import AppointmentStatus, Channel, ConsentKind, Purpose

UNIT: Final = "line"

_REFUSED: Final = "0"
_MOST_REMEMBERED: Final = 20_000


def read_header(
    blocks: Iterator[Block], *, file: str, export: Export | None = None
) -> tuple[Table | Unreadable | Flaw, Iterator[Record]]:
    """Return what the file is, from its first line, and the records behind that line.

    `export` says what its columns hold, where somebody chose that.
    """
    header, records = split_header(blocks, file=file)
    if isinstance(header, Flaw):
        return header, records
    return (as_chosen(export, header) if export else recognise(header)), records


def split_header(
    blocks: Iterator[Block], *, file: str
) -> tuple[list[str] | Flaw, Iterator[Record]]:
    """Return the names of the columns, or why there are none, and the records behind them.

    A line `sep=;`, as Excel writes it, is obeyed.
    """
    first = next(blocks, None)
    delimiter = ""
    if first is not None and first.lines[0].lower().startswith("sep=") and first.lines[0][4:]:
        delimiter = first.lines[0][4]
        first = Block(first.first + 1, first.lines[1:], first.bad)
    if first is None:
        return _whole(file, 0, "the file is empty", "export it again"), iter(())
    header = next((line for line in first.lines if line.strip()), "")
    records = records_of(chain([first], blocks), delimiter=delimiter or delimiter_of(header))
    record = next(records, None)
    if record is None or record.bad:
        line = record.line if record else 0
        reason = f"the header cannot be read: {record.bad}" if record else "the header is empty"
        return _whole(file, line, reason, "the first line must name the columns"), iter(())
    return record.cells, records


def _whole(file: str, line: int, reason: str, cure: str) -> Flaw:
    return Flaw(file, line, UNIT, Kind.OTHER, "", "file", reason, cure)


class _Memo(dict[str | None, Any]):
    """What the cells of a column say. Most columns say a few things over and over."""

    def __init__(self, column: Column, context: Context) -> None:
        super().__init__({None: None})
        self._column = column
        self._context = context

    def __missing__(self, cell: str) -> object:
        value = self._column.parse(cell, self._context)
        if len(self) >= _MOST_REMEMBERED:
            self.clear()
            self[None] = None
        self[cell] = value
        return value


class Rows:
    """The rows under a header that was recognised."""

    def __init__(self, table: Table, context: Context, *, file: str) -> None:
        fixed = table.export.order if table.export else None
        self._table = table
        self._context = replace(context, order=fixed) if fixed else context
        self._file = file
        self._memos = {
            reading.kind: [_Memo(column, self._context) for column in reading.columns]
            for reading in table.readings
        }

    def items(self, records: Iterable[Record]) -> Iterator[list[Item]]:
        """Yield, for every row, what it says: facts, and flaws of every sort."""
        for record in records:
            yield self._items(record)

    def _items(self, record: Record) -> list[Item]:
        if record.bad:
            return [self._flaw_of_row(record, record.bad, "repair the row and import it again")]
        if len(record.cells) != self._table.width:
            reason = (
                "the row has more cells than the header has columns"
                if len(record.cells) > self._table.width
                else "the row has fewer cells than the header has columns"
            )
            return [self._flaw_of_row(record, reason, "put quotation marks around commas in cells")]
        if self._table.export is not None:
            special = self._special(record)
            if special is not None:
                return special
        found: list[Item] = []
        for reading in self._table.readings:
            self._read(record, reading, found)
        return found

    def _flaw_of_row(self, record: Record, reason: str, cure: str) -> Flaw:
        kind = self._table.readings[-1].kind
        return Flaw(self._file, record.line, UNIT, kind, "", "row", reason, cure)

    def _read(self, record: Record, reading: Reading, found: list[Item]) -> None:
        memos = self._memos[reading.kind]
        cells = reading.pick(record.cells)
        try:
            said = [memo[cell] for memo, cell in zip(memos, cells, strict=True)]
        except BadValue:
            self._read_carefully(record, reading, found)
            return
        try:
            found.append(BUILD[reading.kind](record.line, said, self._context))
        except BadValue as bad:
            found.append(self._flaw(record, reading, bad.field, bad, Severity.ROW))

    def _read_carefully(self, record: Record, reading: Reading, found: list[Item]) -> None:
        """Read a row in which a cell is bad; that may cost the cell or the row."""
        said: list[Any] = []
        before = len(found)
        try:
            for column, cell in zip(reading.columns, reading.pick(record.cells), strict=True):
                if cell is None:
                    said.append(None)
                else:
                    said.append(self._cell(record, reading, column, cell, found))
            found.append(BUILD[reading.kind](record.line, said, self._context))
        except BadValue as bad:
            # Of a row that is not used only the reason for that counts.
            found[before:] = [self._flaw(record, reading, bad.field, bad, Severity.ROW)]

    def _cell(
        self, record: Record, reading: Reading, column: Column, cell: str, found: list[Item]
    ) -> object:
        try:
            return column.parse(cell, self._context)
        except BadValue as bad:
            if column.instead is COSTLY:
                bad.field = column.name
                raise
            found.append(self._flaw(record, reading, column.name, bad, Severity.VALUE))
            return column.instead

    def _flaw(
        self, record: Record, reading: Reading, name: str, bad: BadValue, severity: Severity
    ) -> Flaw:
        header = reading.headers.get(name, name)
        return Flaw(
            file=self._file,
            line=record.line,
            unit=UNIT,
            kind=reading.kind,
            field=header,
            value_kind=bad.value_kind,
            reason=bad.reason,
            cure=bad.cure,
            severity=severity,
        )

    def _special(self, record: Record) -> list[Item] | None:
        """Return what a row means that its export marks as special; None for any other row."""
        export, kind = self._table.export, self._table.readings[-1].kind
        assert export is not None
        for column, (marks, reason) in export.skip.items():
            if self._text(record, column) in marks:
                flaw = self._flaw_of_row(record, reason, "nothing")
                return [replace(flaw, kind=kind, severity=Severity.NOT_USED)]
        column, mark = export.gone
        if column and self._text(record, column) == mark:
            return [self._gone(record)]
        if export.refuses_texts and self._text(record, export.refuses_texts) == _REFUSED:
            found: list[Item] = []
            for reading in self._table.readings:
                self._read(record, reading, found)
            return [*found, *self._refusals(found, export.refuses_texts)]
        return None

    def _text(self, record: Record, column: str) -> str | None:
        from_header = self._table.index.get(plain(column))
        return None if from_header is None else record.cells[from_header].strip()

    def _gone(self, record: Record) -> Item:
        """Return the fact that a visit is off the schedule; its time no longer counts."""
        reading = self._table.readings[-1]
        cells = dict(
            zip([c.name for c in reading.columns], reading.pick(record.cells), strict=True)
        )
        return AppointmentFact(
            line=record.line,
            appointment=str(cells["appointment id"]).strip(),
            patient=str(cells["patient id"]).strip(),
            status=AppointmentStatus.CANCELLED,
            only_known=True,
        )

    def _refusals(self, found: list[Item], column: str) -> list[Item]:
        return [
            SubscriptionFact(
                line=fact.line,
                patient=fact.patient,
                purpose=Purpose.APPOINTMENT_REMINDER,
                channels=(Channel.SMS,),
                consent=ConsentKind.WITHDRAWN,
                at=None,
                how=f"{column} is 0 in the export",
                by="import",
            )
            for fact in found
            if isinstance(fact, PatientFact)
        ]
