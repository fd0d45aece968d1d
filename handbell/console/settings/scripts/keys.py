"""Which script does an address name, and may this staff member see or change it?

Balance alerts are money: whoever is limited to no financial features neither reads their texts
nor changes them.
"""

from django.core.exceptions import PermissionDenied
from django.http import Http404

from handbell.access.models import StaffMember
from handbell.access.permissions import Action, may
from handbell.console.words import LANGUAGES
from handbell.scripts.starting_texts import STARTING_TEXTS, Key
from handbell.vocabulary.words import Channel, Purpose


def read_key(purpose: str, channel: str, language: str) -> Key:
    """Return the script an address names. Raises Http404 if there is none of that kind."""
    try:
        key = (Purpose(purpose), Channel(channel), language)
    except ValueError as error:
        raise Http404 from error
    if key not in STARTING_TEXTS or language not in LANGUAGES:
        raise Http404
    return key


def may_see(staff: StaffMember, purpose: str) -> bool:
    """Return whether this staff member may read the texts of a purpose."""
    return purpose != Purpose.BALANCE_ALERT or may(staff, Action.SEE_BALANCE_ALERTS)


def may_change(staff: StaffMember, purpose: str, action: Action = Action.CHANGE_REMINDERS) -> bool:
    """Return whether this staff member may do `action` to the texts of a purpose."""
    if not may(staff, action):
        return False
    return purpose != Purpose.BALANCE_ALERT or may(staff, Action.CHANGE_BALANCE_SETTINGS)


def require(allowed: bool) -> None:
    """Raise PermissionDenied unless it is allowed."""
    if not allowed:
        raise PermissionDenied
