"""How much is enough for one number or e-mail address?

Caps count touches per address, not per patient, over the last days on the recipient's wall
clock (rules.md 29). The messages of one touch on several channels (a text and a call about the
same step of the same day's visits) count once; a second one on the same channel counts again,
whoever of the household it is for. Emergency notices neither count nor are capped here.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from handbell.vocabulary.words import Channel, Purpose

PHONE: Final = frozenset({Channel.SMS, Channel.VOICE})
EMAIL: Final = frozenset({Channel.EMAIL})
REMINDER: Final = frozenset({Purpose.APPOINTMENT_REMINDER})
BALANCE: Final = frozenset({Purpose.BALANCE_ALERT})
BOTH: Final = REMINDER | BALANCE

#: A daily reminder at 10:00 must not lose against yesterday's because that one left at
#: 10:00:03: a day of the cap ends an hour early.
SLACK: Final = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Cap:
    """At most `most` touches of these purposes on these channels in `days` days."""

    purposes: frozenset[Purpose]
    channels: frozenset[Channel]
    days: int
    most: int


CAPS: Final = (
    Cap(REMINDER, PHONE, days=1, most=1),
    Cap(REMINDER, PHONE, days=7, most=3),
    Cap(REMINDER, EMAIL, days=1, most=2),
    Cap(REMINDER, EMAIL, days=7, most=5),
    Cap(BALANCE, PHONE, days=7, most=1),
    Cap(BALANCE, PHONE, days=30, most=2),
    Cap(BALANCE, EMAIL, days=7, most=1),
    Cap(BALANCE, EMAIL, days=30, most=3),
    Cap(BOTH, PHONE | EMAIL, days=1, most=2),
    Cap(BOTH, PHONE | EMAIL, days=7, most=6),
)


@dataclass(frozen=True, slots=True)
class PastTouch:
    """Something this address was sent. `touch` names it apart from the channel."""

    purpose: Purpose
    channel: Channel
    touch: str
    at: datetime


def broken_cap(
    past: Iterable[PastTouch],
    *,
    purpose: Purpose,
    channel: Channel,
    touch: str,
    now: datetime,
    zone: ZoneInfo,
    corrects: bool = False,
) -> Cap | None:
    """Return the first cap one more message would break, or None.

    A message that corrects what the address was told before (the visit moved) may be one more:
    somebody who was told Thursday must hear that it is Friday (rules.md 29).
    """
    if purpose is Purpose.EMERGENCY_NOTICE:
        return None
    sent = list(past)
    this = PastTouch(purpose, channel, touch, now)
    for cap in CAPS:
        if purpose not in cap.purposes or channel not in cap.channels:
            continue
        if len(sent) < cap.most:
            continue  # not even if all of them counted
        since = _days_ago(cap.days, now, zone)
        counted = [
            p
            for p in sent
            if p.purpose in cap.purposes and p.channel in cap.channels and p.at > since
        ]
        before, after = _count(counted), _count([*counted, this])
        if after > max(before, cap.most + (1 if corrects else 0)):
            return cap
    return None


def _count(touches: Iterable[PastTouch]) -> int:
    """Return how often the address was contacted: a text and a call of one touch are once."""
    times: dict[tuple[Purpose, str], Counter[Channel]] = defaultdict(Counter)
    for one in touches:
        times[one.purpose, one.touch][one.channel] += 1
    return sum(max(channels.values()) for channels in times.values())


def _days_ago(days: int, now: datetime, zone: ZoneInfo) -> datetime:
    local = now.astimezone(zone) - timedelta(days=days)  # the same wall-clock time
    return local.astimezone(UTC) + SLACK
