"""A clinic with a business owner who runs reports."""

from pathlib import Path

import pytest
from django.conf import settings

from handbell.access.models import StaffMember
from handbell.vocabulary.words import PermissionLevel
from tests.console.desk import staff
from tests.world import Clinic


@pytest.fixture
def clinic(db: None) -> Clinic:
    return Clinic()


@pytest.fixture
def owner(clinic: Clinic) -> StaffMember:
    return staff(clinic, PermissionLevel.BUSINESS_OWNER)


@pytest.fixture(autouse=True)
def _files_apart(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep the files of these tests in a folder of their own."""
    from dataclasses import replace

    monkeypatch.setattr(settings, "ENVIRONMENT", replace(settings.ENVIRONMENT, home=tmp_path))
