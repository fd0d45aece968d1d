"""What is one message about?"""

from collections.abc import Sequence
from dataclasses import dataclass

from handbell.facts.people import Person
from handbell.planner.touches import Visit
from handbell.vocabulary.words import Channel, Purpose


@dataclass(frozen=True, slots=True)
class Letter:
    """What one message speaks of: a person and visits (several when merged) or an account."""

    purpose: Purpose
    channel: Channel
    person: Person
    visits: Sequence[Visit]
    facility_id: int | None
    link: str  # the address behind the link, with its code
    step: str = ""  # names what a message about a visit is, where it is no ordinary reminder
