"""What is this the header of? Our own kinds of row, a known export, or neither. Pure."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from operator import itemgetter

from handbell.importers.csv.cells import Cell
from handbell.importers.csv.columns import COLUMNS, EITHER_NAME, Column
from handbell.importers.csv.headings import by_place, fit_to_tell, is_like_a_value
from handbell.importers.csv.mappings import MAPPINGS, Export
from handbell.importers.facts import Kind
from handbell.importers.words import plain

Pick = Callable[[list[str]], tuple[str | None, ...]]

#: What a row that is not about the patient says of its own visit, not of the patient.
_NOT_THE_PATIENTS = frozenset({"facility", "status", "time zone"})


@dataclass(frozen=True, slots=True)
class Reading:
    """One kind of row in a table: its columns, and where in a record their cells are.

    `pick` returns the cells in the order of `columns`, None for a column the file has not.
    """

    kind: Kind
    columns: tuple[Column, ...]
    pick: Pick
    headers: Mapping[str, str]  # our name of a column -> the file's, for flaws


@dataclass(frozen=True, slots=True)
class Table:
    """A header that can be read."""

    name: str
    width: int
    readings: tuple[Reading, ...]
    unused: tuple[str, ...] = ()
    export: Export | None = None
    index: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A header that lacks something: what it comes nearest to, and what is missing for that."""

    nearest: Kind
    missing: tuple[str, ...]


def recognise(header: Sequence[str]) -> Table | Unreadable:
    """Return how to read the rows under a header; spaces around names and case do not matter."""
    index = _index(header)
    for export in MAPPINGS:
        if all(plain(name) in index for name in export.known_by):
            return _exported(export, header, index)
    kinds = [kind for kind in COLUMNS if not _missing(kind, index)]
    if kinds:
        return _own(kinds, header, index)
    nearest = max(COLUMNS, key=lambda kind: _nearness(kind, index))
    missing = tuple(name.replace(" ", "_") for name in _missing(nearest, index))
    return Unreadable(nearest=nearest, missing=missing)


def as_chosen(export: Export, header: Sequence[str]) -> Table:
    """Return how to read the rows under a header whose columns somebody chose."""
    return _exported(export, fit_to_tell(header), _index(header))


def _index(header: Sequence[str]) -> dict[str, int]:
    index: dict[str, int] = {}
    for position, name in enumerate(header):
        if plain(name):
            index.setdefault(plain(name), position)
    return index


def _found(column: Column, index: Mapping[str, int]) -> str | None:
    """Return the name under which a header has a column."""
    return next((plain(name) for name in column.names if plain(name) in index), None)


def _missing(kind: Kind, index: Mapping[str, int]) -> list[str]:
    """Return the columns a kind of row needs and the header has not; one name is enough."""
    found = {c.name for c in COLUMNS[kind] if c.required and _found(c, index)}
    missing = [c.name for c in COLUMNS[kind] if c.required and c.name not in found]
    if found & EITHER_NAME:
        missing = [name for name in missing if name not in EITHER_NAME]
    return missing


def _nearness(kind: Kind, index: Mapping[str, int]) -> tuple[float, int]:
    required = [column for column in COLUMNS[kind] if column.required]
    known = sum(_found(column, index) is not None for column in COLUMNS[kind])
    return 1 - len(_missing(kind, index)) / len(required), known


def _own(kinds: list[Kind], header: Sequence[str], index: Mapping[str, int]) -> Table:
    readings = tuple(_reading(kind, header, index, alone=len(kinds) == 1) for kind in kinds)
    used = {name for reading in readings for name in reading.headers.values()}
    return Table(
        name=" and ".join(kinds),
        width=len(header),
        readings=readings,
        unused=tuple(
            by_place(place) if is_like_a_value(name) else name.strip()
            for place, name in enumerate(header)
            if name.strip() and name.strip() not in used
        ),
        index=index,
    )


def _reading(
    kind: Kind, header: Sequence[str], index: Mapping[str, int], *, alone: bool
) -> Reading:
    places, headers = [], {}
    for column in COLUMNS[kind]:
        name = _found(column, index)
        if kind is Kind.PATIENTS and not alone and column.name in _NOT_THE_PATIENTS:
            name = None
        # The record is given one None more than it has cells, for the columns that are not there.
        places.append(len(header) if name is None else index[name])
        if name is not None:
            headers[column.name] = header[index[name]].strip()
    getter = itemgetter(*places)
    return Reading(kind, COLUMNS[kind], lambda cells: getter([*cells, None]), headers)


def _exported(export: Export, header: Sequence[str], index: Mapping[str, int]) -> Table:
    readings = tuple(_mapped(kind, cells, header, index) for kind, cells in export.rows.items())
    return Table(name=export.name, width=len(header), readings=readings, export=export, index=index)


def _mapped(
    kind: Kind, cells: Mapping[str, Cell], header: Sequence[str], index: Mapping[str, int]
) -> Reading:
    makers = [_maker(cells.get(column.name), index) for column in COLUMNS[kind]]
    headers = {
        name: ", ".join(header[index[plain(part)]].strip() for part in made.columns)
        for name, made in cells.items()
        if _has(made, index)
    }
    return Reading(kind, COLUMNS[kind], lambda row: tuple(make(row) for make in makers), headers)


def _has(cell: Cell, index: Mapping[str, int]) -> bool:
    """Return whether a header has any of the columns a cell is made from."""
    return not cell.columns or all(plain(name) in index for name in cell.columns)


def _maker(cell: Cell | None, index: Mapping[str, int]) -> Callable[[list[str]], str | None]:
    if cell is None or not _has(cell, index):
        return lambda row: None
    places = [index[plain(name)] for name in cell.columns]
    make = cell.make
    return lambda row: make(*(row[place] for place in places))
