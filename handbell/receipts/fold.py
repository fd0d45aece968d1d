"""What state do all receipts of a message add up to? Pure.

The fold takes any number of receipts in any order, repeated or late, and always gives the same
answer (a property test says so): each receipt has a rank, the highest rank decides.

Delivered by any attempt is delivered. "Undelivered" counts only for the newest attempt, since
an older one was tried again. For e-mail a bounce outranks "delivered", which only means that a
mail server took it; for texts and calls "delivered" is the handset's word and outranks all.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from handbell.channels.receipt import ReceiptStatus
from handbell.vocabulary.words import Channel, MessageState


@dataclass(frozen=True, slots=True)
class Heard:
    """One receipt as the fold sees it."""

    attempt: int
    status: ReceiptStatus
    code: str = ""


@dataclass(frozen=True, slots=True)
class Folded:
    """What the receipts add up to, and the attempt that decided. `state` None: nothing yet."""

    state: MessageState | None
    code: str = ""
    attempt: int = 0


_RANK = {
    ReceiptStatus.UNKNOWN: 0,
    ReceiptStatus.PENDING: 1,
    ReceiptStatus.SENT: 1,
    ReceiptStatus.UNDELIVERED: 2,
    ReceiptStatus.DELIVERED: 3,
}

_STATE = {
    ReceiptStatus.UNKNOWN: None,
    ReceiptStatus.PENDING: MessageState.ACCEPTED,
    ReceiptStatus.SENT: MessageState.ACCEPTED,
    ReceiptStatus.UNDELIVERED: MessageState.UNDELIVERED,
    ReceiptStatus.DELIVERED: MessageState.DELIVERED,
}


def fold(receipts: Iterable[Heard], *, channel: Channel) -> Folded:
    """Return what all receipts of one message, of whatever attempts, add up to."""
    heard = list(receipts)
    if not heard:
        return Folded(None)
    newest = max(receipt.attempt for receipt in heard)
    counted = [
        receipt
        for receipt in heard
        if receipt.status is not ReceiptStatus.UNDELIVERED or receipt.attempt == newest
    ]
    best = max(counted, key=lambda heard: (_rank(heard, channel), heard.attempt, heard.code))
    return Folded(_STATE[best.status], best.code, best.attempt)


def _rank(receipt: Heard, channel: Channel) -> int:
    if channel is Channel.EMAIL and receipt.status is ReceiptStatus.UNDELIVERED:
        return _RANK[ReceiptStatus.DELIVERED] + 1
    return _RANK[receipt.status]
