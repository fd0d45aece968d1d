"""Which columns has each kind of row, what may each cell say, and what does a bad one cost? Pure.

The first name of a column is the one in our templates; the others are what other systems call it.
A bad cell costs the row, unless the column says `instead`: then the row goes in with that value
and the cell is listed as a flaw of its own. An empty cell clears what it may clear; a birth date,
a death and a status are never cleared by an empty cell, because they protect somebody.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Final

from handbell.importers import values
from handbell.importers.bad_value import BadValue
from handbell.importers.context import Context
from handbell.importers.facts import Kind
from handbell.importers.times import parse_day, parse_wall_clock
from handbell.vocabulary.words import AppointmentStatus

Parse = Callable[[str, Context], Any]


class _Costly:
    """The mark of a column whose bad cell costs the row."""


COSTLY: Final = _Costly()


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its names, how its cells are read, and what stands in for a bad cell."""

    names: tuple[str, ...]
    parse: Parse
    required: bool = False
    instead: object = COSTLY

    @property
    def name(self) -> str:
        return self.names[0]


def column(names: str, parse: Parse, *, required: bool = False, instead: object = COSTLY) -> Column:
    """Return a column; `names` are separated by ` | `."""
    return Column(tuple(names.split(" | ")), parse, required, instead)


def text(longest: int) -> Parse:
    """Return the reader of a text of at most `longest` characters."""
    return lambda cell, _: values.parse_text(cell, longest=longest)


def _key(cell: str, _: Context) -> str:
    return values.parse_id(cell, longest=values.LONGEST_KEY)


def _id(cell: str, _: Context) -> str:
    return values.parse_id(cell)


def _phone(cell: str, context: Context) -> str:
    return values.parse_phone(cell, region=context.region)


def _email(cell: str, _: Context) -> str:
    return values.parse_email(cell)


def _birth_date(cell: str, context: Context) -> date | None:
    if not cell.strip():
        return None
    found = parse_day(cell, order=context.order)
    if found > context.now.date():
        raise BadValue("birth date", "it lies in the future", "write the date as 2014-03-05")
    return found


def _deceased(cell: str, context: Context) -> bool | None:
    if not cell.strip():
        return None
    try:
        return values.parse_boolean(cell)
    except BadValue:
        parse_day(cell, order=context.order)  # a date of death
        return True


def _with_agency(cell: str, _: Context) -> bool | None:
    return values.parse_boolean(cell) if cell.strip() else None


def _whose(cell: str, _: Context) -> bool:
    """Return whether a consent is the caregiver's own."""
    word = cell.strip().casefold()
    if word not in {"", "patient", "caregiver"}:
        raise BadValue("whose", "this word is not known", "write patient or caregiver")
    return word == "caregiver"


def _wall_clock(cell: str, context: Context) -> object:
    return parse_wall_clock(cell, order=context.order)


def _past_moment(cell: str, context: Context) -> object:
    if not cell.strip():
        return None
    return parse_wall_clock(cell, order=context.order, time_needed=False)


def _known_facility(cell: str, context: Context) -> str:
    found = context.places.find(name := cell.strip())
    if name and found is None:
        raise BadValue("facility", "this facility is not known", "import it first (facilities.csv)")
    return found or ""


def _status(cell: str, _: Context) -> AppointmentStatus:
    return values.parse_appointment_status(cell)


def _date(cell: str, context: Context) -> date:
    return parse_day(cell, order=context.order)


def _amount(cell: str, _: Context) -> Decimal:
    return values.parse_amount(cell)


_NAME = text(values.LONGEST_NAME)
_PERSON = text(values.LONGEST_PERSON)

FACILITIES: Final = (
    column("facility | facility id | location id", _id, required=True),
    column("name | facility name | location name", _NAME, required=True),
    column("phone | phone number", _phone, instead=""),
    column("address", text(300)),
    column("time zone | timezone", lambda cell, _: values.parse_zone(cell)),
)

PATIENTS: Final = (
    column("patient id | mrn | patient number | account number | chart number", _id, required=True),
    column("first name | firstname | given name | patient first name", _PERSON, required=True),
    column(
        "last name | lastname | surname | family name | patient last name", _PERSON, required=True
    ),
    column("preferred name | nickname", _PERSON),
    column("birth date | birthdate | dob | date of birth", _birth_date),
    column("language | preferred language", lambda c, _: values.parse_language(c), instead=""),
    column("mobile phone | mobile | cell phone | cell | mobile number", _phone, instead=""),
    column("home phone | home phone number", _phone, instead=""),
    column("email | e-mail | email address", _email, instead=""),
    column("facility | clinic | home facility", _known_facility, instead=None),
    column("status | patient status", lambda c, _: values.parse_patient_status(c), instead=None),
    column("deceased | date of death", _deceased),
    column("time zone | timezone", lambda cell, _: values.parse_zone(cell), instead=""),
    column("guardian name", _PERSON),
    column("guardian phone", _phone, instead=""),
    column("guardian email", _email, instead=""),
    column("guarantor name", _PERSON),
    column("guarantor phone", _phone, instead=""),
    column("guarantor email", _email, instead=""),
    column("caregiver name", _PERSON),
    column("caregiver phone", _phone, instead=""),
    column("caregiver email", _email, instead=""),
    column("with agency | in collections", _with_agency),
)

APPOINTMENTS: Final = (
    column("appointment id | appt id | apptguid | booking id | visit id", _key, required=True),
    column("patient id | mrn | patient number | account number | chart number", _id, required=True),
    column("facility | location | clinic | clinic id | clinicid", _known_facility),
    column("provider | provider name | clinician | therapist", _NAME),
    column("type | appointment type | visit type | appttype", _NAME),
    column(
        "starts at | start | start time | appointment time | apptdate | appointment date",
        _wall_clock,
        required=True,
    ),
    column("duration minutes | duration", lambda cell, _: values.parse_minutes(cell)),
    column("status | appointment status", _status),
    column("booked at | booked on | created at", _past_moment, instead=None),
)

LEDGER: Final = (
    column("entry id | transaction id | record id", _key, required=True),
    column("patient id | mrn | patient number | account number | chart number", _id, required=True),
    column(
        "kind | entry type | transaction type",
        lambda c, _: values.parse_ledger_kind(c),
        required=True,
    ),
    column("amount | balance | client balance | amount due", _amount, required=True),
    column(
        "date | entry date | transaction date | deposit date | order date", _date, required=True
    ),
    column("description", text(values.LONGEST_DESCRIPTION)),
)

SUBSCRIPTIONS: Final = (
    column("patient id | mrn | patient number | account number | chart number", _id, required=True),
    column("purpose", lambda cell, _: values.parse_purpose(cell), required=True),
    column("channels | channel", lambda cell, _: values.parse_channels(cell), required=True),
    column("consented at", _past_moment),
    column("how", _NAME),
    column("by", _NAME),
    column("whose", _whose),
)

COLUMNS: Final[Mapping[Kind, tuple[Column, ...]]] = {
    Kind.FACILITIES: FACILITIES,
    Kind.PATIENTS: PATIENTS,
    Kind.APPOINTMENTS: APPOINTMENTS,
    Kind.LEDGER: LEDGER,
    Kind.SUBSCRIPTIONS: SUBSCRIPTIONS,
}

#: Either of these two is enough to know a patient by.
EITHER_NAME: Final = frozenset({"first name", "last name"})
