"""What do signing in and one's own account say? Pure."""

import math
import re
from collections.abc import Mapping
from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

NO_MATCH: Final = (
    "This e-mail address and password do not belong together. Check both and sign in again."
)
WRONG_CODE: Final = "This code is not right. Type the one your app shows now, or a recovery code."

#: What allauth's flows tell, by the name of its own text; what is not here is not said.
NOTICES: Final[Mapping[str, str]] = {
    "mfa/messages/totp_activated.txt": "Your authenticator app is set up.",
    "mfa/messages/totp_deactivated.txt": "Your authenticator app is removed.",
    "mfa/messages/webauthn_added.txt": "Your passkey is set up.",
    "mfa/messages/webauthn_removed.txt": "The passkey is removed.",
    "mfa/messages/recovery_codes_generated.txt": "You have new recovery codes.",
}

#: How a browser gives itself away, the more particular first.
_BROWSERS: Final = (
    ("Edg", "Edge"),
    ("OPR", "Opera"),
    ("SamsungBrowser", "Samsung Internet"),
    ("Firefox", "Firefox"),
    ("Chrome", "Chrome"),
    ("Safari", "Safari"),
)
_MACHINES: Final = (
    ("iPhone", "an iPhone"),
    ("iPad", "an iPad"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("Mac OS X", "a Mac"),
    ("CrOS", "a Chromebook"),
    ("Linux", "Linux"),
)


def say_locked(until: datetime, *, now: datetime, zone: ZoneInfo | None = None) -> str:
    """Say when one may try again. Without a zone only how long: whose clock it is, is not known."""
    minutes = max(1, math.ceil((until - now).total_seconds() / 60))
    wait = "1 minute" if minutes == 1 else f"{minutes} minutes"
    at = f", at {until.astimezone(zone):%H:%M}" if zone else ""
    return f"Too many tries. Wait {wait} and try again{at}. Or ask whoever manages staff for help."


def say_device(user_agent: str) -> str:
    """Say what a browser is in words a person recognises: "Firefox on Windows"."""
    browser = _first(user_agent, _BROWSERS)
    machine = _first(user_agent, _MACHINES)
    if browser and machine:
        return f"{browser} on {machine}"
    return browser or machine or "An unknown device"


def _first(user_agent: str, known: tuple[tuple[str, str], ...]) -> str:
    return next(
        (word for mark, word in known if re.search(rf"\b{re.escape(mark)}", user_agent)), ""
    )
