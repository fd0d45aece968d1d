"""How does each format get from a file to the staging tables? One reader per format."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from handbell.importers.context import Context
from handbell.importers.csv.parse import UNIT as LINE
from handbell.importers.csv.parse import Rows, read_header
from handbell.importers.csv.table import Unreadable
from handbell.importers.detect import Format
from handbell.importers.facts import Flaw
from handbell.importers.fhir.documents import documents_of
from handbell.importers.fhir.parse import read_entry
from handbell.importers.fhir.scope import Heard, Scope
from handbell.importers.hl7v2.message import messages_of
from handbell.importers.hl7v2.parse import UNIT as MESSAGE
from handbell.importers.hl7v2.parse import read_message
from handbell.importers.source import Source, blocks_of, encoding_of, lines_of
from handbell.importers.staging import Progress, Staging, Watch

#: Rows between two notices of progress.
_STRIDE: Final = 5_000


@dataclass(frozen=True, slots=True)
class Desk:
    """What a reader works with: the practice, what was heard before, and where facts go."""

    context: Context
    heard: Heard
    staging: Staging
    watch: Watch | None

    def read_one(self, source: Source, done: Callable[[], int]) -> None:
        """Count a row that was read, and tell how far the reading is, now and then."""
        report = self.staging.report
        report.rows_read += 1
        if self.watch is not None and report.rows_read % _STRIDE == 0:
            self.watch(Progress(source.name, "reading", done(), source.size))


def read_csv(source: Source, desk: Desk) -> None:
    """Stage the rows of a CSV file; a header that cannot be read is one flaw."""
    report = desk.staging.report
    desk.staging.begin_file(source.name, unit=LINE)
    encoding = encoding_of(source)
    with source.open() as file:
        table, records = read_header(
            blocks_of(file, encoding), file=source.name, export=source.export
        )
        if isinstance(table, Flaw):
            report.take_flaw(table)
        elif isinstance(table, Unreadable):
            report.take_flaw(_columns_missing(source, table))
        else:
            report.format = f"{Format.CSV}, {table.name}"
            if table.unused:
                report.note(f"columns that were not used: {', '.join(table.unused)}")
            rows = Rows(table, desk.context, file=source.name)
            for items in rows.items(records):
                desk.staging.take(items)
                desk.read_one(source, file.tell)


def _columns_missing(source: Source, header: Unreadable) -> Flaw:
    missing = ", ".join(header.missing)
    return Flaw(
        file=source.name,
        line=1,
        unit=LINE,
        kind=header.nearest,
        field="header",
        value_kind="columns",
        reason=f"these columns are missing: {missing} (it looks most like {header.nearest})",
        cure="add the columns; handbell import --template DIR writes files to copy from",
    )


def read_fhir(source: Source, desk: Desk) -> None:
    """Stage the resources of a FHIR file."""
    scope = Scope(desk.context, desk.heard)
    begun = False
    for document in documents_of(source):
        for entry in document.entries:
            if not begun:
                desk.staging.begin_file(source.name, unit=entry.unit)
                begun = True
            desk.staging.take(read_entry(entry, scope, file=source.name))
            desk.read_one(source, document.position)
        if document.flaw is not None:
            desk.staging.take([document.flaw])
            desk.read_one(source, document.position)


def read_hl7(source: Source, desk: Desk) -> None:
    """Stage the messages of an HL7 file."""
    desk.staging.begin_file(source.name, unit=MESSAGE)
    encoding = encoding_of(source)
    with source.open() as file:
        for message in messages_of(lines_of(file, encoding)):
            desk.staging.take(read_message(message, desk.context, file=source.name))
            desk.read_one(source, file.tell)


READERS: Final[dict[Format, Callable[[Source, Desk], None]]] = {
    Format.CSV: read_csv,
    Format.FHIR: read_fhir,
    Format.HL7V2: read_hl7,
}
