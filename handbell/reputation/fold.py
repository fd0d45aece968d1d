"""What do the fates of a sender's messages say of its name? Pure.

Each offer is one of a few kinds by what its provider said last; a bucket is the sum of them. What
was not the recipient's or the network's word (our own credentials, a busy provider) says nothing.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields

from handbell.channels.codes import Action, CodeRule
from handbell.vocabulary.words import Channel, MessageState, Purpose, Signal, SuppressionKind

#: A call that ends so soon after somebody answered was not wanted (rules.md 23).
SHORT_CALL_SECONDS = 6

_LEFT = frozenset({"accepted", "in_doubt", ""})  # empty: claimed, and nobody has settled it yet
_OURS = frozenset({Action.PAUSE_SENDER, Action.PAUSE_ALL, Action.HOLD})


@dataclass(frozen=True, slots=True)
class Fate:
    """What is known of some offers alike. `code` says why they were not delivered, if so."""

    channel: Channel
    outcome: str
    state: MessageState | None  # None: an older offer of a message that was tried again
    code: str = ""
    answered: bool = False
    seconds: int | None = None


@dataclass(slots=True)
class Tally:
    """The columns of a bucket."""

    sent: int = 0
    delivered: int = 0
    hard_bounce: int = 0
    filtered: int = 0
    error: int = 0
    answered: int = 0
    short_call: int = 0
    opt_out: int = 0
    complaint: int = 0

    def add(self, other: "Tally", times: int = 1) -> None:
        """Add another tally, so many times."""
        for column in fields(self):
            name = column.name
            setattr(self, name, getattr(self, name) + times * getattr(other, name))

    def of(self, signal: Signal) -> tuple[int, int]:
        """Return how many there were of a signal, and out of how many."""
        whole = self.answered if signal is Signal.SHORT_CALL else self.sent
        return getattr(self, signal.value), whole


def tally_of(fate: Fate, rule: CodeRule | None) -> Tally:
    """Return what one offer counts as; `rule` is its code's, None where it has none."""
    if fate.outcome == "busy":
        return Tally()
    if rule is not None and _says_nothing(rule, fate.channel):
        return Tally(sent=int(fate.outcome in _LEFT))
    if rule is not None:
        return Tally(
            sent=1,
            error=1,
            filtered=int(rule.filtered),
            hard_bounce=int(rule.suppress_as is SuppressionKind.HARD_BOUNCE),
        )
    if fate.outcome not in _LEFT:
        return Tally()
    answered = fate.channel is Channel.VOICE and fate.answered
    short = answered and fate.seconds is not None and fate.seconds <= SHORT_CALL_SECONDS
    delivered = fate.state is MessageState.DELIVERED
    return Tally(sent=1, delivered=int(delivered), answered=int(answered), short_call=int(short))


def _says_nothing(rule: CodeRule, channel: Channel) -> bool:
    """Return whether a code tells nothing of our name: unanswered, opted out, a fault of ours.

    Who opted out is counted by the suppression, once, whichever way it was said.
    """
    if rule.filtered:
        return False
    unanswered = channel is Channel.VOICE and Action.RETRY in rule.actions
    opted_out = rule.suppress_as is SuppressionKind.OPTED_OUT
    return unanswered or opted_out or bool(rule.actions & _OURS)


def fold(
    fates: Iterable[tuple[Purpose, Fate, CodeRule | None, int]],
) -> Mapping[Purpose, Tally]:
    """Return each purpose's sum of offers, given as (purpose, fate, rule, how many alike)."""
    found: dict[Purpose, Tally] = defaultdict(Tally)
    for purpose, fate, rule, number in fates:
        found[purpose].add(tally_of(fate, rule), number)
    return found
