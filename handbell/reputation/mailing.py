"""Tell administrators by e-mail what was paused, warned or let go on.

It leaves by the practice's own e-mail sender, past its pauses and budgets: there is no other way
to them that is set up, and a handful of mails to one's own staff costs no good name. What cannot
be mailed stands on Today all the same, and the alarm keeps why.
"""

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from html import escape
from itertools import groupby
from typing import Final

import structlog
from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, override

from config.environment import Environment
from handbell.access.models import Practice, StaffMember
from handbell.access.permissions import Action
from handbell.access.queries import those_who_may
from handbell.channels.gateway import Accepted, EmailContent, Gateways, HandOver, InDoubt
from handbell.dispatch.providers import configured_places, open_gateways
from handbell.dispatch.worker import DatabaseThread
from handbell.outbox.models import Sender
from handbell.reputation.models import Alarm
from handbell.reputation.words import say_alarm
from handbell.vocabulary.contact import ContactFlaw, EmailAddress
from handbell.vocabulary.words import Channel

log = structlog.get_logger()

MOST_TRIES: Final = 5
#: Older than this is no news.
NEWS_FOR: Final = timedelta(days=2)

SENT, NO_SENDER, NO_ADMINISTRATOR, GAVE_UP = "sent", "no sender", "no administrator", "gave up"


@dataclass(frozen=True, slots=True)
class Letter:
    """One e-mail to one administrator, and the alarms it tells of."""

    provider: str
    message: HandOver
    alarms: tuple[int, ...]


async def mail_alarms(environment: Environment, *, clock: Callable[[], datetime]) -> int:
    """Mail what is to be mailed; return how many mails left."""
    database = DatabaseThread()
    try:
        letters = await database.run(take_letters, configured_places(environment), now=clock())
        if not letters:
            return 0
        gateways = open_gateways(environment)
        try:
            return await hand_over(letters, gateways=gateways, clock=clock, database=database)
        finally:
            for gateway in gateways.values():
                await gateway.close()
    finally:
        await database.close()


async def hand_over(
    letters: Sequence[Letter],
    *,
    gateways: Gateways,
    clock: Callable[[], datetime],
    database: DatabaseThread,
) -> int:
    """Hand the letters over and keep how it went; return how many left.

    Kept after each practice's, so that whoever is stopped half-way writes to one practice twice
    and not to all. A gateway that raises has spent the alarms' try, and no other practice's.
    """
    left = 0
    for alarms, to_one_practice in groupby(letters, key=lambda letter: letter.alarms):
        out = 0
        for letter in to_one_practice:
            out += await _offer(letter, gateways)
        if out:
            await database.run(keep, dict.fromkeys(alarms, SENT), now=clock())
        left += out
    return left


async def _offer(letter: Letter, gateways: Gateways) -> bool:
    """Hand one letter over; whether it may be out."""
    try:
        outcome = await gateways[letter.provider, Channel.EMAIL].hand_over(letter.message)
    except Exception as error:
        log.error("alarm.gateway_raised", provider=letter.provider, error=type(error).__name__)
        return False
    # Not knowing is as good as sent: a second mail would say nothing new.
    return isinstance(outcome, Accepted | InDoubt)


@transaction.atomic
def take_letters(places: frozenset[tuple[str, Channel]], *, now: datetime) -> list[Letter]:
    """Return the e-mails to hand over now, counting the try; settle what cannot be mailed."""
    found = Alarm.objects.select_for_update(skip_locked=True, of=("self",)).filter(mailed_at=None)
    by_practice: dict[int, list[Alarm]] = defaultdict(list)
    for alarm in found.select_related("sender").order_by("at", "id")[:200]:
        if alarm.tries >= MOST_TRIES or alarm.at < now - NEWS_FOR:
            alarm.mailed_at, alarm.mail = now, GAVE_UP
        else:
            alarm.tries += 1
            by_practice[alarm.practice_id].append(alarm)
        alarm.save(update_fields=["tries", "mailed_at", "mail"])
    letters: list[Letter] = []
    for practice_id, alarms in by_practice.items():
        letters += _letters(practice_id, alarms, places, now)
    return letters


def keep(went: dict[int, str], *, now: datetime) -> None:
    """Note which alarms were mailed."""
    for alarm, how in went.items():
        Alarm.objects.filter(pk=alarm).update(mailed_at=now, mail=how)


def _letters(
    practice_id: int,
    alarms: Sequence[Alarm],
    places: frozenset[tuple[str, Channel]],
    now: datetime,
) -> list[Letter]:
    senders = Sender.objects.filter(practice_id=practice_id, channel=Channel.EMAIL, retired=False)
    able = [s for s in senders.order_by("pk") if (s.provider, Channel.EMAIL) in places]
    people = those_who_may(practice_id, Action.CHANGE_SENDERS)
    if not able or not people:
        why = NO_ADMINISTRATOR if able else NO_SENDER
        keep({alarm.pk: why for alarm in alarms}, now=now)
        return []
    practice = Practice.objects.get(pk=practice_id)
    return [_letter(practice, able[0], one, alarms) for one in people if _address(one)]


def _address(person: StaffMember) -> EmailAddress | None:
    try:
        return EmailAddress.parse(person.email)
    except ContactFlaw:
        return None


def _letter(practice: Practice, sender: Sender, to: StaffMember, alarms: Sequence[Alarm]) -> Letter:
    with override(to.language or settings.LANGUAGE_CODE):
        content = compose(practice, alarms, url=settings.ENVIRONMENT.public_url)
    address = _address(to)
    assert address is not None  # whoever calls looked
    message = HandOver(
        # Never a patient's message: those are numbered from 1 up.
        message_id=-max(alarm.pk for alarm in alarms),
        attempt=1,
        channel=Channel.EMAIL,
        sender=sender.address,
        to=address,
        content=content,
        purpose="channel_alarm",
        practice=str(practice.pk),
    )
    return Letter(sender.provider, message, tuple(alarm.pk for alarm in alarms))


def compose(practice: Practice, alarms: Sequence[Alarm], *, url: str) -> EmailContent:
    """Return the e-mail in the language of now. It names no patient."""
    said = [say_alarm(alarm) for alarm in alarms]
    subject = ngettext("Handbell: %(title)s", "Handbell: %(title)s, and more", len(said)) % {
        "title": said[0].title
    }
    link = f"{url}/health"
    paragraphs = [" ".join(part for part in (f"{s.title}.", s.why, s.cure) if part) for s in said]
    closing = _("Channel health shows the numbers and the patients behind them: %(link)s") % {
        "link": link
    }
    why = _("You get this because you may change what %(practice)s sends as.") % {
        "practice": practice.name
    }
    lines = [*paragraphs, closing, why]
    return EmailContent(
        subject=subject,
        text="\n\n".join(lines) + "\n",
        html="".join(f"<p>{escape(line)}</p>" for line in lines),
        from_name=practice.name,
    )
