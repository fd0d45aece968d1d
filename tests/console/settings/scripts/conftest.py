"""What the tests of Settings > Scripts share."""

import pytest
from django.test import Client

from handbell.access.models import StaffMember
from handbell.vocabulary.words import PermissionLevel
from tests.console.desk import signed_in, staff
from tests.world import Clinic


@pytest.fixture
def director(clinic: Clinic) -> StaffMember:
    return staff(clinic, PermissionLevel.THERAPY_DIRECTOR)


@pytest.fixture
def writer(director: StaffMember) -> Client:
    """Return a browser in which a therapy director is signed in."""
    return signed_in(director)
