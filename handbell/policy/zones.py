"""Which time zones may this person be in?

The zone on file, the zones of the telephone number's prefix, and the facility's. An area code
that lies in two zones counts for both (rules.md 9; libphonenumber's data falls back to one
zone for exchanges it does not know).
"""

from functools import lru_cache
from typing import Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import phonenumbers
from phonenumbers import timezone as phone_zones

EASTERN: Final = "America/New_York"
CENTRAL: Final = "America/Chicago"
MOUNTAIN: Final = "America/Denver"
PACIFIC: Final = "America/Los_Angeles"
ALASKA: Final = "America/Anchorage"

#: US area codes that lie in two zones (rules.md 9).
SPLIT_AREA_CODES: Final = {
    **dict.fromkeys(["208", "986"], (MOUNTAIN, PACIFIC)),
    **dict.fromkeys(["219", "574", "812", "930", "270", "364"], (EASTERN, CENTRAL)),
    **dict.fromkeys(["423", "850", "448", "906"], (EASTERN, CENTRAL)),
    **dict.fromkeys(["308", "605", "620", "701", "785"], (CENTRAL, MOUNTAIN)),
    **dict.fromkeys(["458", "541"], (PACIFIC, "America/Boise")),
    "907": (ALASKA, "America/Adak"),
    "928": ("America/Phoenix", MOUNTAIN),
}

#: A toll-free number answers for dozens of zones, which says nothing about where somebody is.
TOO_MANY: Final = 8


@lru_cache(maxsize=512)
def zone(name: str) -> ZoneInfo | None:
    """Return the zone of that IANA name, or None if there is none."""
    try:
        return ZoneInfo(name) if name else None
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return None


#: "+1", the area code and the exchange, which is all that zones go by where numbers begin so.
NANP_EXCHANGE: Final = 8
NANP_LENGTH: Final = 12
_ANY_LINE: Final = "0123"


def phone_prefix_zones(e164: str) -> tuple[str, ...]:
    """Return the IANA names of the zones a number's prefix lies in; empty if it says nothing."""
    if not e164.startswith("+1"):
        return _zones_of(e164)
    if e164[2:5] in SPLIT_AREA_CODES:
        return SPLIT_AREA_CODES[e164[2:5]]
    # Asked for one number of each exchange: a million patients have a few thousand exchanges, and
    # libphonenumber takes a quarter of a millisecond for each question.
    is_whole = len(e164) == NANP_LENGTH
    return _zones_of(e164[:NANP_EXCHANGE] + _ANY_LINE if is_whole else e164)


@lru_cache(maxsize=65_536)
def _zones_of(e164: str) -> tuple[str, ...]:
    names = phone_zones.time_zones_for_number(phonenumbers.parse(e164))
    if len(names) > TOO_MANY or "Etc/Unknown" in names:
        return ()
    return tuple(names)


def candidate_zones(*, given: str, phone: str, facility: str) -> tuple[ZoneInfo, ...]:
    """Return every zone the person may be in, the most certain first.

    `given` is the zone on file ("" if none), `phone` an E.164 number or "" for e-mail.
    """
    return _known((given, *(phone_prefix_zones(phone) if phone else ()), facility))


@lru_cache(maxsize=4096)
def _known(names: tuple[str, ...]) -> tuple[ZoneInfo, ...]:
    found = [known for name in dict.fromkeys(names) if (known := zone(name))]
    return tuple(found) or (ZoneInfo("UTC"),)
