"""The closed lists: each term of docs/glossary.md that is a choice among named values.

The values are what the database and the JSON hold; they never change once released.
"""

from enum import StrEnum


class Purpose(StrEnum):
    """Why a message exists. There is no fourth purpose: Handbell sends nothing else."""

    APPOINTMENT_REMINDER = "appointment_reminder"
    BALANCE_ALERT = "balance_alert"
    EMERGENCY_NOTICE = "emergency_notice"


class Channel(StrEnum):
    """How a message reaches a contact point."""

    SMS = "sms"
    VOICE = "voice"
    EMAIL = "email"


class AppointmentStatus(StrEnum):
    """The seven states of a visit; `booked` is "Scheduled" on screen."""

    BOOKED = "booked"
    CONFIRMED = "confirmed"
    ARRIVED = "arrived"
    IN_PROGRESS = "in_progress"
    COMPLETED = "completed"
    CANCELLED = "cancelled"
    NO_SHOW = "no_show"


class PatientStatus(StrEnum):
    """A patient's standing with the practice; only `active` and `referral` are messaged."""

    ACTIVE = "active"
    INACTIVE = "inactive"
    REFERRAL = "referral"


class LedgerKind(StrEnum):
    """What a ledger entry does: a responsibility raises the balance, the others lower it."""

    RESPONSIBILITY = "responsibility"
    PAYMENT = "payment"
    ADJUSTMENT = "adjustment"


class ConsentKind(StrEnum):
    """One event in the consent log: permission given, or taken back."""

    GRANTED = "granted"
    WITHDRAWN = "withdrawn"


class SuppressionKind(StrEnum):
    """Why an address must not be used."""

    OPTED_OUT = "opted_out"  # the person replied STOP, pressed 9 or followed a stop link
    HARD_BOUNCE = "hard_bounce"  # the mailbox does not exist
    COMPLAINT = "complaint"  # reported as spam
    UNREACHABLE = "unreachable"  # number unknown, inactive or not able to receive this channel


class Registration(StrEnum):
    """How carriers know a number that texts; their limits hang on it."""

    UNKNOWN = "unknown"  # nobody said: our own pace only
    DLC_HIGH = "dlc_high"  # 10DLC campaign of a brand with a trust score of 75 to 100
    DLC_MIDDLE = "dlc_middle"  # 50 to 74
    DLC_LOW = "dlc_low"  # 1 to 49
    DLC_LOW_VOLUME = "dlc_low_volume"
    DLC_SOLE_PROPRIETOR = "dlc_sole_proprietor"
    TOLL_FREE = "toll_free"
    SHORT_CODE = "short_code"


class BreakerState(StrEnum):
    """What one sender may do for one purpose, as its rates allow."""

    CLOSED = "closed"  # messages leave as usual
    WARNED = "warned"  # a rate is near its limit: half the pace
    PAUSED = "paused"  # a rate is over it: nothing of this purpose leaves
    HALF_OPEN = "half_open"  # after the pause: a trickle, to see whether it is better


class Signal(StrEnum):
    """A rate that tells what people, carriers and mailbox providers think of a sender."""

    HARD_BOUNCE = "hard_bounce"  # no such mailbox
    COMPLAINT = "complaint"  # marked as spam
    OPT_OUT = "opt_out"  # STOP, key 9, a stop link
    FILTERED = "filtered"  # taken for unwanted, by a carrier or mailbox provider
    ERROR = "error"  # not delivered for any reason, opt-outs and unanswered calls apart
    SHORT_CALL = "short_call"  # hung up within six seconds of answering


class AlarmKind(StrEnum):
    """What administrators are told of a channel."""

    BREAKER = "breaker"  # a sender's rates: warned, paused, tried again, closed
    SENDER = "sender"  # a sender paused as a whole, by a provider's answer or a person
    SCRIPT = "script"  # a text that carriers filter is paused


class Approval(StrEnum):
    """Whether a script the guard held may be used: a second person decides."""

    NOT_NEEDED = "not_needed"
    AWAITING = "awaiting"
    APPROVED = "approved"
    DECLINED = "declined"


class Recipient(StrEnum):
    """Whose contact point a message goes to."""

    PATIENT = "patient"
    GUARDIAN = "guardian"
    GUARANTOR = "guarantor"  # of balances, instead of the patient
    CAREGIVER = "caregiver"  # of visits, besides the patient


class ContactKind(StrEnum):
    """What sort of address a contact point is."""

    MOBILE_PHONE = "mobile_phone"
    HOME_PHONE = "home_phone"
    EMAIL = "email"


class ReminderMode(StrEnum):
    """The practice-wide switch over automatic appointment reminders."""

    NORMAL = "normal"
    PAUSED = "paused"


class BalanceFrequency(StrEnum):
    """How often a patient who owes is told, practice-wide."""

    EVERY_TWO_WEEKS = "every_two_weeks"
    EVERY_MONTH = "every_month"
    DONT_SEND = "dont_send"


class BalancePreference(StrEnum):
    """Whether one patient's balance alerts follow the practice's frequency."""

    PRACTICE = "practice"
    IN = "in"  # every month where the practice sends none
    OUT = "out"


class PermissionLevel(StrEnum):
    """The ladder of staff permissions, lowest first; each level includes those before it."""

    FRONT_DESK = "front_desk"
    CLINICAL_STAFF = "clinical_staff"
    THERAPY_DIRECTOR = "therapy_director"
    PRACTICE_ADMINISTRATOR = "practice_administrator"
    BUSINESS_OWNER = "business_owner"


class MessageState(StrEnum):
    """Where a message is in its life; outbox/lifecycle.py draws the arrows."""

    QUEUED = "queued"
    CLAIMED = "claimed"
    ACCEPTED = "accepted"
    DELIVERED = "delivered"
    UNDELIVERED = "undelivered"
    FAILED = "failed"
    IN_DOUBT = "in_doubt"
    WITHHELD = "withheld"
    CANCELLED = "cancelled"
    EXPIRED = "expired"


class Objection(StrEnum):
    """Why a message was not sent; every one has a sentence and a cure in policy/explain.py."""

    NO_CONSENT = "no_consent"
    OPTED_OUT = "opted_out"
    SUPPRESSED = "suppressed"
    NO_CONTACT_POINT = "no_contact_point"
    MINOR_WITHOUT_GUARDIAN = "minor_without_guardian"
    DECEASED = "deceased"
    INACTIVE = "inactive"
    NOT_BOOKED = "not_booked"
    CONFIRMED = "confirmed"
    MOVED = "moved"
    OVER_CAP = "over_cap"
    TOO_LATE = "too_late"
    MERGED = "merged"
    BELOW_MINIMUM = "below_minimum"
    NO_RECENT_RESPONSIBILITY = "no_recent_responsibility"
    PAID = "paid"
    SWITCHED_OFF = "switched_off"
    WITH_AGENCY = "with_agency"
    PAST_DUE_CALL = "past_due_call"
    MODE = "mode"
    CONTENT = "content"
    SCRIPT_PAUSED = "script_paused"
    NO_SENDER = "no_sender"
    QUIET_HOURS = "quiet_hours"
    SETTINGS_CHANGED = "settings_changed"
    PROVIDER_REFUSED = "provider_refused"
    TRIES_SPENT = "tries_spent"
    CLOSED = "closed"
    HALTED = "halted"


class ClosureReason(StrEnum):
    """Why a facility is shut unexpectedly; policy/closures.py says which are emergencies."""

    WEATHER = "weather"
    FIRE_OR_FLOOD = "fire_or_flood"
    POWER_OR_WATER = "power_or_water"
    PUBLIC_SAFETY = "public_safety"
    HEALTH_HAZARD = "health_hazard"
    STAFFING = "staffing"
    HOLIDAY = "holiday"
    OTHER = "other"


class NoticeKind(StrEnum):
    """What an emergency notice tells."""

    CLOSING = "closing"
    ALL_CLEAR = "all_clear"


class SendingState(StrEnum):
    """How far one act of sending emergency notices is."""

    AWAITING = "awaiting"  # a second person must agree
    GOING = "going"
    PAUSED = "paused"
    STOPPED = "stopped"
    DECLINED = "declined"


class CallResult(StrEnum):
    """What came of telephoning somebody whom no notice reached."""

    SPOKEN = "spoken"
    LEFT_MESSAGE = "left_message"
    NOT_REACHED = "not_reached"


class LinkAct(StrEnum):
    """What was done on the page behind a patient's link."""

    CONFIRMED = "confirmed"
    STOPPED = "stopped"
    CHOSE = "chose"
    LANGUAGE_CHOSEN = "language_chosen"
    BALANCE_SHOWN = "balance_shown"
    BALANCE_LOCKED = "balance_locked"


class AuditAct(StrEnum):
    """What the audit trail records."""

    SIGNED_IN = "signed_in"
    SIGN_IN_REFUSED = "sign_in_refused"  # a wrong password, or locked out
    SIGNED_OUT = "signed_out"
    ACCOUNT_CHANGED = "account_changed"  # one's own password, second factor, sessions
    PATIENT_SEEN = "patient_seen"
    PATIENT_CHANGED = "patient_changed"
    CONSENT_RECORDED = "consent_recorded"
    SCHEDULE_CHANGED = "schedule_changed"
    SETTINGS_CHANGED = "settings_changed"
    SCRIPT_SAVED = "script_saved"
    SCRIPT_REFUSED = "script_refused"  # the content guard said no
    SCRIPT_APPROVED = "script_approved"
    SCRIPT_DECLINED = "script_declined"
    STAFF_CHANGED = "staff_changed"  # logins, levels, modifiers
    SENDER_CHANGED = "sender_changed"  # paused, released, added
    BREAKER_CHANGED = "breaker_changed"  # warned, paused, tried again, closed
    REPLY_SETTLED = "reply_settled"
    IMPORTED = "imported"
    EXPORTED = "exported"  # a file with patients' data left the system
    REPORT_RUN = "report_run"
    EMERGENCY_CHANGED = "emergency_changed"  # the mode began, was extended, ended
    SENT = "sent"  # a person's act of sending


class ImportState(StrEnum):
    """How far the files are that somebody brought to the console."""

    UPLOADED = "uploaded"  # they are here; nothing was tried yet
    CHECKING = "checking"  # a dry run is asked for or under way
    CHECKED = "checked"  # what would change is known
    IMPORTING = "importing"
    IMPORTED = "imported"
    FAILED = "failed"  # it could not be done; nothing was stored
    DISCARDED = "discarded"  # the files were thrown away, or left lying too long
    TAKING_BACK = "taking_back"
    TAKEN_BACK = "taken_back"


class ImportChange(StrEnum):
    """What an import did to one row."""

    ADDED = "added"
    CHANGED = "changed"
    REMOVED = "removed"


class ReportState(StrEnum):
    """How far a report is that somebody asked for."""

    ASKED = "asked"  # a worker has it, or will have
    READY = "ready"
    FAILED = "failed"
    REMOVED = "removed"  # a day is over, or somebody threw it away


class ReportReason(StrEnum):
    """Why patients' contact data are taken out of Handbell."""

    MARKETING_TOOL = "marketing_tool"
    OTHER_SYSTEM = "other_system"
    LETTERS_OR_CALLS = "letters_or_calls"
    CHECKING_RECORDS = "checking_records"
    LAW_OR_AUDIT = "law_or_audit"
    ANOTHER = "another"
    NOT_SAID = "not_said"  # by a program, from the command line
