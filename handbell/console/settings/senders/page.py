"""What does Settings > Senders & providers show? Reads, as many as for one sender."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from config.environment import Environment
from handbell.access.models import AuditEvent
from handbell.channels.addresses import hooks_base, inbound
from handbell.console.settings.senders.standing import (
    PROVIDER_TITLES,
    Standing,
    provider_chip,
    provider_title,
    standing_of,
)
from handbell.console.words import Chip
from handbell.dispatch.accounts import NO_ACCOUNT
from handbell.dispatch.providers import (
    REHEARSAL,
    TWILIO,
    VONAGE,
    configured_places,
    credentials,
    place_of,
    rule_for,
)
from handbell.outbox.models import Sender
from handbell.outbox.sender_queries import (
    Refused,
    in_use,
    last_refused,
    planned_by,
    senders_of,
)
from handbell.vocabulary.words import AuditAct, Channel

#: Who is told where to post the texts patients send.
TEXTED_BY: Final = frozenset({TWILIO, VONAGE})


@dataclass(frozen=True, slots=True)
class Row:
    """One sender as the page tells it."""

    sender: Sender
    carried: Chip
    standing: Standing
    is_in_use: bool
    planned: int
    refused: Refused | None
    refused_said: str
    paused_by: AuditEvent | None
    heir: Sender | None  # what its channel would go out by without it

    @property
    def waits_for_credentials(self) -> bool:
        return self.sender.paused_reason == NO_ACCOUNT

    @property
    def may_be_released(self) -> bool:
        paused = bool(self.sender.paused_reason) or self.standing.until is not None
        return paused and not self.sender.retired and not self.waits_for_credentials


@dataclass(frozen=True, slots=True)
class Provider:
    """One provider as this installation knows it; of its credentials only whether they are set."""

    name: str
    title: str
    is_real: bool
    is_configured: bool
    credentials: dict[str, bool]
    inbound: str
    senders: int


def read_rows(practice_id: int, *, now: datetime) -> list[Row]:
    """Return every sender of the practice: those in use first, the retired last."""
    senders = senders_of(practice_id)
    used = in_use(senders)
    planned = planned_by(practice_id)
    refused = last_refused([one.pk for one in senders])
    paused = _paused_by(practice_id, [one for one in senders if one.is_paused(now)])
    return [
        Row(
            sender=one,
            carried=provider_chip(one.provider),
            standing=standing_of(one, in_use=used.get(Channel(one.channel)), now=now),
            is_in_use=used.get(Channel(one.channel)) == one,
            planned=planned.get(one.pk, 0),
            refused=refused.get(one.pk),
            refused_said=_say_code(one, refused.get(one.pk)),
            paused_by=paused.get(f"sender {one.pk}"),
            heir=in_use([other for other in senders if other != one]).get(Channel(one.channel)),
        )
        for one in senders
    ]


def _say_code(sender: Sender, refused: Refused | None) -> str:
    if refused is None:
        return ""
    channel = Channel(sender.channel)
    return rule_for(sender.provider, channel, refused.code, sender=sender.address).meaning


def _paused_by(practice_id: int, senders: Sequence[Sender]) -> dict[str, AuditEvent]:
    """Return who paused each sender last; nothing for one that a provider's code paused since."""
    subjects = [f"sender {one.pk}" for one in senders]
    events = (
        AuditEvent.objects.filter(
            practice_id=practice_id,
            act=AuditAct.SENDER_CHANGED,
            subject__in=subjects,
            detail__has_key="paused",
        )
        .order_by("subject", "-number")
        .distinct("subject")
    )
    return {event.subject: event for event in events if event.detail["paused"]}


def read_providers(environment: Environment, rows: Sequence[Row]) -> list[Provider]:
    """Return what is known of each provider here: real ones first, the rehearsal carrier last."""
    configured = configured_places(environment)
    return [
        Provider(
            name=name,
            title=provider_title(name),
            is_real=name != REHEARSAL,
            is_configured=place_of(name) in configured,
            credentials=credentials(environment, name),
            inbound=inbound(hooks_base(environment.public_url, name)) if name in TEXTED_BY else "",
            senders=sum(row.sender.provider == name and not row.sender.retired for row in rows),
        )
        for name in PROVIDER_TITLES
    ]
