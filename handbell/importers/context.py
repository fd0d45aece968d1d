"""What must a parser know about the practice whose file it reads? A value, loaded once per file."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from zoneinfo import ZoneInfo

import phonenumbers
from babel.core import get_global
from phonenumbers import timezone as phone_zones

from handbell.importers.times import Order
from handbell.importers.words import plain
from handbell.policy.judge import is_minor


def likely_zone(region: str) -> str:
    """Return the time zone somebody in a region most likely means; "UTC" if nothing is known."""
    zones = [name for name, where in get_global("zone_territories").items() if where == region]
    if len(zones) == 1:
        return str(zones[0])
    example = phonenumbers.example_number(region)
    named = phone_zones.time_zones_for_number(example) if example else ()
    return next((name for name in named if name != "Etc/Unknown"), "UTC")


@dataclass(frozen=True, slots=True)
class Places:
    """A practice's facilities, by the identifier they were imported with and by name."""

    zones: Mapping[str, ZoneInfo]  # external id -> time zone
    names: Mapping[str, str] = field(default_factory=dict)  # plain(name) -> external id, if unique

    def find(self, text: str) -> str | None:
        """Return the external id of the facility a text names, or None if it is not known."""
        if text in self.zones:
            return text
        return self.names.get(plain(text))

    @property
    def only(self) -> str | None:
        """The practice's single facility, or None if it has none or several."""
        return next(iter(self.zones)) if len(self.zones) == 1 else None


@dataclass(frozen=True, slots=True)
class Context:
    """The practice as parsers see it. `currency` is an ISO 4217 code."""

    now: datetime
    region: str
    zone: ZoneInfo
    currency: str
    places: Places
    order: Order  # how dates in figures are written

    def zone_of(self, facility: str | None) -> ZoneInfo:
        """Return the zone of a facility, or the practice's own where it is not known."""
        return self.places.zones.get(facility or "", self.zone)

    def is_minor(self, birth_date: date | None) -> bool:
        return is_minor(birth_date, today=self.now.astimezone(self.zone).date())
