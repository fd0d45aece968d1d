"""A notice to oneself before it goes to others: the same words, offered to the same provider.

It is no message of the outbox, because its reader is no patient: it is offered once, at once, and
recorded with the end of its address. What the provider answers is told to whoever asked. It obeys
what notices obey (a second person for the words, a pause, a STOP), and it is no way to write to
patients.
"""

import asyncio
from datetime import datetime, timedelta
from typing import Final

from django.conf import settings as django_settings
from django.db import transaction

from handbell.access.audit import record
from handbell.access.models import AuditEvent, StaffMember
from handbell.access.practice_settings import PracticeSettings
from handbell.channels.gateway import Accepted, HandOver, Outcome, VoiceContent
from handbell.channels.voice.twilio.twiml import seconds_too_many
from handbell.closures.audience import affected
from handbell.closures.estimate import sample, words_of
from handbell.closures.press import CannotSend, SenderPauses, sender_for
from handbell.closures.spoken import TooLongToSay
from handbell.dispatch.compose import Composed
from handbell.dispatch.providers import open_gateways
from handbell.facts.closing import take_turns
from handbell.facts.models import Closure, ContactPoint, Suppression
from handbell.outbox.models import Sender
from handbell.scripts.notices import notices_of
from handbell.vocabulary.contact import ContactFlaw, EmailAddress, PhoneNumber
from handbell.vocabulary.words import (
    Approval,
    AuditAct,
    Channel,
    NoticeKind,
    Purpose,
)

#: So many tests one person may send in an hour.
MOST_AN_HOUR: Final = 5


def example(
    closure: Closure,
    settings: PracticeSettings,
    kind: NoticeKind,
    channel: Channel,
    language: str,
    *,
    name: str,
    now: datetime,
) -> Composed | None:
    """Return the notice as the first patient affected would get it, but for their name."""
    words = words_of(closure.pk, kind)
    text = words.get((channel, language))
    if text is None:
        return None
    first = affected(closure, settings, now=now)[:1] if kind is NoticeKind.CLOSING else []
    visits = [(visit.starts_at, visit.facility_id) for visit in first]
    return sample(
        closure, settings, kind, channel, language, text, name=name, visits=visits, now=now
    )


def send_to_oneself(
    closure: Closure,
    settings: PracticeSettings,
    *,
    kind: NoticeKind,
    channel: Channel,
    language: str,
    address: str,
    region: str,
    by: StaffMember,
    now: datetime,
) -> bool:
    """Offer the notice to the address of whoever asks; return whether the provider took it.

    Raises CannotSend, or ContactFlaw if the address is none.
    """
    try:
        sender = sender_for(settings.id, channel, through_pause=False, now=now)
    except SenderPauses as why:
        raise CannotSend("the sender is paused: release it first") from why
    _refuse_unapproved(closure, kind, channel, language)
    composed = example(
        closure, settings, kind, channel, language, name=by.name.split(" ")[0], now=now
    )
    if composed is None:
        raise CannotSend("there are no words for this channel yet: write them first")
    content = composed.content
    if isinstance(content, VoiceContent) and seconds_too_many(content) > 0:
        raise CannotSend(str(TooLongToSay()))
    to = _address(channel, address, region)
    _refuse_address(settings.id, channel, to)
    with transaction.atomic():
        take_turns(settings.id)
        _refuse_too_many(settings.id, by, now)
        record(
            AuditAct.SENT,
            practice_id=settings.id,
            by=by,
            subject=f"closure {closure.pk}",
            detail={
                "test": True,
                "kind": kind.value,
                "channel": channel.value,
                "to": _masked(to),
            },
            now=now,
        )
    hand_over = HandOver(
        message_id=0,
        attempt=1,
        channel=channel,
        sender=sender.address,
        to=to,
        content=composed.content,
        purpose=Purpose.EMERGENCY_NOTICE.value,
        practice=str(settings.id),
        callback_url=None if channel is Channel.EMAIL else _hooks(),
        valid_for=timedelta(minutes=10),
    )
    return isinstance(asyncio.run(_offer(sender, hand_over)), Accepted)


def _refuse_unapproved(closure: Closure, kind: NoticeKind, channel: Channel, language: str) -> None:
    row = notices_of(closure.pk).get((kind, channel, language))
    if row is not None and row.approval == Approval.AWAITING:
        raise CannotSend("a second person must look at the words first")
    if row is not None and row.approval == Approval.DECLINED:
        raise CannotSend("a second person declined the words: write others")


def _refuse_address(practice_id: int, channel: Channel, to: PhoneNumber | EmailAddress) -> None:
    spellings = {to.value, to.value.lower()}
    stopped = Suppression.objects.filter(
        practice_id=practice_id, address__in=spellings, channel=channel, lifted_at=None
    )
    if stopped.exists():
        raise CannotSend("nothing may be sent there: it was stopped, or does not take messages")
    if ContactPoint.objects.filter(practice_id=practice_id, value__in=spellings).exists():
        raise CannotSend("this is a patient's number or mailbox: a test goes to your own")


def _refuse_too_many(practice_id: int, by: StaffMember, now: datetime) -> None:
    tests = AuditEvent.objects.filter(
        practice_id=practice_id,
        staff=by,
        act=AuditAct.SENT,
        at__gt=now - timedelta(hours=1),
        detail__test=True,
    )
    if tests.count() >= MOST_AN_HOUR:
        raise CannotSend("five tests an hour are the most: wait a while")


def _masked(to: PhoneNumber | EmailAddress) -> str:
    """Return enough of an address for whoever sent the test to know it again."""
    if isinstance(to, EmailAddress):
        return f"…@{to.value.rpartition('@')[2]}"
    return f"…{to.value[-2:]}"


def _hooks() -> str:
    return f"{django_settings.ENVIRONMENT.public_url}/hooks/twilio"


def _address(channel: Channel, address: str, region: str) -> PhoneNumber | EmailAddress:
    if channel is Channel.EMAIL:
        return EmailAddress.parse(address)
    if not address.strip():
        raise ContactFlaw("type the number of a telephone you have with you")
    return PhoneNumber.parse(address, region=region)


async def _offer(sender: Sender, message: HandOver) -> Outcome:
    gateways = open_gateways(django_settings.ENVIRONMENT)
    try:
        gateway = gateways.get((sender.provider, Channel(sender.channel)))
        if gateway is None:
            raise CannotSend("its provider has no credentials here: `handbell doctor` says more")
        return await gateway.hand_over(message)
    finally:
        for one in gateways.values():
            await one.close()
