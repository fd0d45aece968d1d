"""What a provider posts to us: verified, understood, acted on, answered.

Free of the web framework: the Django views of hooks.py call it with what they were sent, and a
rehearsal calls it with what its carrier would have posted. Only a request signed by the account
the sender belongs to is believed.
"""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final, Protocol
from xml.etree import ElementTree as ET

from config.environment import TwilioAccount
from handbell.channels.addresses import CALL_ANSWERED, CALL_STATUS, SMS_STATUS
from handbell.channels.gateway import VoiceContent
from handbell.channels.receipt import Receipt
from handbell.channels.sms.twilio import receipt as sms
from handbell.channels.twilio.signature import is_signed
from handbell.channels.voice.twilio import receipt as voice
from handbell.channels.voice.twilio import twiml
from handbell.channels.voice.twilio.client import TwilioVoice
from handbell.outbox.models import Attempt
from handbell.receipts.intake import Arrived, append_receipts
from handbell.receipts.replies import receive_keys, receive_text


@dataclass(frozen=True, slots=True)
class Posted:
    """One webhook as it arrived. `url` is the public address the provider signed."""

    url: str
    pairs: Sequence[tuple[str, str]] = field(repr=False)
    signature: str
    settings_header: str | None = None

    @property
    def form(self) -> Mapping[str, str]:
        """The fields without NUL, which PostgreSQL cannot keep: a STOP with one is still a STOP."""
        return {name: value.replace("\0", "") for name, value in self.pairs}


@dataclass(frozen=True, slots=True)
class Answer:
    """What we answer: a status, and TwiML if the provider should do something."""

    status: int
    twiml: str = field(default="", repr=False)


NOT_SIGNED = Answer(403)
TAKEN = Answer(204)

Accounts = Mapping[str, TwilioAccount]  # by provider name: twilio, rehearsal


class Reader(Protocol):
    """Reads a receipt from a form."""

    def __call__(self, form: Mapping[str, str], *, message_id: int, attempt: int) -> Receipt: ...


def signed_by(posted: Posted, accounts: Accounts) -> str | None:
    """Return the provider whose account signed the request, or None if none did."""
    form = posted.form
    for provider, account in accounts.items():
        if form.get("AccountSid", account.account_sid) != account.account_sid:
            continue
        if is_signed(
            url=posted.url,
            params=posted.pairs,
            signature=posted.signature,
            auth_token=account.auth_token,
            settings_header=posted.settings_header,
        ):
            return provider
    return None


#: How the receipts at each address are read.
READERS: Final[Mapping[str, Reader]] = {
    SMS_STATUS: sms.read_status,
    CALL_STATUS: voice.read_status,
    CALL_ANSWERED: voice.read_answered,
}


def read_receipt(
    name: str, posted: Posted, accounts: Accounts, *, message_id: int, attempt: int, now: datetime
) -> Arrived | None:
    """Return the receipt posted to the address `name`, or None if nobody we know signed it."""
    provider = signed_by(posted, accounts)
    if provider is None:
        return None
    receipt = READERS[name](posted.form, message_id=message_id, attempt=attempt)
    return Arrived(receipt, provider, now)


def sms_status(
    posted: Posted, accounts: Accounts, *, message_id: int, attempt: int, now: datetime
) -> Answer:
    """Append what became of a text."""
    arrived = read_receipt(
        SMS_STATUS, posted, accounts, message_id=message_id, attempt=attempt, now=now
    )
    return _append(arrived)


def call_status(
    posted: Posted, accounts: Accounts, *, message_id: int, attempt: int, now: datetime
) -> Answer:
    """Append what became of a call."""
    arrived = read_receipt(
        CALL_STATUS, posted, accounts, message_id=message_id, attempt=attempt, now=now
    )
    return _append(arrived)


def call_answered(
    posted: Posted, accounts: Accounts, *, message_id: int, attempt: int, now: datetime
) -> Answer:
    """Append who answered; a machine is told the voicemail instead of the script."""
    arrived = read_receipt(
        CALL_ANSWERED, posted, accounts, message_id=message_id, attempt=attempt, now=now
    )
    answer = _append(arrived)
    spoken = _voicemail(message_id, attempt)
    if arrived is not None and spoken is not None and arrived.receipt.answered_by:
        asyncio.run(_speak_to_machine(accounts[arrived.provider], spoken, arrived.receipt))
    return answer


async def _speak_to_machine(
    account: TwilioAccount, content: VoiceContent, receipt: Receipt
) -> None:
    gateway = TwilioVoice(account, timeout_seconds=5.0)
    try:
        await gateway.speak_to_machine(
            content, provider_id=receipt.provider_id, answered_by=receipt.answered_by or ""
        )
    finally:
        await gateway.close()


def _voicemail(message_id: int, attempt: int) -> VoiceContent | None:
    row = Attempt.objects.filter(message_id=message_id, number=attempt).first()
    if row is None or not row.voicemail:
        return None
    return VoiceContent(
        opening="",
        stop_offer="",
        body="",
        confirm_offer="",
        goodbye="",
        voicemail=row.voicemail,
        language=row.language,
        confirmable=False,
    )


def keys(
    posted: Posted, accounts: Accounts, *, message_id: int, attempt: int, now: datetime
) -> Answer:
    """Act on a key pressed during a call and say what was done."""
    if (provider := signed_by(posted, accounts)) is None:
        return NOT_SIGNED
    press = voice.read_keys(posted.form, message_id=message_id, attempt=attempt)
    said = receive_keys(press, provider=provider, now=now)
    words, language = said or ("Goodbye.", "en")
    return Answer(200, twiml.say(words, language=language))


def inbound(posted: Posted, accounts: Accounts, *, now: datetime) -> Answer:
    """Act on a text somebody sent us and answer it, if it needs an answer."""
    if (provider := signed_by(posted, accounts)) is None:
        return NOT_SIGNED
    answer = receive_text(sms.read_inbound(posted.form), provider=provider, now=now)
    return Answer(200, _message_twiml(answer))


def check(posted: Posted, accounts: Accounts, *, now: datetime) -> Answer:
    """Say whether a request arrived as it was signed; nothing is kept."""
    return NOT_SIGNED if signed_by(posted, accounts) is None else TAKEN


def _append(arrived: Arrived | None) -> Answer:
    if arrived is None:
        return NOT_SIGNED
    append_receipts([arrived])
    return TAKEN


def _message_twiml(text: str | None) -> str:
    response = ET.Element("Response")
    if text:
        ET.SubElement(response, "Message").text = text
    return '<?xml version="1.0" encoding="UTF-8"?>' + ET.tostring(response, encoding="unicode")
