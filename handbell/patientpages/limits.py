"""How often may somebody guess? Counted in the database, for all processes.

A link's code has 96 random bits, so nobody finds one by trying; the limit keeps it from costing
us anything. A birth date has few, so one patient's may be tried five times a day, behind whichever
of their links. Whoever stops messages is never refused.
"""

import ipaddress
from datetime import timedelta
from typing import Final

from django.conf import settings
from django.http import HttpRequest

from handbell.access.lockout import Limit

#: Links nobody has, from one computer: a whole clinic may share one.
GUESSES: Final = Limit(tries=60, window=timedelta(minutes=15))

#: Wrong birth dates of one patient, and from one computer; a carrier's telephones may share one.
DATES_OF_PATIENT: Final = Limit(tries=5, window=timedelta(days=1))
DATES_OF_COMPUTER: Final = Limit(tries=20, window=timedelta(days=1))

#: Changes of what one gets by one link: the consent log keeps every one for ever.
CHANGES_OF_LINK: Final = Limit(tries=30, window=timedelta(days=1))


def computer_of(request: HttpRequest) -> str | None:
    """Return the network address somebody comes from; None if the proxy in front does not say.

    Each of our proxies (HANDBELL_PROXIES) adds the address it was called from at the right of
    X-Forwarded-For; what stands left of those, anybody can write. Of IPv6 the household's part.
    """
    proxies = settings.ENVIRONMENT.proxies
    if proxies == 0:
        return _household(request.META.get("REMOTE_ADDR", ""))
    told = [one.strip() for one in request.headers.get("X-Forwarded-For", "").split(",")]
    return _household(told[-proxies]) if len(told) >= proxies else None


def _without_port(text: str) -> str:
    """Return the address of "203.0.113.9:5678", "[2001:db8::1]:443" or of one without a port."""
    if text.startswith("["):
        return text[1:].partition("]")[0]
    return text.partition(":")[0] if text.count(":") == 1 else text


def _household(text: str) -> str | None:
    try:
        address = ipaddress.ip_address(_without_port(text))
    except ValueError:
        return None
    if isinstance(address, ipaddress.IPv4Address):
        return str(address)
    if address.ipv4_mapped is not None:
        return str(address.ipv4_mapped)
    return str(ipaddress.ip_network((address, 64), strict=False))
