"""What follows from a provider's code? Pure; settle.py and the fold of receipts act on it.

The table of every provider is in its `codes.py`; this file says what each action means for the
message, the address and the sender.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from handbell.channels.codes import Action, CodeRule
from handbell.policy.timetable import start_of_day
from handbell.policy.zones import PACIFIC
from handbell.vocabulary.words import Channel, SuppressionKind

#: A sender that must wait for a person still has its messages; they are tried again this often.
PAUSED_RETRY = timedelta(minutes=15)

#: Each wait is so many times the one before: 5, 15, 45 minutes, 2, 7, 20 hours (rules.md 22).
LONGER_EACH_TIME = 3

#: Pauses where neither the provider nor the table names one: 5 s, doubled, to 5 minutes.
FIRST_PAUSE = timedelta(seconds=5)
LONGEST_PAUSE = timedelta(minutes=5)

#: How often a message is offered to a busy provider before it counts as failed.
MOST_TRIES = 12

#: Where the carriers' day begins that daily numbers are counted by (rules.md 17, T-Mobile).
CARRIERS_ZONE: Final = ZoneInfo(PACIFIC)


@dataclass(frozen=True, slots=True)
class Consequence:
    """What to do after a provider refused or could not deliver.

    `retry_at` None means the message is over. `hold_until` stops the sender until then,
    `pause_sender` until a person has looked. `alarm` tells the operator.
    """

    retry_at: datetime | None
    suppress_as: SuppressionKind | None = None
    suppress_channels: tuple[Channel, ...] = ()
    hold_until: datetime | None = None
    pause_sender: bool = False
    pause_provider: bool = False
    pause_script: bool = False
    slow_down: bool = False
    alarm: bool = False


@dataclass(frozen=True, slots=True)
class Seen:
    """How often a code was seen, this time included."""

    by_sender: int  # over one day
    by_address: int  # over 30 days


ABOUT_US = frozenset({Action.ALERT, Action.PAUSE_SENDER, Action.PAUSE_ALL, Action.PAUSE_SCRIPT})


def acting(rule: CodeRule, seen: Seen) -> CodeRule:
    """Return the rule without the actions whose count is not reached yet."""
    waiting: set[Action] = set()
    if seen.by_sender < rule.alert_after:
        waiting |= ABOUT_US
    if seen.by_address < rule.flag_after:
        waiting.add(Action.FLAG)
    if seen.by_address < rule.suppress_after:
        waiting.add(Action.SUPPRESS)
    return replace(rule, actions=rule.actions - waiting)


def after_code(
    rule: CodeRule, *, attempts: int, useful_until: datetime, now: datetime
) -> Consequence:
    """Return what follows from a code, `attempts` hand-overs into the message's life."""
    actions = rule.actions
    hold_until = carriers_midnight(now) if Action.HOLD in actions else None
    retry_at = hold_until
    if actions & {Action.PAUSE_SENDER, Action.PAUSE_ALL}:
        retry_at = now + PAUSED_RETRY  # the message did nothing wrong
    elif Action.RETRY in actions and attempts <= rule.retries:
        retry_at = now + wait_after(rule, attempts=attempts)
    if retry_at is not None and retry_at > useful_until:
        retry_at = None
    return Consequence(
        retry_at=retry_at,
        suppress_as=rule.suppress_as if Action.SUPPRESS in actions else None,
        suppress_channels=rule.suppress_channels,
        hold_until=hold_until,
        pause_sender=Action.PAUSE_SENDER in actions,
        pause_provider=Action.PAUSE_ALL in actions,
        pause_script=Action.PAUSE_SCRIPT in actions,
        slow_down=Action.SLOW_DOWN in actions,
        alarm=Action.ALERT in actions,
    )


def after_busy(
    rule: CodeRule,
    *,
    attempts: int,
    retry_after: timedelta | None,
    useful_until: datetime,
    now: datetime,
) -> datetime | None:
    """Return when to offer a message again that a busy provider did not take, or None.

    `retry_after` is what the provider asked for; without it the table's wait counts.
    """
    retry_at = now + (retry_after or wait_after(rule, attempts=attempts))
    return retry_at if attempts < MOST_TRIES and retry_at <= useful_until else None


def wait_after(rule: CodeRule, *, attempts: int) -> timedelta:
    """Return how long to wait after so many tries: the table's wait, longer each time."""
    if rule.retry_after is None:
        return pause_after(attempts)
    growth: int = LONGER_EACH_TIME ** min(max(attempts - 1, 0), 8)
    return rule.retry_after * growth


def pause_after(attempts: int) -> timedelta:
    """Return the pause after so many tries: it doubles, up to five minutes."""
    doublings = min(max(attempts - 1, 0), 10)
    return min(FIRST_PAUSE * (1 << doublings), LONGEST_PAUSE)


def carriers_midnight(now: datetime) -> datetime:
    """Return when the carriers' next day begins."""
    tomorrow = now.astimezone(CARRIERS_ZONE).date() + timedelta(days=1)
    return start_of_day(tomorrow, CARRIERS_ZONE)
