"""What the console's tests share."""

from datetime import UTC, datetime

import pytest
from django.test import Client

from handbell.access.models import StaffMember
from tests.console.desk import signed_in, staff
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
