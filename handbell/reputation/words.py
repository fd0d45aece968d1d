"""What is said of a breaker, a rate or an alarm, on pages and in e-mails to administrators."""

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import phonenumbers
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from handbell.channels.codes import unknown_code
from handbell.dispatch.allowance import ABOUT_ADDRESSES
from handbell.dispatch.providers import PROVIDERS, rule_for
from handbell.reputation.models import Alarm
from handbell.vocabulary.words import AlarmKind, BreakerState, Channel, Purpose, Signal

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

STATES: "Final[dict[BreakerState, StrOrPromise]]" = {
    BreakerState.CLOSED: gettext_lazy("In order"),
    BreakerState.WARNED: gettext_lazy("Slowed down"),
    BreakerState.PAUSED: gettext_lazy("Paused"),
    BreakerState.HALF_OPEN: gettext_lazy("A few on trial"),
}

SIGNALS: "Final[dict[Signal, StrOrPromise]]" = {
    Signal.HARD_BOUNCE: gettext_lazy("No such mailbox"),
    Signal.COMPLAINT: gettext_lazy("Marked as spam"),
    Signal.OPT_OUT: gettext_lazy("Asked to stop"),
    Signal.FILTERED: gettext_lazy("Filtered as unwanted"),
    Signal.ERROR: gettext_lazy("Could not be delivered"),
    Signal.SHORT_CALL: gettext_lazy("Hung up within 6 seconds"),
}

#: What to do about a rate that is too high, in the order in which it helps.
CURES: "Final[dict[Signal, StrOrPromise]]" = {
    Signal.HARD_BOUNCE: gettext_lazy(
        "Ask these patients for their e-mail address at the desk. If many came from one import, "
        "that file holds old addresses."
    ),
    Signal.COMPLAINT: gettext_lazy(
        "Look who complained, and whether they had agreed. Ask at check-in how a patient wants to "
        "be reminded."
    ),
    Signal.OPT_OUT: gettext_lazy(
        "Look who asked to stop. Too many messages for one visit, or messages nobody expected, "
        "are the usual reason."
    ),
    Signal.FILTERED: gettext_lazy(
        "Read the script as a stranger would, and look whether the number’s registration is "
        "complete. Do not only change words and try again."
    ),
    Signal.ERROR: gettext_lazy(
        "Ask these patients for their number at the desk. If many came from one import, that "
        "file holds old numbers."
    ),
    Signal.SHORT_CALL: gettext_lazy(
        "People hang up before they know who calls. The script should begin with the clinic’s name."
    ),
}

_KINDS: "Final[dict[Purpose, StrOrPromise]]" = {
    Purpose.APPOINTMENT_REMINDER: gettext_lazy("appointment reminders"),
    Purpose.BALANCE_ALERT: gettext_lazy("balance alerts"),
    Purpose.EMERGENCY_NOTICE: gettext_lazy("emergency notices"),
}
_WAYS: "Final[dict[Channel, StrOrPromise]]" = {
    Channel.SMS: gettext_lazy("text"),
    Channel.VOICE: gettext_lazy("call"),
    Channel.EMAIL: gettext_lazy("e-mail"),
}

_ANSWERED: Final = re.compile(r"(?P<provider>\w+) answered (?P<code>\S+)")


@dataclass(frozen=True, slots=True)
class Said:
    """An alarm in words: what happened, why, and what helps."""

    title: str
    why: str
    cure: str


def say_alarm(alarm: Alarm) -> Said:
    """Say what an alarm is about, in the language of now."""
    told = {
        "kind": _KINDS[Purpose(alarm.purpose)] if alarm.purpose else "",
        "way": _WAYS[Channel(alarm.channel)],
        "address": _national(alarm.sender.address) if alarm.sender else "",
    }
    match AlarmKind(alarm.kind):
        case AlarmKind.BREAKER:
            return _say_breaker(alarm, told)
        case AlarmKind.SENDER:
            return Said(
                _("Nothing leaves by %(address)s") % told,
                f"{pause_said(alarm.reason)}.",
                _("What is due waits. Somebody has to look at it and release it in Settings."),
            )
        case AlarmKind.SCRIPT:
            return Said(
                _("The text for %(kind)s by %(way)s is paused") % told,
                _("It was filtered or could not be taken, again and again: %(reason)s.")
                % {"reason": pause_said(alarm.reason)},
                _(
                    "Read it as a stranger would in Settings > Scripts, and save a better one: "
                    "that lets it leave again. Until then these messages are not sent."
                ),
            )


def _say_breaker(alarm: Alarm, told: dict[str, "StrOrPromise"]) -> Said:
    why = rate_said(Signal(alarm.signal), alarm.count, alarm.out_of) if alarm.signal else ""
    cure = str(CURES[Signal(alarm.signal)]) if alarm.signal else ""
    match BreakerState(alarm.state):
        case BreakerState.WARNED:
            title = _("%(address)s goes at half its pace, because of %(kind)s by %(way)s")
        case BreakerState.PAUSED:
            if alarm.signal in ABOUT_ADDRESSES:
                title = _("%(address)s sends %(kind)s by %(way)s only where one arrived before")
            else:
                title = _("%(address)s sends no %(kind)s by %(way)s for now")
        case BreakerState.HALF_OPEN:
            title = _("%(address)s sends a few %(kind)s by %(way)s on trial")
            why = _("The pause is over. If these do well, the rest follows by itself.")
        case BreakerState.CLOSED:
            title = _("%(address)s sends %(kind)s by %(way)s as usual again")
            why = _("Its rates are in order.")
    return Said(title % told, why, cure)


def rate_said(signal: Signal, count: int, out_of: int) -> str:
    """Say a rate with the numbers it is made of."""
    return _("%(what)s: %(count)s of %(out_of)s (%(percent)s).") % {
        "what": SIGNALS[signal],
        "count": count,
        "out_of": out_of,
        "percent": percent(count / out_of if out_of else 0.0),
    }


def pause_said(reason: str) -> str:
    """Say why something pauses, with what a provider's code means, behind what a person wrote."""
    by_person, mark, last = reason.rpartition("; ")
    answered = _ANSWERED.fullmatch(last)
    if answered is None:
        return _(reason) if reason else ""
    told = _("%(provider)s answered %(code)s") % answered.groupdict()
    meaning = _meaning(answered["provider"], answered["code"])
    if meaning:
        told = f"{meaning if by_person else capfirst(meaning)} ({told})"
    return f"{by_person}{mark}{told}"


def _meaning(provider: str, code: str) -> str:
    """Return what a provider's code means; nothing where no channel of it knows the code."""
    for channel in (one for one, carriers in PROVIDERS.items() if provider in carriers):
        rule = rule_for(provider, channel, code, sender="")
        if rule != unknown_code(code):
            return _(rule.meaning)
    return ""


def percent(rate: float) -> str:
    """Write a rate as staff read it: small ones with the digits that matter."""
    return f"{rate:.2%}" if rate < 0.01 else f"{rate:.1%}"


def _national(address: str) -> str:
    """Write a telephone number as people in its country do; an e-mail address stays as it is."""
    if not address.startswith("+"):
        return address
    number = phonenumbers.parse(address)
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.NATIONAL)
