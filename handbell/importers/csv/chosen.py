"""What may a person say a column of another system's table holds, and what do we guess? Pure.

A meaning is `patients.first name`: a kind of row and one of our columns (csv/columns.py). The
patient's number is one meaning for every kind, because one column says it for all of a row. What
tables split or join otherwise than ours has meanings of its own: a full name, a date and a time.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from handbell.importers.csv.cells import Cell, cell, first_name, joined, last_name, made, visit_id
from handbell.importers.csv.columns import COLUMNS, EITHER_NAME
from handbell.importers.csv.mappings import Export
from handbell.importers.facts import Kind
from handbell.importers.times import Order
from handbell.importers.words import plain

PATIENT_ID: Final = "patient id"
FULL_NAME: Final = f"{Kind.PATIENTS}.full name"
VISIT_DATE: Final = f"{Kind.APPOINTMENTS}.date"
VISIT_TIME: Final = f"{Kind.APPOINTMENTS}.time"

#: Meanings that are no column of ours, in front of those that are.
_OTHERS: Final = {
    Kind.PATIENTS: (FULL_NAME,),
    Kind.APPOINTMENTS: (VISIT_DATE, VISIT_TIME),
}

_VISIT_ID: Final = f"{Kind.APPOINTMENTS}.appointment id"
_STARTS_AT: Final = f"{Kind.APPOINTMENTS}.starts at"

#: Headings of other systems that csv/columns.py does not take at their word.
_HEARD: Final[Mapping[str, str]] = {
    **dict.fromkeys(
        ("patient", "patient no", "pat id", "pt id", "client id", "id", "chart", "chart no"),
        PATIENT_ID,
    ),
    **dict.fromkeys(
        ("patient name", "name", "full name", "client name", "pt name", "client"), FULL_NAME
    ),
    **dict.fromkeys(("first", "fname", "pt first name"), f"{Kind.PATIENTS}.first name"),
    **dict.fromkeys(("last", "lname", "pt last name"), f"{Kind.PATIENTS}.last name"),
    **dict.fromkeys(
        ("phone", "phone number", "cell number", "telephone", "mobile no", "patient phone"),
        f"{Kind.PATIENTS}.mobile phone",
    ),
    **dict.fromkeys(
        ("birthday", "patient dob", "birth", "born", "born on"), f"{Kind.PATIENTS}.birth date"
    ),
    **dict.fromkeys(("patient email", "mail"), f"{Kind.PATIENTS}.email"),
    **dict.fromkeys(("appt no", "appointment number", "appt number", "visit no"), _VISIT_ID),
    **dict.fromkeys(
        ("date", "appt date", "appointment date", "visit date", "day", "apptdate"), VISIT_DATE
    ),
    **dict.fromkeys(
        ("time", "appt time", "appointment time", "visit time", "at", "clock"), VISIT_TIME
    ),
    **dict.fromkeys(("doctor", "with", "staff"), f"{Kind.APPOINTMENTS}.provider"),
    **dict.fromkeys(("location", "office", "site"), f"{Kind.APPOINTMENTS}.facility"),
    **dict.fromkeys(("length", "minutes", "mins"), f"{Kind.APPOINTMENTS}.duration minutes"),
    **dict.fromkeys(("appt status", "visit status"), f"{Kind.APPOINTMENTS}.status"),
    **dict.fromkeys(("kind of visit", "appt type"), f"{Kind.APPOINTMENTS}.type"),
}


def meanings(kind: Kind) -> list[str]:
    """Return what a column may mean for a kind of row, beside the patient's number."""
    own = [f"{kind}.{column.name}" for column in COLUMNS[kind] if column.name != PATIENT_ID]
    return [*_OTHERS.get(kind, ()), *own]


MEANINGS: Final = frozenset(
    [PATIENT_ID, *(meaning for kind in COLUMNS for meaning in meanings(kind))]
)


def kinds_in(chosen: Iterable[str]) -> list[Kind]:
    """Return the kinds of row a table holds if its columns mean that."""
    named = {meaning.partition(".")[0] for meaning in chosen}
    return [kind for kind in COLUMNS if kind.value in named]


def lacking(chosen: Iterable[str]) -> list[str]:
    """Return the meanings that no column has and some kind of row cannot do without."""
    have = set(chosen)
    if FULL_NAME in have:
        have |= {f"{Kind.PATIENTS}.{name}" for name in EITHER_NAME}
    found = []
    if VISIT_DATE in have and _STARTS_AT not in have:
        have.add(_STARTS_AT)
        found = [VISIT_TIME] if VISIT_TIME not in have else []
    have.add(_VISIT_ID)  # made from the patient and the time where the table has none
    for kind in kinds_in(have - {_VISIT_ID}):
        names = [c.name for c in COLUMNS[kind] if c.required]
        if any(f"{kind}.{name}" in have for name in EITHER_NAME):
            names = [name for name in names if name not in EITHER_NAME]
        found += [_meaning(kind, name) for name in names if _meaning(kind, name) not in have]
    return list(dict.fromkeys(found))


def _meaning(kind: Kind, name: str) -> str:
    return name if name == PATIENT_ID else f"{kind}.{name}"


def export_of(columns: Mapping[str, str], order: Order | None) -> Export:
    """Return how to read a table whose headings mean that. Nothing may be lacking."""
    headings = {meaning: heading for heading, meaning in reversed([*columns.items()])}
    rows = {kind: _cells(kind, headings) for kind in kinds_in(headings)}
    return Export(name="columns as chosen", known_by=(), rows=rows, order=order)


def _cells(kind: Kind, headings: Mapping[str, str]) -> dict[str, Cell]:
    cells = {
        column.name: cell(headings[meaning])
        for column in COLUMNS[kind]
        if (meaning := _meaning(kind, column.name)) in headings
    }
    if kind is Kind.PATIENTS and FULL_NAME in headings:
        cells.setdefault("first name", made(first_name, headings[FULL_NAME]))
        cells.setdefault("last name", made(last_name, headings[FULL_NAME]))
    if kind is Kind.APPOINTMENTS:
        day = _STARTS_AT if _STARTS_AT in headings else VISIT_DATE
        moment = [headings[part] for part in (day, VISIT_TIME) if part in headings]
        cells["starts at"] = joined(*moment)
        if "appointment id" not in cells:
            cells["appointment id"] = made(visit_id, headings[PATIENT_ID], *moment)
    return cells


def guess_columns(header: Sequence[str], known: Mapping[str, str]) -> dict[str, str]:
    """Return what the headings of a table seem to mean; each meaning once.

    `known` is what this practice said of headings before. Where a heading could speak of several
    kinds of row, it speaks of the one most other headings speak of.
    """
    candidates = {heading: _candidates(heading) for heading in usable_headings(header)}
    weight = dict.fromkeys(COLUMNS, 0)
    for found in candidates.values():
        for kind in kinds_in(found):
            weight[kind] += 1
    guessed: dict[str, str] = {}
    for heading, found in candidates.items():
        best = sorted(found, key=lambda meaning: -_weight(meaning, weight))
        for meaning in [known.get(plain(heading), ""), *best]:
            if meaning in MEANINGS and meaning not in guessed.values():
                guessed[heading] = meaning
                break
    return _one_moment(guessed)


def _weight(meaning: str, weight: Mapping[Kind, int]) -> int:
    kinds = kinds_in([meaning])
    return weight[kinds[0]] if kinds else len(weight)


def _candidates(heading: str) -> list[str]:
    name = plain(heading)
    heard = [_HEARD[name]] if name in _HEARD else []
    found = [
        _meaning(kind, column.name)
        for kind, columns in COLUMNS.items()
        for column in columns
        if name in map(plain, column.names)
    ]
    # A date beside a time is half a moment, whatever else "appointment date" may be.
    return list(dict.fromkeys([*heard, *found]))


def _one_moment(guessed: dict[str, str]) -> dict[str, str]:
    """A date without a time beside it is the whole moment; a "start time" beside one is half."""
    said = set(guessed.values())
    if VISIT_DATE not in said or VISIT_TIME in said:
        return guessed
    if _STARTS_AT not in said:
        swapped = {VISIT_DATE: _STARTS_AT}
    else:
        heading = next(name for name, meaning in guessed.items() if meaning == _STARTS_AT)
        swapped = {_STARTS_AT: VISIT_TIME} if "date" not in plain(heading) else {}
    return {heading: swapped.get(meaning, meaning) for heading, meaning in guessed.items()}


def usable_headings(header: Sequence[str]) -> list[str]:
    """Return the headings a column can be known by: not empty, and the first of their name."""
    found: dict[str, str] = {}
    for heading in header:
        if plain(heading):
            found.setdefault(plain(heading), heading.strip())
    return list(found.values())
