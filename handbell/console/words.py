"""What are things called on screen? One word and one icon for each closed list. Pure.

Colour never stands alone: a chip always has its word. Tones are names of roles in tokens.css.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from handbell.outbox.queries import Standing
from handbell.policy.explain import explain
from handbell.vocabulary.words import (
    AppointmentStatus,
    BalanceFrequency,
    Channel,
    MessageState,
    Objection,
    PermissionLevel,
    Purpose,
    Recipient,
)

S = MessageState


@dataclass(frozen=True, slots=True)
class Chip:
    """A state as staff see it: a word, an icon of heroicons, and a tone of tokens.css."""

    word: str
    icon: str
    tone: str


_CHIPS: Final[Mapping[MessageState, Chip]] = {
    S.QUEUED: Chip("Planned", "clock", "wait"),
    S.CLAIMED: Chip("Going out", "arrow-path", "accent"),
    S.ACCEPTED: Chip("Handed over", "paper-airplane", "accent"),
    S.DELIVERED: Chip("Delivered", "check-circle", "good"),
    S.UNDELIVERED: Chip("Not delivered", "x-circle", "bad"),
    S.FAILED: Chip("Failed", "exclamation-triangle", "bad"),
    S.IN_DOUBT: Chip("In doubt", "question-mark-circle", "doubt"),
    S.WITHHELD: Chip("Held back", "pause-circle", "soft"),
    S.CANCELLED: Chip("Cancelled", "minus-circle", "soft"),
    S.EXPIRED: Chip("Too late", "pause-circle", "soft"),
}
_SPECIAL: Final[Mapping[Objection, Chip]] = {
    Objection.OPTED_OUT: Chip("Stopped by the patient", "hand-raised", "stop"),
    Objection.MERGED: Chip("In another message", "link", "soft"),
}

PURPOSES: Final[Mapping[Purpose, str]] = {
    Purpose.APPOINTMENT_REMINDER: "Reminder",
    Purpose.BALANCE_ALERT: "Balance alert",
    Purpose.EMERGENCY_NOTICE: "Emergency notice",
}

CHANNELS: Final[Mapping[Channel, str]] = {
    Channel.SMS: "Text",
    Channel.VOICE: "Call",
    Channel.EMAIL: "E-mail",
}

BALANCE_FREQUENCIES: Final[Mapping[BalanceFrequency, str]] = {
    BalanceFrequency.EVERY_TWO_WEEKS: "Every two weeks",
    BalanceFrequency.EVERY_MONTH: "Every Month",
    BalanceFrequency.DONT_SEND: "Don't Send",
}

LANGUAGES: Final[Mapping[str, str]] = {"en": "English", "es": "Spanish"}

CHANNEL_ICONS: Final[Mapping[Channel, str]] = {
    Channel.SMS: "chat-bubble-left",
    Channel.VOICE: "phone",
    Channel.EMAIL: "envelope",
}

STANDINGS: Final[Mapping[Standing, str]] = {
    Standing.WAITING: "Waiting to go",
    Standing.HANDED_OVER: "Handed over",
    Standing.NO_WORD_YET: "Handed over, no word yet",
    Standing.DELIVERED: "Delivered",
    Standing.HELD_BACK: "Held back",
    Standing.TROUBLE: "Failed or in doubt",
    Standing.IN_DOUBT: "In doubt",
    Standing.STOPPED: "Stopped by the patient",
    Standing.MERGED: "In another message",
}

REASONS: Final[Mapping[Objection, str]] = {
    Objection.NO_CONSENT: "No consent",
    Objection.OPTED_OUT: "Stopped by the patient",
    Objection.SUPPRESSED: "Address does not work",
    Objection.NO_CONTACT_POINT: "No number or e-mail address",
    Objection.MINOR_WITHOUT_GUARDIAN: "Under 18, no guardian",
    Objection.DECEASED: "Deceased",
    Objection.INACTIVE: "Inactive patient",
    Objection.NOT_BOOKED: "Visit not on the schedule",
    Objection.CONFIRMED: "Visit already confirmed",
    Objection.MOVED: "Visit moved",
    Objection.OVER_CAP: "Enough messages for now",
    Objection.TOO_LATE: "Too late to be useful",
    Objection.MERGED: "In another message",
    Objection.BELOW_MINIMUM: "Balance below the minimum",
    Objection.NO_RECENT_RESPONSIBILITY: "Nothing newly owed",
    Objection.PAID: "Balance settled",
    Objection.SWITCHED_OFF: "Alerts off for this patient",
    Objection.MODE: "Reminders paused",
    Objection.CONTENT: "Text cannot be sent",
    Objection.NO_SENDER: "No sender for this channel",
    Objection.QUIET_HOURS: "Quiet hours",
    Objection.SETTINGS_CHANGED: "Reminder step changed",
    Objection.PROVIDER_REFUSED: "Refused by the provider",
    Objection.TRIES_SPENT: "Provider could not take it",
}

VISIT_STATUSES: Final[Mapping[AppointmentStatus, str]] = {
    AppointmentStatus.BOOKED: "Scheduled",
    AppointmentStatus.CONFIRMED: "Confirmed",
    AppointmentStatus.ARRIVED: "Arrived",
    AppointmentStatus.IN_PROGRESS: "In progress",
    AppointmentStatus.COMPLETED: "Completed",
    AppointmentStatus.CANCELLED: "Cancelled",
    AppointmentStatus.NO_SHOW: "No show",
}

LEVELS: Final[Mapping[PermissionLevel, str]] = {
    PermissionLevel.FRONT_DESK: "Front desk",
    PermissionLevel.CLINICAL_STAFF: "Clinical staff",
    PermissionLevel.THERAPY_DIRECTOR: "Therapy director",
    PermissionLevel.PRACTICE_ADMINISTRATOR: "Practice administrator",
    PermissionLevel.BUSINESS_OWNER: "Business owner",
}

PROVIDERS: Final[Mapping[str, str]] = {
    "rehearsal": "the rehearsal carrier",
    "twilio": "Twilio",
    "smtp": "the mail server",
}

RECIPIENTS: Final[Mapping[Recipient, str]] = {
    Recipient.PATIENT: "the patient",
    Recipient.GUARDIAN: "the guardian",
}


def chip(state: str, objection: str) -> Chip:
    """Return how a message's state is shown; the reason decides where the state is too broad."""
    not_sent = state in {S.WITHHELD, S.CANCELLED, S.EXPIRED}
    if not_sent or (state == S.QUEUED and objection):
        if objection in _SPECIAL:
            return _SPECIAL[Objection(objection)]
        if state == S.QUEUED:
            return _CHIPS[S.WITHHELD]  # the planner's forecast
    return _CHIPS[S(state)]


def reason_in_short(objection: str) -> str:
    """Return the reason in two or three words, "" if there is none."""
    return REASONS[Objection(objection)] if objection else ""


def reason_sentence(objection: str) -> str:
    """Return the reason as a sentence that starts with a capital, "" if there is none."""
    if not objection:
        return ""
    sentence = explain(Objection(objection)).sentence
    return sentence[:1].upper() + sentence[1:]
