"""What to do about a provider's error code: the vocabulary of rules.md table B.

Each provider's folder holds a `codes.py` with its own table, `CODES: Mapping[str, CodeRule]`,
and falls back to `unknown_code`: a code nobody has mapped yet is an alarm, never an exception.
"""

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from handbell.vocabulary.words import Channel, SuppressionKind


class Action(StrEnum):
    """What we do on our side when a provider reports a code; several may apply."""

    RETRY = "retry"  # offer it again after `retry_after`, at most `retries` times
    SLOW_DOWN = "slow_down"  # halve the sender's rate
    SUPPRESS = "suppress"  # never use this address on `suppress_channels` again
    FLAG = "flag"  # staff must look at the contact point
    PAUSE_SCRIPT = "pause_script"  # this text is refused: stop using it until a person looks
    PAUSE_SENDER = "pause_sender"  # nothing more leaves by this sender until a person looks
    PAUSE_ALL = "pause_all"  # the account is closed or the credentials are wrong
    HOLD = "hold"  # a daily cap is reached: keep the rest for tomorrow
    OTHER_CHANNEL = "other_channel"  # this address cannot take this channel; another may
    ALERT = "alert"  # tell the operator


@dataclass(frozen=True, slots=True)
class CodeRule:
    """One row of a provider's table. `source` names where the meaning comes from.

    FLAG and SUPPRESS are about one address and count its messages over 30 days; ALERT and the
    PAUSE actions are about us and count every message of the sender over one day.
    """

    code: str
    meaning: str
    actions: frozenset[Action]
    retries: int = 0
    retry_after: timedelta | None = None
    suppress_as: SuppressionKind | None = None
    suppress_channels: tuple[Channel, ...] = ()
    alert_after: int = 1  # ALERT and PAUSE_* act when this many were seen in a day
    flag_after: int = 1  # FLAG acts when this many messages to one address met it
    suppress_after: int = 1  # SUPPRESS likewise
    # Where set, these codes are one trouble, and what counts is days on which it was met.
    days_with: tuple[str, ...] = ()
    filtered: bool = False  # somebody took us for unwanted: it counts against the sender's name
    source: str = "rules.md 30"


def unknown_code(code: str) -> CodeRule:
    """Return the rule for a code no table knows: nothing is retried, a person is told."""
    return CodeRule(
        code=code,
        meaning="a code this version of Handbell does not know",
        actions=frozenset({Action.ALERT, Action.FLAG}),
        source="none: unknown code",
    )
