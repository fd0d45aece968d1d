"""What do other systems' words mean? Each table says which of Handbell's words they stand for."""

import re
from collections.abc import Mapping
from typing import Final

from handbell.vocabulary.words import (
    AppointmentStatus,
    Channel,
    LedgerKind,
    PatientStatus,
    Purpose,
)

_BOOKED = AppointmentStatus.BOOKED
_CONFIRMED = AppointmentStatus.CONFIRMED
_ARRIVED = AppointmentStatus.ARRIVED
_IN_PROGRESS = AppointmentStatus.IN_PROGRESS
_COMPLETED = AppointmentStatus.COMPLETED
_CANCELLED = AppointmentStatus.CANCELLED
_NO_SHOW = AppointmentStatus.NO_SHOW


def _each(listed: str) -> list[str]:
    """Return the words of a list separated by commas."""
    return listed.split(", ")


#: Words of CSV exports, of FHIR's appointment status and of HL7's tables 0278 and SCH-25.
APPOINTMENT_STATUSES: Final[Mapping[str, AppointmentStatus]] = {
    **dict.fromkeys(
        _each(
            "booked, scheduled, sch, active, new, open, pending, unconfirmed, rescheduled, "
            "asap, not confirmed, accepted, created, tentative"
        ),
        _BOOKED,
    ),
    **dict.fromkeys(("confirmed", "confirm", "patient confirmed", "preconfirmed"), _CONFIRMED),
    **dict.fromkeys(
        _each(
            "arrived, checked in, checkedin, check in, waiting, in waiting room, here, "
            "present, in lobby"
        ),
        _ARRIVED,
    ),
    **dict.fromkeys(
        _each(
            "in progress, inprogress, started, in room, in session, with provider, "
            "in treatment, overbook started"
        ),
        _IN_PROGRESS,
    ),
    **dict.fromkeys(
        _each(
            "completed, complete, fulfilled, checked out, checkedout, check out, seen, "
            "done, finished, closed, attended, kept, visit closed"
        ),
        _COMPLETED,
    ),
    **dict.fromkeys(
        _each(
            "cancelled, canceled, cancel, cancellation, inactive, deleted, dc, "
            "discontinued, entered in error, removed, declined, rejected, blocked, "
            "cancelled by patient, canceled by patient, patient cancelled, "
            "patient canceled, cancelled by clinic, canceled by clinic, late cancel, "
            "late cancellation, void, bumped, withdrawn"
        ),
        _CANCELLED,
    ),
    **dict.fromkeys(
        _each(
            "no show, noshow, no showed, did not attend, dna, broken, missed, ns, "
            "did not show, didnotattend, failed to attend"
        ),
        _NO_SHOW,
    ),
}

PATIENT_STATUSES: Final[Mapping[str, PatientStatus]] = {
    **dict.fromkeys(_each("active, a, true, yes, y, 1, current, new"), PatientStatus.ACTIVE),
    **dict.fromkeys(
        _each(
            "inactive, i, false, no, n, 0, archived, discharged, former, deleted, "
            "transferred, moved, deceased, expired, merged, closed, dismissed"
        ),
        PatientStatus.INACTIVE,
    ),
    **dict.fromkeys(
        _each("referral, referred, prospective, prospect, lead, waitlist"),
        PatientStatus.REFERRAL,
    ),
}

LEDGER_KINDS: Final[Mapping[str, LedgerKind]] = {
    **dict.fromkeys(
        ("responsibility", "patient responsibility", "pt responsibility", "patient resp"),
        LedgerKind.RESPONSIBILITY,
    ),
    **dict.fromkeys(("payment", "patient payment", "pt payment", "paid"), LedgerKind.PAYMENT),
    **dict.fromkeys(
        ("adjustment", "write off", "writeoff", "patient adjustment", "discount"),
        LedgerKind.ADJUSTMENT,
    ),
}

PURPOSES: Final[Mapping[str, Purpose]] = {
    **dict.fromkeys(
        ("appointment reminder", "appointment reminders", "reminder", "reminders", "appointments"),
        Purpose.APPOINTMENT_REMINDER,
    ),
    **dict.fromkeys(
        ("balance alert", "balance alerts", "balance", "balances", "billing"),
        Purpose.BALANCE_ALERT,
    ),
    **dict.fromkeys(
        ("emergency notice", "emergency notices", "emergency", "closure", "closures"),
        Purpose.EMERGENCY_NOTICE,
    ),
}

CHANNELS: Final[Mapping[str, Channel]] = {
    **dict.fromkeys(("sms", "text", "texts", "text message", "text messages"), Channel.SMS),
    **dict.fromkeys(("voice", "call", "calls", "phone", "phone call"), Channel.VOICE),
    **dict.fromkeys(("email", "e mail", "mail", "emails"), Channel.EMAIL),
}

YES: Final = frozenset({"true", "yes", "y", "1", "t", "x", "on"})
NO: Final = frozenset({"false", "no", "n", "0", "f", "", "off"})

#: Languages by ISO 639-2 code and by English name; other tags are taken as they are.
LANGUAGES: Final[Mapping[str, str]] = {
    **dict.fromkeys(("eng", "english", "english us"), "en"),
    **dict.fromkeys(("spa", "spanish", "espanol", "español"), "es"),
    **dict.fromkeys(("fre", "fra", "french"), "fr"),
    **dict.fromkeys(("ger", "deu", "german"), "de"),
    **dict.fromkeys(("ita", "italian"), "it"),
    **dict.fromkeys(("por", "portuguese"), "pt"),
    **dict.fromkeys(("rus", "russian"), "ru"),
    **dict.fromkeys(("pol", "polish"), "pl"),
    **dict.fromkeys(("dut", "nld", "dutch"), "nl"),
    **dict.fromkeys(("ara", "arabic"), "ar"),
    **dict.fromkeys(("chi", "zho", "chinese", "mandarin", "cantonese"), "zh"),
    **dict.fromkeys(("jpn", "japanese"), "ja"),
    **dict.fromkeys(("kor", "korean"), "ko"),
    **dict.fromkeys(("vie", "vietnamese"), "vi"),
    **dict.fromkeys(("tgl", "tagalog"), "tl"),
    **dict.fromkeys(("hat", "haitian creole", "haitian"), "ht"),
    **dict.fromkeys(("hin", "hindi"), "hi"),
    **dict.fromkeys(("ben", "bengali"), "bn"),
    **dict.fromkeys(("urd", "urdu"), "ur"),
    **dict.fromkeys(("per", "fas", "persian", "farsi"), "fa"),
    **dict.fromkeys(("som", "somali"), "so"),
    **dict.fromkeys(("hmn", "hmong"), "hmn"),
    **dict.fromkeys(("ukr", "ukrainian"), "uk"),
}

#: Time zones as US systems name them.
ZONES: Final[Mapping[str, str]] = {
    **dict.fromkeys(_each("eastern, eastern time, est, edt, et, us/eastern"), "America/New_York"),
    **dict.fromkeys(_each("central, central time, cst, cdt, ct, us/central"), "America/Chicago"),
    **dict.fromkeys(_each("mountain, mountain time, mst, mdt, mt, us/mountain"), "America/Denver"),
    **dict.fromkeys(
        _each("pacific, pacific time, pst, pdt, pt, us/pacific"), "America/Los_Angeles"
    ),
    **dict.fromkeys(("alaska", "alaska time", "akst", "akdt", "us/alaska"), "America/Anchorage"),
    **dict.fromkeys(("hawaii", "hawaii time", "hst", "us/hawaii"), "Pacific/Honolulu"),
    **dict.fromkeys(("arizona", "us/arizona"), "America/Phoenix"),
    **dict.fromkeys(("eastern time (us & canada)",), "America/New_York"),
    **dict.fromkeys(("central time (us & canada)",), "America/Chicago"),
    **dict.fromkeys(("mountain time (us & canada)",), "America/Denver"),
    **dict.fromkeys(("pacific time (us & canada)",), "America/Los_Angeles"),
}

#: Who may be written to for a minor: FHIR's v3-RoleCode and v2-0131, HL7's table 0063, words.
#: An emergency contact (C) is not a guardian, and next of kin (N) of a minor is a parent.
GUARDIAN_RELATIONS: Final = frozenset(
    _each(
        "prn, mth, fth, nmth, nfth, gestm, adoptp, adoptm, adoptf, stpprn, stpmth, "
        "stpfth, prnfost, mthfost, fthfost, grprn, grmth, grfth, mgrprn, pgrprn, "
        "mgrmth, mgrfth, pgrmth, pgrfth, guard, hpowatt, resprsn, guadltm, n, mother, "
        "father, parent, guardian, legal guardian, natural mother, natural father, "
        "foster parent, stepparent, grandparent, grandmother, grandfather, par, mom, "
        "dad, grd, grp, fcg"
    )
)

_SPACES: Final = re.compile(r"[\s_\-]+")


def plain(text: str) -> str:
    """Return a word as the tables above have it: small letters, single spaces."""
    return _SPACES.sub(" ", text.strip()).casefold()
