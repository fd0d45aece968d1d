"""When will the last one have it? Before sending, and while a sending goes.

Segments times the sender's pace, within the budgets that every claim keeps (dispatch/allowance.py):
a text of two segments takes twice as long. Where that is after the first visit affected, there is a
way out, and it is named.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings as django_settings

from handbell.access.practice_settings import PracticeSettings
from handbell.closures.audience import Audience, Member
from handbell.dispatch.allowance import capacity_of
from handbell.dispatch.compose import Composed, compose_draft
from handbell.dispatch.letter import Letter
from handbell.dispatch.notices import notice_about
from handbell.facts.models import Closure
from handbell.facts.people import Person
from handbell.outbox.models import Sender
from handbell.outbox.sender_queries import in_use, senders_of
from handbell.policy.closures import finished_at
from handbell.scripts.notices import notices_of
from handbell.scripts.starting_texts import Text, language_of
from handbell.vocabulary.words import Channel, NoticeKind, Objection, PatientStatus, Purpose


@dataclass(frozen=True, slots=True)
class Outlook:
    """What one channel can do for an audience.

    `finished_at` None: never, because the sender may send no more. `in_one_segment` is when it
    would be done with a text that fits one. `passes`: somebody chose that emergency notices pass
    every pause of the sender.
    """

    channel: Channel
    sender: Sender | None
    people: int
    messages: int
    why_not: Mapping[Objection, int]
    segments: int
    finished_at: datetime | None
    in_one_segment: datetime | None
    is_late: bool
    is_paused: bool
    passes: bool

    @property
    def shorter_helps(self) -> bool:
        return self.is_late and self.segments > 1 and self.in_one_segment is not None


def outlooks(
    closure: Closure, settings: PracticeSettings, audience: Audience, *, now: datetime
) -> dict[Channel, Outlook]:
    """Return what each channel can do for the audience."""
    senders = in_use(senders_of(settings.id))
    words = words_of(closure.pk, audience.kind)
    return {
        channel: _outlook(
            closure, settings, audience, channel, senders.get(channel), words, now=now
        )
        for channel in Channel
    }


def words_of(closure_id: int, kind: NoticeKind) -> dict[tuple[Channel, str], Text]:
    """Return what a closure's notices of a kind say, whether or not they may be sent yet."""
    return {
        (channel, language): Text(row.body, row.subject)
        for (told, channel, language), row in notices_of(closure_id).items()
        if told is kind
    }


def _outlook(
    closure: Closure,
    settings: PracticeSettings,
    audience: Audience,
    channel: Channel,
    sender: Sender | None,
    words: Mapping[tuple[Channel, str], Text],
    *,
    now: datetime,
) -> Outlook:
    members = audience.reached_by(channel)
    addresses = {one.reaches[channel].address.casefold() for one in members}
    segments = _segments(closure, settings, audience.kind, members, channel, words, now)
    begins = max((one.reaches[channel].opens for one in members), default=now)
    finish = in_one = None
    if sender is not None:
        finish = finishing(
            sender, settings, len(addresses), segments=segments, begins=begins, now=now
        )
        in_one = finishing(sender, settings, len(addresses), segments=1, begins=begins, now=now)
    first = audience.first_visit_at
    late = bool(members) and first is not None and (finish is None or finish > first)
    return Outlook(
        channel=channel,
        sender=sender,
        people=len(members),
        messages=len(addresses),
        why_not=audience.why_not(channel),
        segments=segments,
        finished_at=finish,
        in_one_segment=in_one,
        is_late=late,
        is_paused=sender is not None and sender.is_paused(now),
        passes=sender is not None and sender.emergency_passes,
    )


def finishing(
    sender: Sender,
    settings: PracticeSettings,
    count: int,
    *,
    segments: int,
    begins: datetime,
    now: datetime,
) -> datetime | None:
    """Return when the sender will have handed over the last of `count`; None if it never will."""
    return finished_at(
        count,
        segments=segments,
        capacity=capacity_of(sender.pk, zone=settings.zone, now=now),
        begins=begins,
    )


def _segments(
    closure: Closure,
    settings: PracticeSettings,
    kind: NoticeKind,
    members: Sequence[Member],
    channel: Channel,
    words: Mapping[tuple[Channel, str], Text],
    now: datetime,
) -> int:
    """Return how many segments the longest of the texts has, as the first who gets it would."""
    if channel is not Channel.SMS:
        return 1
    first: dict[str, Member] = {}
    for one in members:
        first.setdefault(language_of(one.person.language, settings.language), one)
    drafts = [
        draft(closure, settings, kind, channel, language, one, words, now=now)
        for language, one in first.items()
    ]
    return max((one.segments for one in drafts if one is not None), default=1)


def draft(
    closure: Closure,
    settings: PracticeSettings,
    kind: NoticeKind,
    channel: Channel,
    language: str,
    member: Member,
    words: Mapping[tuple[Channel, str], Text],
    *,
    link: str = "",
    now: datetime,
) -> Composed | None:
    """Return what a patient would read or hear, as the words stand; None if there are none."""
    today = now.astimezone(settings.zone).date()
    visits = [(visit.starts_at, visit.facility_id) for visit in member.visits]
    notice = notice_about(closure, kind, today, visits, words)
    text = words.get((channel, language))
    if text is None:
        return None
    letter = Letter(
        purpose=Purpose.EMERGENCY_NOTICE,
        channel=channel,
        person=member.person,
        visits=(),
        facility_id=member.visits[0].facility_id if member.visits else closure.facility_ids[0],
        link=link,
        notice=notice,
    )
    return compose_draft(text, language, letter, settings=settings, now=now)


def sample(
    closure: Closure,
    settings: PracticeSettings,
    kind: NoticeKind,
    channel: Channel,
    language: str,
    text: Text,
    *,
    name: str,
    visits: Sequence[tuple[datetime, int]],
    now: datetime,
) -> Composed | None:
    """Return what nobody in particular would get; without `visits` it names all that is closed."""
    facility_id = visits[0][1] if visits else closure.facility_ids[0]
    words = {(channel, language): text}
    letter = Letter(
        purpose=Purpose.EMERGENCY_NOTICE,
        channel=channel,
        person=Person(
            id=0,
            practice_id=settings.id,
            first_name=name,
            birth_date=None,
            language=language,
            status=PatientStatus.ACTIVE,
            deceased=False,
            time_zone="",
            facility_id=closure.facility_ids[0],
            contacts={},
            consents=(),
            suppressions={},
        ),
        visits=(),
        facility_id=facility_id,
        link=f"{django_settings.ENVIRONMENT.public_url}/v/an-example-link0",
        notice=notice_about(closure, kind, now.astimezone(settings.zone).date(), visits, words),
    )
    return compose_draft(text, language, letter, settings=settings, now=now)
