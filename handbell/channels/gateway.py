"""The contract between dispatch and every provider: hand one message over, ask about one.

A gateway foresees its provider's answers and returns them as an `Outcome`; it raises only
for our own mistakes. It keeps no state beyond its connections, so any worker may use any
gateway. `InDoubt` is returned whenever the request may have left this machine and no answer
told us what became of it: a gateway never guesses in either direction.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Protocol

from handbell.vocabulary.contact import Address
from handbell.vocabulary.words import Channel


@dataclass(frozen=True, slots=True)
class SmsContent:
    """A text as the patient will read it."""

    text: str


@dataclass(frozen=True, slots=True)
class VoiceContent:
    """A call as it will be spoken.

    `opening` names the clinic and its number and is spoken first; `stop_offer` ("press 9 to
    stop these calls") follows within two seconds (47 CFR 64.1200(b)); `voicemail` is all that
    is left on a machine. `language` is a BCP 47 tag. `confirmable` offers "press 1".
    """

    opening: str
    stop_offer: str
    body: str
    confirm_offer: str
    goodbye: str
    voicemail: str
    language: str
    confirmable: bool


@dataclass(frozen=True, slots=True)
class Attachment:
    """A small file that rides with an e-mail: the calendar entry of a visit."""

    filename: str
    content_type: str
    content: bytes


@dataclass(frozen=True, slots=True)
class EmailContent:
    """An e-mail in its two readings; `from_name` is the clinic's name."""

    subject: str
    text: str
    html: str
    from_name: str
    reply_to: str | None = None
    preferences_url: str | None = None
    attachments: tuple[Attachment, ...] = ()


Content = SmsContent | VoiceContent | EmailContent


@dataclass(frozen=True, slots=True)
class HandOver:
    """One message, ready to leave. `(message_id, attempt)` is unique for ever.

    `reference` is what rides to the provider and comes back in receipts:
    it holds the two numbers and nothing about the patient. `callback_url` is the public
    https address the provider reports to (None for e-mail). `valid_for` is how long the
    provider may go on trying before the message is no longer useful.
    """

    message_id: int
    attempt: int
    channel: Channel
    sender: str
    to: Address = field(repr=False)
    content: Content = field(repr=False)
    purpose: str = "appointment_reminder"
    practice: str = ""
    callback_url: str | None = None
    valid_for: timedelta = timedelta(hours=4)

    @property
    def reference(self) -> str:
        return f"{self.message_id}.{self.attempt}"


@dataclass(frozen=True, slots=True)
class Accepted:
    """The provider took it and gave it a name of its own."""

    provider_id: str


@dataclass(frozen=True, slots=True)
class Rejected:
    """The provider certainly did not take it; `code` is looked up in the provider's table."""

    code: str


@dataclass(frozen=True, slots=True)
class Busy:
    """The provider certainly did not take it and asks us to slow down or come back.

    `code` is in the provider's table too: "come back" may mean "after a person has looked".
    """

    code: str
    retry_after: timedelta | None = None


@dataclass(frozen=True, slots=True)
class InDoubt:
    """It may have left: no answer came, or one that cannot be read. `why` is a fixed word."""

    why: str


Outcome = Accepted | Rejected | Busy | InDoubt


@dataclass(frozen=True, slots=True)
class LookUp:
    """What we know of a message in doubt, to ask its provider about it.

    Twilio takes no idempotency key and its lists do not show the callback address, so without a
    `provider_id` a text is found by its two numbers, the minute it left and its words: `text` is
    what the attempt said, as rendered. `known_ids` are the provider's names of other attempts
    between the same two numbers; what is already accounted for is no candidate.
    """

    message_id: int
    attempt: int
    channel: Channel
    sender: str
    to: Address = field(repr=False)
    provider_id: str | None
    handed_over_at: datetime
    text: str | None = field(default=None, repr=False)
    known_ids: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Known:
    """The provider has it. `status` is the provider's own word, `code` its error code if any."""

    provider_id: str
    status: str
    code: str | None = None


@dataclass(frozen=True, slots=True)
class Unheard:
    """The provider was asked and has certainly never had it."""


@dataclass(frozen=True, slots=True)
class Unanswered:
    """The provider could not be asked now, or its list does not reach back far enough."""


Answer = Known | Unheard | Unanswered


@dataclass(frozen=True, slots=True)
class Ready:
    """The provider answers, knows who we are, and would take a message."""


@dataclass(frozen=True, slots=True)
class NotReady:
    """It does not answer, or would take nothing from us; `code` is in its table."""

    code: str


Readiness = Ready | NotReady


class Gateway(Protocol):
    """A provider for one channel. Instances are bound to one event loop."""

    async def hand_over(self, message: HandOver) -> Outcome:
        """Offer one message, once. Never retries by itself."""
        ...

    async def look_up(self, question: LookUp, *, now: datetime) -> Answer:
        """Ask what became of a message. `Unheard` only if the provider would know of it by `now`.

        A provider's list may lag behind what it took, so a young message is `Unanswered`.
        """
        ...

    async def look(self) -> Readiness:
        """Ask whether it would take a message, without offering one."""
        ...

    async def close(self) -> None:
        """Close its connections; the gateway is not used again."""
        ...


Gateways = Mapping[tuple[str, Channel], Gateway]
