"""A file for the import pages, and what somebody does with it there."""

from datetime import UTC, datetime

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from handbell.importers.models import Import
from handbell.importers.runs import run_import
from tests.world import Clinic

FOREIGN = (
    "Chart,Client,Cell phone no,When,Clock,Room\n"
    '77,"Okafor, Ada",202-555-0141,2027-01-11,9:30 AM,12\n'
    '78,"Lund, Ben",202-555-0142,2027-01-12,2:00 PM,13\n'
)
MEANT = {
    "column-0": "patient id",
    "column-1": "patients.full name",
    "column-2": "patients.mobile phone",
    "column-3": "appointments.date",
    "column-4": "appointments.time",
    "column-5": "",
}


def file(content: str | bytes, name: str = "export.csv") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content.encode() if isinstance(content, str) else content)


def sent(browser: Client, *files: SimpleUploadedFile) -> Import:
    answer = browser.post("/settings/import/upload", {"files": list(files)})
    assert answer.status_code == 302, answer.content
    return Import.objects.latest("pk")


def asked(browser: Client, run: Import, what: str) -> Import:
    """Press a button and do what a worker would."""
    assert browser.post(f"/settings/import/{run.pk}/{what}").status_code == 302
    run_import(run.pk, clock=lambda: datetime.now(UTC))
    run.refresh_from_db()
    return run


def page(browser: Client, run: Import, more: str = "") -> str:
    answer = browser.get(f"/settings/import/{run.pk}{more}")
    assert answer.status_code == 200
    return str(answer.content.decode())


def patients(clinic: Clinic, *rows: str) -> str:
    return "patient_id,first_name,last_name,mobile_phone,facility\n" + "".join(
        f"{row},{clinic.facility.name}\n" for row in rows
    )
