"""What takes long is given up whole; what fails says so; what is old goes."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection

from handbell.access.models import AuditEvent, StaffMember
from handbell.reports import operations
from handbell.reports.asked import ask
from handbell.reports.catalog import DELIVERY, REPORTS
from handbell.reports.declared import Table
from handbell.reports.files import folder, new_file, path_of
from handbell.reports.hurry import TakesLong
from handbell.reports.models import Run
from handbell.reports.operations import ask_for, build, build_soon, hurry_through, tidy
from handbell.vocabulary.words import AuditAct, ReportState
from tests.world import MONDAY, Clinic

pytestmark = pytest.mark.django_db


def wanted(owner: StaffMember, name: str, *, form: str = "csv") -> Run:
    report = REPORTS[name]
    return ask_for(
        report, ask(report, {}, staff=owner, now=MONDAY), form=form, by=owner, now=MONDAY
    )


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_what_is_not_done_in_a_moment_leaves_nothing(
    clinic: Clinic, owner: StaffMember, form: str
) -> None:
    run = wanted(owner, "patient-email", form=form)

    with pytest.raises(TakesLong):
        build(run, clock=lambda: MONDAY, within=timedelta(0))

    run.refresh_from_db()
    assert run.state == ReportState.ASKED
    assert not list(folder().iterdir())
    assert not AuditEvent.objects.filter(act=AuditAct.REPORT_RUN).exists()
    build_soon(run)
    build_soon(run)
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM procrastinate_jobs WHERE task_name = 'report'")
        assert cursor.fetchone() == (1,)


def test_postgresql_itself_ends_a_statement_that_takes_long(
    clinic: Clinic, owner: StaffMember
) -> None:
    def sleep(_: Any) -> list[Any]:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_sleep(20)")
            return []

    slow = replace(DELIVERY, source=Table(sleep))
    with pytest.raises(TakesLong):
        hurry_through(
            slow, ask(slow, {}, staff=owner, now=MONDAY), within=timedelta(milliseconds=50)
        )

    with connection.cursor() as cursor:
        cursor.execute("SHOW statement_timeout")
        assert cursor.fetchone() == ("0",)


def test_what_fails_is_said_by_its_kind_and_keeps_no_file(
    clinic: Clinic, owner: StaffMember, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: Any, **__: Any) -> int:
        raise ZeroDivisionError("Ada")

    monkeypatch.setattr(operations, "write", broken)
    run = wanted(owner, "delivery")

    with pytest.raises(ZeroDivisionError):
        build(run, clock=lambda: MONDAY)

    run.refresh_from_db()
    assert (run.state, run.trouble) == (ReportState.FAILED, "ZeroDivisionError")
    assert not list(folder().iterdir())


def test_files_are_for_us_alone_and_old_ones_go(clinic: Clinic, owner: StaffMember) -> None:
    run = wanted(owner, "delivery")
    assert build(run, clock=lambda: MONDAY)
    left = wanted(owner, "delivery")

    assert path_of(run.file).stat().st_mode & 0o077 == 0
    assert folder().stat().st_mode & 0o077 == 0
    tidy(now=MONDAY + timedelta(hours=23))
    assert path_of(run.file).exists()
    tidy(now=MONDAY + timedelta(hours=25))
    assert not path_of(run.file).exists()
    left.refresh_from_db()
    assert (left.state, left.trouble) == (ReportState.FAILED, "job_gone")
    with pytest.raises(ValueError, match="not a name"):
        path_of("../secret_key.txt")
    assert path_of(new_file()).parent == folder()
