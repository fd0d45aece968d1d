"""Which exports of other systems map by themselves? Every entry of the list of real headers."""

import json
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from handbell.importers.context import Context, Places
from handbell.importers.csv.parse import Rows
from handbell.importers.csv.records import Record
from handbell.importers.csv.table import Table, Unreadable, recognise
from handbell.importers.facts import (
    AppointmentFact,
    Flaw,
    Item,
    Kind,
    LedgerFact,
    PatientFact,
    Severity,
    SubscriptionFact,
)
from handbell.importers.times import Order
from handbell.vocabulary.words import AppointmentStatus, Channel, ConsentKind, LedgerKind

MAPPED = {
    "webpt_standard_extract_appointments": "WebPT appointments",
    "webpt_standard_extract_transactions": "WebPT transactions",
    "imwemr_to_televox_housecalls": "TeleVox HouseCalls",
    "smartmessaging_reminder": "SmartMessaging reminder",
    "mirah_flatfile_appointments": "Mirah flat file",
    "webchart_appointment_import": "WebChart appointments",
    "setmore_export": "Setmore",
    "opendental_api_appointment": "Open Dental appointments",
    "openemr_db": "OpenEMR calendar",
    "link2md_patients": "Link2MD patients",
    "workflowhealth_patients": "WorkflowHealth patients",
}
#: What is missing, for those that do not hold enough.
LACKING = {
    "webpt_standard_extract_patient_credit": (Kind.LEDGER, ("kind",)),
    "1800notify_inbound": (Kind.APPOINTMENTS, ("patient_id",)),
    "simplepractice_outstanding_balances": (
        Kind.LEDGER,
        ("entry_id", "patient_id", "kind", "date"),
    ),
    "eyefinity_aging": (Kind.LEDGER, ("entry_id", "patient_id", "kind")),
}
#: These describe a system and give no header row.
NO_HEADER = {
    "_note",
    "opendental_custom_aging_report",
    "procentive_clients",
    "tebra_import_limits",
    "tebra_text_balance_reminders",
    "not_found",
    "athena_remindercall",
}

EASTERN = ZoneInfo("America/New_York")
CONTEXT = Context(
    now=datetime(2026, 11, 2, 17, tzinfo=UTC),
    region="US",
    zone=EASTERN,
    currency="USD",
    places=Places(zones={"1": EASTERN}, names={"main street": "1"}),
    order=Order.MONTH_FIRST,
)
STARTS = datetime(2026, 11, 10, 14, tzinfo=UTC)


def header(shared_data: Path, name: str) -> list[str]:
    entries = json.loads((shared_data / "emr_headers" / "emr_csv_headers.json").read_text())
    entry = entries[name]
    listed = entry.get("headers") or entry.get("fields") or next(iter(entry["tables"].values()))
    return [str(column) for column in listed]


def rows(shared_data: Path, name: str, *cells: dict[str, str]) -> list[Item]:
    """Return what rows under a real header say; cells are given by column, spaces left out."""
    columns = header(shared_data, name)
    table = recognise(columns)
    assert isinstance(table, Table)
    records = [
        Record(number, [row.get(column.strip(), "") for column in columns])
        for number, row in enumerate(cells, 2)
    ]
    found = Rows(table, CONTEXT, file="export.csv").items(records)
    return [item for row in found for item in row]


def test_every_entry_of_the_list_is_decided(shared_data: Path) -> None:
    entries = json.loads((shared_data / "emr_headers" / "emr_csv_headers.json").read_text())

    assert set(entries) == set(MAPPED) | set(LACKING) | NO_HEADER
    for name in NO_HEADER:
        assert not isinstance(entries[name], dict) or not {"headers", "fields", "tables"} & set(
            entries[name]
        )


@pytest.mark.parametrize("name", MAPPED)
def test_header_is_recognised(shared_data: Path, name: str) -> None:
    table = recognise(header(shared_data, name))

    assert isinstance(table, Table)
    assert table.name == MAPPED[name]


@pytest.mark.parametrize("name", MAPPED)
def test_header_is_recognised_in_other_case_and_with_spaces(shared_data: Path, name: str) -> None:
    columns = [f" {column.upper()}  " for column in header(shared_data, name)]

    assert isinstance(recognise(columns), Table)


@pytest.mark.parametrize("name", LACKING)
def test_header_that_lacks_something_says_what(shared_data: Path, name: str) -> None:
    unreadable = recognise(header(shared_data, name))

    assert isinstance(unreadable, Unreadable)
    assert (unreadable.nearest, unreadable.missing) == LACKING[name]


def test_televox_gives_patient_and_visit(shared_data: Path) -> None:
    row = {
        "Patient Account Number": "77",
        "Patient Name": "Quill, Ada Mary",
        "Patient Mobile Number": "(202) 555-0101",
        "Patient Home Phone": "2025550102",
        "Patient Email Address": "ada@quill.example",
        "Appointment Date": "11/10/2026",
        "Appointment Time": "09:00 AM",
        "Doctor Number": "12",
        "Doctor Name": "Dr Gale",
        "Procedure Name": "Root canal",
        "Location (office) Name": "Main Street",
    }

    patient, visit = rows(shared_data, "imwemr_to_televox_housecalls", row)
    _, moved = rows(
        shared_data, "imwemr_to_televox_housecalls", {**row, "Appointment Time": "10:00 AM"}
    )

    assert isinstance(patient, PatientFact)
    assert isinstance(visit, AppointmentFact)
    assert isinstance(moved, AppointmentFact)
    assert (patient.patient, patient.first_name, patient.last_name) == ("77", "Ada", "Quill")
    assert (patient.mobile_phone, patient.home_phone) == ("+12025550101", "+12025550102")
    assert (visit.patient, visit.facility, visit.starts_at) == ("77", "1", STARTS)
    assert visit.provider == "Dr Gale"
    assert visit.type is None, "a procedure is never read"
    assert visit.appointment != moved.appointment


def test_setmore_gives_patient_and_visit(shared_data: Path) -> None:
    row = {
        "Customer name": "Ada Quill",
        "Country code": "+1",
        "Phone": "202 555 0101",
        "Email": "ada@quill.example",
        "Appointment date": "10 Nov 2026",
        "Appointment time": "09:00 AM - 09:45 AM",
        "Service/class/event": "Knee therapy",
        "Team member": "Gale",
        "Status": "Confirmed",
        "Booking ID": "B7",
        "Booked on": "01 Nov 2026",
        "Comments": "knee hurts",
    }

    patient, visit = rows(shared_data, "setmore_export", row)
    again, _ = rows(shared_data, "setmore_export", {**row, "Phone": "(202)555-0101"})

    assert isinstance(patient, PatientFact)
    assert isinstance(visit, AppointmentFact)
    assert isinstance(again, PatientFact)
    assert patient.mobile_phone == "+12025550101"
    assert patient.patient == visit.patient == again.patient
    assert (visit.appointment, visit.starts_at, visit.duration_minutes) == ("B7", STARTS, 45)
    assert visit.status is AppointmentStatus.CONFIRMED
    assert visit.booked_at == datetime(2026, 11, 1, 4, tzinfo=UTC)


def test_smartmessaging_writes_the_day_first_and_a_refusal_counts(shared_data: Path) -> None:
    row = {
        "Mobile": "202-555-0101",
        "FirstName": "Ada",
        "LastName": "Quill",
        "AppointmentDate": "10/11/2026",
        "AppointmentTime": "09:00",
        "Location Name": "Main Street",
        "PermissionToSendSMS": "0",
    }

    patient, visit, refusal = rows(shared_data, "smartmessaging_reminder", row)
    permitted = rows(shared_data, "smartmessaging_reminder", {**row, "PermissionToSendSMS": "1"})

    assert isinstance(patient, PatientFact)
    assert isinstance(visit, AppointmentFact)
    assert isinstance(refusal, SubscriptionFact)
    assert visit.starts_at == STARTS
    assert (refusal.patient, refusal.channels) == (patient.patient, (Channel.SMS,))
    assert refusal.consent is ConsentKind.WITHDRAWN
    assert len(permitted) == 2, "a permission without when, how and by whom is no consent"


def test_somebody_who_cannot_be_told_from_others_is_a_flaw(shared_data: Path) -> None:
    row = {"FirstName": "Ada", "AppointmentDate": "10/11/2026", "AppointmentTime": "09:00"}

    found = rows(shared_data, "smartmessaging_reminder", row)

    assert [f.reason for f in found if isinstance(f, Flaw)] == ["it is empty", "it is empty"]


def test_webpt_visits_and_payments(shared_data: Path) -> None:
    row = {
        "appointmnet_id": "-40",
        "patient_id": "77",
        "clinic_id": "1",
        "start_date": "2026-11-10 09:00:00",
        "appointment_status": "Active",
        "appointment_type": "Follow-up",
        "reason": "pain",
        "visit_comment": "knee",
    }

    booked, gone, left = rows(
        shared_data,
        "webpt_standard_extract_appointments",
        row,
        {**row, "appointment_status": "Inactive"},
        {**row, "check_in_time": "2026-11-10 09:00", "check_out_time": "2026-11-10 10:00"},
    )
    paid, removed = rows(
        shared_data,
        "webpt_standard_extract_transactions",
        {
            "record_id": "5",
            "patient_id": "77",
            "payment_date": "11/01/2026",
            "dollar_amount_paid": "25.00",
            "description": "copay knee",
        },
        {"record_id": "6", "export_flag": "3"},
    )

    assert isinstance(booked, AppointmentFact)
    assert isinstance(gone, AppointmentFact)
    assert isinstance(left, AppointmentFact)
    assert (booked.appointment, booked.starts_at, booked.type) == ("-40", STARTS, "Follow-up")
    assert booked.status is AppointmentStatus.BOOKED
    assert gone.status is AppointmentStatus.CANCELLED
    assert left.status is AppointmentStatus.COMPLETED
    assert isinstance(paid, LedgerFact)
    assert (paid.kind, paid.amount, paid.description) == (LedgerKind.PAYMENT, Decimal(25), None)
    assert isinstance(removed, Flaw)
    assert removed.severity is Severity.NOT_USED


def test_mirah_and_webchart(shared_data: Path) -> None:
    (mirah,) = rows(
        shared_data,
        "mirah_flatfile_appointments",
        {
            "identifiers": "v1",
            "mrn": "77",
            "start": "2026-11-10T09:00:00",
            "minutesDuration": "50",
            "status": "noshow",
            "organizationId": "1",
            "serviceType": "substance use counselling",
        },
    )
    (chart,) = rows(
        shared_data,
        "webchart_appointment_import",
        {
            "patient.MRN": "77",
            "sched.Resource": "room2",
            "sched.Start Date": "20261110 090000",
            "sched.Duration": "2700",
            "sched.Reason": "rash",
            "sched.Canceled": "2",
        },
    )

    assert isinstance(mirah, AppointmentFact)
    assert isinstance(chart, AppointmentFact)
    assert (mirah.starts_at, mirah.duration_minutes) == (STARTS, 50)
    assert mirah.status is chart.status is AppointmentStatus.NO_SHOW
    assert (chart.starts_at, chart.duration_minutes, chart.patient) == (STARTS, 45, "77")


def test_open_dental_and_openemr(shared_data: Path) -> None:
    dental = {
        "AptNum": "9",
        "PatNum": "77",
        "AptStatus": "Scheduled",
        "Pattern": "//XXXX//",
        "AptDateTime": "2026-11-10 09:00:00",
        "ClinicNum": "0",
        "provAbbr": "DOC1",
        "ProcDescript": "Filling",
        "Note": "anxious",
    }
    visit, broken, off, planned = rows(
        shared_data,
        "opendental_api_appointment",
        dental,
        {**dental, "AptStatus": "Broken"},
        {**dental, "AptStatus": "UnschedList", "AptDateTime": "0001-01-01 00:00:00"},
        {**dental, "AptStatus": "Planned"},
    )
    emr = {
        "pc_eid": "9",
        "pc_pid": "77",
        "pc_eventDate": "2026-11-10",
        "pc_startTime": "09:00:00",
        "pc_duration": "1800",
        "pc_apptstatus": "x",
        "pc_recurrtype": "0",
        "pc_hometext": "headache",
    }
    cancelled, block, repeats = rows(
        shared_data, "openemr_db", emr, {**emr, "pc_pid": ""}, {**emr, "pc_recurrtype": "1"}
    )

    assert isinstance(visit, AppointmentFact)
    assert isinstance(broken, AppointmentFact)
    assert isinstance(off, AppointmentFact)
    assert isinstance(cancelled, AppointmentFact)
    assert (visit.starts_at, visit.duration_minutes, visit.facility) == (STARTS, 40, "1")
    assert broken.status is AppointmentStatus.NO_SHOW
    assert (off.status, off.only_known) == (AppointmentStatus.CANCELLED, True)
    assert (cancelled.status, cancelled.duration_minutes) == (AppointmentStatus.CANCELLED, 30)
    for left_out in (planned, block, repeats):
        assert isinstance(left_out, Flaw)
        assert left_out.severity is Severity.NOT_USED


def test_patient_lists(shared_data: Path) -> None:
    (link,) = rows(
        shared_data,
        "link2md_patients",
        {
            "client_identifier": "77",
            "first_name": "Ada",
            "last_name": "Quill",
            "dob": "02/03/1980",
            "cell": "202-555-0101",
            "timezone": "Eastern Time (US & Canada)",
            "active": "true",
            "language": "Spanish",
        },
    )
    (flow,) = rows(
        shared_data,
        "workflowhealth_patients",
        {
            "patient_first_name": "Ada",
            "patient_last_name": "Quill",
            "patient_dob": "1980-02-03",
            "patient_phone_number": "202-555-0101",
            "patient_location": "Main Street",
        },
    )

    assert isinstance(link, PatientFact)
    assert isinstance(flow, PatientFact)
    assert (link.patient, link.language, link.time_zone) == ("77", "es", "America/New_York")
    assert link.birth_date == flow.birth_date
    assert (flow.mobile_phone, flow.facility) == ("+12025550101", "1")
    assert len(flow.patient) == 24
