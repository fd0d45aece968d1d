"""How does a report become a file? CSV, XLSX or JSON, in constant memory however many rows it has.

PostgreSQL itself writes the CSV of a long report (COPY), with the cells made safe in the same
statement; the bytes go to the file as they come.
"""

import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import IO, Any, Final
from zoneinfo import ZoneInfo

import orjson
import xlsxwriter
from django.db import connection, transaction

from handbell.reports.cells import row_of_csv, safe, safe_in_sql
from handbell.reports.declared import Asked, Column, ColumnKind, Report, Rows, Statement
from handbell.reports.hurry import limit_statement

K = ColumnKind

#: The forms of a file: what they are called, their ending and their type.
FORMS: Final = {
    "csv": ("csv", "text/csv; charset=utf-8"),
    "csv_bom": ("csv", "text/csv; charset=utf-8"),
    "xlsx": ("xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    "json": ("json", "application/json"),
    "zip": ("zip", "application/zip"),
}
BOM: Final = b"\xef\xbb\xbf"

#: Rows fetched at a time, and rows a sheet takes beside its heading.
CHUNK: Final = 5_000
_SHEET: Final = 1_048_575

_LOOSE: Final = frozenset({K.TEXT, K.WORD})
_COUNTED: Final = frozenset({K.NUMBER, K.SHARE, K.DAY, K.MOMENT})

Watch = Callable[[int], None]

_COPY: Final = (
    "COPY (SELECT {cells} FROM ({sql}) AS rows ({names})) TO STDOUT"
    " (FORMAT csv, FORCE_QUOTE ({texts}))"
)


def write(report: Report, asked: Asked, form: str, place: Path, *, watch: Watch) -> int:
    """Write the report to `place`, for its owner only; return how many rows it has."""
    with private(place) as file:
        if form in {"csv", "csv_bom"}:
            if form == "csv_bom":
                file.write(BOM)
            return _write_csv(report, asked, file, watch)
        rows = counted(rows_of(report, asked), watch)
        if form == "xlsx":
            return _write_xlsx(report, rows, file, asked.zone, folder=place.parent)
        return _write_json(report, rows, file, asked.zone)


def private(place: Path) -> IO[bytes]:
    """Open a new file that only its owner can read."""
    place.unlink(missing_ok=True)
    return open(place, "w+b", opener=_for_us_alone)


def _for_us_alone(path: str, flags: int) -> int:
    return os.open(path, flags | os.O_EXCL, 0o600)


def rows_of(report: Report, asked: Asked) -> Iterator[Sequence[Any]]:
    """Yield the rows of a report, as the database has them."""
    if isinstance(report.source, Rows):
        return stream(report.source.all(asked))
    return iter(report.source.load(asked))


def stream(statement: Statement) -> Iterator[Sequence[Any]]:
    """Yield a statement's rows without ever having all of them."""
    with transaction.atomic():
        connection.ensure_connection()
        with connection.connection.cursor("handbell_report") as cursor:
            cursor.execute(statement.sql, dict(statement.values))
            while rows := cursor.fetchmany(CHUNK):
                yield from rows
                limit_statement()


def counted(rows: Iterable[Sequence[Any]], watch: Watch) -> Iterator[Sequence[Any]]:
    """Yield the rows, and say now and then how many there were."""
    for done, row in enumerate(rows, start=1):
        yield row
        if done % CHUNK == 0:
            watch(done)


def _write_csv(report: Report, asked: Asked, file: IO[bytes], watch: Watch) -> int:
    head = ",".join(column.name for column in report.columns)
    file.write(head.encode() + b"\n")
    if isinstance(report.source, Rows):
        return copy_csv(report.columns, report.source.all(asked), file, watch, zone=asked.zone)
    found = report.source.load(asked)
    are_texts = [_is_text(column) for column in report.columns]
    for row in found:
        cells = safe(_plain(value, asked.zone) for value in row)
        file.write(row_of_csv(zip(cells, are_texts, strict=True)).encode())
    return len(found)


def copy_csv(
    columns: Sequence[Column],
    statement: Statement,
    file: IO[bytes],
    watch: Watch,
    *,
    zone: ZoneInfo,
) -> int:
    """Let PostgreSQL write the rows; return how many there were."""
    names = [f"c{number}" for number, _ in enumerate(columns)]
    named = list(zip(columns, names, strict=True))
    copying = _COPY.format(
        cells=", ".join(f"{_cell(column, name)} AS {name}" for column, name in named),
        sql=statement.sql,
        names=", ".join(names),
        texts=", ".join(name for column, name in named if _is_text(column)),
    )
    values = dict(statement.values) | {"of_report": zone.key}
    connection.ensure_connection()
    with connection.connection.cursor() as cursor:
        done = 0
        with cursor.copy(copying, values) as copy:
            for block in copy:
                file.write(block)
                done += 1
                if done % CHUNK == 0:
                    watch(done)
        return int(cursor.rowcount)


def _is_text(column: Column) -> bool:
    return column.kind not in _COUNTED


def _cell(column: Column, name: str) -> str:
    if column.kind in _LOOSE:
        return safe_in_sql(name)
    if column.kind is K.MOMENT:
        return f"to_char({name} AT TIME ZONE %(of_report)s, 'YYYY-MM-DD HH24:MI')"
    return name


def _plain(value: Any, zone: ZoneInfo) -> str:  # noqa: ANN401  (a cell)
    if value is None:
        return ""
    if isinstance(value, datetime):
        return f"{value.astimezone(zone):%Y-%m-%d %H:%M}"
    if isinstance(value, float):
        return f"{value:.4f}"
    return str(value)


def _write_xlsx(
    report: Report,
    rows: Iterable[Sequence[Any]],
    file: IO[bytes],
    zone: ZoneInfo,
    *,
    folder: Path,
) -> int:
    """Write a workbook. Text is written as text, so that nothing in it is a formula."""
    book = xlsxwriter.Workbook(
        file,
        {
            "constant_memory": True,
            "strings_to_formulas": False,
            "strings_to_urls": False,
            "strings_to_numbers": False,
            "tmpdir": str(folder),  # its own pieces are as private as the whole
        },
    )
    sheets = _Sheets(book, report.columns, zone)
    for row in rows:
        sheets.add(row)
    sheets.finish()
    book.close()
    return sheets.total


class _Sheets:
    """The sheets of a workbook: another is begun when one is full."""

    def __init__(self, book: Any, columns: Sequence[Column], zone: ZoneInfo) -> None:  # noqa: ANN401
        self._book, self._columns, self._zone = book, columns, zone
        self._head = book.add_format({"bold": True})
        self._formats = {
            K.DAY: book.add_format({"num_format": "yyyy-mm-dd"}),
            K.MOMENT: book.add_format({"num_format": "yyyy-mm-dd hh:mm"}),
            K.SHARE: book.add_format({"num_format": "0.0%"}),
        }
        self._sheet: Any = None
        self._line = 0
        self.total = 0

    def add(self, row: Sequence[Any]) -> None:
        if self._sheet is None or self._line > _SHEET:
            self._begin()
        for place, (column, value) in enumerate(zip(self._columns, row, strict=True)):
            self._write(place, column, value)
        self._line += 1
        self.total += 1

    def finish(self) -> None:
        if self._sheet is None:
            self._begin()

    def _begin(self) -> None:
        self._sheet = self._book.add_worksheet()
        self._sheet.set_column(0, len(self._columns) - 1, 18)
        self._sheet.freeze_panes(1, 0)
        for place, column in enumerate(self._columns):
            self._sheet.write_string(0, place, column.name, self._head)
        self._line = 1

    def _write(self, place: int, column: Column, value: Any) -> None:  # noqa: ANN401
        if value is None or value == "":
            return
        if isinstance(value, datetime):
            local = value.astimezone(self._zone).replace(tzinfo=None)
            self._sheet.write_datetime(self._line, place, local, self._formats[K.MOMENT])
        elif isinstance(value, date):
            self._sheet.write_datetime(self._line, place, value, self._formats[K.DAY])
        elif isinstance(value, (int, float, Decimal)):
            form = self._formats.get(column.kind)
            self._sheet.write_number(self._line, place, float(value), form)
        else:
            self._sheet.write_string(self._line, place, str(value))


def _write_json(
    report: Report, rows: Iterable[Sequence[Any]], file: IO[bytes], zone: ZoneInfo
) -> int:
    names, done = [column.name for column in report.columns], 0
    file.write(b"[")
    for row in rows:
        file.write(b",\n" if done else b"\n")
        cells = {name: as_json(value, zone) for name, value in zip(names, row, strict=True)}
        file.write(orjson.dumps(cells))
        done += 1
    file.write(b"\n]\n" if done else b"]\n")
    return done


def as_json(value: Any, zone: ZoneInfo) -> Any:  # noqa: ANN401  (a cell)
    """Return a cell as JSON holds it: moments on the practice's clock, amounts as numbers."""
    if isinstance(value, datetime):
        return value.astimezone(zone).isoformat(timespec="minutes")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return float(value)
    return value
