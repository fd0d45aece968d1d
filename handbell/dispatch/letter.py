"""What is one message about?"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal

from handbell.facts.people import Person
from handbell.planner.touches import Visit
from handbell.policy.closures import Span
from handbell.scripts.starting_texts import Key, Text
from handbell.vocabulary.words import Channel, NoticeKind, Purpose


@dataclass(frozen=True, slots=True)
class Notice:
    """What a notice tells: which facilities are closed when, and which visits that touches.

    `several_people` share the number or mailbox, so nobody is greeted by name.
    """

    kind: NoticeKind
    told_on: date
    span: Span
    facility_ids: Sequence[int]
    visits_at: Sequence[tuple[datetime, int]]  # each with its facility
    words: Mapping[tuple[Channel, str], Text] = field(repr=False)
    several_people: bool = False

    def texts_of(self, channel: Channel) -> Mapping[Key, Text]:
        """Return the words for a channel, in every language there are any in.

        A language nobody wrote them in has those of another: a notice is better than none.
        """
        own = {lang: text for (by, lang), text in self.words.items() if by is channel}
        if own and "en" not in own:
            own = {"en": next(iter(own.values())), **own}
        return {(Purpose.EMERGENCY_NOTICE, channel, lang): text for lang, text in own.items()}


@dataclass(frozen=True, slots=True)
class Letter:
    """What one message speaks of: a person and visits (several when merged), or something else.

    Without visits and without a `notice` it speaks of an account, of which `owed` is the balance.
    """

    purpose: Purpose
    channel: Channel
    person: Person
    visits: Sequence[Visit]
    facility_id: int | None
    link: str  # the address behind the link, with its code
    step: str = ""  # names what a message about a visit is, where it is no ordinary reminder
    notice: Notice | None = None
    owed: Decimal | None = field(default=None, repr=False)
