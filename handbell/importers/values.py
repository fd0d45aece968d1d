"""What does a cell say? One function per sort of value; each returns it checked or raises BadValue.

Pure. No message of a BadValue repeats the text it was given.
"""

import re
from decimal import Decimal
from functools import lru_cache
from typing import Final

from handbell.importers import words
from handbell.importers.bad_value import BadValue
from handbell.policy.zones import zone
from handbell.vocabulary.contact import ContactFlaw, EmailAddress, PhoneNumber
from handbell.vocabulary.words import (
    AppointmentStatus,
    Channel,
    LedgerKind,
    PatientStatus,
    Purpose,
)

LONGEST_ID: Final = 120
LONGEST_KEY: Final = 200  # of an appointment or a ledger entry
LONGEST_NAME: Final = 120  # of a place, a provider, a kind of visit
LONGEST_PERSON: Final = 300  # of a patient, or of who stands beside them
LONGEST_DESCRIPTION: Final = 200

_LONGEST_VISIT: Final = 7 * 24 * 60

_LANGUAGE: Final = re.compile(r"[A-Za-z]{2,3}(?:[-_][A-Za-z0-9]{2,8}){0,2}")
_CURRENCY: Final = re.compile(r"^(?:USD|CAD|EUR|GBP|AUD|NZD|US\$|[$£€])|(?:USD|CAD|EUR|GBP|[€])$")
_PLAIN_AMOUNT: Final = re.compile(r"(?:\d{1,9}|\d{1,3}(?:,\d{3}){1,2})(?:\.\d{1,2})?|\.\d{1,2}")
_COMMA_AMOUNT: Final = re.compile(r"(?:\d{1,9}|\d{1,3}(?:\.\d{3}){1,2}),\d{1,2}")
_MINUTES: Final = re.compile(r"(\d{1,6})(?:\.0+)?\s*(?:m|min|mins|minutes?)?\.?", re.IGNORECASE)
_UNPRINTABLE: Final = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")


def parse_text(text: str, *, longest: int, what: str = "text") -> str:
    """Return the text without surrounding space. Raises BadValue if it cannot be stored."""
    text = text.strip()
    if len(text) > longest:
        raise BadValue(what, f"it is longer than {longest} characters", "shorten it")
    if not text.isprintable() and _UNPRINTABLE.search(text):
        raise BadValue(what, "it holds characters that are not text", "export the file again")
    return text


def parse_id(text: str, *, longest: int = LONGEST_ID) -> str:
    """Return an identifier, which must be there. Raises BadValue."""
    found = text.strip()
    if not (found and len(found) <= longest and found.isprintable()):
        found = parse_text(text, longest=longest, what="identifier")
    if not found:
        raise BadValue("identifier", "it is empty", "give every row an identifier of its own")
    return found


def parse_phone(text: str, *, region: str) -> str:
    """Return a number in E.164; "" for an empty cell. Raises BadValue."""
    if not (text := text.strip()):
        return ""
    try:
        return PhoneNumber.parse(text, region=region).value
    except ContactFlaw as error:
        raise BadValue(
            "telephone number", str(error), "correct the number in your system"
        ) from None


def parse_email(text: str) -> str:
    """Return a checked e-mail address; "" for an empty cell. Raises BadValue."""
    if not (text := text.strip()):
        return ""
    try:
        found = EmailAddress.parse(text).value
    except ContactFlaw as error:
        raise BadValue("e-mail address", str(error), "correct the address in your system") from None
    return parse_text(found, longest=254, what="e-mail address")


@lru_cache(maxsize=4096)
def parse_appointment_status(text: str) -> AppointmentStatus:
    """Return which of the seven states a word means; an empty cell means booked."""
    word = words.plain(text)
    if not word:
        return AppointmentStatus.BOOKED
    if found := words.APPOINTMENT_STATUSES.get(word):
        return found
    raise BadValue(
        "appointment status",
        "this word is not known",
        "write booked, confirmed, arrived, in_progress, completed, cancelled or no_show",
    )


def parse_patient_status(text: str) -> PatientStatus | None:
    """Return a patient's standing; None for an empty cell. Raises BadValue."""
    word = words.plain(text)
    if not word:
        return None
    if found := words.PATIENT_STATUSES.get(word):
        return found
    raise BadValue("patient status", "this word is not known", "write active, inactive or referral")


def parse_boolean(text: str) -> bool:
    """Return whether a cell says yes. Raises BadValue."""
    word = text.strip().casefold()
    if word in words.YES:
        return True
    if word in words.NO:
        return False
    raise BadValue("yes or no", "this is neither yes nor no", "write yes or no")


def parse_language(text: str) -> str:
    """Return a BCP 47 tag; "" for an empty cell. Raises BadValue."""
    word = words.plain(text)
    if not word:
        return ""
    if found := words.LANGUAGES.get(word):
        return found
    tag = text.strip()
    if not _LANGUAGE.fullmatch(tag) or len(tag) > 20:
        raise BadValue("language", "this language is not known", "write a code such as en or es")
    return tag.replace("_", "-")


def parse_zone(text: str) -> str:
    """Return the IANA name of a time zone; "" for an empty cell. Raises BadValue."""
    name = text.strip()
    name = words.ZONES.get(name.casefold(), name)
    if name and zone(name) is None:
        raise BadValue(
            "time zone", "this time zone is not known", "write a name such as America/New_York"
        )
    return name


def parse_ledger_kind(text: str) -> LedgerKind:
    """Return what a ledger entry does. Raises BadValue."""
    if found := words.LEDGER_KINDS.get(words.plain(text)):
        return found
    raise BadValue(
        "kind of entry", "this kind is not known", "write responsibility, payment or adjustment"
    )


def parse_purpose(text: str) -> Purpose:
    """Return a purpose. Raises BadValue."""
    if found := words.PURPOSES.get(words.plain(text)):
        return found
    raise BadValue(
        "purpose",
        "this purpose is not known",
        "write appointment_reminder, balance_alert or emergency_notice",
    )


def parse_channels(text: str) -> tuple[Channel, ...]:
    """Return the channels joined by `+`; none for an empty cell. Raises BadValue."""
    named = [words.plain(part) for part in re.split(r"[+,;|/]", text) if part.strip()]
    unknown = [name for name in named if name not in words.CHANNELS]
    if unknown:
        raise BadValue(
            "channels", "a channel is not known", "write sms, voice and email with + between"
        )
    return tuple(dict.fromkeys(words.CHANNELS[name] for name in named))


@lru_cache(maxsize=4096)
def parse_minutes(text: str) -> int | None:
    """Return a number of minutes; None for an empty cell. Raises BadValue."""
    if not (text := text.strip()):
        return None
    match = _MINUTES.fullmatch(text)
    if match is None:
        raise BadValue("minutes", "this is not a number of minutes", "write a whole number")
    return check_minutes(int(match[1]))


def check_minutes(minutes: int) -> int:
    """Return the length of a visit if it can be one. Raises BadValue."""
    if not 0 <= minutes <= _LONGEST_VISIT:
        raise BadValue("minutes", "no visit is that long", "write the length in minutes")
    return minutes


def parse_amount(text: str) -> Decimal:
    """Return an amount: `12.50`, `$1,234.50`, `12,50`; `(12.50)` and `12.50-` are negative.

    Raises BadValue, also for more than two decimals: an amount is never rounded.
    """
    bare = re.sub(r"\s", "", text)
    negative = bare.startswith("(") and bare.endswith(")")
    bare = bare[1:-1] if negative else bare
    bare = _CURRENCY.sub("", bare, count=1)
    if bare.startswith("-") or bare.endswith("-"):
        negative, bare = True, bare[1:] if bare.startswith("-") else bare[:-1]
    bare = _CURRENCY.sub("", bare, count=1)
    if _PLAIN_AMOUNT.fullmatch(bare):
        amount = Decimal(bare.replace(",", ""))
    elif _COMMA_AMOUNT.fullmatch(bare):
        amount = Decimal(bare.replace(".", "").replace(",", "."))
    else:
        raise BadValue("amount", "this is not an amount", "write an amount such as 25.00")
    return -amount if negative else amount


def check_amount(kind: LedgerKind, amount: Decimal) -> Decimal:
    """Return an amount that an entry of this kind may have. Raises BadValue."""
    if amount == 0:
        raise BadValue("amount", "it is zero", "leave the row out, or write what was meant")
    if amount < 0 and kind is not LedgerKind.ADJUSTMENT:
        raise BadValue(
            "amount",
            f"a {kind.value} is negative",
            "amounts are positive; what lowers or raises a balance otherwise is an adjustment",
        )
    return amount
