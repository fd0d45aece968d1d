"""A small invented clinic's files, and what importing them gives."""

from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

from handbell.access.models import Practice
from handbell.facts.models import Change
from handbell.importers.facts import Kind
from handbell.importers.feed import import_paths
from handbell.importers.report import Count, ImportReport

#: A Monday noon in New York; every file is imported then unless a test says otherwise.
NOW = datetime(2026, 11, 2, 17, 0, tzinfo=UTC)

PRACTICE = 'name = "Harbor PT"\nslug = "harbor"\ntime_zone = "America/New_York"\n'
FACILITIES = (
    "facility,name,phone,address,time_zone\n"
    "MAIN,Main Street,202-555-0100,1 Main St,America/New_York\n"
    "LAKE,Lake Shore,312-555-0100,2 Lake St,America/Chicago\n"
)
PATIENTS_HEAD = (
    "patient_id,first_name,last_name,preferred_name,birth_date,language,mobile_phone,home_phone,"
    "email,facility,status,deceased,time_zone,guardian_name,guardian_phone,guardian_email\n"
)
PATIENTS = PATIENTS_HEAD + (
    "1,Ada,Quill,,1980-02-03,en,202-555-0101,,ada@quill.example,MAIN,active,no,,,,\n"
    "2,Ben,Marsh,,1975-07-01,es,202-555-0102,202-555-0103,,LAKE,active,no,,,,\n"
    "3,Cleo,Fern,,2015-05-05,en,,,,MAIN,active,,,Dora Fern,202-555-0104,dora@fern.example\n"
)
APPOINTMENTS_HEAD = (
    "appointment_id,patient_id,facility,provider,type,starts_at,duration_minutes,status,booked_at\n"
)
APPOINTMENTS = APPOINTMENTS_HEAD + (
    "A1,1,MAIN,Dr Gale,Follow-up,2026-11-10T09:00,30,booked,2026-10-20T12:00\n"
    "A2,2,LAKE,,Evaluation,2026-11-11 14:30,45,Scheduled,\n"
)
LEDGER = (
    "entry_id,patient_id,kind,amount,date,description\n"
    "L1,1,responsibility,40.00,2026-10-30,Copay\n"
    "L2,2,payment,$10.00,2026-10-31,\n"
)
SUBSCRIPTIONS = (
    "patient_id,purpose,channels,consented_at,how,by\n"
    "1,appointment_reminder,sms+email,2026-10-01T10:00,paper form,Nora\n"
    "2,balance_alert,sms,2026-10-02T10:00,by phone,Nora\n"
)
WHOLE = {
    "practice.toml": PRACTICE,
    "facilities.csv": FACILITIES,
    "patients.csv": PATIENTS,
    "appointments.csv": APPOINTMENTS,
    "ledger.csv": LEDGER,
    "subscriptions.csv": SUBSCRIPTIONS,
}


def write(folder: Path, files: Mapping[str, str | bytes]) -> Path:
    """Write files into a folder of their own, replacing what was there; return the folder."""
    inside = folder / "clinic"
    inside.mkdir(exist_ok=True)
    for old in inside.iterdir():
        old.unlink()
    for name, content in files.items():
        (inside / name).write_bytes(content.encode() if isinstance(content, str) else content)
    return inside


def bring(
    folder: Path, files: Mapping[str, str | bytes], *, now: datetime = NOW, slug: str = ""
) -> ImportReport:
    """Import files as a clinic's folder; without a practice.toml into the practice of `slug`."""
    practice = Practice.objects.get(slug=slug) if slug else None
    return import_paths([write(folder, files)], practice=practice, now=now)


def more(folder: Path, name: str, content: str | bytes, *, now: datetime = NOW) -> ImportReport:
    """Import one more file into the clinic."""
    return bring(folder, {name: content}, now=now, slug="harbor")


def counts(report: ImportReport, kind: Kind) -> tuple[int, int, int, int, int]:
    """Return rows in, new, updated, unchanged and flaws of a kind."""
    count = report.totals().get(kind, Count())
    return count.rows, count.new, count.updated, count.unchanged, count.flaws


def reasons(report: ImportReport) -> dict[tuple[str, str], int]:
    """Return how often each reason was given for each field."""
    found: dict[tuple[str, str], int] = {}
    for one in report.flaws:
        key = (one.what.field, one.what.reason)
        found[key] = found.get(key, 0) + one.count
    return found


def due(patient: str) -> datetime | None:
    """Return when a patient is to be planned again."""
    change = Change.objects.filter(patient__external_id=patient).first()
    return change.at if change else None
