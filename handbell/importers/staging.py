"""How do facts reach the server? By COPY into staging tables, in batches.

Memory stays constant: facts are handed on in batches of BATCH, and the rest is the server's work.
"""

from bisect import bisect
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from django.db import connection
from django.db.backends.utils import CursorWrapper

from handbell.access.models import Practice
from handbell.importers.facts import (
    CLEARED,
    KIND_OF,
    AppointmentFact,
    FacilityFact,
    Flaw,
    GuardianFact,
    HeardOf,
    Item,
    Kind,
    LedgerFact,
    PatientFact,
    SubscriptionFact,
)
from handbell.importers.marks import MARKS
from handbell.importers.report import FileReport
from handbell.importers.statements import staging

BATCH: Final = 10_000


@dataclass(frozen=True, slots=True)
class Progress:
    """How far an import is; `done` of `total` in bytes while reading, in pages while storing."""

    file: str
    phase: str
    done: int
    total: int


Watch = Callable[[Progress], None]

Row = tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Target:
    """Where facts go: the practice, as of `now`.

    `zone` is the practice's, for facilities that name none; `zone_is_a_guess` if nobody told it.
    """

    practice: Practice
    now: datetime
    zone: str
    zone_is_a_guess: bool

    @property
    def parameters(self) -> dict[str, Any]:
        return {
            "practice": self.practice.pk,
            "zone": self.zone,
            "now": self.now,
            "adult_since": _eighteen_years_before(self.now.date()),
        }


def _eighteen_years_before(day: date) -> date:
    """Return the date on which somebody was born who turns 18 on `day`."""
    try:
        return day.replace(year=day.year - 18)
    except ValueError:  # 29 February
        return day.replace(year=day.year - 18, day=28)


class Staging:
    """Gathers the facts of a file, or of several, in staging tables. Use inside a transaction.

    The lines of several files are numbered through; `place_of` tells them apart again.
    """

    def __init__(self, target: Target, report: FileReport) -> None:
        self.target = target
        self.report = report
        self.cursor: CursorWrapper = connection.cursor()
        self.staged: dict[Kind, int] = {}
        self.last = 0  # the sequence number of the newest fact
        self._pending: dict[Kind, list[Row]] = {}
        self._waiting = 0
        self._starts: list[tuple[int, str, str]] = []
        self._offset = 0
        self._highest = 0
        self.cursor.execute(staging.LOCK, target.parameters)
        self.cursor.execute(staging.SETTINGS)
        self.cursor.execute(MARKS)

    def begin_file(self, name: str, *, unit: str) -> None:
        """Say which file the next facts come from, and what its lines are called."""
        self._offset = self._highest
        self._starts.append((self._offset, name, unit))

    def place_of(self, line: int) -> tuple[str, str, int]:
        """Return the file, the unit and the line in it that a staged line is."""
        at = bisect(self._starts, line - 1, key=lambda start: start[0]) - 1
        offset, name, unit = self._starts[at]
        return name, unit, line - offset

    def take(self, items: Iterable[Item]) -> None:
        """Stage the facts among `items` and count the flaws."""
        for item in items:
            if type(item) is Flaw:
                self.report.take_flaw(item)
            elif type(item) is HeardOf:
                count = self.report.count(item.kind)
                count.rows += 1
                count.unchanged += 1
            else:
                self._take_fact(item)
        if self._waiting >= BATCH:
            self.flush()

    def _take_fact(self, fact: Item) -> None:
        self.last += 1
        kind = KIND_OF[type(fact)]
        pending = self._pending.get(kind)
        if pending is None:
            pending = self._pending[kind] = []
        line = self._offset + fact.line
        self._highest = max(self._highest, line)
        pending.append((self.last, line, *_ROW_OF[kind](fact)))
        self._waiting += 1

    def flush(self) -> None:
        """Send what is gathered to the server."""
        for kind, rows in self._pending.items():
            if kind not in self.staged:
                self.cursor.execute(staging.empty_staged(kind))
                self.staged[kind] = 0
            with self.cursor.copy(staging.copy_staged(kind)) as copy:
                for row in rows:
                    copy.write_row(row)
            self.staged[kind] += len(rows)
            self.report.count(kind).rows += len(rows)
        self._pending.clear()
        self._waiting = 0


def _facility_row(fact: FacilityFact) -> Row:
    return fact.facility, fact.name, fact.phone, fact.address, fact.time_zone


def _patient_row(fact: PatientFact) -> Row:
    return (
        fact.patient,
        fact.first_name,
        fact.last_name,
        fact.preferred_name,
        "-infinity" if fact.birth_date is CLEARED else fact.birth_date,
        fact.language,
        fact.status and str(fact.status),
        fact.deceased,
        fact.time_zone,
        fact.facility,
        fact.mobile_phone,
        fact.home_phone,
        fact.email,
        fact.guardian_name,
        fact.guardian_mobile_phone,
        fact.guardian_home_phone,
        fact.guardian_email,
        fact.guarantor_name,
        fact.guarantor_phone,
        fact.guarantor_email,
        fact.caregiver_name,
        fact.caregiver_phone,
        fact.caregiver_email,
        fact.with_agency,
    )


def _guardian_row(fact: GuardianFact) -> Row:
    return fact.patient, fact.name, fact.mobile_phone, fact.home_phone, fact.email, fact.weak


def _appointment_row(fact: AppointmentFact) -> Row:
    return (
        fact.appointment,
        fact.patient,
        fact.facility,
        fact.facility_name,
        fact.provider,
        fact.type,
        fact.starts_at,
        fact.duration_minutes,
        fact.status and str(fact.status),
        fact.booked_at,
        fact.only_known,
    )


def _ledger_row(fact: LedgerFact) -> Row:
    return fact.entry, fact.patient, str(fact.kind), fact.amount, fact.date, fact.description


def _subscription_row(fact: SubscriptionFact) -> Row:
    aware = fact.at is not None and fact.at.tzinfo is not None
    return (
        fact.patient,
        str(fact.purpose),
        [str(channel) for channel in fact.channels],
        str(fact.consent),
        fact.at if aware else None,
        None if aware else fact.at,
        fact.how,
        fact.by,
        fact.of_caregiver,
    )


_ROW_OF: Final[dict[Kind, Callable[[Any], Row]]] = {
    Kind.FACILITIES: _facility_row,
    Kind.PATIENTS: _patient_row,
    Kind.GUARDIANS: _guardian_row,
    Kind.APPOINTMENTS: _appointment_row,
    Kind.LEDGER: _ledger_row,
    Kind.SUBSCRIPTIONS: _subscription_row,
}
