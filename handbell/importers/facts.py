"""What can an import file tell us? Facts, or flaws; nothing else leaves a parser.

In every fact None means "the file says nothing about this: keep what is known" and "" means
"the file says there is none". `line` is where the fact stands: a line of a CSV or NDJSON file, an
entry of a bundle, a message of an HL7 file.
"""

from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from enum import Enum, StrEnum
from typing import Final

from handbell.vocabulary.words import (
    AppointmentStatus,
    Channel,
    ConsentKind,
    LedgerKind,
    PatientStatus,
    Purpose,
)


class Kind(StrEnum):
    """What a row is about; rows are counted under it. The order is the order of storing."""

    PRACTICE = "practice"
    STEPS = "steps"
    SENDERS = "senders"
    SCRIPTS = "scripts"
    FACILITIES = "facilities"
    PRACTITIONERS = "practitioners"  # their names go to the visits that name them
    ACCOUNTS = "accounts"  # whose account it is goes to the invoices that name it
    PATIENTS = "patients"
    GUARDIANS = "guardians"
    APPOINTMENTS = "appointments"
    LEDGER = "ledger"
    SUBSCRIPTIONS = "subscriptions"
    OTHER = "other"  # rows of a sort Handbell has no place for


class Severity(StrEnum):
    """What a flaw costs."""

    ROW = "row"  # the row could not be used
    VALUE = "value"  # the row went in without this value
    NOT_USED = "not_used"  # the row is sound, and Handbell keeps nothing of its sort


class Cleared(Enum):
    """The file says that there is no such date, where None would say nothing."""

    CLEARED = "cleared"


CLEARED: Final = Cleared.CLEARED


@dataclass(frozen=True, slots=True)
class Flaw:
    """Something in a file that could not be used. Never holds what the file says there."""

    file: str
    line: int  # 0: the file as a whole
    unit: str  # what `line` counts: line, entry, message
    kind: Kind
    field: str  # a column, a segment and field (PID-13), an element (telecom); "" = the row
    value_kind: str  # "telephone number", "date" ...
    reason: str
    cure: str  # what to do
    severity: Severity = Severity.ROW

    @property
    def place(self) -> str:
        return f"{self.unit} {self.line}" if self.line else "the file"


@dataclass(frozen=True, slots=True)
class FacilityFact:
    """A location."""

    line: int
    facility: str
    name: str | None = None
    phone: str | None = None
    address: str | None = None
    time_zone: str | None = None


@dataclass(frozen=True, slots=True)
class PatientFact:
    """A patient and their contact points (E.164 numbers, checked e-mail addresses)."""

    line: int
    patient: str
    first_name: str | None = field(default=None, repr=False)
    last_name: str | None = field(default=None, repr=False)
    preferred_name: str | None = field(default=None, repr=False)
    birth_date: date | Cleared | None = field(default=None, repr=False)
    language: str | None = None
    status: PatientStatus | None = None
    deceased: bool | None = None
    time_zone: str | None = None
    facility: str | None = None
    mobile_phone: str | None = field(default=None, repr=False)
    home_phone: str | None = field(default=None, repr=False)
    email: str | None = field(default=None, repr=False)
    guardian_name: str | None = field(default=None, repr=False)
    guardian_mobile_phone: str | None = field(default=None, repr=False)
    guardian_home_phone: str | None = field(default=None, repr=False)
    guardian_email: str | None = field(default=None, repr=False)
    guarantor_name: str | None = field(default=None, repr=False)
    guarantor_phone: str | None = field(default=None, repr=False)
    guarantor_email: str | None = field(default=None, repr=False)
    caregiver_name: str | None = field(default=None, repr=False)
    caregiver_phone: str | None = field(default=None, repr=False)
    caregiver_email: str | None = field(default=None, repr=False)
    with_agency: bool | None = None


@dataclass(frozen=True, slots=True)
class GuardianFact:
    """The parent or guardian of a minor, with all their contact points.

    `weak`: told in passing, on the patient's own record; gives way to a guardian of another name
    who is on file already.
    """

    line: int
    patient: str
    name: str = field(repr=False)
    mobile_phone: str = field(default="", repr=False)
    home_phone: str = field(default="", repr=False)
    email: str = field(default="", repr=False)
    weak: bool = False


@dataclass(frozen=True, slots=True)
class AppointmentFact:
    """A visit. `only_known`: changes a visit we know of, makes none."""

    line: int
    appointment: str
    patient: str | None = None
    facility: str | None = None
    facility_name: str | None = None  # given where an unknown facility may be made
    provider: str | None = None
    type: str | None = None
    starts_at: datetime | None = None
    duration_minutes: int | None = None
    status: AppointmentStatus | None = None
    booked_at: datetime | None = None
    only_known: bool = False


@dataclass(frozen=True, slots=True)
class LedgerFact:
    """Money owed or settled."""

    line: int
    entry: str
    patient: str
    kind: LedgerKind
    amount: Decimal
    date: date
    description: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class SubscriptionFact:
    """A consent given or withdrawn. `at` None: at the moment of the import, if it is news.

    An `at` without a zone is the wall clock where the patient is treated.
    """

    line: int
    patient: str
    purpose: Purpose
    channels: tuple[Channel, ...]
    consent: ConsentKind
    at: datetime | None
    how: str
    by: str
    of_caregiver: bool = False


@dataclass(frozen=True, slots=True)
class HeardOf:
    """Something that is kept for the length of an import only: a practitioner, an account.

    `name` is the practitioner's name, or the account's patient.
    """

    line: int
    kind: Kind
    ids: tuple[str, ...]
    name: str


Fact = (
    FacilityFact
    | PatientFact
    | GuardianFact
    | AppointmentFact
    | LedgerFact
    | SubscriptionFact
    | HeardOf
)

Item = Fact | Flaw

KIND_OF: Final[dict[type, Kind]] = {
    FacilityFact: Kind.FACILITIES,
    PatientFact: Kind.PATIENTS,
    GuardianFact: Kind.GUARDIANS,
    AppointmentFact: Kind.APPOINTMENTS,
    LedgerFact: Kind.LEDGER,
    SubscriptionFact: Kind.SUBSCRIPTIONS,
}
