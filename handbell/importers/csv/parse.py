"""What do the rows of a CSV file say? Lines in, facts and flaws out. Pure."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Any, Final

from handbell.importers.bad_value import BadValue
from handbell.importers.context import Context
from handbell.importers.csv.build import BUILD
from handbell.importers.csv.columns import COSTLY, Column
from handbell.importers.csv.records import Record, delimiter_of, records_of
from handbell.importers.csv.table import Reading, Table, Unreadable, recognise
from handbell.importers.facts import (
    AppointmentFact,
    Flaw,
    Item,
    Kind,
    PatientFact,
    Severity,
    SubscriptionFact,
)
from handbell.importers.source import Line
from handbell.importers.words import plain
from handbell.vocabulary.words import AppointmentStatus, Channel, ConsentKind, Purpose

UNIT: Final = "line"

_REFUSED: Final = "0"


def read_header(lines: Iterator[Line], *, file: str) -> tuple[Table | Unreadable | Flaw, str]:
    """Return what the file is, from its first line, and what separates its cells.

    A line `sep=;`, as Excel writes it, is obeyed.
    """
    first = next(lines, None)
    if first is not None and first.text.lower().startswith("sep=") and len(first.text) > 4:
        delimiter, first = first.text[4], next(lines, None)
    else:
        delimiter = delimiter_of(first.text) if first else ","
    if first is None:
        return _whole(file, 0, "the file is empty", "export it again"), delimiter
    records = records_of(iter([first]), delimiter=delimiter)
    record = next(records, None)
    if record is None or record.bad:
        reason = f"the header cannot be read: {record.bad}" if record else "the header is empty"
        return _whole(file, first.number, reason, "the first line must name the columns"), delimiter
    return recognise(record.cells), delimiter


def _whole(file: str, line: int, reason: str, cure: str) -> Flaw:
    return Flaw(file, line, UNIT, Kind.OTHER, "", "file", reason, cure)


class Rows:
    """The rows under a header that was recognised."""

    def __init__(self, table: Table, context: Context, *, file: str) -> None:
        fixed = table.export.order if table.export else None
        self._table = table
        self._context = replace(context, order=fixed) if fixed else context
        self._file = file

    def items(self, lines: Iterable[Line], *, delimiter: str) -> Iterator[list[Item]]:
        """Yield, for every row, what it says: facts, and flaws of every sort."""
        for record in records_of(lines, delimiter=delimiter):
            yield self._items(record)

    def _items(self, record: Record) -> list[Item]:
        if record.bad:
            return [self._flaw_of_row(record, record.bad, "repair the row and import it again")]
        if len(record.cells) != self._table.width:
            more = "more" if len(record.cells) > self._table.width else "fewer"
            reason = f"the row has {more} cells than the header has columns"
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
        cells: list[Any] = []
        before = len(found)
        try:
            for column, cell in zip(reading.columns, reading.pick(record.cells), strict=True):
                cells.append(
                    None if cell is None else self._cell(record, reading, column, cell, found)
                )
            found.append(BUILD[reading.kind](record.line, cells, self._context))
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
