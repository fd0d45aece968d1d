"""When may the words of a closure's notice change? Not while they are going to people.

A second person agrees to the words they read, and nobody's notice is to end unsent because the
words were taken away under it.
"""

from datetime import datetime

from django.db import transaction
from django.db.models import Q

from handbell.access.models import StaffMember
from handbell.access.practice_settings import PracticeSettings, practice_settings
from handbell.closures.estimate import sample
from handbell.closures.spoken import TooLongToSay, is_too_long
from handbell.facts.closing import take_turns
from handbell.facts.models import Closure
from handbell.outbox.models import Sending
from handbell.scripts.models import NoticeText
from handbell.scripts.notices import NoticeKey, notices_of, save_notice
from handbell.scripts.operations import ScriptFlaw
from handbell.scripts.starting_notices import LANGUAGES, shorter_notices, starting_notice
from handbell.scripts.starting_texts import Text
from handbell.vocabulary.words import (
    Channel,
    ClosureReason,
    MessageState,
    NoticeKind,
    SendingState,
)

#: A message of it that has not left, or that may go again.
_TO_COME = Q(message__state__in=[MessageState.QUEUED, MessageState.CLAIMED]) | Q(
    message__state=MessageState.IN_DOUBT, message__look_up_at__isnull=False
)


class WordsInUse(ValueError):
    """The words are of a sending that goes, is paused or awaits somebody; nothing was changed."""

    def __init__(self) -> None:
        super().__init__("these words are being sent or wait for a second person: stop that first")


def write_starting_words(
    closure: Closure, *, by: StaffMember, now: datetime
) -> list[tuple[Channel, str]]:
    """Begin with words for every channel; they are read and changed before anything is sent.

    Returns the channels and languages whose words the guard does not let pass, because of a
    facility's name for instance: they are written by hand.
    """
    missing = []
    for channel in Channel:
        for language in LANGUAGES:
            key = (NoticeKind.CLOSING, channel, language)
            words = starting_words(closure, key, now=now)
            try:
                save_notice(closure, key, words, by=by, now=now)
            except ScriptFlaw:
                missing.append((channel, language))
    return missing


def starting_words(closure: Closure, key: NoticeKey, *, now: datetime) -> Text:
    """Return the words a notice begins with: the longest a segment, or a call, has room for."""
    words = starting_notice(ClosureReason(closure.reason), *key)
    if key[1] is Channel.EMAIL:
        return words
    settings = practice_settings(closure.practice_id)
    for shorter in shorter_notices(ClosureReason(closure.reason), *key):
        if _has_room(closure, settings, key, words, now):
            break
        words = shorter
    return words


def _has_room(
    closure: Closure, settings: PracticeSettings, key: NoticeKey, words: Text, now: datetime
) -> bool:
    kind, channel, language = key
    if channel is Channel.VOICE:
        return not is_too_long(closure, settings, kind, language, words, now=now)
    longest = sample(closure, settings, kind, channel, language, words, name="", visits=(), now=now)
    return longest is None or longest.segments <= 1


def save_words(
    closure: Closure, key: NoticeKey, text: Text, *, by: StaffMember, now: datetime
) -> NoticeText | None:
    """Write a notice's words where they are not in use; None if they are empty.

    Raises WordsInUse, TooLongToSay, or ScriptFlaw as `save_notice` does.
    """
    kind, channel, language = key
    if channel is Channel.VOICE and text.body:
        settings = practice_settings(closure.practice_id)
        if is_too_long(closure, settings, kind, language, text, now=now):
            raise TooLongToSay
    with transaction.atomic():
        take_turns(closure.practice_id)
        old = notices_of(closure.pk).get(key)
        stands = Text(old.body, old.subject) if old else Text("", "")
        if text != stands and _are_in_use(closure, key):
            raise WordsInUse
        try:
            return save_notice(closure, key, text, by=by, now=now)
        except ScriptFlaw as flaw:
            refused = flaw  # raised where it no longer undoes the record of the refusal
    raise refused


def _are_in_use(closure: Closure, key: NoticeKey) -> bool:
    kind, channel, _ = key
    own = Sending.objects.filter(closure=closure, kind=kind, channel=channel)
    unfinished = Q(state__in=[SendingState.GOING, SendingState.PAUSED]) & _TO_COME
    return own.filter(Q(state=SendingState.AWAITING) | unfinished).exists()
