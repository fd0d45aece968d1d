"""Can the words of a call be said in the time a call may take, to a machine too?

A call that takes too long is refused before it is placed, each of them: it is said while the words
are written, and again before they are sent, because an extended closure takes longer to say.
"""

from datetime import datetime

from handbell.access.practice_settings import PracticeSettings
from handbell.channels.gateway import VoiceContent
from handbell.channels.voice.twilio.twiml import seconds_too_many
from handbell.closures.estimate import sample
from handbell.facts.models import Closure
from handbell.policy.timetable import start_of_day
from handbell.scripts.starting_texts import Text
from handbell.vocabulary.words import Channel, NoticeKind


class TooLongToSay(ValueError):
    """The call would take longer than it may; nothing was kept or sent."""

    def __init__(self) -> None:
        super().__init__("the call would take too long to say: shorten the words")


def is_too_long(
    closure: Closure,
    settings: PracticeSettings,
    kind: NoticeKind,
    language: str,
    text: Text,
    *,
    now: datetime,
) -> bool:
    """Return whether a call takes too long for somebody booked first and last, at long names.

    It names both of two facilities; of more it names the practice.
    """
    places = [(place.name, id) for id in closure.facility_ids if (place := settings.place(id))]
    longest = [id for _, id in sorted(places, key=lambda one: len(one[0]))[-2:]]
    days = sorted({closure.first_day, closure.last_day})
    visits = [(start_of_day(day, settings.zone_of(id)), id) for day in days for id in longest]
    said = sample(
        closure, settings, kind, Channel.VOICE, language, text, name="", visits=visits, now=now
    )
    content = said.content if said else None
    return isinstance(content, VoiceContent) and seconds_too_many(content) > 0
