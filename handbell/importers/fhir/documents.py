"""Which resources does a file hold, and where? Bytes in, resources or a flaw out. Pure.

A file with one JSON document per line is read line by line, whatever its length; a file that is one
document must fit in memory, and LONGEST_DOCUMENT is the limit.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import IO, Any, Final

import orjson

from handbell.importers.facts import Flaw, Kind
from handbell.importers.fhir.pick import Reference, Resource, mapping, mappings, string
from handbell.importers.source import Source

LONGEST_DOCUMENT: Final = 64 * 1024 * 1024

_BOMS: Final = ((b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"), (b"\xef\xbb\xbf", "utf-8-sig"))

#: What others refer to comes first, wherever it stands in a bundle.
_FIRST: Final = {"Location": 0, "Practitioner": 0, "Account": 0, "Patient": 1, "RelatedPerson": 2}
_LAST: Final = 3

_DEEPEST: Final = 8  # bundles within bundles


@dataclass(frozen=True, slots=True)
class Entry:
    """One resource and its place. `deletes` names a resource that a bundle deletes."""

    unit: str
    line: int
    resource: Resource
    aliases: Mapping[str, Reference] = field(default_factory=dict)
    deletes: Reference | None = None


@dataclass(frozen=True, slots=True)
class Document:
    """One JSON document: its resources, or what is wrong with it; and where in the file it ends."""

    end: int
    entries: Sequence[Entry] = ()
    flaw: Flaw | None = None

    def position(self) -> int:
        return self.end


def documents_of(source: Source) -> Iterator[Document]:
    """Yield the documents of a file."""
    if _is_one_per_line(source):
        with source.open() as file:
            yield from _lines(file, source.name)
        return
    if source.size > LONGEST_DOCUMENT:
        cure = "export as NDJSON, one resource per line"
        reason = "the document is too long to read at once"
        yield Document(source.size, flaw=_broken(source.name, 0, reason, cure))
        return
    with source.open() as file:
        content = file.read()
    document = _parse(content)
    if isinstance(document, str):
        flaw = _broken(source.name, 0, document, "export the file again")
        yield Document(source.size, flaw=flaw)
    else:
        yield Document(source.size, entries=list(_entries(document, "entry", 1)))


def _is_one_per_line(source: Source) -> bool:
    """Return whether the first line, or else the second, is a document of its own."""
    with source.open() as file:
        first = file.readline(LONGEST_DOCUMENT).strip()
        second = file.readline(16).lstrip(b" \t")
    if second.startswith(b"{") and b"\0" not in second:
        return True
    return first.startswith((b"{", b"\xef\xbb\xbf{")) and not isinstance(_parse(first), str)


def _lines(file: IO[bytes], name: str) -> Iterator[Document]:
    number = end = 0
    while line := file.readline(LONGEST_DOCUMENT):
        number, end = number + 1, end + len(line)
        too_long = len(line) == LONGEST_DOCUMENT and not line.endswith(b"\n")
        while too_long and (more := file.readline(LONGEST_DOCUMENT)):
            end += len(more)
            if more.endswith(b"\n"):
                break
        if too_long:
            yield Document(end, flaw=_broken(name, number, "the line is too long", "split it"))
        elif line.strip():
            yield _line(line, name, number, end)


def _line(line: bytes, name: str, number: int, end: int) -> Document:
    document = _parse(line)
    if isinstance(document, str):
        return Document(end, flaw=_broken(name, number, document, "export the file again"))
    found = _entries(document, "line", number)
    entries = [Entry("line", number, one.resource, one.aliases, one.deletes) for one in found]
    return Document(end, entries=entries)


def _parse(content: bytes) -> dict[str, Any] | list[Any] | str:
    """Return a document, or why it is none."""
    for mark, encoding in _BOMS:
        if content.startswith(mark):
            try:
                content = content.decode(encoding).encode()
            except UnicodeError:
                return "the file is not in the encoding its first bytes promise"
            break
    try:
        document = orjson.loads(content)
    except orjson.JSONDecodeError as error:
        return f"the JSON is broken at line {error.lineno}, column {error.colno}"
    if not isinstance(document, dict | list):
        return "this is JSON, but neither a resource nor a bundle"
    return document


def _entries(document: object, unit: str, line: int, depth: int = 0) -> Iterator[Entry]:
    """Yield the resources of a document; those of a bundle in the order they are needed in."""
    if isinstance(document, list):
        resources = [Entry(unit, n, part, {}, None) for n, part in enumerate(mappings(document), 1)]
        yield from sorted(resources, key=_need)
    elif mapping(document).get("resourceType") != "Bundle" or depth > _DEEPEST:
        yield Entry(unit, line, mapping(document))
    else:
        yield from sorted(_bundled(mapping(document), unit, depth), key=_need)


def _bundled(bundle: Resource, unit: str, depth: int) -> Iterator[Entry]:
    entries = list(enumerate(mappings(bundle.get("entry")), 1))
    aliases = {
        address: Reference(string(resource.get("resourceType")), _id(entry, resource))
        for _, entry in entries
        if (address := string(entry.get("fullUrl")))
        and (resource := mapping(entry.get("resource")))
    }
    # The newest version stands first in a history, and the last word must be the newest.
    if bundle.get("type") == "history":
        entries.reverse()
    for number, entry in entries:
        resource = mapping(entry.get("resource"))
        if resource.get("resourceType") == "Bundle":
            yield from _entries(resource, unit, number, depth + 1)
        elif resource:
            yield Entry(unit, number, {**resource, "id": _id(entry, resource)}, aliases)
        else:
            yield Entry(unit, number, {}, aliases, _deleted(entry))


def _id(entry: Resource, resource: Resource) -> str:
    """Return a resource's id; one that has none yet is known by its address in the bundle."""
    address = string(entry.get("fullUrl"))
    return string(resource.get("id")) or address.rsplit(":", 1)[-1].rsplit("/", 1)[-1]


def _deleted(entry: Resource) -> Reference | None:
    request = mapping(entry.get("request"))
    kind, slash, name = string(request.get("url")).partition("/")
    return Reference(kind, name) if request.get("method") == "DELETE" and slash else None


def _need(entry: Entry) -> int:
    return _FIRST.get(string(entry.resource.get("resourceType")), _LAST)


def _broken(file: str, line: int, reason: str, cure: str) -> Flaw:
    return Flaw(file, line, "line", Kind.OTHER, "", "JSON", reason, cure)
