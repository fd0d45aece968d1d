"""What may a key of practice.toml hold? One reader per sort of value; all raise BadValue. Pure."""

import re
from collections.abc import Mapping, Sequence
from datetime import time
from decimal import Decimal
from typing import Any, Final

from handbell.access.values import (
    LONGEST_LINK,
    ValueFlaw,
    Wrong,
    check_domains,
    check_language,
    check_payment_url,
    check_region,
    check_reply_to,
)
from handbell.importers.bad_value import BadValue
from handbell.importers.values import (
    parse_channels,
    parse_language,
    parse_phone,
    parse_text,
    parse_zone,
)
from handbell.vocabulary.words import BalanceFrequency, Channel, Registration, ReminderMode

MOST_HOURS: Final = 72
MOST_PEOPLE: Final = 1_000_000
LEAST_FOR_DIGEST: Final = 2
MOST_FOR_DIGEST: Final = 7
MOST_AN_HOUR: Final = 1_000_000

_SLUG: Final = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
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
    try:
        return check_region(read_text(value))
    except ValueFlaw:
        cure = 'write two letters: region = "US"'
        raise BadValue("region", "there is no such region", cure) from None


def read_language(value: object) -> str:
    """Return the language of the texts."""
    try:
        return check_language(parse_language(read_text(value)))
    except ValueFlaw:
        raise BadValue("language", "this language is not known", 'write language = "en"') from None


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
    try:
        return check_domains([read_text(one, 253) for one in listed])
    except ValueFlaw as flaw:
        if flaw.wrong is not Wrong.NOT_A_DOMAIN:
            raise _no_link(flaw, "domain") from None
        cure = 'write it bare: "clinic.example"'
        raise BadValue("domain", "one is not a domain name", cure) from None


def read_payment_url(value: object) -> str:
    """Return where patients may pay: a secure web address, or ""."""
    try:
        return check_payment_url(read_text(value, LONGEST_LINK))
    except ValueFlaw as flaw:
        raise _no_link(flaw, "address") from None


def _no_link(flaw: ValueFlaw, what: str) -> BadValue:
    reason, cure = _LINK_FLAWS[flaw.wrong]
    return BadValue(what, reason, cure)


_LINK_FLAWS: Final[Mapping[Wrong, tuple[str, str]]] = {
    Wrong.NOT_SECURE: ("it is not a secure web address", "begin it with https://"),
    Wrong.SHORTENER: (
        "it belongs to a public link shortener: messages with it are held back",
        "write the whole address",
    ),
    Wrong.DISGUISED: (
        "it is not what it looks like: letters of another script, or an @",
        "type the address anew",
    ),
}


def read_reply_to(value: object) -> str:
    """Return where an answer to an e-mail goes, "" for where it came from."""
    try:
        return check_reply_to(read_text(value, 254))
    except ValueFlaw:
        cure = 'write reply_to = "frontdesk@clinic.example"'
        raise BadValue("e-mail address", "this is not an e-mail address", cure) from None


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


def read_rate(value: object) -> float:
    """Return how many messages may leave in a second."""
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 < value <= 1000:
        cure = "write messages a second, above 0 and at most 1000"
        raise BadValue("rate", "it cannot be that rate", cure)
    return float(value)


def read_registration(value: object) -> Registration:
    """Return how carriers know a number that texts."""
    return Registration(read_one_of(value, [one.value for one in Registration], "registration"))


def read_hourly_limit(value: object) -> int:
    """Return how many messages may leave in an hour."""
    return read_whole(value, 1, MOST_AN_HOUR, "messages")


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


def read_yes_or_no(value: object) -> bool:
    """Return a switch."""
    if not isinstance(value, bool):
        raise BadValue("yes or no", "it must be true or false", "write true or false")
    return value


def read_people(value: object) -> int | None:
    """Return above how many people a second person agrees; none for false: one sends alone."""
    return None if value is False else read_whole(value, 0, MOST_PEOPLE, "people")


def read_digest(value: object) -> int:
    """Return from how many visits in a week on they are told together; 0 is never."""
    if value == 0 and not isinstance(value, bool):
        return 0
    return read_whole(value, LEAST_FOR_DIGEST, MOST_FOR_DIGEST, "visits")


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
