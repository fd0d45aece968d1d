"""May this staff member do that, to this? The one place that knows.

The ladder (strataemr.md 2.3) is additive: each level may do what those below it may. Modifiers
on a person narrow a level, and one (`may_run_reports`) widens it.
"""

from collections.abc import Mapping
from enum import StrEnum
from typing import Final, Protocol

from handbell.access.models import StaffMember
from handbell.vocabulary.words import PermissionLevel


class Action(StrEnum):
    """Something a staff member may or may not do; every console page names one."""

    USE_OWN_ACCOUNT = "use_own_account"  # password, second factor, sessions
    SEE_GUIDANCE = "see_guidance"  # what the tools are for
    SEE_TODAY = "see_today"  # counts and reasons, nobody's name
    SEE_MESSAGES = "see_messages"  # who was written to, and the text
    SETTLE_REPLIES = "settle_replies"  # mark a patient's reply as read
    SEE_PATIENTS = "see_patients"  # who they are, what they will get next and why
    CHANGE_PATIENTS = "change_patients"  # contact points, language, a guardian
    CHANGE_SUBSCRIPTIONS = "change_subscriptions"  # record a consent or an opt-out
    SEE_SCHEDULE = "see_schedule"  # a day's visits
    CHANGE_SCHEDULE = "change_schedule"  # add, move, confirm, cancel a visit
    SEE_BALANCES = "see_balances"  # what a patient owes
    SEE_BALANCE_ALERTS = "see_balance_alerts"  # that a patient owes
    CHANGE_BALANCE_ALERTS = "change_balance_alerts"  # a patient in, out or as the practice
    SEE_CLOSURES = "see_closures"  # emergencies: who is told, how far it is, the call list
    SETTLE_CALLS = "settle_calls"  # tick off somebody of the call list
    CLOSE_FACILITIES = "close_facilities"  # the emergency mode; send, pause, stop notices
    SEE_SETTINGS = "see_settings"  # how reminders go, read only
    CHANGE_REMINDERS = "change_reminders"  # mode, steps, scripts, windows, balance frequency
    CHANGE_BALANCE_SETTINGS = "change_balance_settings"  # how often, when, from which amount
    APPROVE_SCRIPTS = "approve_scripts"  # be the second person for a text that is held
    SEE_REFUSALS = "see_refusals"  # how many texts the content guard refused
    CHANGE_PRACTICE = "change_practice"  # name, facilities, signing in
    CHANGE_SENDERS = "change_senders"  # what we send as: add, pause, release, retire
    IMPORT = "import"  # bring files in
    CHANGE_STAFF = "change_staff"  # logins, levels, modifiers
    SEE_AUDIT = "see_audit"  # who did what
    EXPORT_MESSAGES = "export_messages"  # patients' names and addresses, in a file
    EXPORT_BALANCES = "export_balances"  # who owes how much, in a file
    SEE_REPORTS = "see_reports"  # which reports there are, and whom to ask for one
    RUN_REPORTS = "run_reports"  # the same of all patients


LADDER: Final = tuple(PermissionLevel)

_FRONT_DESK = PermissionLevel.FRONT_DESK
_DIRECTOR = PermissionLevel.THERAPY_DIRECTOR
_ADMINISTRATOR = PermissionLevel.PRACTICE_ADMINISTRATOR

#: The lowest level that may do it.
LOWEST: Final[Mapping[Action, PermissionLevel]] = {
    Action.USE_OWN_ACCOUNT: _FRONT_DESK,
    Action.SEE_GUIDANCE: _FRONT_DESK,
    Action.SEE_TODAY: _FRONT_DESK,
    Action.SEE_MESSAGES: _FRONT_DESK,
    Action.SETTLE_REPLIES: _FRONT_DESK,
    Action.SEE_PATIENTS: _FRONT_DESK,
    Action.CHANGE_PATIENTS: _FRONT_DESK,
    Action.CHANGE_SUBSCRIPTIONS: _FRONT_DESK,
    Action.SEE_SCHEDULE: _FRONT_DESK,
    Action.CHANGE_SCHEDULE: _FRONT_DESK,
    Action.SEE_BALANCES: _FRONT_DESK,
    Action.SEE_BALANCE_ALERTS: _FRONT_DESK,
    Action.CHANGE_BALANCE_ALERTS: _FRONT_DESK,
    Action.SEE_CLOSURES: _FRONT_DESK,
    Action.SETTLE_CALLS: _FRONT_DESK,
    Action.CLOSE_FACILITIES: _DIRECTOR,
    Action.SEE_SETTINGS: _FRONT_DESK,
    Action.CHANGE_REMINDERS: _DIRECTOR,
    Action.CHANGE_BALANCE_SETTINGS: _DIRECTOR,
    Action.APPROVE_SCRIPTS: _DIRECTOR,
    Action.SEE_REFUSALS: _DIRECTOR,
    Action.CHANGE_PRACTICE: _ADMINISTRATOR,
    Action.CHANGE_SENDERS: _ADMINISTRATOR,
    Action.IMPORT: _ADMINISTRATOR,
    Action.CHANGE_STAFF: _DIRECTOR,
    Action.SEE_AUDIT: _ADMINISTRATOR,
    Action.EXPORT_MESSAGES: _ADMINISTRATOR,
    Action.EXPORT_BALANCES: _ADMINISTRATOR,
    Action.SEE_REPORTS: _FRONT_DESK,
    Action.RUN_REPORTS: _ADMINISTRATOR,
}

#: What "Limit Messaging Access" takes away, whatever the level: such a person sees, and can
#: neither change what is sent nor send.
_MESSAGING: Final = frozenset(
    {
        Action.SETTLE_REPLIES,
        Action.CHANGE_SUBSCRIPTIONS,
        Action.CHANGE_BALANCE_ALERTS,
        Action.SETTLE_CALLS,
        Action.CLOSE_FACILITIES,
        Action.CHANGE_REMINDERS,
        Action.CHANGE_BALANCE_SETTINGS,
        Action.APPROVE_SCRIPTS,
        Action.CHANGE_SENDERS,
        Action.IMPORT,  # files carry consents and texts
    }
)
#: What "Limit Financial Features" takes away: no balances, no balance alerts.
_FINANCIAL: Final = frozenset(
    {
        Action.SEE_BALANCES,
        Action.SEE_BALANCE_ALERTS,
        Action.CHANGE_BALANCE_ALERTS,
        Action.CHANGE_BALANCE_SETTINGS,
        Action.EXPORT_BALANCES,
        Action.IMPORT,  # files carry what patients owe
    }
)

#: What the permission to run reports adds, whatever the level.
_REPORTS: Final = frozenset({Action.EXPORT_MESSAGES, Action.EXPORT_BALANCES, Action.RUN_REPORTS})


class OfAPractice(Protocol):
    """Anything that belongs to a practice."""

    @property
    def practice_id(self) -> int: ...


def may(staff: StaffMember, action: Action, subject: OfAPractice | None = None) -> bool:
    """Return whether this staff member may do it, to `subject` if one is named.

    Somebody who is not active may do nothing, and nobody anything to another practice's.
    """
    if not staff.is_active:
        return False
    if subject is not None and subject.practice_id != staff.practice_id:
        return False
    if staff.limit_messaging and action in _MESSAGING:
        return False
    if staff.limit_financial and action in _FINANCIAL:
        return False
    if staff.may_run_reports and action in _REPORTS:
        return True
    return rank(staff.level) >= rank(LOWEST[action])


def may_grant(staff: StaffMember, level: str) -> bool:
    """Return whether this staff member may make somebody one of that level.

    Nobody gives away more than they have, but for one: granting Business Owner needs Practice
    Administrator or above (strataemr.md 2.3).
    """
    if not may(staff, Action.CHANGE_STAFF):
        return False
    return rank(staff.level) >= min(rank(level), rank(_ADMINISTRATOR))


def may_manage(staff: StaffMember, other: StaffMember) -> bool:
    """Return whether this staff member may change that one: of the practice, and not above."""
    return may(staff, Action.CHANGE_STAFF, other) and may_grant(staff, other.level)


def may_make(staff: StaffMember, after: StaffMember, before: StaffMember | None = None) -> bool:
    """Return whether this staff member may turn `before` (None: nobody yet) into `after`.

    Beside the level: nobody gives what they have not got themselves, so whoever is limited can
    neither lift that limit from another nor make a login without it.
    """
    if not may_grant(staff, after.level):
        return False
    given = {action for action in Action if _holds(after, action)}
    had = {action for action in Action if before is not None and _holds(before, action)}
    return all(may(staff, action) for action in given - had)


def _holds(person: StaffMember, action: Action) -> bool:
    """Return whether the person's level and modifiers allow it, active or not."""
    like = StaffMember(
        level=person.level,
        limit_financial=person.limit_financial,
        limit_messaging=person.limit_messaging,
        may_run_reports=person.may_run_reports,
    )
    return may(like, action)


def rank(level: str) -> int:
    """Return how high a level stands on the ladder, 0 for the lowest."""
    return LADDER.index(PermissionLevel(level))
