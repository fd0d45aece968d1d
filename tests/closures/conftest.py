"""What the tests of closures share."""

import pytest

from tests.world import Clinic


@pytest.fixture
def clinic() -> Clinic:
    """Return a clinic that sends by every channel."""
    clinic = Clinic()
    clinic.senders()
    return clinic
