"""A message may have left and nobody told us: what now?

A reminder sent twice costs trust and counts twice against the caps, so it is never offered
again without the provider's word. A closure notice that did not arrive costs a patient a drive
through the snow, so it is offered again when the provider never had it, or, once, when it cannot
say: a provider that takes each and answers none would bring a patient copy after copy.
"""

from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from handbell.vocabulary.words import Purpose

#: How long an emergency notice waits for a receipt or a look-up before it goes again.
EMERGENCY_PATIENCE: Final = timedelta(minutes=2)

#: So often an emergency notice is offered in all where the provider cannot say whether it has it.
#: After that the patient is on the call list.
EMERGENCY_TRIES: Final = 2

#: How long we go on asking the provider.
ASKING_ENDS_AFTER: Final = timedelta(hours=24)

#: The pauses between look-ups of one message grow with its age, but not beyond this.
LONGEST_PAUSE: Final = timedelta(minutes=30)


class Doubt(StrEnum):
    """What to do with a message in doubt after a look-up."""

    SEND_AGAIN = "send_again"
    GIVE_UP = "give_up"  # certain that it never arrived, and it may not go again
    WAIT = "wait"  # ask again later
    LEAVE = "leave"  # asked long enough: it stays in doubt until a person or a late receipt


def after_unheard(purpose: Purpose, *, useful: bool) -> Doubt:
    """Return what to do when the provider has certainly never had the message."""
    if purpose is Purpose.EMERGENCY_NOTICE and useful:
        return Doubt.SEND_AGAIN
    return Doubt.GIVE_UP


def after_unanswered(
    purpose: Purpose, *, attempts: int, handed_over_at: datetime, now: datetime
) -> Doubt:
    """Return what to do when the provider could not say, after so many tries."""
    age = now - handed_over_at
    again = purpose is Purpose.EMERGENCY_NOTICE and attempts < EMERGENCY_TRIES
    if again and age >= EMERGENCY_PATIENCE:
        return Doubt.SEND_AGAIN
    return Doubt.WAIT if age < ASKING_ENDS_AFTER else Doubt.LEAVE


def next_look_up(*, handed_over_at: datetime, now: datetime) -> datetime:
    """Return when to ask again: pauses of a tenth of the message's age, 30 s to 30 min."""
    pause = (now - handed_over_at) / 10
    return now + min(max(pause, timedelta(seconds=30)), LONGEST_PAUSE)
