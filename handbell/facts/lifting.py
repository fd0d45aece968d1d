"""An address that was not to be used may be used again."""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction

from handbell.facts.models import Suppression
from handbell.facts.operations import mark_changed, patients_at
from handbell.vocabulary.words import Channel, SuppressionKind


@transaction.atomic
def lift_suppression(*, practice_id: int, suppression_id: int, now: datetime) -> bool:
    """Use an address again that did not work. Idempotent.

    False for what no member of staff may lift: an opt-out (only a consent does) and a complaint.
    """
    found = Suppression.objects.filter(
        practice_id=practice_id,
        pk=suppression_id,
        kind__in=[SuppressionKind.HARD_BOUNCE, SuppressionKind.UNREACHABLE],
    )
    found.filter(lifted_at__isnull=True).update(lifted_at=now)
    row = found.first()
    if row is not None:
        mark_changed(patients_at(practice_id, row.address), at=now)
    return row is not None


@transaction.atomic
def lift_opt_out(
    *, practice_id: int, address: str, channels: Iterable[Channel], now: datetime
) -> None:
    """Take back a STOP of an address, by the word of whoever has it. Idempotent."""
    standing = Suppression.objects.filter(
        practice_id=practice_id,
        address=address,
        channel__in=list(channels),
        kind=SuppressionKind.OPTED_OUT,
        lifted_at__isnull=True,
    )
    if standing.update(lifted_at=now):
        mark_changed(patients_at(practice_id, address), at=now)
