"""What is remembered of each text, call and e-mail that came to the carrier.

Records never change: a new state is a new record with the same name, so that the journal can
keep every version and the last one wins. `number` is always the person's phone, `sender` ours.
"""

import re
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from urllib.parse import urlsplit

MESSAGE_FINAL = frozenset({"delivered", "undelivered", "failed", "received"})
CALL_FINAL = frozenset({"completed", "busy", "failed", "no-answer", "canceled"})

# Where our message's number is: `.../<message>/<attempt>` in a callback address,
# `<hb.<message>.<digest>@...>` in a Message-ID.
_IN_CALLBACK = re.compile(r"/(\d+)/\d+$")
_IN_MESSAGE_ID = re.compile(r"^<hb\.(\d+)\.[0-9a-f]+@")


class Origin(StrEnum):
    """Who wrote a text."""

    API = "api"  # the sender, by a request
    REPLY = "reply"  # the sender, as its answer to an inbound text
    CARRIER = "carrier"  # the carrier itself, answering STOP, START or HELP
    PERSON = "person"  # the person holding the phone


class Contract(StrEnum):
    """Whose interface a text came by, and its reports go by."""

    TWILIO = "twilio"
    VONAGE = "vonage"


class Fate(StrEnum):
    """What the phone network does with a text; fixed when the text is taken."""

    DELIVERED = "delivered"
    UNCONFIRMED = "unconfirmed"  # arrives, and nothing ever says so
    UNDELIVERED = "undelivered"  # never arrives; `Text.fate_code` says why


class Reporting(StrEnum):
    """How the carrier tells the sender what became of a text."""

    PROMPT = "prompt"
    LATE = "late"
    TWICE = "twice"
    OUT_OF_ORDER = "out_of_order"
    NEVER = "never"


@dataclass(frozen=True, slots=True)
class Report:
    """One callback we made. `told` says whether the sender took it (a 2xx answer)."""

    status: str
    url: str
    at: datetime
    told: bool
    why: str = ""  # of a callback that failed: "HTTP 500", "no connection" ...


@dataclass(frozen=True, slots=True)
class Text:
    """A text in either direction. `arrived_at` is when the phone showed it, None if never.

    `acknowledged` is False when the request got no answer: only callbacks can tell the sender.
    `arrival` numbers everything that reached any phone or mailbox, in order; 0 = has not.
    """

    sid: str
    origin: Origin
    sender: str
    number: str = field(repr=False)
    body: str = field(repr=False)
    created_at: datetime
    updated_at: datetime
    status: str = "queued"
    code: int | None = None
    sent_at: datetime | None = None
    arrived_at: datetime | None = None
    arrival: int = 0
    status_callback: str = ""
    acknowledged: bool = True
    fate: Fate = Fate.DELIVERED
    fate_code: int | None = None
    delay_seconds: float = 0  # how much later than usual the phone gets it
    reporting: Reporting = Reporting.PROMPT
    report_delay_seconds: float = 0
    reports: tuple[Report, ...] = ()
    contract: Contract = Contract.TWILIO

    @property
    def outbound(self) -> bool:
        return self.origin is not Origin.PERSON

    @property
    def key(self) -> str:
        return message_key(self.status_callback)

    @property
    def told(self) -> bool:
        """Whether anything told the sender that we have it."""
        return self.acknowledged or any(report.told for report in self.reports)


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that happened on the line: spoken, waited, pressed. `seconds` as played."""

    kind: str
    text: str = field(repr=False)
    at: datetime
    seconds: float


@dataclass(frozen=True, slots=True)
class CallRequest:
    """How the sender asked for a call to be made."""

    url: str = ""
    method: str = "POST"
    twiml: str = field(default="", repr=False)
    status_callback: str = ""
    status_callback_method: str = "POST"
    events: tuple[str, ...] = ("completed",)
    detection: str = ""  # "", "Enable" or "DetectMessageEnd"
    detection_seconds: int = 30
    detection_async: bool = False
    detection_callback: str = ""
    ring_seconds: int = 60
    limit_seconds: int = 14_400


@dataclass(frozen=True, slots=True)
class Call:
    """A call we were asked to make. `picked_up_by` is "person", "machine" or "" (nobody).

    `answered_by` is what machine detection made of it, in Twilio's words. `beep_at` is when
    the machine began to record.
    """

    sid: str
    sender: str
    number: str = field(repr=False)
    request: CallRequest
    created_at: datetime
    updated_at: datetime
    status: str = "queued"
    acknowledged: bool = True
    answered_at: datetime | None = None
    ended_at: datetime | None = None
    beep_at: datetime | None = None
    picked_up_by: str = ""
    answered_by: str | None = None
    arrival: int = 0
    steps: tuple[Step, ...] = field(default=(), repr=False)
    reports: tuple[Report, ...] = ()

    @property
    def key(self) -> str:
        return message_key(self.request.status_callback)

    @property
    def told(self) -> bool:
        """Whether anything told the sender that we have it."""
        return self.acknowledged or any(report.told for report in self.reports)

    @property
    def in_progress(self) -> bool:
        return self.status == "in-progress"

    @property
    def pressed(self) -> str:
        """All digits the person pressed, in order."""
        return "".join(step.text for step in self.steps if step.kind == "press")

    @property
    def spoken(self) -> tuple[str, ...]:
        """Everything said on the line, heard or not."""
        return tuple(step.text for step in self.steps if step.kind == "say")

    @property
    def voicemail(self) -> tuple[str, ...]:
        """What the machine recorded whole: spoken after its beep."""
        if self.beep_at is None:
            return ()
        said = (step for step in self.steps if step.kind == "say" and step.at >= self.beep_at)
        return tuple(step.text for step in said)


@dataclass(frozen=True, slots=True)
class Mail:
    """An e-mail in one mailbox, as the bytes that came. `acknowledged`: we said 250."""

    sid: str
    sender: str
    mailbox: str = field(repr=False)
    raw: bytes = field(repr=False)
    created_at: datetime
    arrival: int
    acknowledged: bool = True
    encrypted: bool = False
    message_id: str = ""

    @property
    def key(self) -> str:
        return message_key(self.message_id)

    @property
    def told(self) -> bool:
        return self.acknowledged


@dataclass(frozen=True, slots=True)
class Refusal:
    """A request we turned away: nothing reached anybody."""

    at: datetime
    channel: str
    sender: str
    number: str = field(repr=False)
    code: str
    why: str = field(repr=False)


Record = Text | Call | Mail


def message_key(address: str) -> str:
    """Return what names the sender's message in a callback address or Message-ID.

    Its number where the address has one, without the attempt, since a second attempt at one
    message is a second message to the person; else the address as it is.
    """
    path = urlsplit(address).path if "://" in address else ""
    found = _IN_CALLBACK.search(path) or _IN_MESSAGE_ID.match(address)
    return found[1] if found else address
