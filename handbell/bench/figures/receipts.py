"""Do receipts keep up? Folding them, against appending them."""

from functools import partial

from django.db import connection
from django.utils import timezone

from handbell.bench import filling
from handbell.bench.figures.hand_over import gateway_to, hand_over_all, rate
from handbell.bench.frame import Figure, Rounds, Size
from handbell.bench.ground import fresh_database
from handbell.bench.sinks import sinks
from handbell.channels.receipt import Receipt, ReceiptStatus
from handbell.dispatch.providers import REHEARSAL
from handbell.receipts.intake import Arrived, append_receipts, fold_new
from handbell.vocabulary.words import Channel

AT_ONCE = 20  # a web server's requests come one by one; what waits is appended together


def _measure(size: Size) -> Rounds:
    count = size.of(500, 5_000)
    ours, peer = [], []
    with fresh_database(), sinks() as sink:
        practice, facility = filling.practice()
        sender = filling.sender(practice, Channel.SMS)
        filling.people(practice, facility, patients=count)
        filling.queued(practice, sender, Channel.SMS)
        hand_over_all(sender, {(REHEARSAL, Channel.SMS): gateway_to(sink, Channel.SMS)})
        for status in (ReceiptStatus.SENT, ReceiptStatus.DELIVERED, ReceiptStatus.UNDELIVERED):
            arrived = _arrived(status)
            peer.append(rate(partial(_append, arrived), count))
            ours.append(rate(lambda: fold_new(now=timezone.now()), count))
    return Rounds(ours, peer, f"{count} receipts a round, appended {AT_ONCE} at a time")


def _append(arrived: list[Arrived]) -> None:
    for start in range(0, len(arrived), AT_ONCE):
        append_receipts(arrived[start : start + AT_ONCE])


def _arrived(status: ReceiptStatus) -> list[Arrived]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT message_id, number, provider_id FROM outbox_attempt")
        rows = cursor.fetchall()
    now = timezone.now()
    return [
        Arrived(
            Receipt(
                message_id=message_id,
                attempt=number,
                key=f"{provider_id}:{status.value}",
                provider_id=provider_id,
                status=status,
                code=None,
                provider_word=status.value,
            ),
            REHEARSAL,
            now,
        )
        for message_id, number, provider_id in rows
    ]


FIGURES = (
    Figure(
        "receipts",
        "receipts folded, against receipts appended",
        goal=1.0,
        at_least=True,
        unit="receipts/s",
        measure=_measure,
    ),
)
