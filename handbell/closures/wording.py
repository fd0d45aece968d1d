"""When may the words of a closure's notice change? Not while they are going to people.

A second person agrees to the words they read, and nobody's notice is to end unsent because the
words were taken away under it.
"""

from datetime import datetime

from django.db import transaction
from django.db.models import Q

from handbell.access.models import StaffMember
from handbell.access.practice_settings import practice_settings
from handbell.closures.estimate import sample
from handbell.facts.closing import take_turns
from handbell.facts.models import Closure
from handbell.outbox.models import Sending
from handbell.scripts.models import NoticeText
from handbell.scripts.notices import NoticeKey, notices_of, save_notice
from handbell.scripts.operations import ScriptFlaw
from handbell.scripts.starting_notices import LANGUAGES, starting_notice
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
    """Return the words a notice begins with; a text says why where that fits one segment."""
    kind, channel, language = key
    reason = ClosureReason(closure.reason)
    words = starting_notice(reason, *key)
    if channel is not Channel.SMS:
        return words
    settings = practice_settings(closure.practice_id)
    longest = sample(closure, settings, kind, channel, language, words, name="", visits=(), now=now)
    if longest is not None and longest.segments > 1:
        return starting_notice(reason, *key, says_why=False)
    return words


def save_words(
    closure: Closure, key: NoticeKey, text: Text, *, by: StaffMember, now: datetime
) -> NoticeText | None:
    """Write a notice's words where they are not in use; None if they are empty.

    Raises WordsInUse, or ScriptFlaw as `save_notice` does.
    """
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
