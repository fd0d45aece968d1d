"""What is in this file? Found from its first bytes, never from its name. Pure."""

import csv
import re
import tomllib
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from handbell.importers.csv.records import delimiter_of
from handbell.importers.csv.table import Table, recognise
from handbell.importers.facts import Kind
from handbell.importers.source import Source


class Format(StrEnum):
    """The formats Handbell reads."""

    PRACTICE = "practice.toml"
    FHIR = "FHIR"
    HL7V2 = "HL7 v2"
    CSV = "CSV"
    UNKNOWN = "unknown"


#: Which kinds of rows must be stored before others can refer to them.
_RANKS: Final = {kind: rank for rank, kind in enumerate(Kind)}

_RESOURCE_KINDS: Final = {
    "Location": Kind.FACILITIES,
    "Practitioner": Kind.PRACTITIONERS,
    "Account": Kind.ACCOUNTS,
    "Patient": Kind.PATIENTS,
    "RelatedPerson": Kind.GUARDIANS,
    "Appointment": Kind.APPOINTMENTS,
    "Invoice": Kind.LEDGER,
}

_RESOURCE_TYPE: Final = re.compile(rb'"resourceType"\s*:\s*"([A-Za-z]+)"')
_HL7: Final = re.compile(rb"\A[\x0b\s]*(?:MSH|FHS|BHS)[^\sA-Za-z0-9]")
_JSON: Final = re.compile(rb"\A\s*(?:\{|\[\s*[\{\]])")
_TOML: Final = re.compile(
    r"\A(?:\s*(?:#[^\n]*)?\n)*\s*(?:\[\[?[\w.\-\"]+\]\]?\s*(?:#|$|\n)|[\w\-\"]+\s*=)"
)


@dataclass(frozen=True, slots=True)
class Guess:
    """What a file seems to be, and where it stands in the order of importing.

    Files sort by what they bring: the practice, its facilities, its patients, then what refers to
    them; HL7 messages by the time they were sent.
    """

    format: Format
    rank: int
    sent_at: str = ""


def guess_source(source: Source) -> Guess:
    """Return what a file is; where somebody chose what its columns hold, that counts."""
    if source.export is not None:
        return Guess(Format.CSV, min(_RANKS[kind] for kind in source.export.rows))
    try:
        return guess(source.peek())
    except OSError:  # told when the file is read
        return guess(b"")


def guess(head: bytes) -> Guess:
    """Return what a file that begins with `head` is."""
    bare = _without_mark(head)
    if not bare.strip():
        return Guess(Format.UNKNOWN, len(_RANKS))
    if _HL7.match(bare):
        # A message brings its own patient along.
        return Guess(Format.HL7V2, _RANKS[Kind.GUARDIANS], _sent_at(bare))
    if _JSON.match(bare):
        return Guess(Format.FHIR, _rank_of_resources(bare))
    text = bare.decode("utf-8", "replace")
    if _is_toml(text):
        return Guess(Format.PRACTICE, _RANKS[Kind.PRACTICE])
    return _guess_table(text)


def _without_mark(head: bytes) -> bytes:
    """Return the bytes as UTF-8 without a byte order mark, as well as that can be done."""
    if head[:2] in {b"\xff\xfe", b"\xfe\xff"}:
        return head[: len(head) // 2 * 2].decode("utf-16", "replace").encode("utf-8", "replace")
    return head.removeprefix(b"\xef\xbb\xbf")


def _sent_at(head: bytes) -> str:
    """Return the time stamp (MSH-7) of the first message, "" if it has none."""
    header = head[max(head.find(b"MSH"), 0) :].splitlines()[0]
    fields = header.split(header[3:4])
    return fields[6].decode("ascii", "replace")[:14] if len(fields) > 6 else ""


def _rank_of_resources(head: bytes) -> int:
    named = {name.decode() for name in _RESOURCE_TYPE.findall(head)}
    ranks = [_RANKS[_RESOURCE_KINDS[name]] for name in named if name in _RESOURCE_KINDS]
    return min(ranks, default=len(_RANKS))


def _is_toml(text: str) -> bool:
    """Return whether a text is TOML, or means to be and has a mistake in it."""
    if text.lower().startswith("sep="):  # Excel's first line of a CSV file
        return False
    return _parses(text) or bool(_TOML.match(text.replace("\r\n", "\n")))


def _parses(text: str) -> bool:
    try:
        return bool(tomllib.loads(text))
    except (tomllib.TOMLDecodeError, RecursionError):
        return False


def _guess_table(text: str) -> Guess:
    lines = [line for line in text.splitlines() if line.strip()][:3]
    if lines and lines[0].lower().startswith("sep="):
        lines = lines[1:]
    if not lines:
        return Guess(Format.UNKNOWN, len(_RANKS))
    table = recognise(_cells(lines[0], delimiter_of(lines[0])))
    if isinstance(table, Table):
        return Guess(Format.CSV, min(_RANKS[reading.kind] for reading in table.readings))
    return Guess(Format.CSV if _is_tabular(lines) else Format.UNKNOWN, len(_RANKS))


def _is_tabular(lines: list[str]) -> bool:
    """Return whether lines have cells, and the same number each; prose with commas has not."""
    delimiter = delimiter_of(lines[0])
    widths = {len(_cells(line, delimiter)) for line in lines[:2]}
    is_text = lines[0].replace("\t", " ").isprintable()
    return is_text and len(widths) == 1 and widths.pop() > 1


def _cells(line: str, delimiter: str) -> list[str]:
    """Return a line's cells, as far as one line can tell."""
    return next(csv.reader([line], delimiter=delimiter), [])
