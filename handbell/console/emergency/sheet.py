"""What does the page of a closure show? Each channel with its words, reach, time and button."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext

from handbell.access.models import StaffMember
from handbell.access.practice_settings import PracticeSettings
from handbell.closures.audience import Audience, audience_of, untold
from handbell.closures.calls import left_to_call
from handbell.closures.estimate import Outlook, outlooks
from handbell.closures.going import CHANGES, Progress
from handbell.closures.press import left_for, may_send_again_at
from handbell.closures.trial import example
from handbell.console.clock import say_moment
from handbell.console.emergency.words import BUTTONS, FIELDS, KINDS, STATES
from handbell.console.preview import DraftPreview, preview_draft
from handbell.console.words import CHANNELS, REASONS
from handbell.facts.models import Closure
from handbell.outbox.models import Sending
from handbell.outbox.sendings import sendings_of
from handbell.policy.closures import is_emergency
from handbell.scripts.models import NoticeText
from handbell.scripts.notices import notices_of
from handbell.scripts.starting_notices import LANGUAGES
from handbell.vocabulary.words import (
    Approval,
    Channel,
    ClosureReason,
    NoticeKind,
    SendingState,
)


@dataclass(frozen=True, slots=True)
class Words:
    """A notice in one language, as it would arrive."""

    language: str
    row: NoticeText
    preview: DraftPreview | None
    waits: bool
    own: bool


@dataclass(frozen=True, slots=True)
class ChannelSheet:
    """One channel of one kind of notice."""

    kind: NoticeKind
    channel: Channel
    name: str
    field: str
    button: str
    words: Sequence[Words]
    outlook: Outlook
    why_not: Sequence[tuple[str, int]]
    finished: str
    shorter: str
    missed: int
    untold: int
    sent: Sending | None
    again_at: str
    left: int

    @property
    def may_tell_more(self) -> bool:
        """Whether somebody is booked on days that were added, after it went today."""
        sent = self.sent
        went = sent is not None and sent.state != SendingState.AWAITING
        return went and self.untold > 0 and self.left > 0

    @property
    def may_press(self) -> bool:
        ready = bool(self.words) and not any(one.waits for one in self.words)
        anybody = self.may_tell_more if self.sent else self.outlook.people > 0
        return ready and anybody and self.left > 0

    @property
    def to_confirm(self) -> int:
        return self.untold if self.sent else self.outlook.people


@dataclass(frozen=True, slots=True)
class Sheet:
    """Everything a person decides by before something is sent."""

    closing: Sequence[ChannelSheet]
    all_clear: Sequence[ChannelSheet]
    people: int
    excluded: int
    out_of_reach: int
    first_visit: str
    emergency: bool
    told: bool


def read_sheet(
    closure: Closure, settings: PracticeSettings, staff: StaffMember, *, now: datetime
) -> Sheet:
    """Return what the page needs; as many queries for a thousand patients as for one."""
    audience = audience_of(closure, settings, NoticeKind.CLOSING, now=now)
    sendings = list(sendings_of(closure.pk))
    told = any(one.kind == NoticeKind.CLOSING and one.went_at for one in sendings)
    first = audience.first_visit_at
    clear = audience_of(closure, settings, NoticeKind.ALL_CLEAR, now=now) if told else None
    return Sheet(
        closing=_channels(closure, settings, staff, audience, sendings, now),
        all_clear=_channels(closure, settings, staff, clear, sendings, now) if clear else (),
        people=len(audience.members),
        excluded=len(audience.excluded),
        out_of_reach=len(audience.out_of_reach),
        first_visit=say_moment(first, zone=settings.zone, now=now) if first else "",
        emergency=is_emergency(ClosureReason(closure.reason)),
        told=told,
    )


def _channels(
    closure: Closure,
    settings: PracticeSettings,
    staff: StaffMember,
    audience: Audience,
    sendings: Sequence[Sending],
    now: datetime,
) -> list[ChannelSheet]:
    seen = outlooks(closure, settings, audience, now=now)
    texts = notices_of(closure.pk)
    missed: Audience | None = None
    if audience.kind is NoticeKind.CLOSING and any(one.went_at for one in sendings):
        missed = audience_of(closure, settings, audience.kind, unreached_only=True, now=now)
    today = now.astimezone(settings.zone).date()
    found = []
    for channel, outlook in seen.items():
        words = [
            _words(closure, settings, staff, texts[key], key, now)
            for language in LANGUAGES
            if (key := (audience.kind, channel, language)) in texts
        ]
        sent = next(
            (
                one
                for one in sendings
                if (one.kind, one.channel, one.day) == (audience.kind, channel, today)
                and one.state != SendingState.DECLINED
            ),
            None,
        )
        again = may_send_again_at(today, settings)
        found.append(
            ChannelSheet(
                kind=audience.kind,
                channel=channel,
                name=CHANNELS[channel],
                field=FIELDS[channel],
                button=BUTTONS[channel],
                words=words,
                outlook=outlook,
                why_not=[(REASONS[why], count) for why, count in outlook.why_not.items()],
                finished=_said(outlook.finished_at, settings, now),
                shorter=_said(outlook.in_one_segment, settings, now),
                missed=len(missed.reached_by(channel)) if missed else 0,
                untold=len(_untold(closure, audience, channel)) if sent else 0,
                sent=sent,
                again_at=say_moment(again, zone=settings.zone, now=now),
                left=left_for(closure, channel),
            )
        )
    return found


def _untold(closure: Closure, audience: Audience, channel: Channel) -> set[int]:
    reached = {one.id: one.visits for one in audience.reached_by(channel)}
    return untold(closure, audience.kind, channel, reached)


def _words(
    closure: Closure,
    settings: PracticeSettings,
    staff: StaffMember,
    row: NoticeText,
    key: tuple[NoticeKind, Channel, str],
    now: datetime,
) -> Words:
    kind, channel, language = key
    name = {"en": "Sam", "es": "Ana"}[language]
    composed = example(closure, settings, kind, channel, language, name=name, now=now)
    return Words(
        language=language,
        row=row,
        preview=preview_draft(composed) if composed else None,
        waits=row.approval == Approval.AWAITING,
        own=row.author_id == staff.pk,
    )


def _said(moment: datetime | None, settings: PracticeSettings, now: datetime) -> str:
    return say_moment(moment, zone=settings.zone, now=now) if moment else ""


@dataclass(frozen=True, slots=True)
class Line:
    """One sending as it is polled, and what can be done about it."""

    progress: Progress
    title: str
    state: str
    finished: str
    percent: int
    buttons: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Live:
    """How far everything is."""

    lines: Sequence[Line]
    to_call: int
    goes_on: bool

    @property
    def said(self) -> str:
        """What is announced when it changes."""
        return "; ".join(
            gettext("%(title)s: %(queued)s waiting, %(failed)s failed")
            % {"title": one.title, "queued": one.progress.queued, "failed": one.progress.failed}
            for one in self.lines
        )


def read_live(
    closure: Closure, progress: Sequence[Progress], settings: PracticeSettings, *, now: datetime
) -> Live:
    """Return the part of the page that changes while notices leave."""
    lines = [_line(one, settings, now) for one in progress]
    return Live(
        lines=lines,
        to_call=left_to_call(closure) if progress else 0,
        goes_on=any(one.progress.queued or one.progress.handed_over for one in lines),
    )


def _line(one: Progress, settings: PracticeSettings, now: datetime) -> Line:
    sending = one.sending
    kind, channel = NoticeKind(sending.kind), Channel(sending.channel)
    state = STATES[SendingState(sending.state)]
    if sending.state == SendingState.GOING and one.done:
        state = gettext("Handed over")
    possible = () if one.done else CHANGES.get(SendingState(sending.state), frozenset())
    buttons = {
        SendingState.PAUSED: gettext("Pause"),
        SendingState.GOING: gettext("Let it go on"),
        SendingState.STOPPED: gettext("Stop: nobody else is told"),
    }
    whole = one.in_all - one.not_sent
    return Line(
        progress=one,
        title=f"{KINDS[kind]}, {CHANNELS[channel].lower()}",
        state=state,
        finished=_said(one.finished_at, settings, now),
        percent=100 * (whole - one.queued) // whole if whole else 0,
        buttons={to.value: word for to, word in buttons.items() if to in possible},
    )
