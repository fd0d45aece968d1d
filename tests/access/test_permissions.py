"""What each permission level may do."""

from itertools import pairwise

import pytest

from handbell.access.models import Facility, StaffMember
from handbell.access.permissions import LADDER, LOWEST, Action, may, may_grant, may_manage
from handbell.vocabulary.words import PermissionLevel


def person(level: PermissionLevel, **columns: bool | int) -> StaffMember:
    return StaffMember(level=level, name="Robin Desk", email="robin@harborpt.example", **columns)


@pytest.mark.parametrize("action", Action)
def test_every_action_has_a_lowest_level(action: Action) -> None:
    assert action in LOWEST


@pytest.mark.parametrize(("lower", "higher"), list(pairwise(LADDER)))
def test_each_level_may_do_what_the_one_below_may(
    lower: PermissionLevel, higher: PermissionLevel
) -> None:
    below = {action for action in Action if may(person(lower), action)}
    above = {action for action in Action if may(person(higher), action)}
    assert below <= above


def test_front_desk_sees_messages_and_exports_nothing() -> None:
    desk = person(PermissionLevel.FRONT_DESK)
    assert may(desk, Action.SEE_MESSAGES)
    assert not may(desk, Action.EXPORT_MESSAGES)


def test_the_permission_to_run_reports_lets_anybody_export() -> None:
    assert may(person(PermissionLevel.FRONT_DESK, may_run_reports=True), Action.EXPORT_MESSAGES)


@pytest.mark.parametrize("level", PermissionLevel)
def test_limited_messaging_sees_all_a_level_sees_and_changes_nothing_that_is_sent(
    level: PermissionLevel,
) -> None:
    limited, free = person(level, limit_messaging=True), person(level)
    lost = {action for action in Action if may(free, action) and not may(limited, action)}
    assert not {action for action in lost if action.startswith(("see_", "use_", "export_", "run_"))}
    assert {Action.SETTLE_REPLIES, Action.CHANGE_SUBSCRIPTIONS} <= lost
    for action in (Action.CHANGE_REMINDERS, Action.APPROVE_SCRIPTS, Action.CHANGE_BALANCE_ALERTS):
        assert not may(limited, action)


@pytest.mark.parametrize("level", PermissionLevel)
def test_limited_finance_hides_balances_and_what_brings_them_and_nothing_else(
    level: PermissionLevel,
) -> None:
    limited, free = person(level, limit_financial=True), person(level)
    lost = {action for action in Action if may(free, action) and not may(limited, action)}
    money = {
        Action.SEE_BALANCES,
        Action.SEE_BALANCE_ALERTS,
        Action.CHANGE_BALANCE_ALERTS,
        Action.CHANGE_BALANCE_SETTINGS,
        Action.IMPORT,
        Action.EXPORT_BALANCES,
    }
    assert lost == {action for action in money if may(free, action)}
    assert not {action for action in money if may(limited, action)}


def test_nobody_may_do_anything_to_what_is_another_practices() -> None:
    owner = person(PermissionLevel.BUSINESS_OWNER, practice_id=1)
    mine, theirs = (Facility(practice_id=number) for number in (1, 2))
    for action in Action:
        assert may(owner, action, mine)
        assert not may(owner, action, theirs)


@pytest.mark.parametrize(
    ("granter", "most"),
    [
        (PermissionLevel.FRONT_DESK, None),
        (PermissionLevel.CLINICAL_STAFF, None),
        (PermissionLevel.THERAPY_DIRECTOR, PermissionLevel.THERAPY_DIRECTOR),
        (PermissionLevel.PRACTICE_ADMINISTRATOR, PermissionLevel.BUSINESS_OWNER),
        (PermissionLevel.BUSINESS_OWNER, PermissionLevel.BUSINESS_OWNER),
    ],
)
def test_nobody_grants_more_than_they_may(
    granter: PermissionLevel, most: PermissionLevel | None
) -> None:
    allowed = [level for level in LADDER if may_grant(person(granter), level)]
    assert (allowed[-1] if allowed else None) == most


def test_a_director_manages_nobody_above() -> None:
    director = person(PermissionLevel.THERAPY_DIRECTOR, practice_id=1)
    desk = person(PermissionLevel.FRONT_DESK, practice_id=1)
    owner = person(PermissionLevel.BUSINESS_OWNER, practice_id=1)
    elsewhere = person(PermissionLevel.FRONT_DESK, practice_id=2)
    assert may_manage(director, desk)
    assert not may_manage(director, owner)
    assert not may_manage(director, elsewhere)


@pytest.mark.parametrize("action", Action)
def test_somebody_who_left_may_do_nothing(action: Action) -> None:
    assert not may(person(PermissionLevel.BUSINESS_OWNER, is_active=False), action)
