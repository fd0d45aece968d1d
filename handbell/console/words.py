"""What are things called on screen? One word and one icon for each closed list. Pure.

Colour never stands alone: a chip always has its word. Tones are names of roles in tokens.css.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, TypeVar

from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from handbell.console.saying import say_reason
from handbell.outbox.queries import Standing
from handbell.vocabulary.words import (
    AppointmentStatus,
    BalanceFrequency,
    Channel,
    ClosureReason,
    MessageState,
    Objection,
    PermissionLevel,
    Purpose,
    Recipient,
)

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

S = MessageState
Key = TypeVar("Key")


class Words(Mapping[Key, str]):
    """A closed list in words, each said in the language of whoever looks it up at the moment."""

    def __init__(self, words: "Mapping[Key, StrOrPromise]") -> None:
        self._words = words

    def __getitem__(self, key: Key) -> str:
        return str(self._words[key])

    def __iter__(self) -> Iterator[Key]:
        return iter(self._words)

    def __len__(self) -> int:
        return len(self._words)


@dataclass(frozen=True, slots=True)
class Chip:
    """A state as staff see it: a word, an icon of heroicons, and a tone of tokens.css."""

    word: str
    icon: str
    tone: str


_CHIPS: Final[Mapping[MessageState, "tuple[StrOrPromise, str, str]"]] = {
    S.QUEUED: (_("Planned"), "clock", "wait"),
    S.CLAIMED: (_("Going out"), "arrow-path", "accent"),
    S.ACCEPTED: (_("Handed over"), "paper-airplane", "accent"),
    S.DELIVERED: (_("Delivered"), "check-circle", "good"),
    S.UNDELIVERED: (_("Not delivered"), "x-circle", "bad"),
    S.FAILED: (_("Failed"), "exclamation-triangle", "bad"),
    S.IN_DOUBT: (_("In doubt"), "question-mark-circle", "doubt"),
    S.WITHHELD: (_("Held back"), "pause-circle", "soft"),
    S.CANCELLED: (pgettext_lazy("message", "Cancelled"), "minus-circle", "soft"),
    S.EXPIRED: (_("Too late"), "pause-circle", "soft"),
}
_SPECIAL: Final[Mapping[Objection, "tuple[StrOrPromise, str, str]"]] = {
    Objection.OPTED_OUT: (_("Stopped by the patient"), "hand-raised", "stop"),
    Objection.MERGED: (_("In another message"), "link", "soft"),
}

PURPOSES: Final[Mapping[Purpose, str]] = Words(
    {
        Purpose.APPOINTMENT_REMINDER: _("Reminder"),
        Purpose.BALANCE_ALERT: _("Balance alert"),
        Purpose.EMERGENCY_NOTICE: _("Emergency notice"),
    }
)

#: The same when there are many, or nobody counts them.
PURPOSES_MANY: Final[Mapping[Purpose, str]] = Words(
    {
        Purpose.APPOINTMENT_REMINDER: _("Reminders"),
        Purpose.BALANCE_ALERT: _("Balance alerts"),
        Purpose.EMERGENCY_NOTICE: _("Emergency notices"),
    }
)

CHANNELS: Final[Mapping[Channel, str]] = Words(
    {
        Channel.SMS: _("Text"),
        Channel.VOICE: _("Call"),
        Channel.EMAIL: _("E-mail"),
    }
)

BALANCE_FREQUENCIES: Final[Mapping[BalanceFrequency, str]] = Words(
    {
        BalanceFrequency.EVERY_TWO_WEEKS: _("Every two weeks"),
        BalanceFrequency.EVERY_MONTH: _("Every Month"),
        BalanceFrequency.DONT_SEND: _("Don't Send"),
    }
)

LANGUAGES: Final[Mapping[str, str]] = Words({"en": _("English"), "es": _("Spanish")})

CHANNEL_ICONS: Final[Mapping[Channel, str]] = {
    Channel.SMS: "chat-bubble-left",
    Channel.VOICE: "phone",
    Channel.EMAIL: "envelope",
}

STANDINGS: Final[Mapping[Standing, str]] = Words(
    {
        Standing.WAITING: _("Waiting to go"),
        Standing.HANDED_OVER: _("Handed over"),
        Standing.NO_WORD_YET: _("Handed over, no word yet"),
        Standing.DELIVERED: _("Delivered"),
        Standing.HELD_BACK: _("Held back"),
        Standing.TROUBLE: _("Failed or in doubt"),
        Standing.IN_DOUBT: _("In doubt"),
        Standing.STOPPED: _("Stopped by the patient"),
        Standing.MERGED: _("In another message"),
    }
)

REASONS: Final[Mapping[Objection, str]] = Words(
    {
        Objection.NO_CONSENT: _("No consent"),
        Objection.OPTED_OUT: _("Stopped by the patient"),
        Objection.SUPPRESSED: _("Address does not work"),
        Objection.NO_CONTACT_POINT: _("No number or e-mail address"),
        Objection.MINOR_WITHOUT_GUARDIAN: _("Under 18, no guardian"),
        Objection.DECEASED: _("Deceased"),
        Objection.INACTIVE: _("Inactive patient"),
        Objection.NOT_BOOKED: _("Visit not on the schedule"),
        Objection.CONFIRMED: _("Visit already confirmed"),
        Objection.MOVED: _("Visit moved"),
        Objection.OVER_CAP: _("Enough messages for now"),
        Objection.TOO_LATE: _("Too late to be useful"),
        Objection.MERGED: _("In another message"),
        Objection.BELOW_MINIMUM: _("Balance below the minimum"),
        Objection.NO_RECENT_RESPONSIBILITY: _("Nothing newly owed"),
        Objection.PAID: _("Balance settled"),
        Objection.SWITCHED_OFF: _("Alerts off for this patient"),
        Objection.WITH_AGENCY: _("With a collection agency"),
        Objection.PAST_DUE_CALL: _("Too old for a call"),
        Objection.MODE: _("Reminders paused"),
        Objection.CONTENT: _("Text cannot be sent"),
        Objection.SCRIPT_PAUSED: _("Script paused"),
        Objection.NO_SENDER: _("No sender for this channel"),
        Objection.QUIET_HOURS: _("Quiet hours"),
        Objection.SETTINGS_CHANGED: _("Step or recipient changed"),
        Objection.PROVIDER_REFUSED: _("Refused by the provider"),
        Objection.TRIES_SPENT: _("Provider could not take it"),
        Objection.CLOSED: _("Facility closed"),
        Objection.HALTED: _("Sending paused or stopped"),
    }
)

CLOSURE_REASONS: Final[Mapping[ClosureReason, str]] = Words(
    {
        ClosureReason.WEATHER: _("Weather"),
        ClosureReason.FIRE_OR_FLOOD: _("Fire or flood"),
        ClosureReason.POWER_OR_WATER: _("Power or water"),
        ClosureReason.PUBLIC_SAFETY: _("Public safety"),
        ClosureReason.HEALTH_HAZARD: _("Health hazard"),
        ClosureReason.STAFFING: _("Staffing"),
        ClosureReason.HOLIDAY: _("Holiday"),
        ClosureReason.OTHER: _("Other"),
    }
)

VISIT_STATUSES: Final[Mapping[AppointmentStatus, str]] = Words(
    {
        AppointmentStatus.BOOKED: pgettext_lazy("visit", "Scheduled"),
        AppointmentStatus.CONFIRMED: pgettext_lazy("visit", "Confirmed"),
        AppointmentStatus.ARRIVED: pgettext_lazy("visit", "Arrived"),
        AppointmentStatus.IN_PROGRESS: pgettext_lazy("visit", "In progress"),
        AppointmentStatus.COMPLETED: pgettext_lazy("visit", "Completed"),
        AppointmentStatus.CANCELLED: pgettext_lazy("visit", "Cancelled"),
        AppointmentStatus.NO_SHOW: pgettext_lazy("visit", "No show"),
    }
)

LEVELS: Final[Mapping[PermissionLevel, str]] = Words(
    {
        PermissionLevel.FRONT_DESK: _("Front desk"),
        PermissionLevel.CLINICAL_STAFF: _("Clinical staff"),
        PermissionLevel.THERAPY_DIRECTOR: _("Therapy director"),
        PermissionLevel.PRACTICE_ADMINISTRATOR: _("Practice administrator"),
        PermissionLevel.BUSINESS_OWNER: _("Business owner"),
    }
)

PROVIDERS: Final[Mapping[str, str]] = Words(
    {
        "rehearsal": _("the rehearsal carrier"),
        "twilio": "Twilio",
        "smtp": _("the mail server"),
    }
)

RECIPIENTS: Final[Mapping[Recipient, str]] = Words(
    {
        Recipient.PATIENT: _("the patient"),
        Recipient.GUARDIAN: _("the guardian"),
        Recipient.GUARANTOR: _("the guarantor"),
        Recipient.CAREGIVER: _("the caregiver"),
    }
)


def say_status(status: AppointmentStatus, *, by_patient: bool) -> str:
    """Return a visit's status in words, with who confirmed it where it was its patient."""
    if status is AppointmentStatus.CONFIRMED and by_patient:
        return gettext("Confirmed by the patient")
    return VISIT_STATUSES[status]


def chip(state: str, objection: str) -> Chip:
    """Return how a message's state is shown; the reason decides where the state is too broad."""
    not_sent = state in {S.WITHHELD, S.CANCELLED, S.EXPIRED}
    if not_sent or (state == S.QUEUED and objection):
        if objection in _SPECIAL:
            return _chip(_SPECIAL[Objection(objection)])
        if state == S.QUEUED:
            return _chip(_CHIPS[S.WITHHELD])  # the planner's forecast
    return _chip(_CHIPS[S(state)])


def _chip(row: "tuple[StrOrPromise, str, str]") -> Chip:
    word, icon, tone = row
    return Chip(str(word), icon, tone)


def say_kind(purpose: Purpose, channel: Channel) -> str:
    """Return what a message is and how it goes: "Reminder by text"."""
    said = {"purpose": PURPOSES[purpose], "channel": CHANNELS[channel].lower()}
    return gettext("%(purpose)s by %(channel)s") % said


def joined(words: Iterable[str]) -> str:
    """Return "text", "text and e-mail", "text, call and e-mail"; "" for none."""
    *most, last = list(words) or [""]
    if not most:
        return last
    return gettext("%(most)s and %(last)s") % {"most": ", ".join(most), "last": last}


def reason_in_short(objection: str) -> str:
    """Return the reason in two or three words, "" if there is none."""
    return REASONS[Objection(objection)] if objection else ""


def reason_sentence(objection: str) -> str:
    """Return the reason as a sentence that starts with a capital, "" if there is none."""
    if not objection:
        return ""
    sentence = say_reason(Objection(objection)).sentence
    return sentence[:1].upper() + sentence[1:]
