"""What happens when somebody presses Send Message, Place Calls or Send E-mail?

Everything that speaks against it is looked at in one transaction in which the practice's closures
take turns; then the sending and its first rows are written together, once, and the others promised
(closures/rows.py). Pressing twice, or two people at once, finds the sending that is there. Nothing
has left when it commits.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from django.db import transaction

from handbell.access.audit import record
from handbell.access.models import Practice, StaffMember
from handbell.access.practice_settings import PracticeSettings
from handbell.closures.audience import Audience, audience_of
from handbell.closures.rows import write_first, write_rest
from handbell.closures.spoken import TooLongToSay, is_too_long
from handbell.facts.closing import take_turns
from handbell.facts.models import Closure
from handbell.outbox.models import Sender, Sending
from handbell.outbox.sender_queries import in_use, senders_of
from handbell.policy.closures import MOST_NOTICES
from handbell.policy.timetable import start_of_day
from handbell.scripts.notices import notices_of
from handbell.scripts.queries import paused_scripts
from handbell.scripts.starting_texts import Text, language_of
from handbell.vocabulary.words import (
    Approval,
    AuditAct,
    Channel,
    NoticeKind,
    Purpose,
    SendingState,
)

#: A sender that only rests for a moment is no reason to ask anybody.
REST: Final = timedelta(minutes=1)

#: How long after a closure its all clear is still news.
ALL_CLEAR_UNTIL: Final = timedelta(days=3)


class CannotSend(ValueError):
    """It is not sent, and nothing was changed; the text says why and what to do."""


class SentAlready(CannotSend):
    """It went today by this channel; `sending` is that act, and it may go again at `again_at`."""

    def __init__(self, sending: Sending, again_at: datetime) -> None:
        self.sending, self.again_at = sending, again_at
        super().__init__("it was sent today by this channel already: once a day is the most")

    def in_full(self, zone: ZoneInfo) -> str:
        """Return the sentence with when it may go again, on this clock."""
        return f"{self}. It may go again from {self.again_at.astimezone(zone):%a %d %b, %H:%M}"


class NoWordsIn(CannotSend):
    """Some of the people read a language there are no words in, nor English ones."""

    def __init__(self, language: str) -> None:
        name = {"en": "English", "es": "Spanish"}[language]
        super().__init__(f"some of these people read {name}: write the words in it too")


class CountDiffers(CannotSend):
    """The number typed is not the number of people it would go to now, which is `count`."""

    def __init__(self, count: int) -> None:
        self.count = count
        super().__init__(f"it would go to {count} people now: look again, and type that number")


class SenderPauses(CannotSend):
    """Nothing leaves by the sender at the moment, and nobody chose that this may."""

    def __init__(self, sender: Sender) -> None:
        self.sender = sender
        super().__init__(
            "the sender is paused: release it, or choose that this notice passes the pause"
        )


@dataclass(frozen=True, slots=True)
class Asked:
    """What somebody wants sent: `counted` is the number of people they typed."""

    kind: NoticeKind
    channel: Channel
    counted: int
    unreached_only: bool = False
    untold_only: bool = False
    through_pause: bool = False


def press(
    closure: Closure, settings: PracticeSettings, asked: Asked, *, by: StaffMember, now: datetime
) -> Sending:
    """Send a notice by one channel to so many people, or await a second person.

    Raises CannotSend. The sending is GOING when its rows are written, AWAITING when a second person
    must agree first.
    """
    sending = _press(closure, settings, asked, by=by, now=now)
    write_rest(sending.pk)
    return sending


@transaction.atomic
def _press(
    closure: Closure, settings: PracticeSettings, asked: Asked, *, by: StaffMember, now: datetime
) -> Sending:
    take_turns(settings.id)
    closure.refresh_from_db()
    day = now.astimezone(settings.zone).date()
    kind, channel = asked.kind, asked.channel
    _refuse_twice(closure, asked, day, settings)
    _refuse_without_words(closure, settings, kind, channel, now)
    sender_for(settings.id, channel, through_pause=asked.through_pause, now=now)
    _refuse_out_of_time(closure, kind, now)
    audience = audience_of(
        closure,
        settings,
        kind,
        unreached_only=asked.unreached_only,
        untold_only=asked.untold_only,
        channels=[channel],
        now=now,
    )
    count = len(audience.reached_by(channel))
    if count != asked.counted:
        raise CountDiffers(count)
    if count == 0:
        raise CannotSend("nobody can be reached by this channel: telephone them instead")
    _refuse_unreadable(closure, settings, audience, channel)
    second = Practice.objects.values_list("second_person_above", flat=True).get(pk=settings.id)
    awaits = second is not None and count > second
    sending = Sending.objects.create(
        practice_id=settings.id,
        closure=closure,
        kind=kind,
        channel=channel,
        day=day,
        state=SendingState.AWAITING if awaits else SendingState.GOING,
        counted=asked.counted,
        unreached_only=asked.unreached_only,
        untold_only=asked.untold_only,
        through_pause=asked.through_pause,
        pressed_by=by,
        pressed_at=now,
    )
    record_sending(sending, {"asked": True} if awaits else {"sent": True}, by=by, now=now)
    if not awaits:
        write_first(sending, settings, audience, now=now)
    return sending


def agree(
    sending: Sending, settings: PracticeSettings, *, by: StaffMember, now: datetime
) -> Sending:
    """Be the second person: it goes now. Raises CannotSend.

    Who is told is worked out anew; if that is not the number the first person typed, it is for the
    first person to look again.
    """
    fresh = _agree(sending, settings, by=by, now=now)
    write_rest(fresh.pk)
    return fresh


@transaction.atomic
def _agree(
    sending: Sending, settings: PracticeSettings, *, by: StaffMember, now: datetime
) -> Sending:
    fresh = _fresh(sending)
    if fresh.state != SendingState.AWAITING:
        raise CannotSend("it does not wait for anybody")
    if fresh.pressed_by_id == by.pk:
        raise CannotSend("somebody other than the one who asked must agree")
    if fresh.day != now.astimezone(settings.zone).date():
        raise CannotSend("it was asked for on another day: ask again")
    kind, channel = NoticeKind(fresh.kind), Channel(fresh.channel)
    _refuse_without_words(fresh.closure, settings, kind, channel, now)
    _refuse_out_of_time(fresh.closure, kind, now)
    sender_for(settings.id, channel, through_pause=fresh.through_pause, now=now)
    audience = audience_of(
        fresh.closure,
        settings,
        kind,
        unreached_only=fresh.unreached_only,
        untold_only=fresh.untold_only,
        channels=[channel],
        now=now,
    )
    count = len(audience.reached_by(channel))
    if count != fresh.counted:
        raise CountDiffers(count)
    _refuse_unreadable(fresh.closure, settings, audience, channel)
    fresh.state, fresh.agreed_by = SendingState.GOING, by
    fresh.save(update_fields=["state", "agreed_by"])
    record_sending(fresh, {"agreed": True}, by=by, now=now)
    write_first(fresh, settings, audience, now=now)
    return fresh


@transaction.atomic
def decline(sending: Sending, *, by: StaffMember, now: datetime) -> bool:
    """Say no, or take back one's own wish; False if it does not wait for anybody."""
    fresh = _fresh(sending)
    if fresh.state != SendingState.AWAITING:
        return False
    fresh.state = SendingState.DECLINED
    fresh.save(update_fields=["state"])
    record_sending(fresh, {"declined": True}, by=by, now=now)
    return True


def may_send_again_at(day: date, settings: PracticeSettings) -> datetime:
    """Return when the practice's next day begins."""
    return start_of_day(day + timedelta(days=1), settings.zone)


def left_for(closure: Closure, channel: Channel) -> int:
    """Return how many notices of the closure may still go by a channel."""
    gone = Sending.objects.filter(closure=closure, channel=channel)
    return max(MOST_NOTICES[channel] - gone.exclude(state=SendingState.DECLINED).count(), 0)


def _fresh(sending: Sending) -> Sending:
    take_turns(sending.practice_id)
    return Sending.objects.select_related("closure").get(pk=sending.pk)


def _refuse_twice(closure: Closure, asked: Asked, day: date, settings: PracticeSettings) -> None:
    """A facility's patients hear the same kind once a day by a channel, whatever closure it is.

    Whoever has heard nothing yet of days that were added may hear of them on the same day.
    """
    today = Sending.objects.filter(
        practice_id=closure.practice_id, kind=asked.kind, channel=asked.channel, day=day
    ).exclude(state=SendingState.DECLINED)
    for other in today.select_related("closure"):
        added = asked.untold_only and other.closure_id == closure.pk
        if added and other.state == SendingState.AWAITING:
            raise CannotSend("one of today waits for a second person: let that be decided first")
        if not added and set(other.closure.facility_ids) & set(closure.facility_ids):
            raise SentAlready(other, may_send_again_at(day, settings))
    if left_for(closure, asked.channel) == 0:
        raise CannotSend(
            "this closure has had all the notices it may have by this channel: use another one"
        )


def _refuse_without_words(
    closure: Closure, settings: PracticeSettings, kind: NoticeKind, channel: Channel, now: datetime
) -> None:
    own = [
        row
        for (told, by, _), row in notices_of(closure.pk).items()
        if (told, by) == (kind, channel)
    ]
    if not own:
        raise CannotSend("there are no words for this channel yet: write them first")
    if any(row.approval == Approval.AWAITING for row in own):
        raise CannotSend("a second person must look at the words first")
    if any(row.approval == Approval.DECLINED for row in own):
        raise CannotSend("a second person declined the words: write others")
    if (Purpose.EMERGENCY_NOTICE, channel) in paused_scripts(settings.id):
        raise CannotSend("the provider refused the words when they were sent: change them first")
    for row in own if channel is Channel.VOICE else ():
        words = Text(row.body, row.subject)
        if is_too_long(closure, settings, kind, row.language, words, now=now):
            raise CannotSend(str(TooLongToSay()))


def _refuse_unreadable(
    closure: Closure, settings: PracticeSettings, audience: Audience, channel: Channel
) -> None:
    """Each of the audience reads words in their language, or English ones."""
    written = {
        language
        for kind, by, language in notices_of(closure.pk)
        if (kind, by) == (audience.kind, channel)
    }
    if "en" in written:
        return
    readers = audience.reached_by(channel)
    wanted = {language_of(one.person.language, settings.language) for one in readers}
    for missing in sorted(wanted - written):
        raise NoWordsIn(missing)


def _refuse_out_of_time(closure: Closure, kind: NoticeKind, now: datetime) -> None:
    if kind is NoticeKind.CLOSING and not closure.is_on(now):
        raise CannotSend("the closure is over: begin another one")
    over_at = closure.ended_at or closure.ends_at
    if kind is NoticeKind.ALL_CLEAR and now > over_at + ALL_CLEAR_UNTIL:
        raise CannotSend("the closure is long over: an all clear would only confuse")


def sender_for(practice_id: int, channel: Channel, *, through_pause: bool, now: datetime) -> Sender:
    """Return what a channel goes out by. Raises CannotSend, SenderPauses if it is paused."""
    sender = in_use(senders_of(practice_id)).get(channel)
    if sender is None:
        raise CannotSend("the practice has no sender for this channel")
    resting = sender.paused_until is not None and sender.paused_until <= now + REST
    passes = through_pause or sender.emergency_passes
    if sender.is_paused(now) and not resting and not passes:
        raise SenderPauses(sender)
    return sender


def record_sending(
    sending: Sending, detail: Mapping[str, object], *, by: StaffMember, now: datetime
) -> None:
    """Write an act of sending into the audit trail: which, by whom, to how many."""
    told = dict(detail) | {
        "purpose": "emergency_notice",
        "kind": str(sending.kind),
        "channel": str(sending.channel),
        "sending": sending.pk,
        "people": sending.counted,
        "unreached_only": sending.unreached_only,
        "untold_only": sending.untold_only,
        "through_pause": sending.through_pause,
    }
    record(
        AuditAct.SENT,
        practice_id=sending.practice_id,
        by=by,
        subject=f"closure {sending.closure_id}",
        detail=told,
        now=now,
    )
