"""What a mail that came back says, in our words."""

from dataclasses import dataclass, field
from enum import StrEnum


class Kind(StrEnum):
    """What a mail in the mailbox for bounces is."""

    FAILED = "failed"  # a mail did not arrive and is given up
    DELAYED = "delayed"  # it did not arrive yet; the server goes on trying
    ARRIVED = "arrived"  # it is in the mailbox
    RELAYED = "relayed"  # it was passed on to a server that reports nothing
    COMPLAINT = "complaint"  # the recipient reported it as unwanted
    OPT_OUT = "opt_out"  # the recipient wants no more of them
    AUTH_FAILURE = "auth_failure"  # about our domain's proof of origin, not about a patient
    ANSWER = "answer"  # a machine answered: out of office, received with thanks
    LETTER = "letter"  # anything else, perhaps from a person


#: What says that a mail came back.
BOUNCES = frozenset({Kind.FAILED, Kind.DELAYED})


@dataclass(frozen=True, slots=True)
class Reported:
    """What is said of one recipient. `code` is one of `email.smtp.codes`; None where none is due.

    `address` is empty where the report names nobody (feedback reports often leave it out).
    """

    address: str = field(repr=False)
    kind: Kind
    code: str | None = None


@dataclass(frozen=True, slots=True)
class Ours:
    """Which of our messages it is about: the number, and what proves that whoever says so had it.

    `digest` is the part of our Message-ID nobody can guess without the mail.
    """

    message_id: int
    digest: str


@dataclass(frozen=True, slots=True)
class Returned:
    """One mail that came to the mailbox for bounces."""

    kind: Kind
    reported: tuple[Reported, ...] = ()
    ours: Ours | None = None

    @property
    def is_hard(self) -> bool:
        """Whether a mail is given up for good: another try would not change it."""
        return any(
            one.kind is Kind.FAILED and not (one.code or "").startswith("4")
            for one in self.reported
        )

    @property
    def is_bounce(self) -> bool:
        return self.kind in BOUNCES
