"""Addresses of people: an E.164 number or an e-mail address, checked once, never printed.

`repr` and `str` show a mask, so that a log line, a traceback or an f-string cannot carry a
patient's address. Where the address itself is needed (a provider's request, a database
column, a page a staff member may see) ask for `.value`.
"""

from dataclasses import dataclass
from functools import lru_cache

import phonenumbers
from email_validator import EmailNotValidError, validate_email


class ContactFlaw(ValueError):
    """The text is not an address we may use; `str()` says why without repeating it."""


@dataclass(frozen=True, slots=True, order=True, repr=False)
class PhoneNumber:
    """A valid number in E.164 (`+12025550123`); build it with `PhoneNumber.parse`."""

    value: str

    @staticmethod
    def parse(text: str, *, region: str = "US") -> "PhoneNumber":
        """Return the number written in `text`, read as dialled in `region`.

        An extension is dropped. Raises ContactFlaw unless libphonenumber calls it valid
        (`is_possible` accepts placeholders such as 9999999999, so it is not enough).
        """
        return PhoneNumber(_e164(text, region))

    def __repr__(self) -> str:
        return f"PhoneNumber(…{self.value[-2:]})"

    __str__ = __repr__


@dataclass(frozen=True, slots=True, order=True, repr=False)
class EmailAddress:
    """A syntactically valid e-mail address; build it with `EmailAddress.parse`."""

    value: str

    @staticmethod
    def parse(text: str) -> "EmailAddress":
        """Return the address in lower case. Raises ContactFlaw if it is not one.

        No mailbox provider tells Home@ from home@: as two, an opt-out of one would miss the other.
        """
        return EmailAddress(_email(text))

    def __repr__(self) -> str:
        return f"EmailAddress(…@{self.value.rpartition('@')[2]})"

    __str__ = __repr__


Address = PhoneNumber | EmailAddress


# Imports repeat numbers (families, re-imports), and parsing costs 40 µs each.
@lru_cache(maxsize=65_536)
def _e164(text: str, region: str) -> str:
    try:
        number = phonenumbers.parse(text, region)
    except phonenumbers.NumberParseException as error:
        raise ContactFlaw("this is not a telephone number") from error
    if not phonenumbers.is_valid_number(number):
        raise ContactFlaw("no such telephone number exists")
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


@lru_cache(maxsize=65_536)
def _email(text: str) -> str:
    try:
        # Reserved test domains (.example) pass: a rehearsal uses them, a real provider bounces.
        found = validate_email(text.strip(), check_deliverability=False, test_environment=True)
    except EmailNotValidError as error:
        raise ContactFlaw("this is not an e-mail address") from error
    return found.normalized.lower()
