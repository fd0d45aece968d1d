"""What do the Emergency pages call things?"""

from collections.abc import Mapping
from datetime import date
from typing import Any, Final

from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from handbell.closures.record import Act
from handbell.console.clock import say_date
from handbell.console.words import CHANNELS, CLOSURE_REASONS, LANGUAGES, Words, joined
from handbell.vocabulary.words import (
    AuditAct,
    CallResult,
    Channel,
    ClosureReason,
    NoticeKind,
    SendingState,
)

A = AuditAct

KINDS: Final[Mapping[NoticeKind, str]] = Words(
    {NoticeKind.CLOSING: _("Closing"), NoticeKind.ALL_CLEAR: _("All clear")}
)

#: What the button of each channel does.
BUTTONS: Final[Mapping[Channel, str]] = Words(
    {
        Channel.SMS: _("Send Message"),
        Channel.VOICE: _("Place Calls"),
        Channel.EMAIL: _("Send E-mail"),
    }
)

#: What each channel's words are called where they are written.
FIELDS: Final[Mapping[Channel, str]] = Words(
    {
        Channel.SMS: _("Message Text"),
        Channel.VOICE: _("Phone Script"),
        Channel.EMAIL: _("E-mail"),
    }
)

STATES: Final[Mapping[SendingState, str]] = Words(
    {
        SendingState.AWAITING: _("Waits for a second person"),
        SendingState.GOING: _("Sending"),
        SendingState.PAUSED: _("Paused"),
        SendingState.STOPPED: _("Stopped"),
        SendingState.DECLINED: _("Declined"),
    }
)

RESULTS: Final[Mapping[CallResult, str]] = Words(
    {
        CallResult.SPOKEN: _("Spoken to"),
        CallResult.LEFT_MESSAGE: _("Left a message"),
        CallResult.NOT_REACHED: _("Not reached"),
    }
)

#: Why something is not done, said in the language of the page (closures.press, facts.closing).
REFUSALS: Final = (
    _("it was sent today by this channel already: once a day is the most"),
    _("the call would take too long to say: shorten the words"),
    _("the provider refused the words when they were sent: change them first"),
    _("the sender is paused: release it, or choose that this notice passes the pause"),
    _("nobody can be reached by this channel: telephone them instead"),
    _("it does not wait for anybody"),
    _("somebody other than the one who asked must agree"),
    _("it was asked for on another day: ask again"),
    _("this closure has had all the notices it may have by this channel: use another one"),
    _("there are no words for this channel yet: write them first"),
    _("some of these people read English: write the words in it too"),
    _("some of these people read Spanish: write the words in it too"),
    _("a second person must look at the words first"),
    _("a second person declined the words: write others"),
    _("these words are being sent or wait for a second person: stop that first"),
    _("the closure is over: begin another one"),
    _("this closure is over: begin another one"),
    _("the closure is long over: an all clear would only confuse"),
    _("the practice has no sender for this channel"),
    _("its provider has no credentials here: `handbell doctor` says more"),
    _("one of these facilities is closed already: extend that closure instead"),
    _("choose at least one facility"),
    _("one of these facilities is not in use any more: choose again"),
    _("it would end before it begins: look at the days and times again"),
    _("a closure lasts 14 days at the most; extend it later if need be"),
    _("it would be over already: look at the days and times again"),
    _("say why this patient is not to be told"),
    _("there is no such patient"),
    _("type the number of a telephone you have with you"),
    _("the sender is paused: release it first"),
    _("nothing may be sent there: it was stopped, or does not take messages"),
    _("this is a patient's number or mailbox: a test goes to your own"),
    _("five tests an hour are the most: wait a while"),
)


def say_people(count: int) -> str:
    """Return "1 person", "212 people"."""
    return ngettext("%(count)s person", "%(count)s people", count) % {"count": count}


def say_act(act: Act) -> str:
    """Return what somebody did, for the record of a closure."""
    detail = act.detail
    if act.act is A.SENT:
        return _say_sent(detail)
    if act.act is A.EMERGENCY_CHANGED:
        return _say_changed(detail)
    said = {
        A.SCRIPT_SAVED: gettext("Wrote the words: %(what)s"),
        A.SCRIPT_APPROVED: gettext("Approved the words: %(what)s"),
        A.SCRIPT_REFUSED: gettext("The guard refused words: %(what)s"),
        A.EXPORTED: gettext("Downloaded the call list"),
    }.get(act.act, str(act.act))
    if "%(what)s" not in said:
        return said
    return said % {"what": _what(detail)}


def _what(detail: Mapping[str, Any]) -> str:
    parts = [KINDS[NoticeKind(detail["kind"])], CHANNELS[Channel(detail["channel"])]]
    if "language" in detail:
        parts.append(LANGUAGES.get(detail["language"], detail["language"]))
    return ", ".join(map(str, parts))


def _say_sent(detail: Mapping[str, Any]) -> str:
    what = _what(detail)
    if detail.get("test"):
        return gettext("Sent a test to themselves: %(what)s") % {"what": what}
    said = {
        "sent": gettext("Sent to %(people)s: %(what)s"),
        "asked": gettext("Asked a second person, for %(people)s: %(what)s"),
        "agreed": gettext("Agreed, to %(people)s: %(what)s"),
        "declined": gettext("Declined: %(what)s"),
        "paused": gettext("Paused: %(what)s"),
        "going": gettext("Let it go on: %(what)s"),
        "stopped": gettext("Stopped: %(what)s"),
    }
    found = next((text for name, text in said.items() if name in detail), "%(what)s")
    return found % {"what": what, "people": say_people(int(detail.get("people", 0)))}


def _say_changed(detail: Mapping[str, Any]) -> str:
    if "begun" in detail:
        return gettext("Closed: %(why)s") % {"why": CLOSURE_REASONS[ClosureReason(detail["begun"])]}
    if "ended" in detail:
        return gettext("Ended it")
    if "new" in detail:
        return gettext("Extended it to %(day)s") % {
            "day": say_date(date.fromisoformat(detail["new"]["last_day"]))
        }
    if "left_out" in detail:
        return gettext("Took somebody out of the audience")
    if "taken_in" in detail:
        return gettext("Took somebody back into the audience")
    if "called" in detail:
        return gettext("Telephoned somebody: %(result)s") % {
            "result": RESULTS[CallResult(detail["result"])].lower()
        }
    return ""


def say_places(names: list[str]) -> str:
    """Return the facilities of a closure in a row."""
    return joined(names)


#: What the writer may put into a notice; the last three speak for themselves.
BLANKS: Final = (
    ("{{ closure }}", _("says which facility is closed and when")),
    ("{{ date }}", _("the day of the patient’s visit")),
    ("{{ phone }}", _("the number to call")),
    ("{{ clinic }}", ""),
    ("{{ facility }}", ""),
    ("{{ first_name }}", ""),
)
