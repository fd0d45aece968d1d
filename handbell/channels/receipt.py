"""What came back from a provider, in our words. Providers' `receipt.py` translate into these."""

from dataclasses import dataclass, field
from enum import StrEnum


class ReceiptStatus(StrEnum):
    """What a provider says of a message it was handed."""

    PENDING = "pending"  # it has it and goes on
    SENT = "sent"  # passed on to the carrier or the remote mail server
    DELIVERED = "delivered"  # reached the handset, was answered, or landed in the mailbox
    UNDELIVERED = "undelivered"  # given up: `code` says why
    UNKNOWN = "unknown"  # a word this version does not know: an alarm, never an exception


@dataclass(frozen=True, slots=True)
class Receipt:
    """One report about one attempt. `key` is unique per distinct event, so replays are seen.

    `attempt` is 0 where the provider's report does not name one (a bounced e-mail).
    """

    message_id: int
    attempt: int
    key: str
    provider_id: str
    status: ReceiptStatus
    code: str | None = None
    answered_by: str | None = None  # calls: human, machine_end_beep ...
    provider_word: str = ""
    seconds: int | None = None  # calls: how long it lasted, once it ended


@dataclass(frozen=True, slots=True)
class Inbound:
    """A text somebody sent to one of our senders.

    `taken_as` is STOP, START or HELP when the provider itself already acted on the text (and
    answered it): a second answer from us would be one too many.
    """

    key: str
    sender: str  # our number
    address: str = field(repr=False)  # theirs
    text: str = field(repr=False)
    taken_as: str | None = None


@dataclass(frozen=True, slots=True)
class KeyPress:
    """Digits pressed (possibly none) during a call we placed."""

    message_id: int
    attempt: int
    key: str
    provider_id: str
    digits: str
