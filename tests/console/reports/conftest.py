"""The files of these tests lie in a folder of their own, and no moment is too short for them."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings


@pytest.fixture(autouse=True)
def _files_apart(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings, "ENVIRONMENT", replace(settings.ENVIRONMENT, home=tmp_path))


@pytest.fixture(autouse=True)
def _patient_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("AT_ONCE", "FILE_AT_ONCE"):
        monkeypatch.setattr(f"handbell.console.reports.views.{name}", timedelta(minutes=1))
