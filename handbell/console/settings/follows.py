"""What follows a change of the engagement settings: how many messages, in a sentence."""

from collections.abc import Collection

from babel.numbers import format_decimal
from django.utils.translation import ngettext

from handbell.console.language import locale
from handbell.outbox.queries import planned_count
from handbell.vocabulary.words import Purpose


def moving_count(practice_id: int, steps: Collection[str] | None = None) -> int:
    """Return how many reminders are planned, of these steps or of all."""
    return planned_count(practice_id, Purpose.APPOINTMENT_REMINDER, steps=steps)


def _counted(said: str, count: int) -> str:
    """Fill in how many messages a sentence is about."""
    return said % {"count": format_decimal(count, locale=locale())}


def say_held(count: int) -> str:
    """Say how many reminders are held."""
    said = ngettext(
        "%(count)s reminder planned for the next three days is held until somebody sets the mode "
        "to normal.",
        "%(count)s reminders planned for the next three days are held until somebody sets the mode "
        "to normal.",
        count,
    )
    return _counted(said, count)


def say_planned_anew(count: int) -> str:
    """Say how many reminders are planned anew."""
    said = ngettext(
        "%(count)s reminder planned for the next three days is planned anew.",
        "%(count)s reminders planned for the next three days are planned anew.",
        count,
    )
    return _counted(said, count)


def say_moved_into_hours(count: int) -> str:
    """Say how many reminders move into the new hours."""
    said = ngettext(
        "%(count)s reminder planned for the next three days is moved into them.",
        "%(count)s reminders planned for the next three days are moved into them.",
        count,
    )
    return _counted(said, count)


def say_taken_back(count: int) -> str:
    """Say how many reminders are taken back."""
    said = ngettext(
        "%(count)s reminder planned for the next three days is taken back.",
        "%(count)s reminders planned for the next three days are taken back.",
        count,
    )
    return _counted(said, count)


def say_alerts_anew(count: int) -> str:
    """Say how many balance alerts are planned anew."""
    said = ngettext(
        "%(count)s balance alert planned for the next three days is planned anew.",
        "%(count)s balance alerts planned for the next three days are planned anew.",
        count,
    )
    return _counted(said, count)


def say_alerts_taken_back(count: int) -> str:
    """Say how many balance alerts are taken back."""
    said = ngettext(
        "%(count)s balance alert planned for the next three days is taken back.",
        "%(count)s balance alerts planned for the next three days are taken back.",
        count,
    )
    return _counted(said, count)
