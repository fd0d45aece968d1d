"""Can a patient who wants to be reminded not be reached on any channel they chose? Pure.

Somebody not subscribed at all is not unreachable: they asked for nothing.
"""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Final

from handbell.facts.people import Person
from handbell.planner.touches import THEIR_OWN, Touch, standing_of, subscribed_channels
from handbell.policy.judge import standing_objection
from handbell.vocabulary.words import Objection, Purpose

#: Nobody telephones these about a reminder.
_NOT_TO_BE_REACHED: Final = frozenset({Objection.DECEASED, Objection.INACTIVE})


def why_unreachable(
    person: Person, touches: Iterable[Touch], *, today: date, now: datetime
) -> Objection | None:
    """Return why no reminder reaches this person (of the first channel chosen), None if one does.

    The words are those policy uses for a message. `today` decides whether they are a minor.
    """
    if any(_reaches(touch) for touch in touches):
        return None
    first: Objection | None = None
    for channel in subscribed_channels(person, Purpose.APPOINTMENT_REMINDER, now):
        facts = standing_of(
            person,
            purpose=Purpose.APPOINTMENT_REMINDER,
            channel=channel,
            today=today,
            has_sender=True,
        )
        why = standing_objection(facts, now=now)
        if why is None:
            return None
        first = first or why
    return None if first in _NOT_TO_BE_REACHED else first


def _reaches(touch: Touch) -> bool:
    """Return whether this is a reminder that goes to the patient, or to who answers for them."""
    reminds = touch.purpose is Purpose.APPOINTMENT_REMINDER and touch.objection is None
    return reminds and touch.recipient in THEIR_OWN
