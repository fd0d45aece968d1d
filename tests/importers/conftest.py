"""What the tests of imports share: a clinic with facilities and patients, and who brings files."""

from pathlib import Path

import pytest

from handbell.access.models import Practice, StaffMember
from handbell.facts.models import Change
from handbell.vocabulary.words import PermissionLevel
from tests.importers.folder import FACILITIES, PATIENTS, PRACTICE, bring


@pytest.fixture
def clinic(db: None, tmp_path: Path) -> None:
    """Import a clinic's facilities and patients; nobody is waiting to be planned."""
    bring(tmp_path, {"practice.toml": PRACTICE, "f.csv": FACILITIES, "p.csv": PATIENTS})
    Change.objects.all().delete()


@pytest.fixture
def nora(clinic: None) -> StaffMember:
    return StaffMember.objects.create_user(
        practice=Practice.objects.get(slug="harbor"),
        email="nora@harborpt.example",
        name="Nora Quay",
        level=PermissionLevel.PRACTICE_ADMINISTRATOR,
        password=None,
    )
