"""How do the numbers and from-addresses we send as change? Each change says who made it.

Whoever calls asks first whether the person may, and tells the planner afterwards
(`facts.operations.mark_practice_changed`): a channel goes out by its oldest sender that is not
retired, and planned messages name theirs.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any, Final

from django.db import connection, transaction

from handbell.access.audit import record
from handbell.access.models import Practice, StaffMember
from handbell.outbox.models import Sender, SenderPapers
from handbell.vocabulary.contact import ContactFlaw, EmailAddress, PhoneNumber
from handbell.vocabulary.words import AuditAct, Channel, Registration

FASTEST: Final = 1000.0  # messages a second
MOST_A_DAY: Final = 1_000_000

_ONE_AT_A_TIME: Final = "SELECT pg_advisory_xact_lock(hashtextextended('sender ' || %s, 0))"


class AlreadyThere(ValueError):
    """The practice sends as this number or address already; `sender` is that row."""

    def __init__(self, sender: Sender) -> None:
        super().__init__("already there")
        self.sender = sender


class SentElsewhere(ValueError):
    """Another practice sends as this number or address, and whose it is is not said."""


@dataclass(frozen=True, slots=True)
class Pace:
    """How fast messages may leave by a sender; a limit of None means as many as are due.

    `new_since` is the day a new sender began, slowly; None is one that carriers know.
    """

    rate_per_second: float
    daily_limit: int | None
    hourly_limit: int | None = None
    registration: Registration = Registration.UNKNOWN
    new_since: date | None = None


def address_as_kept(channel: Channel, text: str, *, region: str) -> str:
    """Return a sender's number in E.164, or its from-address. Raises ContactFlaw."""
    if channel is not Channel.EMAIL:
        return PhoneNumber.parse(text, region=region).value
    found = EmailAddress.parse(text).value
    if not found.isascii():  # it stands in headers
        raise ContactFlaw("this address has letters that mail servers do not take")
    return found


@transaction.atomic
def add_sender(
    practice: Practice,
    *,
    channel: Channel,
    address: str,
    provider: str,
    pace: Pace,
    by: StaffMember,
    now: datetime,
) -> Sender:
    """Send as one more number or address. Raises AlreadyThere, also for a retired one."""
    Practice.objects.select_for_update().get(pk=practice.pk)
    known = Sender.objects.filter(practice=practice, channel=channel, address=address).first()
    if known is not None:
        raise AlreadyThere(known)
    sender = Sender.objects.create(
        practice=practice,
        channel=channel,
        address=address,
        provider=provider,
        **asdict(pace),
    )
    told = {"added": channel.value, "address": address, "provider": provider}
    _record(sender, told, by=by, now=now)
    return sender


def refuse_shared(practice_id: int, address: str) -> None:
    """Raise SentElsewhere if another practice sends as this: its patients' answers come to both.

    For what a practice does by itself; whoever runs the installation may let two share a number.
    Nobody else asks about the address until the transaction ends. A page takes its fence away for
    this: behind it other practices' senders are not seen.
    """
    with connection.cursor() as cursor:
        cursor.execute(_ONE_AT_A_TIME, [address.lower()])
    if Sender.objects.filter(address__iexact=address).exclude(practice=practice_id).exists():
        raise SentElsewhere


@transaction.atomic
def change_pace(sender: Sender, pace: Pace, *, by: StaffMember, now: datetime) -> bool:
    """Let messages leave faster or slower; False if they did so already."""
    return _change(sender, asdict(pace), by=by, now=now)


@transaction.atomic
def pause_sender(sender: Sender, reason: str, *, by: StaffMember | str, now: datetime) -> bool:
    """Let nothing leave by a sender until somebody releases it; False if it pauses so already.

    What is due waits, with all its tries. The reason is for staff to read; the trail, which keeps
    what it has for ever, says only that it pauses.
    """
    values = {"paused_reason": reason, "paused_until": None}
    return _change(sender, values, by=by, now=now, told={"paused": True})


@transaction.atomic
def release_sender(sender: Sender, *, by: StaffMember | str, now: datetime) -> bool:
    """Let messages leave by a paused sender again; False if they do already."""
    values = {"paused_reason": "", "paused_until": None, "emergency_passes": False}
    return _change(sender, values, by=by, now=now, told={"paused": False})


@transaction.atomic
def retire_sender(sender: Sender, *, retired: bool, by: StaffMember, now: datetime) -> bool:
    """Send no more as a number or address, or do so again; False if it is so already.

    Nothing is forgotten: what was sent by it stays, and an answer to it is still understood.
    """
    return _change(sender, {"retired": retired}, by=by, now=now)


@transaction.atomic
def write_papers(
    sender: Sender, values: Mapping[str, Any], *, by: StaffMember | str, now: datetime
) -> bool:
    """Write down a sender's papers; False if nothing is different.

    The trail names which answers changed, not what they say.
    """
    Sender.objects.select_for_update().get(pk=sender.pk)
    known, _ = SenderPapers.objects.get_or_create(sender=sender)
    changed = sorted(name for name, value in values.items() if getattr(known, name) != value)
    if not changed:
        return False
    SenderPapers.objects.filter(pk=known.pk).update(**{name: values[name] for name in changed})
    _record(sender, {"papers": changed}, by=by, now=now)
    return True


def _change(
    sender: Sender,
    values: Mapping[str, Any],
    *,
    by: StaffMember | str,
    now: datetime,
    told: Mapping[str, Any] | None = None,
) -> bool:
    """Write what differs of a sender as it is now, not as it was when the page was made."""
    fresh = Sender.objects.select_for_update().get(pk=sender.pk)
    old = {name: getattr(fresh, name) for name in values if getattr(fresh, name) != values[name]}
    if not old:
        return False
    new = {name: values[name] for name in old}
    Sender.objects.filter(pk=sender.pk).update(**new)
    _record(sender, told or {"old": _plain(old), "new": _plain(new)}, by=by, now=now)
    sender.refresh_from_db()
    return True


def _plain(values: Mapping[str, Any]) -> dict[str, Any]:
    """Return the values as the trail keeps them: JSON knows no days."""
    return {name: f"{v}" if isinstance(v, date) else v for name, v in values.items()}


def _record(
    sender: Sender, detail: Mapping[str, Any], *, by: StaffMember | str, now: datetime
) -> None:
    record(
        AuditAct.SENDER_CHANGED,
        practice_id=sender.practice_id,
        by=by,
        subject=f"sender {sender.pk}",
        detail=detail,
        now=now,
    )
