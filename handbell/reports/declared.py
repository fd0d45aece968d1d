"""What is a report? A declared thing: its question, columns, filters, permission and source. Pure.

Its words are English and are said in other languages by the console. A column's name is the
heading in files and never changes; what stands in files are the closed lists' own words.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Any, Final
from zoneinfo import ZoneInfo

from handbell.access.permissions import Action


class ColumnKind(StrEnum):
    """What a column holds, which decides how it is written."""

    TEXT = "text"  # typed by people: written so that no spreadsheet runs it
    CODE = "code"  # an identifier or a telephone number
    NUMBER = "number"
    SHARE = "share"  # 0 to 1
    DAY = "day"
    MOMENT = "moment"
    PURPOSE = "purpose"
    CHANNEL = "channel"
    REASON = "reason"  # an Objection
    STATE = "state"  # a MessageState
    WORD = "word"  # one of the words the report declares


class FilterKind(StrEnum):
    """How a filter is asked for."""

    FACILITY = "facility"
    CHOICE = "choice"
    DAY = "day"


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its heading in files, its word on screen, what it holds."""

    name: str
    word: str
    kind: ColumnKind = ColumnKind.CODE
    on_screen: bool = True


@dataclass(frozen=True, slots=True)
class Filter:
    """One way to narrow a report. `options` maps a value to its word; "" is none of them."""

    name: str
    label: str
    kind: FilterKind = FilterKind.CHOICE
    options: Mapping[str, str] = field(default_factory=dict)
    default: str = ""
    help: str = ""


@dataclass(frozen=True, slots=True)
class Asked:
    """A report as somebody asks for it: of which practice, narrowed how, as of when.

    `wrong` says of a filter what is wrong with it; with anything in it the report is not run.
    """

    practice_id: int
    zone: ZoneInfo
    now: datetime
    values: Mapping[str, str]
    profile: str = ""
    with_balances: bool = True
    wrong: Mapping[str, str] = field(default_factory=dict)

    @property
    def today(self) -> date:
        return self.now.astimezone(self.zone).date()

    @property
    def told(self) -> dict[str, str]:
        """The filters in use, for the record: words of closed lists, days and numbers."""
        told = {name: value for name, value in self.values.items() if value}
        return told if self.with_balances else told | {"balances": "no"}


@dataclass(frozen=True, slots=True)
class Statement:
    """A question in SQL. It yields the report's columns, in order."""

    sql: str
    values: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Rows:
    """A source of any length: one statement for all rows, and one for those of a page.

    `some` is asked for so many rows after so many others.

    `size` asks how many rows there are at most, for a bar; a guess that costs little.
    """

    all: Callable[[Asked], Statement]
    some: Callable[[Asked, int, int], Statement]
    size: Callable[[Asked], Statement]


@dataclass(frozen=True, slots=True)
class Table:
    """A source of few rows, however much they were counted from."""

    load: Callable[[Asked], list[Sequence[Any]]]


@dataclass(frozen=True, slots=True)
class Profile:
    """A form of a report that another system takes: a ZIP of files it can import."""

    name: str
    word: str
    headings: tuple[str, str, str]  # address, first name, last name
    longest_address: int
    longest_name: int  # in `name_unit`
    names_in_bytes: bool
    page: str  # where its makers say so


@dataclass(frozen=True, slots=True)
class Report:
    """One report."""

    name: str
    title: str
    question: str
    columns: tuple[Column, ...]
    source: Rows | Table
    filters: tuple[Filter, ...] = ()
    notes: tuple[str, ...] = ()
    needs: Action | None = None  # beside the permission to run reports
    has_contacts: bool = False  # patients' contact data: a reason is asked for
    profiles: tuple[Profile, ...] = ()
    profile_defaults: Mapping[str, str] = field(default_factory=dict)
    words: Mapping[str, str] = field(default_factory=dict)  # of columns of the kind WORD

    def profile(self, name: str) -> Profile | None:
        return next((one for one in self.profiles if one.name == name), None)


FROM: Final = "from"
TO: Final = "to"

FACILITY: Final = Filter("facility", "Facility", FilterKind.FACILITY)

#: The usual range: four weeks, the last of them this one. An empty end is today.
RANGE: Final = (
    Filter(FROM, "From", FilterKind.DAY, default="-27"),
    Filter(TO, "To", FilterKind.DAY, default="0"),
)
