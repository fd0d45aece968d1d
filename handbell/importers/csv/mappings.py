"""Which exports of other systems map by themselves, and how? Pure; a table.

Each entry was decided by what its columns hold:

* A row that carries patient and visit yields both facts; where it carries only a patient's
  number, the patient must be known already.
* Columns of procedures, services, reasons and comments are never read: they may name a treatment
  or a diagnosis. Numbers and logins of providers are not names.
* A permission without a time, a way and a person is not a consent, so it gives none; a refusal
  is believed as it stands (`refuses_texts`).
* Where a system gives no identifier one is derived; csv/cells.py says from what.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from handbell.importers.csv.cells import (
    Cell,
    cell,
    constant,
    first_name,
    international,
    joined,
    last_name,
    made,
    minutes_of_range,
    minutes_of_seconds,
    person_id,
    person_id_of,
    told,
    unless_zero,
    visit_id,
)
from handbell.importers.facts import Kind
from handbell.importers.times import Order


@dataclass(frozen=True, slots=True)
class Export:
    """One export: the columns it is known by, and our cells made from them."""

    name: str
    known_by: tuple[str, ...]
    rows: Mapping[Kind, Mapping[str, Cell]]
    order: Order | None = None  # how it writes dates, where its maker fixed that
    refuses_texts: str = ""  # the column where 0 means "do not text me"
    skip: Mapping[str, tuple[frozenset[str], str]] = field(default_factory=dict)
    gone: tuple[str, str] = ("", "")  # a column and what it says of a visit off the schedule


#: The minutes of each character of Open Dental's Pattern.
_PATTERN_MINUTES: Final = 5


def _pattern_minutes(pattern: str) -> str:
    return str(len(pattern.strip()) * _PATTERN_MINUTES) if pattern.strip() else ""


def _webpt_status(active: str, arrived: str, left: str) -> str:
    """WebPT says only Active or Inactive; who came in and went shows in the times."""
    if active.strip().casefold() != "active":
        return active
    return "completed" if left.strip() else "arrived" if arrived.strip() else active


#: OpenEMR's one-letter states (list apptstat).
_OPENEMR_STATES: Final = {
    **dict.fromkeys(("-", "*", "+", "#", "&", "^", "EMAIL", "SMS", "CALL"), "booked"),
    **dict.fromkeys(("x", "%"), "cancelled"),
    **dict.fromkeys(("?", "!"), "no show"),
    **dict.fromkeys(("@", "~"), "arrived"),
    "<": "in progress",
    **dict.fromkeys((">", "$"), "completed"),
}

MAPPINGS: Final = (
    Export(
        name="WebPT appointments",
        known_by=("appointmnet_id", "start_date", "patient_id", "appointment_status"),
        rows={
            Kind.APPOINTMENTS: {
                "appointment id": cell("appointmnet_id"),
                "patient id": cell("patient_id"),
                "facility": cell("clinic_id"),
                "type": cell("appointment_type"),
                "starts at": cell("start_date"),
                "status": made(
                    _webpt_status, "appointment_status", "check_in_time", "check_out_time"
                ),
            }
        },
        gone=("export_flag", "3"),
    ),
    Export(
        name="WebPT transactions",
        known_by=("record_id", "payment_date", "dollar_amount_paid", "patient_id"),
        rows={
            Kind.LEDGER: {
                "entry id": cell("record_id"),
                "patient id": cell("patient_id"),
                "kind": constant("payment"),
                "amount": cell("dollar_amount_paid"),
                "date": cell("payment_date"),
            }
        },
        skip={
            "export_flag": (
                frozenset({"3"}),
                "a payment that was removed; enter an adjustment instead",
            )
        },
    ),
    Export(
        name="TeleVox HouseCalls",
        known_by=("Patient Account Number", "Patient Name", "Appointment Date", "Appointment Time"),
        rows={
            Kind.PATIENTS: {
                "patient id": cell("Patient Account Number"),
                "first name": made(first_name, "Patient Name"),
                "last name": made(last_name, "Patient Name"),
                "mobile phone": cell("Patient Mobile Number"),
                "home phone": cell("Patient Home Phone"),
                "email": cell("Patient Email Address"),
            },
            Kind.APPOINTMENTS: {
                "appointment id": made(
                    visit_id,
                    "Patient Account Number",
                    "Appointment Date",
                    "Appointment Time",
                    "Doctor Number",
                ),
                "patient id": cell("Patient Account Number"),
                "facility": cell("Location (office) Name"),
                "provider": cell("Doctor Name"),
                "starts at": joined("Appointment Date", "Appointment Time"),
            },
        },
    ),
    Export(
        name="SmartMessaging reminder",
        known_by=("Mobile", "FirstName", "LastName", "AppointmentDate", "AppointmentTime"),
        order=Order.DAY_FIRST,
        refuses_texts="PermissionToSendSMS",
        rows={
            Kind.PATIENTS: {
                "patient id": made(person_id_of, "FirstName", "LastName", "Mobile", "Email"),
                "first name": cell("FirstName"),
                "last name": cell("LastName"),
                "mobile phone": cell("Mobile"),
                "home phone": cell("Home"),
                "email": cell("Email"),
            },
            Kind.APPOINTMENTS: {
                "appointment id": made(
                    lambda first, last, mobile, email, *rest: visit_id(
                        person_id_of(first, last, mobile, email), *rest
                    ),
                    "FirstName",
                    "LastName",
                    "Mobile",
                    "Email",
                    "AppointmentDate",
                    "AppointmentTime",
                    "ClinicianID",
                ),
                "patient id": made(person_id_of, "FirstName", "LastName", "Mobile", "Email"),
                "facility": cell("Location Name"),
                "starts at": joined("AppointmentDate", "AppointmentTime"),
            },
        },
    ),
    Export(
        name="Mirah flat file",
        known_by=("identifiers", "mrn", "start", "minutesDuration", "status"),
        rows={
            Kind.APPOINTMENTS: {
                "appointment id": cell("identifiers"),
                "patient id": cell("mrn"),
                "facility": cell("organizationId"),
                "starts at": cell("start"),
                "duration minutes": cell("minutesDuration"),
                "status": cell("status"),
            }
        },
    ),
    Export(
        name="WebChart appointments",
        known_by=("patient.MRN", "sched.Start Date", "sched.Canceled"),
        rows={
            Kind.APPOINTMENTS: {
                "appointment id": made(
                    visit_id, "patient.MRN", "sched.Start Date", "sched.Resource"
                ),
                "patient id": cell("patient.MRN"),
                "facility": cell("sched.Location"),
                "starts at": cell("sched.Start Date"),
                "duration minutes": made(minutes_of_seconds, "sched.Duration"),
                "status": told(
                    "sched.Canceled",
                    {"": "booked", "0": "booked", "1": "cancelled", "2": "no show"},
                ),
            }
        },
    ),
    Export(
        name="Setmore",
        known_by=("Appointment date", "Appointment time", "Customer name", "Booking ID"),
        rows={
            Kind.PATIENTS: {
                "patient id": made(person_id, "Customer name", "Phone", "Email"),
                "first name": made(first_name, "Customer name"),
                "last name": made(last_name, "Customer name"),
                "mobile phone": made(international, "Country code", "Phone"),
                "email": cell("Email"),
            },
            Kind.APPOINTMENTS: {
                "appointment id": cell("Booking ID"),
                "patient id": made(person_id, "Customer name", "Phone", "Email"),
                "provider": cell("Team member"),
                "starts at": joined("Appointment date", "Appointment time"),
                "duration minutes": made(minutes_of_range, "Appointment time"),
                "status": cell("Status"),
                "booked at": cell("Booked on"),
            },
        },
    ),
    Export(
        name="Open Dental appointments",
        known_by=("AptNum", "PatNum", "AptStatus", "AptDateTime"),
        rows={
            Kind.APPOINTMENTS: {
                "appointment id": cell("AptNum"),
                "patient id": cell("PatNum"),
                "facility": made(unless_zero, "ClinicNum"),
                "provider": cell("provAbbr"),
                "starts at": cell("AptDateTime"),
                "duration minutes": made(_pattern_minutes, "Pattern"),
                "status": cell("AptStatus"),
            }
        },
        gone=("AptStatus", "UnschedList"),  # its time is then 0001-01-01
        skip={"AptStatus": (frozenset({"Planned", "PtNote", "PtNoteCompleted"}), "not a visit")},
    ),
    Export(
        name="OpenEMR calendar",
        known_by=("pc_eid", "pc_pid", "pc_eventDate", "pc_startTime"),
        rows={
            Kind.APPOINTMENTS: {
                "appointment id": cell("pc_eid"),
                "patient id": cell("pc_pid"),
                "facility": made(unless_zero, "pc_facility"),
                "starts at": joined("pc_eventDate", "pc_startTime"),
                "duration minutes": made(minutes_of_seconds, "pc_duration"),
                "status": told("pc_apptstatus", _OPENEMR_STATES),
            }
        },
        skip={
            "pc_pid": (frozenset({"", "0"}), "a block in the calendar, nobody's visit"),
            "pc_recurrtype": (
                frozenset({"1", "2", "3"}),
                "a visit that repeats: export each of its dates as a row",
            ),
        },
    ),
    Export(
        name="Link2MD patients",
        known_by=("client_identifier", "first_name", "last_name", "dob", "cell"),
        rows={
            Kind.PATIENTS: {
                "patient id": cell("client_identifier"),
                "first name": cell("first_name"),
                "last name": cell("last_name"),
                "birth date": cell("dob"),
                "language": cell("language"),
                "mobile phone": cell("cell"),
                "home phone": cell("phone"),
                "email": cell("email"),
                "status": cell("active"),
                "time zone": cell("timezone"),
            }
        },
    ),
    Export(
        name="WorkflowHealth patients",
        known_by=("patient_first_name", "patient_last_name", "patient_dob", "patient_phone_number"),
        rows={
            Kind.PATIENTS: {
                "patient id": made(
                    person_id_of,
                    "patient_first_name",
                    "patient_last_name",
                    "patient_phone_number",
                    "patient_email",
                ),
                "first name": cell("patient_first_name"),
                "last name": cell("patient_last_name"),
                "birth date": cell("patient_dob"),
                "mobile phone": cell("patient_phone_number"),
                "email": cell("patient_email"),
                "facility": cell("patient_location"),
            }
        },
    ),
)
