"""Ask for a report and read what was built, in a test."""

import csv
import io
import zipfile
from datetime import datetime, timedelta

from handbell.access.models import StaffMember
from handbell.facts.models import MarketingPermission, Patient, Suppression
from handbell.reports.asked import ask
from handbell.reports.catalog import REPORTS
from handbell.reports.files import path_of
from handbell.reports.models import Run
from handbell.reports.operations import ask_for, build
from handbell.vocabulary.words import Channel, ConsentKind, ReportReason, SuppressionKind
from tests.world import MONDAY, Clinic


def built(
    owner: StaffMember,
    name: str,
    *,
    form: str = "csv",
    profile: str = "",
    now: datetime = MONDAY,
    **filters: str,
) -> Run:
    """Return a finished run of the report `name`."""
    report = REPORTS[name]
    given = {key.rstrip("_"): value for key, value in filters.items()}
    asked = ask(report, given, staff=owner, profile=profile, strict=True, now=now)
    why = ReportReason.MARKETING_TOOL if report.has_contacts else None
    run = ask_for(report, asked, form="zip" if profile else form, by=owner, why=why, now=now)
    assert build(run, clock=lambda: now)
    return run


def content(run: Run) -> bytes:
    return path_of(run.file).read_bytes()


def rows(run: Run) -> list[dict[str, str]]:
    """Return the rows of a CSV, by its headings."""
    return list(csv.DictReader(io.StringIO(content(run).decode("utf-8-sig"), newline="")))


def unpacked(run: Run) -> dict[str, list[list[str]]]:
    """Return the tables of a ZIP, each as rows of cells."""
    with zipfile.ZipFile(io.BytesIO(content(run))) as packed:
        return {
            name: list(csv.reader(io.StringIO(packed.read(name).decode(), newline="")))
            for name in packed.namelist()
        }


def permit(
    clinic: Clinic,
    patient: Patient,
    kind: ConsentKind = ConsentKind.GRANTED,
    *,
    days_ago: float = 10,
) -> None:
    MarketingPermission.objects.create(
        practice=clinic.practice,
        patient=patient,
        kind=kind,
        at=clinic.now - timedelta(days=days_ago),
        how="in person",
        by="front desk",
    )


def stop(
    clinic: Clinic, address: str, kind: SuppressionKind, *, channel: Channel = Channel.EMAIL
) -> None:
    Suppression.objects.create(
        practice=clinic.practice,
        address=address,
        channel=channel,
        kind=kind,
        at=clinic.now - timedelta(days=5),
        source="a test",
    )
