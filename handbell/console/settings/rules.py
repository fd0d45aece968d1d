"""What is said about steps, hours and caps? Sentences of what the policy holds. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from handbell.access.models import ReminderStep
from handbell.console.words import CHANNELS, PURPOSES
from handbell.policy.caps import BOTH, CAPS, EMAIL, PHONE, Cap
from handbell.policy.quiet_hours import Window, Windows, window_for
from handbell.vocabulary.words import Channel, Purpose

_SENT: Final = (Purpose.APPOINTMENT_REMINDER, Purpose.BALANCE_ALERT)

#: Where each limit comes from, by what it limits.
_REMINDER_SOURCE: Final = "47 CFR 64.1200(a)(9)(iv)(F), kept as our own limit"
_BALANCE_SOURCE: Final = "940 CMR 7.04(1)(f), kept as our own limit, and stricter"
_OWN_SOURCE: Final = "Handbell's own limit"


def say_step(step: ReminderStep) -> str:
    """Return "2 days before, at 10:00", "24 hours before", "On the day, at 08:00"."""
    if step.days_before is None or step.at is None:
        hours = step.hours_before or 0
        return f"{hours} hour{'' if hours == 1 else 's'} before"
    if step.days_before == 0:
        return f"On the day, at {step.at:%H:%M}"
    return (
        f"{step.days_before} day{'' if step.days_before == 1 else 's'} before, at {step.at:%H:%M}"
    )


def say_channels(channels: list[str]) -> str:
    """Return "Text and e-mail"; none means those the patient chose."""
    if not channels:
        return "As the patient chose"
    words = [CHANNELS[Channel(channel)] for channel in channels]
    words = [words[0], *(word.lower() for word in words[1:])]
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"


@dataclass(frozen=True, slots=True)
class Hours:
    """When one kind of message may go by one channel."""

    what: str
    said: str


def hours_in_use(chosen: Windows) -> list[Hours]:
    """Return the hours of every kind of message by every channel, as they hold now."""
    return [
        Hours(f"{PURPOSES[purpose]} by {CHANNELS[channel].lower()}", _say_window(window))
        for purpose in _SENT
        for channel in Channel
        for window in [window_for(purpose, channel, chosen)]
    ]


def _say_window(window: Window | None) -> str:
    if window is None:
        return "At any hour"
    said = f"{window.opens:%H:%M} to {window.closes:%H:%M}"
    if window.closed_on_sunday:
        return f"{said}, not on Sundays"
    sunday = window.opening(6)
    if sunday is not None and sunday != window.opens:
        return f"{said}, on Sundays from {sunday:%H:%M}"
    return said


@dataclass(frozen=True, slots=True)
class Limit:
    """How often one number or address may be written to, and whose limit it is."""

    said: str
    source: str


_CHANNELS_SAID: Final[Mapping[frozenset[Channel], str]] = {
    PHONE: "by text and call together",
    EMAIL: "by e-mail",
    PHONE | EMAIL: "by any channel",
}


def limits() -> list[Limit]:
    """Return every cap in words."""
    return [Limit(_say_cap(cap), _source_of(cap)) for cap in CAPS]


def _say_cap(cap: Cap) -> str:
    if cap.purposes == BOTH:
        what = "message" if cap.most == 1 else "messages"
    else:
        word = PURPOSES[next(iter(cap.purposes))].lower()
        what = word if cap.most == 1 else f"{word}s"
    days = "a day" if cap.days == 1 else f"in {cap.days} days"
    return f"{cap.most} {what} {days} {_CHANNELS_SAID[cap.channels]}"


def _source_of(cap: Cap) -> str:
    if cap.channels != PHONE:
        return _OWN_SOURCE
    return _BALANCE_SOURCE if Purpose.BALANCE_ALERT in cap.purposes else _REMINDER_SOURCE
