"""Sends the weekly summaries: on Monday from 7:00 on the practice's clock, to business owners.

It is no message of the outbox, which knows patients only, and keeps to the same law: noted first,
handed over outside every transaction, settled after. Who dies between leaves it in doubt, and a
summary in doubt is not sent again.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from typing import Final

import structlog
from django.conf import settings
from django.db import transaction

from handbell.access.models import Practice, StaffMember
from handbell.access.queries import practice_zone
from handbell.channels.gateway import Busy, Gateways, HandOver, InDoubt, Outcome, Rejected
from handbell.dispatch.worker import DatabaseThread
from handbell.outbox.sender_queries import in_use, senders_of
from handbell.reports.asked import ask
from handbell.reports.catalog import WEEK
from handbell.reports.models import SummaryMail
from handbell.reports.statements.week import last_week, week
from handbell.reports.summary import summary
from handbell.vocabulary.contact import ContactFlaw, EmailAddress
from handbell.vocabulary.words import Channel, PermissionLevel

log = structlog.get_logger()

#: When it goes, and how long it is worth sending where no worker ran.
FROM: Final = time(7)
MONDAY: Final = 0

#: Numbers no patient's message has, so that nothing that comes back is taken for a patient's.
_FIRST_NUMBER: Final = 900_000_000_000_000_000


@dataclass(frozen=True, slots=True)
class Ready:
    """One summary that is noted and may be handed over."""

    id: int
    provider: str
    message: HandOver = field(repr=False)


async def send_summaries(
    *, gateways: Gateways, clock: Callable[[], datetime], database: DatabaseThread
) -> int:
    """Send what is due; return how many were handed over. Idempotent."""
    sent = 0
    for practice_id in await database.run(due_practices, now=clock()):
        for staff_id in await database.run(owed_to, practice_id, now=clock()):
            try:
                sent += await _send(staff_id, gateways=gateways, clock=clock, database=database)
            except Exception as error:
                # One person's trouble keeps nobody else's from going; theirs is tried again.
                log.error("summary.failed", staff=staff_id, error=type(error).__name__)
    return sent


async def _send(
    staff_id: int, *, gateways: Gateways, clock: Callable[[], datetime], database: DatabaseThread
) -> bool:
    """Send one person's; False if it cannot go yet or went already."""
    ready = await database.run(claim, staff_id, gateways=gateways, now=clock())
    if ready is None:
        return False
    gateway = gateways[ready.provider, Channel.EMAIL]
    try:
        outcome: Outcome = await gateway.hand_over(ready.message)
    except Exception as error:
        # The request may have left already. The type only: the text can hold an address.
        log.error("summary.raised", error=type(error).__name__)
        outcome = InDoubt(type(error).__name__)
    await database.run(settle, ready.id, outcome)
    return True


def due_practices(*, now: datetime) -> list[int]:
    """Return the practices where it is Monday at 7:00 or later that day."""
    return [one.pk for one in Practice.objects.order_by("id") if _is_due(one, now)]


def _is_due(practice: Practice, now: datetime) -> bool:
    local = now.astimezone(practice_zone(practice))
    return local.weekday() == MONDAY and local.time() >= FROM


def owed_to(practice_id: int, *, now: datetime) -> list[int]:
    """Return the business owners who have not had this week's."""
    practice = Practice.objects.get(pk=practice_id)
    monday = now.astimezone(practice_zone(practice)).date()
    had = SummaryMail.objects.filter(practice_id=practice_id, week=monday).values("staff_id")
    owners = StaffMember.objects.filter(
        practice_id=practice_id, level=PermissionLevel.BUSINESS_OWNER, is_active=True
    )
    return list(owners.exclude(pk__in=had).order_by("id").values_list("pk", flat=True))


@transaction.atomic
def claim(staff_id: int, *, gateways: Gateways, now: datetime) -> Ready | None:
    """Write the summary for one person and note that it goes; None if it cannot or did already.

    A sender that pauses, or a mail server that is not set up, is waited for until the day is over.
    """
    owner = StaffMember.objects.select_related("practice").get(pk=staff_id)
    sender = in_use(senders_of(owner.practice_id)).get(Channel.EMAIL)
    if sender is None or sender.is_paused(now):
        return None
    if (sender.provider, Channel.EMAIL) not in gateways:
        return None
    try:
        to = EmailAddress.parse(owner.email)
    except ContactFlaw:
        return None
    asked = ask(WEEK, {}, staff=owner, now=now)
    of_week = last_week(asked.today)
    mail, is_new = SummaryMail.objects.get_or_create(
        staff=owner,
        week=of_week[1] + timedelta(days=1),  # Monday, though it became Tuesday meanwhile
        defaults={"practice_id": owner.practice_id, "claimed_at": now},
    )
    if not is_new:
        return None
    content = summary(
        week(asked),
        practice=owner.practice.name,
        language=owner.language or owner.practice.language[:2],
        week=of_week,
        address=f"{settings.ENVIRONMENT.public_url}/reports/{WEEK.name}",
    )
    message = HandOver(
        message_id=_FIRST_NUMBER + mail.pk,
        attempt=1,
        channel=Channel.EMAIL,
        sender=sender.address,
        to=to,
        content=content,
        purpose="weekly_summary",
        practice=owner.practice.slug,
        valid_for=timedelta(days=1),
    )
    return Ready(mail.pk, sender.provider, message)


def settle(mail_id: int, outcome: Outcome) -> None:
    """Write down what the mail server answered. One that was busy is offered again."""
    if isinstance(outcome, Busy):
        SummaryMail.objects.filter(pk=mail_id).delete()
        return
    word = (
        "in_doubt"
        if isinstance(outcome, InDoubt)
        else "rejected"
        if isinstance(outcome, Rejected)
        else "accepted"
    )
    SummaryMail.objects.filter(pk=mail_id).update(outcome=word)
