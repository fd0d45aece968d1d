"""How is a value mended that the settings cannot hold? One sentence for each flaw."""

from collections.abc import Callable, Mapping
from typing import Final, TypeVar

from django import forms
from django.utils.translation import gettext, gettext_noop
from django.utils.translation import gettext_lazy as _

from handbell.access.values import ValueFlaw, Wrong
from handbell.console.templatetags.console import national
from handbell.vocabulary.contact import ContactFlaw, PhoneNumber

Value = TypeVar("Value")

_MENDED: Final[Mapping[Wrong, str]] = {
    Wrong.NOT_SECURE: gettext_noop("Type a secure web address: it begins with https://"),
    Wrong.SHORTENER: gettext_noop(
        "This is a public link shortener. Carriers block texts with it, so every message would "
        "be held back. Type the whole address."
    ),
    Wrong.DISGUISED: gettext_noop(
        "This address is not what it looks like: it has letters of another alphabet, or an @. "
        "Type it anew by hand."
    ),
    Wrong.TOO_LONG: gettext_noop("This address is too long. Type one of at most 200 characters."),
    Wrong.NOT_A_DOMAIN: gettext_noop("Type bare domain names, one on each line: harborpt.example"),
    Wrong.NO_EMAIL: gettext_noop(
        "This is not an e-mail address. Type it like frontdesk@harborpt.example."
    ),
    Wrong.NO_REGION: gettext_noop("Type the two letters of a country, such as US."),
    Wrong.NO_LANGUAGE: gettext_noop("Choose one of the languages."),
}

#: What is said of a telephone number that cannot be one.
NO_NUMBER: Final = _("No such telephone number exists. Type it with its area code: (202) 555-0190.")

#: What is said of a name the content guard would stop.
NO_NAME: Final = _(
    "The content guard reads this as promotion. It stands in messages, and every one of them "
    "would be held back. Type the plain name."
)


def as_typed(number: str, *, region: str) -> str:
    """Return a number as people there write it, if it is read as the same number again."""
    try:
        written = national(number)
        return written if PhoneNumber.parse(written, region=region).value == number else number
    except ContactFlaw:
        return number


def number_of(typed: str, *, region: str) -> str:
    """Return a number in E.164, "" for none. Raises a form's ValidationError."""
    try:
        return PhoneNumber.parse(typed, region=region).value if typed else ""
    except ContactFlaw as flaw:
        raise forms.ValidationError(NO_NUMBER) from flaw


def checked(check: Callable[[str], Value], text: str) -> Value:
    """Return the value as it is kept. Raises a form's ValidationError that says how to mend it."""
    try:
        return check(text)
    except ValueFlaw as flaw:
        raise forms.ValidationError(gettext(_MENDED[flaw.wrong])) from flaw
