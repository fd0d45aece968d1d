"""What does a mail provider's event mean? Pure; raises nothing.

django-anymail puts the events of thirteen providers into one set of words (`EventType`,
`RejectReason`); here those words become ours. Opened and clicked are dropped: Handbell does not
watch what people read.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from handbell.channels.email.esp.newer import NO_COMPLAINT
from handbell.channels.email.returned.found import Ours
from handbell.channels.email.returned.reason import code_behind, is_coarse
from handbell.channels.receipt import ReceiptStatus

#: What an event is about when it is about delivery.
STATUSES: Final[Mapping[str, ReceiptStatus]] = {
    "queued": ReceiptStatus.PENDING,
    "sent": ReceiptStatus.SENT,
    "deferred": ReceiptStatus.PENDING,
    "delivered": ReceiptStatus.DELIVERED,
    "bounced": ReceiptStatus.UNDELIVERED,
    "rejected": ReceiptStatus.UNDELIVERED,
    "failed": ReceiptStatus.UNDELIVERED,
}
COMPLAINED: Final = "complained"
UNSUBSCRIBED: Final = "unsubscribed"
#: What we know of and do not act on.
NOT_ACTED_ON: Final = frozenset(
    {
        *("opened", "clicked", "subscribed", "autoresponded", "inbound", "inbound_failed"),
        NO_COMPLAINT,
    }
)

HARD: Final = "hard-bounce"
SOFT: Final = "soft-bounce"
ON_THEIR_LIST: Final = "suppressed-there"
CONTENT: Final = "refused-there"
POLICY: Final = "5.7.1"

_BY_REASON: Final[Mapping[str, str]] = {
    "invalid": "5.1.3",
    "timed_out": "4.4.7",
    "blocked": ON_THEIR_LIST,
    "spam": ON_THEIR_LIST,
    "unsubscribed": ON_THEIR_LIST,
}
_OURS: Final = re.compile(r"\bhb\.(\d{1,18})\.([0-9a-f]{16})\b|\+(\d{1,18})\.([0-9a-f]{16})@")
#: How providers themselves say whether a bounce is for good.
_MARKS: Final = (
    "Type", "bounceType", "bounceSubType", "severity", "event", "type",
    "SuppressionReason", "category",
)  # fmt: skip
# Mailgun's reasons, SES's subtypes; SparkPost's classes of blocked mail are among the marks.
_ON_A_LIST: Final = re.compile(r"suppress-\w+|OnAccountSuppressionList|\bSuppressed\b")
_ONE_WORD: Final = re.compile(r"[a-z-]{1,40}")  # not a server's words, which say other things
# Mailgun gave up: nobody's server answered for hours, which says nothing of the mailbox.
_GAVE_UP: Final = re.compile(r"\bold\b")
# The mail itself was not taken, whoever it was for: SES found a virus, SendGrid what it reports so.
_OF_THE_MAIL: Final = re.compile(r"SMTPAPI header|Spam Content|Package Quota", re.IGNORECASE)
_TAKEN_FOR_SPAM: Final = re.compile(r"espblock|spam-block")
_HARD_WORDS: Final = re.compile(r"hard|permanent|badmailbox|invalid", re.IGNORECASE)
_SOFT_WORDS: Final = re.compile(r"soft|transient|temporary|undetermined|blocked", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Told:
    """One event of a provider, in django-anymail's words. `raw` is the provider's own event."""

    esp: str
    event_type: str
    reject_reason: str = ""
    response: str = field(default="", repr=False)
    description: str = field(default="", repr=False)
    provider_id: str = ""
    event_id: str = ""
    raw: Mapping[str, Any] = field(default_factory=dict, repr=False)

    @property
    def status(self) -> ReceiptStatus | None:
        """What it says of delivery; None if it says nothing of that."""
        return STATUSES.get(self.event_type)

    @property
    def is_known(self) -> bool:
        acted_on = {*STATUSES, COMPLAINED, UNSUBSCRIBED}
        return self.event_type in acted_on | NOT_ACTED_ON

    @property
    def wants_no_more(self) -> bool:
        return self.event_type == UNSUBSCRIBED

    @property
    def complains(self) -> bool:
        return self.event_type == COMPLAINED

    @property
    def ours(self) -> Ours | None:
        """Which message it is about: our name for it rides in the mail and in its metadata."""
        found = _OURS.search(f"{self.provider_id} {json.dumps(self.raw, default=str)}")
        if found is None:
            return None
        return Ours(int(found[1] or found[3]), found[2] or found[4])

    @property
    def key(self) -> str:
        """Return the same for the same event, so that a replay is seen."""
        if self.event_id:
            return f"{self.esp}:{self.event_type}:{self.event_id}"
        moment = next((str(self.raw[name]) for name in _MOMENTS if name in self.raw), "")
        return f"{self.esp}:{self.event_type}:{self.provider_id}:{moment}"

    @property
    def code(self) -> str | None:
        """Return why it was not delivered, as `email.smtp.codes` knows it."""
        if self.status is not ReceiptStatus.UNDELIVERED:
            return None
        if self.event_type == "failed" or self._is_of_the_mail:
            return CONTENT
        words = f"{self.response} {self.description}".strip()
        code = code_behind("", words, failed=not self._is_soft)
        if not is_coarse(code) or code == POLICY:
            return code
        if _ON_A_LIST.search(self._marks):
            return ON_THEIR_LIST
        if _TAKEN_FOR_SPAM.search(self._marks):
            return POLICY
        if self.esp == "mailgun" and _GAVE_UP.search(self._marks):
            return _BY_REASON["timed_out"]
        if self.event_type == "rejected" or self.reject_reason in {"invalid", "timed_out"}:
            return _BY_REASON.get(self.reject_reason, ON_THEIR_LIST)
        if self.reject_reason == "blocked":
            return ON_THEIR_LIST
        if self._is_soft:
            return code if code.startswith("4") and code != "4.0.0" else SOFT
        return HARD if self._is_hard else code

    @property
    def _is_of_the_mail(self) -> bool:
        if self.event_type != "rejected":
            return False
        return (
            self.esp == "amazon_ses" or _OF_THE_MAIL.search(str(self.raw.get("reason"))) is not None
        )

    @property
    def _marks(self) -> str:
        """Return what the provider says itself of the kind of bounce."""
        found: list[str] = []
        parts: list[Any] = [self.raw]
        while parts:
            part = parts.pop()
            if isinstance(part, Mapping):
                for name, value in part.items():
                    if name == "reason" and _ONE_WORD.fullmatch(str(value)):
                        found.append(str(value))
                    elif name == "bounce_class":
                        found.append(_CLASSES.get(str(value), ""))
                    elif name == "hard_bounce" and isinstance(value, bool):
                        found.append("permanent" if value else "temporary")
                    elif name in _MARKS and isinstance(value, str):
                        found.append(value)
                    elif isinstance(value, Mapping):
                        parts.append(value)
        return " ".join(found)

    @property
    def _is_hard(self) -> bool:
        return _HARD_WORDS.search(f"{self._marks} {self.description}") is not None

    @property
    def _is_soft(self) -> bool:
        return not self._is_hard and _SOFT_WORDS.search(f"{self._marks}") is not None


# SparkPost's classes, where they say whether it is for good.
_CLASSES: Final[Mapping[str, str]] = {
    **dict.fromkeys(("10", "30"), "permanent"),
    **dict.fromkeys(("1", "20", "21", "22", "23", "24", "70", "100"), "temporary"),
    **dict.fromkeys(("50", "51", "52"), "spam-block"),
}
_MOMENTS: Final = ("timestamp", "ts", "time", "ts_epoch", "created_at", "DeliveredAt", "BouncedAt")
