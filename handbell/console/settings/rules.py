"""What is said about steps, hours and caps? Sentences of what the policy holds. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from django.utils.translation import gettext, gettext_noop, ngettext
from django.utils.translation import gettext_lazy as _

from handbell.access.models import ReminderStep
from handbell.console.saying import say_source
from handbell.console.words import CHANNELS, PURPOSES, PURPOSES_MANY, Words, joined, say_kind
from handbell.policy.caps import BOTH, CAPS, EMAIL, PHONE, Cap
from handbell.policy.quiet_hours import Window, Windows, window_for
from handbell.vocabulary.words import Channel, Purpose

_SENT: Final = (Purpose.APPOINTMENT_REMINDER, Purpose.BALANCE_ALERT)

#: Where each limit comes from, by what it limits.
_REMINDER_SOURCE: Final = gettext_noop("47 CFR 64.1200(a)(9)(iv)(F), kept as our own limit")
_BALANCE_SOURCE: Final = gettext_noop("940 CMR 7.04(1)(f), kept as our own limit, and stricter")
_OWN_SOURCE: Final = gettext_noop("Handbell's own limit")


def say_step(step: ReminderStep) -> str:
    """Return "2 days before, at 10:00", "24 hours before", "On the day, at 08:00"."""
    if step.days_before is None or step.at is None:
        hours = step.hours_before or 0
        said = ngettext("%(count)s hour before", "%(count)s hours before", hours)
        return said % {"count": hours}
    if step.days_before == 0:
        return gettext("On the day, at %(time)s") % {"time": f"{step.at:%H:%M}"}
    days = step.days_before
    said = ngettext("%(count)s day before, at %(time)s", "%(count)s days before, at %(time)s", days)
    return said % {"count": days, "time": f"{step.at:%H:%M}"}


def say_channels(channels: list[str]) -> str:
    """Return "Text and e-mail"; none means those the patient chose."""
    if not channels:
        return gettext("As the patient chose")
    first, *others = (CHANNELS[Channel(channel)] for channel in channels)
    return joined([first, *(word.lower() for word in others)])


@dataclass(frozen=True, slots=True)
class Hours:
    """When one kind of message may go by one channel."""

    what: str
    said: str


def hours_in_use(chosen: Windows) -> list[Hours]:
    """Return the hours of every kind of message by every channel, as they hold now."""
    return [
        Hours(say_kind(purpose, channel), _say_window(window))
        for purpose in _SENT
        for channel in Channel
        for window in [window_for(purpose, channel, chosen)]
    ]


def _say_window(window: Window | None) -> str:
    if window is None:
        return gettext("At any hour")
    told = {"opens": f"{window.opens:%H:%M}", "closes": f"{window.closes:%H:%M}"}
    if window.closed_on_sunday:
        return gettext("%(opens)s to %(closes)s, not on Sundays") % told
    sunday = window.opening(6)
    if sunday is not None and sunday != window.opens:
        told["sunday"] = f"{sunday:%H:%M}"
        return gettext("%(opens)s to %(closes)s, on Sundays from %(sunday)s") % told
    return gettext("%(opens)s to %(closes)s") % told


@dataclass(frozen=True, slots=True)
class Limit:
    """How often one number or address may be written to, and whose limit it is."""

    said: str
    source: str


_CHANNELS_SAID: Final[Mapping[frozenset[Channel], str]] = Words(
    {
        PHONE: _("by text and call together"),
        EMAIL: _("by e-mail"),
        PHONE | EMAIL: _("by any channel"),
    }
)


def limits() -> list[Limit]:
    """Return every cap in words."""
    return [Limit(_say_cap(cap), say_source(_source_of(cap))) for cap in CAPS]


def _say_cap(cap: Cap) -> str:
    if cap.purposes == BOTH:
        what = ngettext("message", "messages", cap.most)
    else:
        words = PURPOSES if cap.most == 1 else PURPOSES_MANY
        what = words[next(iter(cap.purposes))].lower()
    told = {
        "most": cap.most,
        "what": what,
        "days": cap.days,
        "channels": _CHANNELS_SAID[cap.channels],
    }
    said = ngettext(
        "%(most)s %(what)s a day %(channels)s",
        "%(most)s %(what)s in %(days)s days %(channels)s",
        cap.days,
    )
    return said % told


def _source_of(cap: Cap) -> str:
    if cap.channels != PHONE:
        return _OWN_SOURCE
    return _BALANCE_SOURCE if Purpose.BALANCE_ALERT in cap.purposes else _REMINDER_SOURCE
