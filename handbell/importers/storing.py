"""How do staged rows become facts? One method per kind; each accounts for every row it was given.

Kinds are stored in the order in which they refer to each other, whatever their order in the file.
What was stored, what was left out and what stayed as it was are counted apart, so that the sum of
the report is a check and not a definition.
"""

from collections.abc import Callable, Iterator
from typing import Any, Final

from django.db import connection

from handbell.importers.facts import Flaw, Kind, Severity
from handbell.importers.marks import mark_practice
from handbell.importers.staging import Progress, Staging, Watch
from handbell.importers.statements import (
    appointments,
    ledger,
    patients,
    staging,
    subscriptions,
)

#: Pages per statement (a page holds 50 to 100 rows): short enough that the server's queue of
#: foreign key checks stays in memory.
SLICE: Final = 1_000

_FETCH: Final = 5_000


class Store:
    """Stores what one file staged."""

    def __init__(self, staged: Staging, *, watch: Watch | None) -> None:
        self._staged = staged
        self._cursor = staged.cursor
        self._parameters = staged.target.parameters
        self._report = staged.report
        self._watch = watch

    def run(self) -> None:
        """Store every kind that was staged."""
        self._staged.flush()
        for kind, store in _STORES.items():
            if self._staged.staged.get(kind):
                store(self, kind)

    def facilities(self, kind: Kind) -> None:
        merged, replaced = self._merge(kind)
        if self._staged.target.zone_is_a_guess:
            for (line,) in self._rows(patients.FACILITIES_ZONELESS, merged):
                reason = f"nobody says the time zone; {self._parameters['zone']} was taken"
                cure = "write time_zone in facilities.csv or in practice.toml"
                self._flaw(
                    kind, line, "time_zone", "time zone", reason, cure, severity=Severity.VALUE
                )
        known = self._count(patients.FACILITIES_KNOWN, merged)
        new = self._execute(patients.FACILITIES_ADD, merged)
        updated = self._execute(patients.FACILITIES_UPDATE, merged)
        if updated:  # a time zone may have moved every message of the place
            target = self._staged.target
            mark_practice(target.practice.pk, at=target.now)
        self._account(kind, new=new, updated=updated, unchanged=replaced + known - updated)

    def patients(self, kind: Kind) -> None:
        merged, replaced = self._merge(kind)
        for (line,) in self._rows(patients.PATIENTS_NAMELESS, merged):
            self._flaw(kind, line, "name", "name", "the patient has no name", "give them a name")
        self._execute(patients.PATIENTS_NAMELESS_DELETE, merged)
        known = self._count(patients.PATIENTS_KNOWN, merged)
        self._begin_touched()
        new = self._in_slices(patients.PATIENTS_ADD, merged)
        self._in_slices(patients.PATIENTS_UPDATE, merged)
        for statement in patients.PATIENTS_CONTACTS:
            self._in_slices(statement, merged)
        updated = self._end_touched()
        self._account(kind, new=new, updated=updated, unchanged=replaced + known - updated)

    def guardians(self, kind: Kind) -> None:
        self._leave_out_unknown_patients(kind)
        for (line,) in self._rows(patients.GUARDIANS_OF_ADULTS):
            reason = "only the parents and guardians of minors are written to"
            self._flaw(kind, line, "patient", "row", reason, "nothing", Severity.NOT_USED)
        minors = self._count(patients.GUARDIANS_OF_MINORS)
        self._cursor.execute(staging.empty_worked_out("merged_guardian"))
        self._execute(patients.GUARDIANS_MERGE)
        self._begin_touched()
        self._execute(patients.GUARDIANS_UPDATE)
        for statement in patients.GUARDIANS_CONTACTS:
            self._in_slices(statement, "merged_guardian")
        updated = self._end_touched()
        self._account(kind, new=0, updated=updated, unchanged=minors - updated)

    def appointments(self, kind: Kind) -> None:
        self._leave_out_unknown_patients(kind)
        merged, replaced = self._merge(kind)
        self._execute(appointments.APPOINTMENTS_TYPES, merged)
        self._make_facilities(merged)
        self._cursor.execute(staging.empty_worked_out("resolved_appointment"))
        self._execute(appointments.APPOINTMENTS_RESOLVE, merged)
        same = self._size(merged) - self._size("resolved_appointment")
        for line, only_known, no_time in self._rows(appointments.APPOINTMENTS_UNUSABLE):
            self._unusable_appointment(kind, line, only_known=only_known, no_time=no_time)
        self._execute(appointments.APPOINTMENTS_UNUSABLE_DELETE)
        new = self._in_slices(appointments.APPOINTMENTS_ADD, "resolved_appointment")
        updated = self._in_slices(appointments.APPOINTMENTS_UPDATE, "resolved_appointment")
        self._execute(appointments.APPOINTMENTS_CHANGE)
        self._account(kind, new=new, updated=updated, unchanged=replaced + same)

    def ledger(self, kind: Kind) -> None:
        self._leave_out_unknown_patients(kind)
        merged, replaced = self._merge(kind)
        self._cursor.execute(staging.empty_worked_out("resolved_ledger"))
        self._execute(ledger.LEDGER_RESOLVE, merged)
        same = self._size(merged) - self._size("resolved_ledger")
        new = self._in_slices(ledger.LEDGER_ADD, "resolved_ledger")
        updated = self._in_slices(ledger.LEDGER_UPDATE, "resolved_ledger")
        self._execute(ledger.LEDGER_CHANGE)
        self._account(kind, new=new, updated=updated, unchanged=replaced + same)

    def subscriptions(self, kind: Kind) -> None:
        self._leave_out_unknown_patients(kind)
        self._cursor.execute(staging.empty_worked_out("resolved_consent"))
        for resolve, whenever in subscriptions.STEPS:
            self._execute(resolve)
            self._parameters["whenever"] = whenever
            self._execute(subscriptions.SUBSCRIPTIONS_ADD)
        self._execute(subscriptions.SUBSCRIPTIONS_CHANGE)
        new = self._count(subscriptions.SUBSCRIPTIONS_NEW)
        unchanged = self._count(subscriptions.SUBSCRIPTIONS_KNOWN)
        self._account(kind, new=new, updated=0, unchanged=unchanged)

    def _merge(self, kind: Kind) -> tuple[str, int]:
        """Return the table with one row per identifier, and how many rows others replaced."""
        table = staging.table_of(kind)
        staged = self._size(table)
        self._cursor.execute(staging.is_repeated(kind))
        if self._cursor.fetchone() == (True,):
            table = staging.merged_of(kind)
            self._cursor.execute(staging.empty_merged(kind))
            self._execute(staging.merge_staged(kind))
        self._execute(f"ANALYZE {table}")
        return table, staged - self._size(table)

    def _leave_out_unknown_patients(self, kind: Kind) -> None:
        for (line,) in self._rows(staging.unknown_patients(kind)):
            cure = "import the patient first, or correct the identifier"
            self._flaw(kind, line, "patient", "identifier", "this patient is not known", cure)
        self._execute(staging.delete_unknown_patients(kind))

    def _make_facilities(self, merged: str) -> None:
        """Make the facilities that FHIR and HL7 name and nobody told us about, and say so."""
        self._execute(appointments.APPOINTMENTS_FACILITIES, merged)
        target = self._staged.target
        whose = "a guess: write time_zone in practice.toml" if target.zone_is_a_guess else "its own"
        for (name,) in self._cursor.fetchall():
            self._report.note(
                f"facility {name} was made, in the practice's time zone {target.zone} ({whose})"
            )

    def _unusable_appointment(
        self, kind: Kind, line: int, *, only_known: bool, no_time: bool
    ) -> None:
        if only_known:
            reason = "it is not on the schedule, and never was as far as we know"
            self._flaw(kind, line, "status", "row", reason, "nothing", Severity.NOT_USED)
        elif no_time:
            reason, cure = "the visit is new and has no time", "send its time"
            self._flaw(kind, line, "start", "date and time", reason, cure)
        else:
            reason = "it says no facility, and the practice has none or several"
            cure = "name the facility, or import facilities first"
            self._flaw(kind, line, "facility", "facility", reason, cure)

    def _begin_touched(self) -> None:
        self._cursor.execute(staging.empty_worked_out("touched"))

    def _end_touched(self) -> int:
        """Ask for a new plan for everybody touched; return how many of them were known before."""
        self._execute(patients.TOUCHED_CHANGE)
        return self._count(patients.TOUCHED_KNOWN)

    def _account(self, kind: Kind, *, new: int, updated: int, unchanged: int) -> None:
        count = self._report.count(kind)
        count.new += new
        count.updated += updated
        count.unchanged += unchanged

    def _flaw(
        self,
        kind: Kind,
        line: int,
        field: str,
        value_kind: str,
        reason: str,
        cure: str,
        severity: Severity = Severity.ROW,
    ) -> None:
        name, unit, at = self._staged.place_of(line)
        flaw = Flaw(name, at, unit, kind, field, value_kind, reason, cure, severity)
        self._report.take_flaw(flaw, counted_in=severity is not Severity.VALUE)

    def _execute(self, statement: str, merged: str = "") -> int:
        """Run one statement; return how many rows it wrote."""
        self._cursor.execute(statement.replace("{merged}", merged), self._parameters)
        return max(int(self._cursor.rowcount), 0)

    def _in_slices(self, statement: str, table: str) -> int:
        """Run a statement over all rows of a table, slice by slice; return how many it wrote."""
        written, pages = 0, self._count(staging.pages_of(table))
        for page in range(0, pages, SLICE):
            self._parameters.update(low=f"({page},0)", high=f"({page + SLICE},0)")
            written += self._execute(statement, table)
            if self._watch is not None:
                done = min(page + SLICE, pages)
                self._watch(Progress(self._report.name, "storing", done, pages))
        return written

    def _count(self, query: str, merged: str = "") -> int:
        """Return the number a query answers."""
        self._cursor.execute(query.replace("{merged}", merged), self._parameters)
        row = self._cursor.fetchone()
        return int(row[0]) if row else 0

    def _size(self, table: str) -> int:
        return self._count(staging.size_of(table))

    def _rows(self, query: str, merged: str = "") -> Iterator[tuple[Any, ...]]:
        """Yield a query's rows, a few thousand at a time however many there are."""
        with connection.chunked_cursor() as cursor:
            cursor.execute(query.replace("{merged}", merged), self._parameters)
            while rows := cursor.fetchmany(_FETCH):
                yield from rows


_STORES: Final[dict[Kind, Callable[[Store, Kind], None]]] = {
    Kind.FACILITIES: Store.facilities,
    Kind.PATIENTS: Store.patients,
    Kind.GUARDIANS: Store.guardians,
    Kind.APPOINTMENTS: Store.appointments,
    Kind.LEDGER: Store.ledger,
    Kind.SUBSCRIPTIONS: Store.subscriptions,
}
