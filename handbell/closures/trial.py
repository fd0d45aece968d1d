"""A notice to oneself before it goes to others: the same words, offered to the same provider.

It is no message of the outbox, because its reader is no patient: it is offered once, at once, and
recorded without its address. What the provider answers is told to whoever asked.
"""

import asyncio
from datetime import datetime, timedelta

from django.conf import settings as django_settings
from django.db import transaction

from handbell.access.audit import record
from handbell.access.models import StaffMember
from handbell.access.practice_settings import PracticeSettings
from handbell.channels.gateway import Accepted, HandOver, Outcome
from handbell.closures.audience import affected
from handbell.closures.estimate import words_of
from handbell.closures.press import CannotSend
from handbell.dispatch.compose import Composed, compose_draft
from handbell.dispatch.letter import Letter
from handbell.dispatch.notices import notice_about
from handbell.dispatch.providers import open_gateways
from handbell.facts.models import Closure
from handbell.facts.people import Person
from handbell.outbox.models import Sender
from handbell.outbox.sender_queries import in_use, senders_of
from handbell.vocabulary.contact import ContactFlaw, EmailAddress, PhoneNumber
from handbell.vocabulary.words import AuditAct, Channel, NoticeKind, PatientStatus, Purpose


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
        facility_id=first[0].facility_id if first else closure.facility_ids[0],
        link=f"{django_settings.ENVIRONMENT.public_url}/v/an-example-link0",
        notice=notice_about(closure, kind, now.astimezone(settings.zone).date(), visits, words),
    )
    return compose_draft(text, language, letter, settings=settings, now=now)


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
    sender = in_use(senders_of(settings.id)).get(channel)
    if sender is None:
        raise CannotSend("the practice has no sender for this channel")
    composed = example(
        closure, settings, kind, channel, language, name=by.name.split(" ")[0], now=now
    )
    if composed is None:
        raise CannotSend("there are no words for this channel yet: write them first")
    to = _address(channel, address, region)
    with transaction.atomic():
        record(
            AuditAct.SENT,
            practice_id=settings.id,
            by=by,
            subject=f"closure {closure.pk}",
            detail={"test": True, "kind": kind.value, "channel": channel.value},
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
