"""What does a returned mail say of a message of ours? Pure; raises nothing.

`email.returned` reads mail of any kind; here a report about a mail of ours becomes a receipt. A
mail that is none, or that is about a mail which was not ours, is None: out-of-office answers and
other people's bounces must not count.
"""

from collections.abc import Mapping
from typing import Final

from handbell.channels.email.returned.dsn import KINDS
from handbell.channels.email.returned.found import Kind, Returned
from handbell.channels.email.returned.read import read
from handbell.channels.receipt import Receipt, ReceiptStatus

STATUSES: Final[Mapping[Kind, ReceiptStatus]] = {
    Kind.FAILED: ReceiptStatus.UNDELIVERED,
    Kind.DELAYED: ReceiptStatus.PENDING,
    Kind.RELAYED: ReceiptStatus.SENT,
    Kind.ARRIVED: ReceiptStatus.DELIVERED,
}


def status_of(word: str) -> ReceiptStatus:
    """Return what an Action field means; UNKNOWN for one this version does not know."""
    kind = KINDS.get(word.strip().lower().partition(" ")[0])
    return ReceiptStatus.UNKNOWN if kind is None else STATUSES[kind]


def read_bounce(raw: bytes) -> Receipt | None:
    """Return the receipt in a returned mail. `attempt` is 0: the report names the message only."""
    return receipt_of(read(raw))


def receipt_of(returned: Returned) -> Receipt | None:
    """Return the receipt in a mail that was read; None if it is no report on a message of ours.

    Our mails have one recipient; of several that a report names, the worst counts.
    """
    status = STATUSES.get(returned.kind)
    if status is None or returned.ours is None:
        return None
    worst = next(one for one in returned.reported if one.kind is returned.kind)
    code = worst.code if status is ReceiptStatus.UNDELIVERED else None
    name = f"hb.{returned.ours.message_id}.{returned.ours.digest}"
    return Receipt(
        message_id=returned.ours.message_id,
        attempt=0,
        key=f"{name}:{returned.kind.value}:{code or ''}",
        provider_id=name,
        status=status,
        code=code,
        provider_word=returned.kind.value,
    )
