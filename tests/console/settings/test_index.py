"""Settings: each part leads to its page, for those who may open it, and says who changes it."""

import re

import pytest

from handbell.console.settings.index import PARTS, doors_for
from handbell.vocabulary.words import PermissionLevel
from tests.console.desk import signed_in, staff
from tests.world import Clinic


@pytest.mark.parametrize("level", PermissionLevel)
def test_every_part_that_is_shown_opens(clinic: Clinic, level: PermissionLevel) -> None:
    member = staff(clinic, level)
    browser = signed_in(member)
    html = browser.get("/settings").content.decode()
    for door in doors_for(member):
        assert f'href="{door.address}"' in html
        assert browser.get(door.address).status_code == 200


def test_the_front_desk_reads_and_an_owner_sees_all(clinic: Clinic) -> None:
    desk = doors_for(staff(clinic))
    assert [door.part.name for door in desk] == [
        "engagement",
        "scripts",
        "practice",
        "facilities",
        "senders",
    ]
    assert not any(door.may_change for door in desk)
    owner = doors_for(staff(clinic, PermissionLevel.BUSINESS_OWNER))
    assert [door.part for door in owner] == list(PARTS)


def test_the_audit_trail_is_for_reading_only(clinic: Clinic) -> None:
    browser = signed_in(staff(clinic, PermissionLevel.BUSINESS_OWNER))
    said = re.sub(r"\s+", " ", browser.get("/settings").content.decode())
    assert said.count("nobody can change it") == 1
