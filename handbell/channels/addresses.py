"""At which of our web addresses does a provider tell us what?

`HandOver.callback_url` is the base all of them hang under; `hooks_base` makes it from the
installation's public address. The web serves `ROUTES`, the request builders call the functions:
a path is written here and nowhere else. An address holds two numbers and nothing about a patient.
"""

from typing import Final

HOOKS: Final = "hooks/twilio"
VONAGE_HOOKS: Final = "hooks/vonage"  # texts only: SMS_STATUS and INBOUND

SMS_STATUS: Final = "sms-status"  # what became of a text
CALL_STATUS: Final = "call-status"  # what became of a call
CALL_ANSWERED: Final = "call-answered"  # a person or a machine (asynchronous detection)
KEYS: Final = "keys"  # digits pressed during a call; answered with TwiML
INBOUND: Final = "inbound"  # a text somebody sent us
CHECK: Final = "check"  # our own question whether a signed request reaches us as it was signed

# Django path patterns below `HOOKS`.
ROUTES: Final[dict[str, str]] = {
    **{
        name: f"{name}/<int:message_id>/<int:attempt>"
        for name in (SMS_STATUS, CALL_STATUS, CALL_ANSWERED, KEYS)
    },
    INBOUND: INBOUND,
    CHECK: CHECK,
}


def hooks_base(public_url: str, provider: str = "twilio") -> str:
    """Return the base address a provider is given, without a slash at its end.

    The rehearsal carrier is given Twilio's: it speaks as Twilio does.
    """
    return f"{public_url.rstrip('/')}/{VONAGE_HOOKS if provider == 'vonage' else HOOKS}"


def sms_status(base: str, *, message_id: int, attempt: int) -> str:
    """Return where Twilio reports on a text."""
    return _of_attempt(base, SMS_STATUS, message_id, attempt)


def call_status(base: str, *, message_id: int, attempt: int) -> str:
    """Return where Twilio reports on a call."""
    return _of_attempt(base, CALL_STATUS, message_id, attempt)


def call_answered(base: str, *, message_id: int, attempt: int) -> str:
    """Return where Twilio says whether a person or a machine answered."""
    return _of_attempt(base, CALL_ANSWERED, message_id, attempt)


def keys(base: str, *, message_id: int, attempt: int) -> str:
    """Return where a key pressed during a call is posted."""
    return _of_attempt(base, KEYS, message_id, attempt)


def inbound(base: str) -> str:
    """Return where a text sent to one of our numbers is posted."""
    return f"{base.rstrip('/')}/{INBOUND}"


def check(base: str) -> str:
    """Return where `handbell doctor` posts to itself, by the public way."""
    return f"{base.rstrip('/')}/{CHECK}"


def _of_attempt(base: str, name: str, message_id: int, attempt: int) -> str:
    return f"{base.rstrip('/')}/{name}/{message_id}/{attempt}"
