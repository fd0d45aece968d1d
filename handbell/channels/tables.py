"""What does a provider's code or word mean? One door to every provider's own tables.

Whoever settles, folds or explains asks here by provider and channel, as `Gateways` are keyed.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from handbell.channels.codes import CodeRule, unknown_code
from handbell.channels.email.smtp import codes as smtp_codes
from handbell.channels.email.smtp import receipt as smtp_receipt
from handbell.channels.receipt import ReceiptStatus
from handbell.channels.sms.twilio import codes as sms_codes
from handbell.channels.sms.twilio import receipt as sms_receipt
from handbell.channels.voice.twilio import codes as voice_codes
from handbell.channels.voice.twilio import receipt as voice_receipt
from handbell.vocabulary.words import Channel

TWILIO: Final = "twilio"
SMTP: Final = "smtp"


@dataclass(frozen=True, slots=True)
class Tables:
    """One provider's tables for one channel."""

    rule_for: Callable[..., CodeRule]
    status_of: Callable[[str], ReceiptStatus]


TABLES: Final[Mapping[tuple[str, Channel], Tables]] = {
    (TWILIO, Channel.SMS): Tables(sms_codes.rule_for, sms_receipt.status_of),
    (TWILIO, Channel.VOICE): Tables(voice_codes.rule_for, voice_receipt.status_of),
    (SMTP, Channel.EMAIL): Tables(smtp_codes.rule_for, smtp_receipt.status_of),
}


def rule_for(*, provider: str, channel: Channel, code: str, sender: str) -> CodeRule:
    """Return what to do about a code (of Rejected, Busy, Known or Receipt); never raises.

    `sender` is the number or from-address it was met by: some codes mean different things of
    different senders.
    """
    tables = TABLES.get((provider, channel))
    return tables.rule_for(code, sender=sender) if tables else unknown_code(code)


def status_of(*, provider: str, channel: Channel, word: str) -> ReceiptStatus:
    """Return what a provider's word (`Known.status`) means; UNKNOWN if none knows it."""
    tables = TABLES.get((provider, channel))
    return tables.status_of(word) if tables else ReceiptStatus.UNKNOWN
