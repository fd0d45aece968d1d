"""May this staff member do that? The one place that knows.

The ladder (strataemr.md 2.3) is additive: each level may do what those below it may. Modifiers
on a person narrow a level, and one (`may_run_reports`) widens it.
"""

from collections.abc import Mapping
from enum import StrEnum
from typing import Final

from handbell.access.models import StaffMember
from handbell.vocabulary.words import PermissionLevel


class Action(StrEnum):
    """Something a staff member may or may not do; every console page names one."""

    SEE_TODAY = "see_today"  # counts and reasons, nobody's name
    SEE_MESSAGES = "see_messages"  # who was written to, and the text
    SEE_BALANCE_ALERTS = "see_balance_alerts"  # that a patient owes
    SETTLE_REPLIES = "settle_replies"  # mark a patient's reply as read
    EXPORT_MESSAGES = "export_messages"  # patients' names and addresses, in a file


LADDER: Final = tuple(PermissionLevel)

#: The lowest level that may do it.
LOWEST: Final[Mapping[Action, PermissionLevel]] = {
    Action.SEE_TODAY: PermissionLevel.FRONT_DESK,
    Action.SEE_MESSAGES: PermissionLevel.FRONT_DESK,
    Action.SEE_BALANCE_ALERTS: PermissionLevel.FRONT_DESK,
    Action.SETTLE_REPLIES: PermissionLevel.FRONT_DESK,
    Action.EXPORT_MESSAGES: PermissionLevel.PRACTICE_ADMINISTRATOR,
}

#: What "Limit Messaging Access" and "Limit Financial Features" take away, whatever the level.
_MESSAGING: Final = frozenset(
    {Action.SEE_MESSAGES, Action.SETTLE_REPLIES, Action.EXPORT_MESSAGES, Action.SEE_BALANCE_ALERTS}
)
_FINANCIAL: Final = frozenset({Action.SEE_BALANCE_ALERTS})

#: What the permission to run reports adds, whatever the level.
_REPORTS: Final = frozenset({Action.EXPORT_MESSAGES})


def may(staff: StaffMember, action: Action) -> bool:
    """Return whether this staff member may do it. Somebody who is not active may do nothing."""
    if not staff.is_active:
        return False
    if staff.limit_messaging and action in _MESSAGING:
        return False
    if staff.limit_financial and action in _FINANCIAL:
        return False
    if staff.may_run_reports and action in _REPORTS:
        return True
    return LADDER.index(PermissionLevel(staff.level)) >= LADDER.index(LOWEST[action])
