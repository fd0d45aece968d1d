"""What do signing in and one's own account say? Pure."""

import math
import re
from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Final
from zoneinfo import ZoneInfo

from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

NO_MATCH: Final = _(
    "This e-mail address and password do not belong together. Check both and sign in again."
)
WRONG_CODE: Final = _(
    "This code is not right. Type the one your app shows now, or a recovery code."
)

#: What allauth's flows tell, by the name of its own text; what is not here is not said.
NOTICES: "Final[Mapping[str, StrOrPromise]]" = {
    "mfa/messages/totp_activated.txt": _("Your authenticator app is set up."),
    "mfa/messages/totp_deactivated.txt": _("Your authenticator app is removed."),
    "mfa/messages/webauthn_added.txt": _("Your passkey is set up."),
    "mfa/messages/webauthn_removed.txt": _("The passkey is removed."),
    "mfa/messages/recovery_codes_generated.txt": _("You have new recovery codes."),
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
    ("iPhone", _("an iPhone")),
    ("iPad", _("an iPad")),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("Mac OS X", _("a Mac")),
    ("CrOS", _("a Chromebook")),
    ("Linux", "Linux"),
)


def say_locked(until: datetime, *, now: datetime, zone: ZoneInfo | None = None) -> str:
    """Say when one may try again. Without a zone only how long: whose clock it is, is not known."""
    minutes = max(1, math.ceil((until - now).total_seconds() / 60))
    if zone is None:
        locked = ngettext(
            "Too many tries. Wait %(minutes)s minute and try again. Or ask whoever manages staff "
            "for help.",
            "Too many tries. Wait %(minutes)s minutes and try again. Or ask whoever manages staff "
            "for help.",
            minutes,
        )
        return locked % {"minutes": minutes}
    locked = ngettext(
        "Too many tries. Wait %(minutes)s minute and try again, at %(time)s. Or ask whoever "
        "manages staff for help.",
        "Too many tries. Wait %(minutes)s minutes and try again, at %(time)s. Or ask whoever "
        "manages staff for help.",
        minutes,
    )
    return locked % {"minutes": minutes, "time": f"{until.astimezone(zone):%H:%M}"}


def say_device(user_agent: str) -> str:
    """Say what a browser is in words a person recognises: "Firefox on Windows"."""
    browser = _first(user_agent, _BROWSERS)
    machine = _first(user_agent, _MACHINES)
    if browser and machine:
        return gettext("%(browser)s on %(machine)s") % {"browser": browser, "machine": machine}
    return browser or machine or gettext("An unknown device")


def _first(user_agent: str, known: "tuple[tuple[str, StrOrPromise], ...]") -> str:
    return next(
        (str(word) for mark, word in known if re.search(rf"\b{re.escape(mark)}", user_agent)), ""
    )
