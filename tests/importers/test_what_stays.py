"""What is kept of files, checks and imports, and for how long."""

from collections.abc import Callable
from datetime import UTC, timedelta
from pathlib import Path
from typing import Any

import pytest

from handbell.access.models import StaffMember
from handbell.importers.models import ColumnChoice, Import, ImportedRow, ImportFile, ImportFlaw
from handbell.importers.operations import (
    choose_columns,
    discard,
    tidy,
)
from handbell.importers.uploads import path_of
from tests.importers.folder import (
    APPOINTMENTS,
    NOW,
    PATIENTS,
)
from tests.importers.running import FOREIGN, MEANT, S, done, imported, uploaded


def test_files_left_lying_are_removed(nora: StaffMember) -> None:
    run = uploaded(nora, {"v.csv": APPOINTMENTS})
    folder = path_of(run.folder)
    assert folder.stat().st_mode & 0o077 == 0

    tidy(now=NOW + timedelta(hours=23))
    assert folder.is_dir()


def test_files_left_lying_for_a_day_are_discarded(
    nora: StaffMember, django_capture_on_commit_callbacks: Callable[..., Any]
) -> None:
    run = uploaded(nora, {"v.csv": APPOINTMENTS})
    folder = path_of(run.folder)
    with django_capture_on_commit_callbacks(execute=True):
        tidy(now=NOW + timedelta(hours=25))

    run.refresh_from_db()
    assert run.state == S.DISCARDED
    assert not folder.exists()


def kept_of(run: Import) -> str:
    """Return everything the tables keep of an import, as text."""
    rows: list[Any] = [*Import.objects.filter(pk=run.pk).values()]
    rows += [*ImportFile.objects.filter(run=run).values(), *ColumnChoice.objects.values()]
    rows += [*ImportFlaw.objects.filter(run=run).values()]
    return repr(rows)


MOVED = PATIENTS.replace("202-555-0101", "202-555-0141") + "4,Eve,Lund,,,,12,,,,,,,,,\n"


@pytest.mark.parametrize("how", ["discarded", "tidied", "failed", "columns"])
def test_nothing_of_a_check_outlives_it(
    nora: StaffMember, how: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = done(uploaded(nora, {"p.csv": MOVED, "x.csv": FOREIGN}), S.CHECKING, nora)
    assert "+12025550141" in kept_of(run)
    assert ImportFlaw.objects.filter(run=run).exists()

    if how == "discarded":
        assert discard(run, now=NOW)
    elif how == "tidied":
        tidy(now=NOW + timedelta(hours=25))
    elif how == "failed":
        path_of(run.folder, run.files.get(position=1).kept_as).unlink()
        done(run, S.CHECKING, nora)
    else:
        choose_columns(run.files.get(position=2), MEANT, "", by=nora, now=NOW)

    run.refresh_from_db()
    assert (run.report, run.foreseen) == ({}, None)
    assert "5550141" not in kept_of(run)
    assert not ImportFlaw.objects.filter(run=run).exists()
    if how in {"discarded", "tidied"}:
        assert "Given" not in kept_of(run)


#: A table without headings: its first row is taken for them.
HEADLESS = "MRN0077,Ada,Okafor,202-555-0141,2/30/1980\nMRN0078,Ben,Lund,12,2/30/1980\n"


def test_a_row_that_stands_where_headings_should_is_kept_nowhere(nora: StaffMember) -> None:
    run = uploaded(nora, {"x.csv": HEADLESS})
    meant = {
        "MRN0077": "patient id",
        "Ada": "patients.first name",
        "Okafor": "patients.last name",
        "202-555-0141": "patients.mobile phone",
        "2/30/1980": "patients.birth date",
    }
    assert choose_columns(run.files.get(), meant, "", by=nora, now=NOW) == []
    assert not ColumnChoice.objects.exists()

    run = done(done(run, S.CHECKING, nora), S.IMPORTING, nora)

    assert run.state == S.IMPORTED
    assert {flaw.field for flaw in ImportFlaw.objects.filter(run=run)} == {"column 5"}
    for word in ("Okafor", "555-0141", "MRN0077", "2/30"):
        assert word not in kept_of(run)


def test_nothing_is_noted_of_what_is_no_import(clinic: None, tmp_path: Path) -> None:
    from tests.importers.folder import more

    more(tmp_path, "v.csv", APPOINTMENTS)

    assert not ImportedRow.objects.exists()


def test_the_import_command_s_texts_have_the_file_as_their_author() -> None:
    from handbell.importers.practice_feed import BY_FILE

    assert BY_FILE == "practice.toml"


def test_the_clock_of_a_run_is_the_worker_s(nora: StaffMember) -> None:
    run = imported(nora, {"v.csv": APPOINTMENTS})

    assert run.begun_at == NOW.astimezone(UTC)
