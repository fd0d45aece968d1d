"""What may a key of practice.toml hold? One reader per sort of value; all raise BadValue. Pure."""

import re
from collections.abc import Mapping, Sequence
from datetime import time
from decimal import Decimal
from typing import Any, Final
from urllib.parse import urlsplit

import phonenumbers

from handbell.importers.bad_value import BadValue
from handbell.importers.values import (
    parse_channels,
    parse_language,
    parse_phone,
    parse_text,
    parse_zone,
)
from handbell.vocabulary.words import BalanceFrequency, Channel, ReminderMode

MOST_HOURS: Final = 72

_SLUG: Final = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_HOST: Final = re.compile(r"(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}")
_CLOCK: Final = re.compile(r"(\d{1,2}):(\d{2})")


def read_required_name(document: Mapping[str, Any]) -> str:
    """Return the practice's name, which must be there."""
    name = document.get("name")
    if not isinstance(name, str) or not name.strip():
        raise BadValue("name", "the practice has no name", 'write name = "..."', field="name")
    return read_text(name)


def read_slug(value: object) -> str:
    """Return the slug, "" if it is to be made from the name."""
    if value == "":
        return ""
    if not isinstance(value, str) or not _SLUG.fullmatch(value) or len(value) > 60:
        cure = 'write small letters, figures and hyphens: slug = "main-street"'
        raise BadValue("slug", "it cannot be a slug", cure, field="slug")
    return value


def read_text(value: object, longest: int = 120) -> str:
    """Return a text of at most `longest` characters."""
    if not isinstance(value, str):
        raise BadValue("text", "it must be a text", "put it in quotation marks")
    return parse_text(value, longest=longest)


def read_region(value: object) -> str:
    """Return a region (ISO 3166, two letters)."""
    text = read_text(value).upper()
    if text not in phonenumbers.SUPPORTED_REGIONS:
        raise BadValue("region", "there is no such region", 'write two letters: region = "US"')
    return text


def read_language(value: object) -> str:
    """Return the language of the texts."""
    found = parse_language(read_text(value))
    if not found or len(found) > 10:
        raise BadValue("language", "this language is not known", 'write language = "en"')
    return found


def read_phone(value: object, region: str) -> str:
    """Return a number in E.164, "" for an empty text."""
    return parse_phone(read_text(value), region=region)


def read_zone(value: object) -> str:
    """Return the IANA name of a time zone."""
    found = parse_zone(read_text(value))
    if not found:
        raise BadValue("time zone", "it is empty", 'write time_zone = "America/New_York"')
    return found


def read_domains(value: object) -> list[str]:
    """Return the clinic's own domains, bare names."""
    listed = [value] if isinstance(value, str) else value
    if not isinstance(listed, list):
        raise BadValue("domains", "it must be a list", 'write domains = ["clinic.example"]')
    names = [read_text(one, 253).lower() for one in listed]
    if not all(_HOST.fullmatch(name) for name in names):
        raise BadValue("domain", "one is not a domain name", 'write it bare: "clinic.example"')
    return names


def read_payment_url(value: object) -> str:
    """Return where patients may pay: a secure web address, or ""."""
    text = read_text(value, 200)
    parts = urlsplit(text)
    if text and (parts.scheme != "https" or not parts.hostname):
        raise BadValue("address", "it is not a secure web address", "begin it with https://")
    return text


def read_mode(value: object) -> str:
    """Return the switch over reminders."""
    return read_one_of(value, [mode.value for mode in ReminderMode], "mode")


def read_frequency(value: object) -> str:
    """Return how often a patient who owes is told."""
    return read_one_of(value, [frequency.value for frequency in BalanceFrequency], "frequency")


def read_one_of(value: object, words: Sequence[str], what: str) -> str:
    """Return one of a list of words."""
    if value not in words:
        raise BadValue(what, "this word is not known", f"write one of: {', '.join(words)}")
    return str(value)


def read_hours(value: object) -> int:
    """Return a number of hours."""
    return read_whole(value, 0, MOST_HOURS, "hours")


def read_whole(value: object, least: int, most: int, what: str) -> int:
    """Return a whole number between two others."""
    if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
        raise BadValue(what, "it cannot be that number", f"write a whole number, {least} to {most}")
    return value


def read_clock(value: object) -> time:
    """Return a time of day, written as a text or as a TOML time."""
    if isinstance(value, time):
        return value.replace(second=0, microsecond=0)
    match = _CLOCK.fullmatch(value) if isinstance(value, str) else None
    if match is None or int(match[1]) > 23 or int(match[2]) > 59:
        raise BadValue("time of day", "this is not a time of day", 'write it as "10:00"')
    return time(int(match[1]), int(match[2]))


def read_minimum(value: object) -> Decimal:
    """Return the balance from which on alerts are sent."""
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value < 10**7:
        raise BadValue("amount", "it cannot be that amount", "write an amount such as 5.00")
    return Decimal(str(value)).quantize(Decimal("0.01"))


def read_window(value: object) -> list[str]:
    """Return the hours of a channel, as they are stored."""
    if not isinstance(value, list) or len(value) != 2:
        raise BadValue("window", "it needs two times", 'write sms = ["08:00", "20:00"]')
    opens, closes = read_clock(value[0]), read_clock(value[1])
    if opens >= closes:
        raise BadValue("window", "it closes before it opens", 'write sms = ["08:00", "20:00"]')
    return [f"{opens:%H:%M}", f"{closes:%H:%M}"]


def read_channels(value: object) -> tuple[Channel, ...]:
    """Return a list of channels; none means those the patient chose."""
    listed = [value] if isinstance(value, str) else value
    if not isinstance(listed, list) or not all(isinstance(one, str) for one in listed):
        raise BadValue("channels", "it must be a list", 'write channels = ["sms", "email"]')
    return parse_channels("+".join(listed))


def read_table(value: object, known: frozenset[str], what: str) -> dict[str, Any]:
    """Return a table that has no other keys than the known ones."""
    if not isinstance(value, dict):
        raise BadValue(what, f"a {what} must be a table", "write { key = value, ... }")
    for key in value:
        if key not in known:
            cure = f"these are known: {', '.join(sorted(known))}"
            raise BadValue("key", "this key is not known", cure, field=key[:60])
    return value
