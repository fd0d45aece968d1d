"""What became of every row? The sums of an import, and its flaws by reason.

The promise, checked in code for every file and kind: rows in = rows stored + rows unchanged +
flaws. A row that carries more than one fact (a patient and a visit) is counted under each kind.
`unchanged` counts what the tables said already, what a later row of the same file replaced, and
what is only needed while importing (practitioners, accounts). A flaw of a value does not cost its
row and is counted beside the sum.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from handbell.importers.facts import Flaw, Item, Kind, Severity
from handbell.vocabulary.words import AuditAct

#: So many places of one flaw are kept; how often it occurs is always counted.
PLACES_KEPT: Final = 100

Sink = Callable[[Flaw], None]


class SumDoesNotHold(AssertionError):
    """Rows in are not rows stored + unchanged + flaws: a fault in the importer."""


@dataclass(slots=True)
class Count:
    """What became of the rows of one kind in one file."""

    rows: int = 0
    new: int = 0
    updated: int = 0
    unchanged: int = 0
    flaws: int = 0  # rows that could not be used, and those Handbell has no use for
    not_used: int = 0  # how many of these flaws are rows Handbell has no use for
    value_flaws: int = 0  # values left out of rows that went in

    @property
    def stored(self) -> int:
        return self.new + self.updated

    def add(self, other: "Count") -> None:
        for name in self.__slots__:
            setattr(self, name, getattr(self, name) + getattr(other, name))

    def as_json(self) -> dict[str, int]:
        return {
            "rows": self.rows,
            "stored": self.stored,
            "new": self.new,
            "updated": self.updated,
            "unchanged": self.unchanged,
            "flaws": self.flaws,
            "not_used": self.not_used,
            "value_flaws": self.value_flaws,
        }


@dataclass(frozen=True, slots=True)
class Reason:
    """What is wrong, wherever it occurs: flaws are grouped by it."""

    file: str
    kind: Kind
    field: str
    value_kind: str
    reason: str
    cure: str
    severity: Severity


@dataclass(slots=True)
class Found:
    """One thing that is wrong: how often, and the first places."""

    what: Reason
    count: int = 0
    line: int = 0  # the first place's
    places: list[str] = field(default_factory=list)

    def as_json(self) -> dict[str, Any]:
        return {
            "file": self.what.file,
            "kind": self.what.kind.value,
            "severity": self.what.severity.value,
            "field": self.what.field,
            "value_kind": self.what.value_kind,
            "reason": self.what.reason,
            "what_to_do": self.what.cure,
            "count": self.count,
            "line": self.line,
            "places": self.places,
        }


@dataclass(frozen=True, slots=True)
class Act:
    """A setting that a file changed, as the audit trail tells it."""

    act: AuditAct
    subject: str
    detail: Mapping[str, Any]


@dataclass(slots=True)
class FileReport:
    """What became of one file."""

    name: str
    format: str = "unknown"
    rows_read: int = 0
    counts: dict[Kind, Count] = field(default_factory=dict)
    flaws: dict[Reason, Found] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    acts: list[Act] = field(default_factory=list)
    sink: Sink | None = field(default=None, repr=False)

    def count(self, kind: Kind) -> Count:
        return self.counts.setdefault(kind, Count())

    def by_kind(self) -> list[tuple[Kind, Count]]:
        """Return the counts in the order in which kinds are stored."""
        return [(kind, self.counts[kind]) for kind in Kind if kind in self.counts]

    def note(self, text: str) -> None:
        self.notes.append(text)

    def take_flaw(self, flaw: Flaw, *, counted_in: bool = False) -> None:
        """Count a flaw. `counted_in`: its row was counted as a row in when it was read."""
        count = self.count(flaw.kind)
        if flaw.severity is Severity.VALUE:
            count.value_flaws += 1
        else:
            count.rows += 0 if counted_in else 1
            count.flaws += 1
            count.not_used += flaw.severity is Severity.NOT_USED
        reason = Reason(
            flaw.file,
            flaw.kind,
            flaw.field,
            flaw.value_kind,
            flaw.reason,
            flaw.cure,
            flaw.severity,
        )
        found = self.flaws.get(reason)
        if found is None:
            found = self.flaws[reason] = Found(reason, line=flaw.line)
        found.count += 1
        if len(found.places) < PLACES_KEPT:
            found.places.append(flaw.place)
        if self.sink is not None:
            self.sink(flaw)

    def take_flaws(self, items: Iterable[Item]) -> None:
        """Count the flaws among `items`."""
        for item in items:
            if isinstance(item, Flaw):
                self.take_flaw(item)

    def check(self) -> None:
        """Raise SumDoesNotHold unless every row is accounted for."""
        for kind, count in self.counts.items():
            if count.rows != count.stored + count.unchanged + count.flaws:
                raise SumDoesNotHold(f"{kind}: {count}")

    def as_json(self) -> dict[str, Any]:
        return {
            "file": self.name,
            "format": self.format,
            "rows_read": self.rows_read,
            "kinds": {kind.value: count.as_json() for kind, count in self.by_kind()},
            "notes": self.notes,
        }


@dataclass(slots=True)
class ImportReport:
    """What became of an import."""

    files: list[FileReport] = field(default_factory=list)
    practices: list[str] = field(default_factory=list)  # slugs, in the order they were met
    dry_run: bool = False

    @property
    def total(self) -> Count:
        total = Count()
        for file in self.files:
            for count in file.counts.values():
                total.add(count)
        return total

    def totals(self) -> dict[Kind, Count]:
        """Return the counts of each kind over all files."""
        found: dict[Kind, Count] = {}
        for kind in Kind:
            for file in self.files:
                if kind in file.counts:
                    found.setdefault(kind, Count()).add(file.counts[kind])
        return found

    @property
    def flaws(self) -> list[Found]:
        """What should be mended, by reason, in the order of the files."""
        return [found for found in self._all() if found.what.severity is not Severity.NOT_USED]

    @property
    def not_used(self) -> list[Found]:
        """The sound rows Handbell has no use for, by reason; they need no mending."""
        return [found for found in self._all() if found.what.severity is Severity.NOT_USED]

    def _all(self) -> list[Found]:
        return [found for file in self.files for found in file.flaws.values()]

    @property
    def exit_code(self) -> int:
        """0: all that Handbell keeps went in. 1: there are flaws. 2: nothing could be used."""
        total = self.total
        if not total.stored and not total.unchanged and self.flaws:
            return 2
        return 1 if self.flaws else 0

    def check(self) -> None:
        """Raise SumDoesNotHold unless every row of every file is accounted for."""
        for file in self.files:
            file.check()

    def as_json(self) -> dict[str, Any]:
        return {
            "practices": self.practices,
            "dry_run": self.dry_run,
            "total": self.total.as_json(),
            "kinds": {kind.value: count.as_json() for kind, count in self.totals().items()},
            "files": [file.as_json() for file in self.files],
            "flaws": [found.as_json() for found in self.flaws],
            "not_used": [found.as_json() for found in self.not_used],
        }
