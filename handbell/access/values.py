"""What may a practice's settings hold? The same rules for a form and for a file. Pure.

Each check returns the value as it is kept or raises ValueFlaw; how to mend it is said by whoever
asked, in the words of a form or of a file.
"""

import re
from collections.abc import Iterable
from enum import StrEnum
from typing import Final
from urllib.parse import urlsplit, urlunsplit

import phonenumbers

from handbell.policy.content.links import own_link_flaw
from handbell.vocabulary.contact import ContactFlaw, EmailAddress

LONGEST_LINK: Final = 200
LONGEST_LANGUAGE: Final = 10

_HOST: Final = re.compile(r"(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}")
_LANGUAGE: Final = re.compile(r"[A-Za-z]{2,3}(?:[-_][A-Za-z0-9]{2,8}){0,2}")
_SPACE: Final = re.compile(r"\s")


class Wrong(StrEnum):
    """Why a value cannot be one of the settings."""

    NOT_SECURE = "not_secure"  # no https address
    SHORTENER = (
        "shortener"  # a public link shortener: carriers block it, nobody sees where it leads
    )
    DISGUISED = "disguised"  # letters of another script, or a name before an @
    TOO_LONG = "too_long"
    NOT_A_DOMAIN = "not_a_domain"
    NO_EMAIL = "no_email"
    NO_REGION = "no_region"
    NO_LANGUAGE = "no_language"


class ValueFlaw(ValueError):
    """A value the settings cannot hold."""

    def __init__(self, wrong: Wrong) -> None:
        super().__init__(wrong.value)
        self.wrong = wrong


def check_payment_url(text: str) -> str:
    """Return where patients may pay: a secure web address that says whose it is, or ""."""
    if not text:
        return ""
    if len(text) > LONGEST_LINK:
        raise ValueFlaw(Wrong.TOO_LONG)
    try:
        parts = urlsplit(text)
        host, _ = parts.hostname, parts.port
    except ValueError:
        raise ValueFlaw(Wrong.NOT_SECURE) from None
    if parts.scheme != "https" or not host or _SPACE.search(text):
        raise ValueFlaw(Wrong.NOT_SECURE)
    found = urlunsplit(parts._replace(netloc=parts.netloc.lower()))
    _refuse_link(found)
    if not _HOST.fullmatch(host):
        raise ValueFlaw(Wrong.NOT_SECURE)
    return found


def check_reply_to(text: str) -> str:
    """Return where answers to an e-mail go, "" for where it came from.

    Such an address stands in a header of every e-mail, so it must be ASCII.
    """
    if not text.strip():
        return ""
    try:
        found = EmailAddress.parse(text).value
    except ContactFlaw:
        raise ValueFlaw(Wrong.NO_EMAIL) from None
    if not found.isascii():
        raise ValueFlaw(Wrong.NO_EMAIL)
    return found


def check_domains(names: Iterable[str]) -> list[str]:
    """Return the clinic's own domains: bare, in small letters, each once."""
    found = list(dict.fromkeys(name.strip().lower() for name in names))
    for name in found:
        if len(name) > 253 or not _HOST.fullmatch(name):
            raise ValueFlaw(Wrong.NOT_A_DOMAIN)
        _refuse_link(name)
    return found


def check_region(text: str) -> str:
    """Return a region (ISO 3166, two letters) whose telephone numbers can be read."""
    found = text.strip().upper()
    if found not in phonenumbers.SUPPORTED_REGIONS:
        raise ValueFlaw(Wrong.NO_REGION)
    return found


def check_language(text: str) -> str:
    """Return the code of a language, such as "en" or "es"."""
    if len(text) > LONGEST_LANGUAGE or not _LANGUAGE.fullmatch(text):
        raise ValueFlaw(Wrong.NO_LANGUAGE)
    return text.replace("_", "-")


def _refuse_link(text: str) -> None:
    """Refuse what the guard would refuse in every message that carries it."""
    rule = own_link_flaw(text)
    if rule is not None:
        shortener = rule == "link.shortener"
        raise ValueFlaw(Wrong.SHORTENER if shortener else Wrong.DISGUISED)
