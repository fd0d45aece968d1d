"""What the console's tests share."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.test import Client
from playwright.sync_api import Browser

from handbell.access.models import StaffMember
from tests.console.desk import signed_in, staff
from tests.console.running import Running, browsing, handbell
from tests.world import Clinic


@pytest.fixture
def clinic(db: None) -> Clinic:
    """Return a clinic whose clock is the real one: pages show the real today."""
    return Clinic(now=datetime.now(UTC))


@pytest.fixture
def member(clinic: Clinic) -> StaffMember:
    return staff(clinic)


@pytest.fixture
def browser(member: StaffMember) -> Client:
    return signed_in(member)


@pytest.fixture
def chromium(monkeypatch: pytest.MonkeyPatch) -> Iterator[Browser]:
    """Return a browser; skip where there is none."""
    # Playwright runs an event loop in this thread, beside the tests' own use of the database.
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
    with browsing() as browser:
        yield browser


@pytest.fixture
def running(chromium: Browser, tmp_path: Path) -> Iterator[Running]:
    """Return a whole Handbell of its own, where there is a browser to look at it."""
    with handbell(tmp_path) as found:
        yield found
