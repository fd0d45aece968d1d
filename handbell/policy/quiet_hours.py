"""When may this channel reach this person, and when next?

Windows are recipient-local and must be open in every zone the person may be in (12 CFR
1006.6(b) commentary; rules.md 7-9). A window is half-open: at `closes` it is shut. Defaults
are rules.md 29.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from handbell.vocabulary.words import Channel, Purpose

SUNDAY: Final = 6

#: No practice may text, call or mail outside these hours on the recipient's clock: before and
#: after them a message about money is presumed to come at a bad time, and a call or text is
#: pleaded as a solicitation (rules.md 7 and 8).
EARLIEST: Final = time(8)
LATEST: Final = time(21)
LIMIT_SOURCE: Final = "12 CFR 1006.6(b)(1)(i); 47 CFR 64.1200(c)(1)"


@dataclass(frozen=True, slots=True)
class Window:
    """The hours of a day at which a channel may be used; Sunday may open later or not at all."""

    opens: time
    closes: time
    sunday_opens: time | None = None
    closed_on_sunday: bool = False

    def opening(self, weekday: int) -> time | None:
        """Return when the window opens on that weekday (Monday is 0), or None if it does not."""
        if weekday != SUNDAY:
            return self.opens
        if self.closed_on_sunday:
            return None
        return max(self.opens, self.sunday_opens) if self.sunday_opens else self.opens


#: rules.md 29, by purpose and channel. A pair that is missing may be used at any hour.
DEFAULT_WINDOWS: Final[Mapping[tuple[Purpose, Channel], Window]] = {
    (Purpose.APPOINTMENT_REMINDER, Channel.SMS): Window(time(8), time(20)),
    (Purpose.APPOINTMENT_REMINDER, Channel.VOICE): Window(time(9), time(20), time(12)),
    (Purpose.BALANCE_ALERT, Channel.SMS): Window(time(8), time(20)),
    (Purpose.BALANCE_ALERT, Channel.VOICE): Window(time(9), time(20), closed_on_sunday=True),
    (Purpose.BALANCE_ALERT, Channel.EMAIL): Window(time(8), time(20)),
}

Windows = Mapping[Channel, tuple[time, time]]


def window_for(purpose: Purpose, channel: Channel, chosen: Windows) -> Window | None:
    """Return the window for a message: the practice's hours, with the Sunday rules kept.

    None means any hour. An emergency notice to a text or mailbox is never held (rules.md 8).
    However the practice's hours came in, they are never wider than the law's, except those of
    e-mail about a visit, for which there are none.
    """
    default = DEFAULT_WINDOWS.get((purpose, channel))
    if purpose is Purpose.EMERGENCY_NOTICE or channel not in chosen:
        return default
    opens, closes = chosen[channel]
    if default is None:
        return Window(opens, closes)
    opens, closes = max(opens, EARLIEST), min(closes, LATEST)
    if opens >= closes:  # nothing is left of them: the usual hours
        return default
    return Window(opens, closes, default.sunday_opens, default.closed_on_sunday)


def next_open(at: datetime, *, window: Window | None, zones: Sequence[ZoneInfo]) -> datetime:
    """Return the first moment not before `at` at which the window is open in every zone.

    If the zones leave no common hour within a week, the first zone (the most certain one)
    decides alone: the message is for this person, and a guess must not silence it.
    """
    if window is None or not zones:
        return at
    # In UTC, because two times of one zone compare by their wall clock, which repeats itself.
    moment = at = at.astimezone(UTC)
    if len(zones) == 1:
        return _opening_in(at, window, zones[0])
    for _ in range(16 * len(zones)):
        later = max(_opening_in(moment, window, zone) for zone in zones)
        if later == moment:
            return moment
        moment = later
    return _opening_in(at, window, zones[0])


def _opening_in(at: datetime, window: Window, zone: ZoneInfo) -> datetime:
    """Return the first moment not before `at` at which the window is open in one zone."""
    local = at.astimezone(zone)
    for days in range(9):
        date = (local + timedelta(days=days)).date() if days else local.date()
        opens = window.opening(date.weekday())
        if opens is None or opens >= window.closes:
            continue
        # Combined on the wall clock: 08:00 stays 08:00 on the night the clocks change.
        begins = datetime.combine(date, opens, tzinfo=zone).astimezone(UTC)
        ends = datetime.combine(date, window.closes, tzinfo=zone).astimezone(UTC)
        if at < ends:
            return max(at, begins)
    return at  # a window that never opens: the settings refuse it, so this is not met
