"""What the tests of imports share: a clinic with facilities and patients."""

from pathlib import Path

import pytest

from handbell.facts.models import Change
from tests.importers.folder import FACILITIES, PATIENTS, PRACTICE, bring


@pytest.fixture
def clinic(db: None, tmp_path: Path) -> None:
    """Import a clinic's facilities and patients; nobody is waiting to be planned."""
    bring(tmp_path, {"practice.toml": PRACTICE, "f.csv": FACILITIES, "p.csv": PATIENTS})
    Change.objects.all().delete()
