"""Real exports, FHIR and HL7 through the same way as an upload."""

from pathlib import Path

import pytest

from handbell.access.models import StaffMember
from handbell.importers.models import ImportedRow, ImportFlaw
from handbell.vocabulary.words import ImportState
from tests.importers.running import done, uploaded

S = ImportState


@pytest.mark.parametrize("folder", ["fhir/hl7_examples_r4", "hl7v2/athena", "hl7v2/microsoft"])
def test_real_files_are_checked_stored_and_taken_back(
    shared_data: Path, nora: StaffMember, folder: str
) -> None:
    paths = sorted(path for path in (shared_data / folder).rglob("*") if path.is_file())
    files = {path.name: path.read_bytes() for path in paths}

    run = done(uploaded(nora, files), S.CHECKING, nora)
    assert run.state == S.CHECKED
    expected = run.report["total"]
    run = done(run, S.IMPORTING, nora)
    assert run.report["total"] == expected
    flaws = sum(ImportFlaw.objects.filter(run=run).values_list("count", flat=True))
    assert flaws == expected["flaws"] + expected["value_flaws"]
    assert ImportedRow.objects.filter(run=run).exists() == bool(expected["new"])

    run = done(run, S.TAKING_BACK, nora)
    assert run.state == S.TAKEN_BACK
