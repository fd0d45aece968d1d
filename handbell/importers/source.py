"""How is a file read so that no file, however long or broken, costs much memory? Pure of Django.

Text is UTF-8 unless it cannot be: a byte order mark may say UTF-16, and a file without a single
multi-byte character in UTF-8 that does not decode is read as Windows-1252. A file that mixes the
two is read as UTF-8 and the lines that are not say so.
"""

import codecs
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Final, NamedTuple

from handbell.importers.csv.mappings import Export

#: A longer line is not read: nothing a clinic exports needs a megabyte in one row.
LONGEST_LINE: Final = 1_048_576

_CHUNK: Final = 1 << 20
_ENDING: Final = re.compile(rb"[\r\n]+")
_UNDECODED: Final = re.compile("[\udc80-\udcff]")


@dataclass(frozen=True, slots=True)
class Source:
    """One file to import: its name as the report says it, and where its bytes are.

    `export` says how a CSV file's columns are read where somebody chose that; None: by its header.
    """

    name: str
    path: Path | None = None
    data: bytes = b""
    export: Export | None = None

    def open(self) -> IO[bytes]:
        return self.path.open("rb") if self.path else io.BytesIO(self.data)

    @property
    def size(self) -> int:
        return self.path.stat().st_size if self.path else len(self.data)

    def peek(self, length: int = 65_536) -> bytes:
        """Return the first bytes."""
        with self.open() as file:
            return file.read(length)


class Line(NamedTuple):
    """One line with its ending. `bad` says why it is not text, "" if it is."""

    number: int
    text: str
    bad: str = ""


def encoding_of(source: Source) -> str:
    """Return the name of a file's encoding; reads it once from end to end."""
    with source.open() as file:
        if file.read(2) in {codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE}:
            return "utf-16"
        file.seek(0)
        invalid = multibyte = False
        for line in _lines_beyond_ascii(file):
            try:
                line.decode("utf-8")
            except UnicodeDecodeError:
                invalid = True
            else:
                multibyte = True
            if invalid and multibyte:
                break
    return "cp1252" if invalid and not multibyte else "utf-8-sig"


def _lines_beyond_ascii(file: IO[bytes]) -> Iterator[bytes]:
    """Yield every line that is not plain ASCII, but none that is beyond reading."""
    rest = b""
    while chunk := file.read(_CHUNK):
        held = rest + chunk
        cut = max(held.rfind(b"\n"), held.rfind(b"\r")) + 1
        whole, rest = held[:cut], held[cut:] if len(held) - cut < LONGEST_LINE else b""
        if not whole.isascii():
            yield from (line for line in _ENDING.split(whole) if not line.isascii())
    if not rest.isascii():
        yield rest


class Block(NamedTuple):
    """Consecutive lines. `bad` says which of them are not text, by their number, and why."""

    first: int  # the number of the first line
    lines: list[str]  # with their endings
    bad: dict[int, str]


def blocks_of(file: IO[bytes], encoding: str) -> Iterator[Block]:
    """Yield the lines of a file in blocks, whatever ends them (LF, CRLF or CR).

    Lines are looked at one by one only where a block has something odd in it. A line that is
    longer than LONGEST_LINE is bad, and cut.
    """
    text = io.TextIOWrapper(file, encoding=encoding, errors=_errors(encoding), newline="")
    number, rest, skipping = 1, "", False
    while True:
        try:
            chunk = text.read(_CHUNK)
        except UnicodeError:  # half a character at the end of UTF-16
            yield Block(number, [rest], {number: _NOT_TEXT})
            return
        lines = list(io.StringIO(rest + chunk, newline=""))
        # The last line may go on in the next chunk, and so may its ending (CR LF).
        rest = lines.pop() if chunk and lines and not lines[-1].endswith("\n") else ""
        if skipping and lines:
            lines, skipping = lines[1:], False
        if lines:
            yield Block(number, lines, _bad_lines(number, lines))
            number += len(lines)
        if len(rest) > LONGEST_LINE:
            if not skipping:
                yield Block(number, [rest[:80]], {number: _TOO_LONG})
                number += 1
            rest, skipping = "", True
        if not chunk:
            return


_NOT_TEXT: Final = "it is not text in the file's encoding"
_TOO_LONG: Final = f"it is longer than {LONGEST_LINE:,} characters"


def lines_of(file: IO[bytes], encoding: str) -> Iterator[Line]:
    """Yield the lines of a file one by one. See blocks_of."""
    for block in blocks_of(file, encoding):
        yield from lines_in(block)


def lines_in(block: Block) -> Iterator[Line]:
    """Yield the lines of a block."""
    for number, line in enumerate(block.lines, block.first):
        yield Line(number, line, block.bad.get(number, ""))


def _errors(encoding: str) -> str:
    return "strict" if encoding == "utf-16" else "surrogateescape"


def _bad_lines(first: int, lines: list[str]) -> dict[int, str]:
    whole = "".join(lines)
    odd = "\0" in whole or (not whole.isascii() and _UNDECODED.search(whole))
    if not odd and max(map(len, lines)) <= LONGEST_LINE:
        return {}
    return {number: why for number, line in enumerate(lines, first) if (why := _bad(line))}


def _bad(line: str) -> str:
    if len(line) > LONGEST_LINE:
        return _TOO_LONG
    if "\0" in line:
        return "it holds NUL bytes"
    if not line.isascii() and _UNDECODED.search(line):
        return "it is not written in the encoding of the rest of the file"
    return ""
