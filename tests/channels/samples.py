"""Messages with invented people, as the dispatcher would hand them over."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from handbell.channels.gateway import (
    EmailContent,
    HandOver,
    LookUp,
    SmsContent,
    VoiceContent,
)
from handbell.vocabulary.contact import EmailAddress, PhoneNumber
from handbell.vocabulary.words import Channel

NOW = datetime(2026, 3, 2, 15, 0, tzinfo=UTC)
BASE = "https://handbell.riverside.example/hooks/twilio"
CLINIC = "+12025550100"
DIGEST_KEY = "not-a-real-key"
TOLL_FREE = "+18885550100"
PAT = PhoneNumber.parse("+12025550123")
PAT_EMAIL = EmailAddress.parse("pat@patients.example")
TEXT = "Riverside PT: visit Tue Mar 3, 2:30 PM. Reply C to confirm. 202-555-0100. STOP to opt out"


@dataclass(frozen=True, slots=True)
class Account:
    """A Twilio account with invented credentials."""

    base_url: str = "https://api.twilio.com"
    account_sid: str = "AC" + "0" * 31 + "1"
    auth_token: str = "not-a-real-token"


CALL = VoiceContent(
    opening="Automated call from Riverside Physical Therapy, 202-555-0100.",
    stop_offer="Press 9 to stop these calls.",
    body="You have a visit on Tuesday, March 3 at 2:30 PM.",
    confirm_offer="Press 1 to confirm.",
    goodbye="Thank you. Goodbye.",
    voicemail="This is Riverside Physical Therapy, 202-555-0100. Please call us.",
    language="en-US",
    confirmable=True,
)


def text_message(
    text: str = TEXT,
    *,
    callback_url: str | None = BASE,
    valid_for: timedelta = timedelta(hours=4),
    attempt: int = 1,
) -> HandOver:
    return HandOver(
        message_id=41,
        attempt=attempt,
        channel=Channel.SMS,
        sender=CLINIC,
        to=PAT,
        content=SmsContent(text),
        callback_url=callback_url,
        valid_for=valid_for,
    )


def call(content: VoiceContent = CALL, *, callback_url: str | None = BASE) -> HandOver:
    return HandOver(
        message_id=41,
        attempt=2,
        channel=Channel.VOICE,
        sender=CLINIC,
        to=PAT,
        content=content,
        callback_url=callback_url,
    )


LETTER = EmailContent(
    subject="Your visit on Tuesday, March 3",
    text="Riverside PT\nYour visit is on Tuesday, March 3 at 2:30 PM.\n",
    html="<p>Riverside PT</p><p>Your visit is on Tuesday, March 3 at 2:30 PM.</p>",
    from_name="Riverside Physical Therapy",
    reply_to="desk@riverside.example",
    preferences_url="https://handbell.riverside.example/p/abc",
)


def email(
    content: EmailContent = LETTER,
    *,
    to: EmailAddress = PAT_EMAIL,
    sender: str = "reminders@riverside.example",
    attempt: int = 1,
) -> HandOver:
    return HandOver(
        message_id=41,
        attempt=attempt,
        channel=Channel.EMAIL,
        sender=sender,
        to=to,
        content=content,
        practice="riverside",
    )


def question(
    *,
    channel: Channel = Channel.SMS,
    provider_id: str | None = None,
    text: str | None = TEXT,
    known_ids: frozenset[str] = frozenset(),
) -> LookUp:
    return LookUp(
        message_id=41,
        attempt=1,
        channel=channel,
        sender=CLINIC,
        to=PAT,
        provider_id=provider_id,
        handed_over_at=NOW,
        text=text,
        known_ids=known_ids,
    )
