"""Whose clock a practice goes by, and which number its patients call."""

import pytest

from handbell.access.queries import phone_to_call, practice_zone
from tests.world import Clinic

pytestmark = pytest.mark.django_db


def test_a_practice_goes_by_the_zone_it_names() -> None:
    practice = Clinic().practice
    practice.time_zone = "America/Denver"
    assert practice_zone(practice).key == "America/Denver"


def test_a_practice_that_names_no_zone_goes_by_its_first_facility() -> None:
    clinic = Clinic()
    clinic.add_facility("West", "America/Los_Angeles")
    assert practice_zone(clinic.practice).key == "America/New_York"


def test_a_zone_nobody_knows_is_not_used() -> None:
    clinic = Clinic()
    clinic.practice.time_zone = "Mars/Olympus"
    assert practice_zone(clinic.practice).key == "America/New_York"


def test_patients_call_the_facility_else_the_practice_else_any_facility() -> None:
    clinic = Clinic()
    silent = clinic.add_facility("Silent", "America/New_York")
    silent.phone = ""
    silent.save()

    assert phone_to_call(clinic.practice, clinic.facility) == "+12025550190"
    assert phone_to_call(clinic.practice, silent) == "+12025550190"
    clinic.practice.phone = "+12025550111"
    assert phone_to_call(clinic.practice, silent) == "+12025550111"
    assert phone_to_call(clinic.practice, None) == "+12025550111"
