"""A practice's settings as one value, for the rooms that decide: read once per batch."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import time
from decimal import Decimal
from zoneinfo import ZoneInfo

from handbell.access.models import Facility, Practice, ReminderStep
from handbell.access.queries import practice_zone
from handbell.policy.quiet_hours import Windows
from handbell.policy.timetable import Step
from handbell.policy.zones import zone
from handbell.vocabulary.words import BalanceFrequency, Channel, ReminderMode


@dataclass(frozen=True, slots=True)
class Place:
    """A facility as messages speak of it."""

    id: int
    name: str
    phone: str
    address: str
    zone: ZoneInfo


@dataclass(frozen=True, slots=True)
class PracticeSettings:
    """Everything about a practice that planning, judging and rendering need."""

    id: int
    name: str
    phone: str
    language: str
    zone: ZoneInfo
    payment_url: str
    mode: ReminderMode
    too_late_hours: int
    frequency: BalanceFrequency
    balance_at: time
    balance_minimum: Decimal
    windows: Windows
    steps: tuple[Step, ...]
    places: Mapping[int, Place]

    def place(self, facility_id: int | None) -> Place | None:
        """Return the facility, or None if the patient has none."""
        return None if facility_id is None else self.places.get(facility_id)

    def zone_of(self, facility_id: int | None) -> ZoneInfo:
        """Return the facility's zone, or the practice's own."""
        place = self.place(facility_id)
        return place.zone if place else self.zone

    def phone_of(self, facility_id: int | None) -> str:
        """Return the number patients should call: the facility's, else the practice's."""
        place = self.place(facility_id)
        return (place.phone if place else "") or self.phone or self._any_phone()

    def _any_phone(self) -> str:
        return next((place.phone for place in self.places.values() if place.phone), "")


def practice_settings(practice_id: int) -> PracticeSettings:
    """Return a practice's settings as they are now (three queries)."""
    practice = Practice.objects.get(pk=practice_id)
    own_zone = practice_zone(practice)
    return PracticeSettings(
        id=practice.pk,
        name=practice.name,
        phone=practice.phone,
        language=practice.language,
        zone=own_zone,
        payment_url=practice.payment_url,
        mode=ReminderMode(practice.reminder_mode),
        too_late_hours=practice.reminder_too_late_hours,
        frequency=BalanceFrequency(practice.balance_frequency),
        balance_at=practice.balance_at,
        balance_minimum=practice.balance_minimum,
        windows=parse_windows(practice.windows),
        steps=tuple(_step(row) for row in ReminderStep.objects.filter(practice=practice)),
        places={
            row.pk: _place(row, own_zone) for row in Facility.objects.filter(practice=practice)
        },
    )


def parse_windows(stored: Mapping[str, list[str]]) -> Windows:
    """Return the practice's hours per channel from the stored JSON."""
    return {
        Channel(channel): (time.fromisoformat(opens), time.fromisoformat(closes))
        for channel, (opens, closes) in stored.items()
    }


def _step(row: ReminderStep) -> Step:
    return Step(
        key=row.key,
        days_before=row.days_before,
        hours_before=row.hours_before,
        at=row.at,
        channels=tuple(Channel(channel) for channel in row.channels),
        when_confirmed=row.when_confirmed,
        since=row.since,
    )


def _place(row: Facility, fallback: ZoneInfo) -> Place:
    return Place(
        id=row.pk,
        name=row.name,
        phone=row.phone,
        address=row.address,
        zone=zone(row.time_zone) or fallback,
    )
