"""`handbell report`: the console's reports, permissions and record, at a terminal."""

import csv
import io
import json
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from handbell.access.models import AuditEvent, StaffMember
from handbell.commands import ready
from handbell.commands.main import cli
from handbell.reports.files import folder
from handbell.vocabulary.words import AuditAct, PermissionLevel
from tests.console.desk import staff
from tests.world import Clinic

pytestmark = pytest.mark.django_db


@pytest.fixture
def clinic(db: None) -> Clinic:
    return Clinic()


@pytest.fixture
def nora(clinic: Clinic) -> StaffMember:
    return staff(clinic, PermissionLevel.PRACTICE_ADMINISTRATOR)


@pytest.fixture(autouse=True)
def _here(monkeypatch: pytest.MonkeyPatch) -> None:
    """Work on the test's own database."""

    @contextmanager
    def database(*, command: str) -> Any:
        yield

    monkeypatch.setattr(ready, "database", database)


def report(clinic: Clinic, by: StaffMember, *arguments: str) -> Result:
    given = ["report", "--practice", clinic.practice.slug, "--as", by.email, *arguments]
    return CliRunner().invoke(cli, given)


def test_a_report_goes_to_standard_output_and_is_recorded(
    clinic: Clinic, nora: StaffMember
) -> None:
    clinic.patient("Ada", email="ada@mail.example")
    clinic.patient("Bo")

    result = report(clinic, nora, "patient-email", "--filter", "email=yes")

    assert result.exit_code == 0, result.output
    (row,) = csv.DictReader(io.StringIO(result.stdout))
    assert row["email"] == "ada@mail.example"
    run, taken = AuditEvent.objects.filter(
        act__in=[AuditAct.REPORT_RUN, AuditAct.EXPORTED]
    ).order_by("number")
    assert (run.staff, run.detail["rows"], run.detail["why"]) == (nora, 1, "not_said")
    assert (taken.act, taken.detail["filters"]) == (AuditAct.EXPORTED, {"email": "yes"})
    assert list(folder().iterdir()) == []


def test_a_file_is_its_owners_alone(clinic: Clinic, nora: StaffMember, tmp_path: Path) -> None:
    place = tmp_path / "list.zip"

    result = report(
        clinic,
        nora,
        *("patient-email", "--profile", "mailchimp", "--reason", "marketing_tool"),
        *("-o", str(place), "--json"),
    )

    assert json.loads(result.stdout)["rows"] == 0
    assert place.read_bytes()[:2] == b"PK"
    assert place.stat().st_mode & 0o077 == 0


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["nothing"], "there is no report 'nothing'; there are: patient-email, delivery"),
        (["delivery", "--filter", "colour=red"], "it has: facility, from, to"),
        (["delivery", "--filter", "colour"], "a name, = and a value"),
        (["delivery", "--profile", "mailchimp"], "it has: none"),
        (["patient-email", "--profile", "mailchimp", "--format", "xlsx"], "CSV files only"),
    ],
)
def test_what_cannot_be_run_is_said(
    clinic: Clinic, nora: StaffMember, arguments: list[str], says: str
) -> None:
    result = report(clinic, nora, *arguments)

    assert result.exit_code == 2
    assert says in result.output


def test_whoever_may_not_run_reports_may_not_here_either(clinic: Clinic) -> None:
    result = report(clinic, staff(clinic), "delivery")
    limited = staff(clinic, may_run_reports=True, limit_financial=True)

    assert result.exit_code == 2
    assert "needs the permission to run reports" in result.output
    assert "to see balances" in report(clinic, limited, "balance-alerts").output


def test_the_reports_are_listed() -> None:
    listed = CliRunner().invoke(cli, ["report"]).output
    as_json = json.loads(CliRunner().invoke(cli, ["report", "--json"]).output)

    assert "patient-email: Patient Email Report." in listed
    assert "--profile constant_contact" in listed
    assert {"name", "columns", "filters", "profiles"} <= set(as_json[0])
