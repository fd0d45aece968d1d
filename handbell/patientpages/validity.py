"""For how long does a link show what it was about? Pure.

Afterwards it is a bearer's key to something old on a telephone somebody may have lost, so it shows
nothing more. Taking consent back is another matter: what a link can stop, it can stop for ever
(47 CFR 64.1200(a)(10); 15 USC 7704(a)(3) asks for 30 days).
"""

from datetime import datetime, timedelta
from typing import Final

from handbell.facts.models import Appointment
from handbell.outbox.models import Message

SHOWN_AFTER_VISIT: Final = timedelta(days=7)
SHOWN_WITHOUT_VISIT: Final = timedelta(days=30)
CHOOSABLE_FOR: Final = timedelta(days=90)

#: How long a visit counts as lasting where nobody said, as in the calendar entry.
USUAL_LENGTH: Final = timedelta(minutes=60)


def shown_until(message: Message) -> datetime:
    """Return until when a link shows its visits, or asks for a birth date and shows a balance."""
    ends = [
        _end_of(row.appointment)
        for row in (message, *message.merged.all())
        if row.appointment is not None
    ]
    if ends:
        return max(ends) + SHOWN_AFTER_VISIT
    return _sent_at(message) + SHOWN_WITHOUT_VISIT


def choices_until(message: Message) -> datetime:
    """Return until when somebody can see and change what they get by a link."""
    return max(_sent_at(message) + CHOOSABLE_FOR, shown_until(message))


def _sent_at(message: Message) -> datetime:
    return message.handed_over_at or message.due_at


def _end_of(visit: Appointment) -> datetime:
    return visit.starts_at + (timedelta(minutes=visit.duration_minutes) or USUAL_LENGTH)
