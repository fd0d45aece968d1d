"""What takes long is given up whole; what fails says so; what is old goes."""

import os
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from handbell.access.models import AuditEvent, StaffMember
from handbell.reports import operations, writing
from handbell.reports.asked import ask
from handbell.reports.catalog import DELIVERY, REPORTS
from handbell.reports.declared import Table
from handbell.reports.files import beside, folder, new_file, path_of
from handbell.reports.hurry import TakesLong, hurry
from handbell.reports.models import Run
from handbell.reports.operations import (
    ask_for,
    build,
    build_soon,
    hurry_through,
    throw_away,
    tidy,
)
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


def test_what_is_tried_and_left_to_a_worker_has_not_begun(
    clinic: Clinic, owner: StaffMember
) -> None:
    run = wanted(owner, "patient-email")

    with pytest.raises(TakesLong):
        build(run, clock=lambda: MONDAY, within=timedelta(0))

    run.refresh_from_db()
    assert run.begun_at is None


@pytest.mark.parametrize("form", ["csv", "xlsx"])
@pytest.mark.parametrize("fails", [False, True])
def test_of_two_workers_at_one_file_the_first_keeps_it(
    clinic: Clinic, owner: StaffMember, monkeypatch: pytest.MonkeyPatch, form: str, fails: bool
) -> None:
    clinic.patient("Ada")
    run = wanted(owner, "patient-email", form=form)
    first = Run.objects.get(pk=run.pk)
    kept: list[bytes] = []

    @contextmanager
    def overtaken(within: timedelta | None) -> Iterator[None]:
        """Write; before it has its name, another worker does the same, whole."""
        with hurry(within):
            yield
        if not kept:
            kept.append(b"")
            clinic.patient("Bo")
            assert build(first, clock=lambda: MONDAY)
            kept.append(path_of(run.file).read_bytes())
            if fails:
                raise ZeroDivisionError

    monkeypatch.setattr(operations, "hurry", overtaken)
    with pytest.raises(ZeroDivisionError) if fails else nullcontext():
        assert not build(run, clock=lambda: MONDAY)

    run.refresh_from_db()
    assert (run.state, run.rows) == (ReportState.READY, 2)
    assert path_of(run.file).read_bytes() == kept[1]
    assert [path.name for path in folder().iterdir()] == [run.file]


def test_a_workbook_that_is_cut_off_leaves_none_of_its_pieces(
    clinic: Clinic, owner: StaffMember, monkeypatch: pytest.MonkeyPatch
) -> None:
    clinic.patient("Ada", email="ada@mail.example")
    seen: list[Path] = []

    def cut_off(*_: Any) -> None:
        seen.extend(path for path in folder().rglob("*") if path.is_file())
        raise TakesLong

    monkeypatch.setattr(writing, "CHUNK", 1)
    monkeypatch.setattr(operations, "write_progress", cut_off)
    with pytest.raises(TakesLong):
        build(wanted(owner, "patient-email", form="xlsx"), clock=lambda: MONDAY)

    assert len(seen) > 1
    assert not list(folder().iterdir())


def test_what_a_killed_worker_left_goes_with_its_file_or_after_a_day(
    clinic: Clinic, owner: StaffMember
) -> None:
    run, waiting = wanted(owner, "delivery"), wanted(owner, "delivery")
    assert build(run, clock=lambda: MONDAY)
    pieces = beside(run.file, "ab12")
    at_work, stray, lost = beside(waiting.file, "cd34"), folder() / "tmp_x", beside(new_file(), "e")
    for place in (pieces, at_work, lost):
        place.mkdir()
        (place / "tmp1").write_text("ada@mail.example")
    stray.write_text("ada@mail.example")

    tidy(now=MONDAY)
    assert stray.exists()  # it is young
    for place in (path_of(run.file), pieces, at_work, stray, lost):
        os.utime(place, (0, 0))
    tidy(now=MONDAY)
    assert path_of(run.file).exists()
    assert at_work.exists()
    assert not stray.exists()
    assert not lost.exists()
    assert throw_away(run)
    assert not pieces.exists()


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
