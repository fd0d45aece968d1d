"""What are the senders of a practice doing? Reads for pages, as many queries as for one sender."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import connection
from django.db.models import Count

from handbell.outbox.models import Message, Sender
from handbell.vocabulary.words import Channel, MessageState

# The index `attempt_refused` holds only attempts with a code: one step for each sender.
_LAST_REFUSED = """
SELECT u.id, a.code, a.claimed_at
FROM unnest(%s::bigint[]) AS u (id)
CROSS JOIN LATERAL (
    SELECT code, claimed_at FROM outbox_attempt
    WHERE sender_id = u.id AND code <> '' ORDER BY id DESC LIMIT 1) a
"""


@dataclass(frozen=True, slots=True)
class Refused:
    """The last time a provider did not take a message of a sender."""

    code: str
    at: datetime


def senders_of(practice_id: int) -> list[Sender]:
    """Return the practice's senders by channel, the one in use first, the retired last."""
    order = list(Channel)
    found = Sender.objects.filter(practice_id=practice_id).order_by("id")
    return sorted(found, key=lambda one: (one.retired, order.index(Channel(one.channel)), one.pk))


def in_use(senders: Sequence[Sender]) -> dict[Channel, Sender]:
    """Return the sender each channel goes out by, as the planner chooses it."""
    chosen: dict[Channel, Sender] = {}
    for one in sorted(senders, key=lambda one: one.pk):
        if not one.retired:
            chosen.setdefault(Channel(one.channel), one)
    return chosen


def planned_by(practice_id: int) -> dict[int, int]:
    """Return how many messages wait to go by each sender."""
    rows = (
        Message.objects.filter(
            practice_id=practice_id, state=MessageState.QUEUED, objection="", sender__isnull=False
        )
        .values_list("sender_id")
        .annotate(number=Count("id"))
        .order_by()
    )
    return {int(sender_id or 0): number for sender_id, number in rows}


def last_refused(sender_ids: Sequence[int]) -> dict[int, Refused]:
    """Return each sender's last attempt that was not taken."""
    with connection.cursor() as cursor:
        cursor.execute(_LAST_REFUSED, [list(sender_ids)])
        return {sender_id: Refused(code, at) for sender_id, code, at in cursor.fetchall()}
