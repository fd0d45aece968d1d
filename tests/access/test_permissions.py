"""What each permission level may do."""

from itertools import pairwise

import pytest

from handbell.access.models import StaffMember
from handbell.access.permissions import LADDER, LOWEST, Action, may
from handbell.vocabulary.words import PermissionLevel


def person(level: PermissionLevel, **columns: bool) -> StaffMember:
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
def test_limited_messaging_hides_messages_at_every_level(level: PermissionLevel) -> None:
    limited = person(level, limit_messaging=True, may_run_reports=True)
    allowed = {action for action in Action if may(limited, action)}
    assert allowed == {Action.SEE_TODAY}


@pytest.mark.parametrize("level", PermissionLevel)
def test_limited_finance_hides_balance_alerts_and_nothing_else(level: PermissionLevel) -> None:
    limited, free = person(level, limit_financial=True), person(level)
    lost = {action for action in Action if may(free, action) and not may(limited, action)}
    assert lost == {Action.SEE_BALANCE_ALERTS}


@pytest.mark.parametrize("action", Action)
def test_somebody_who_left_may_do_nothing(action: Action) -> None:
    assert not may(person(PermissionLevel.BUSINESS_OWNER, is_active=False), action)
