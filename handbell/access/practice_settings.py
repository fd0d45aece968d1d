"""A practice's settings as one value, for the rooms that decide: read once per batch."""

import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, time
from decimal import Decimal
from typing import Any, Final
from zoneinfo import ZoneInfo

from handbell.access.queries import zone_among
from handbell.access.round_trip import Answer, Row, Trip, round_trip
from handbell.policy.quiet_hours import Windows
from handbell.policy.timetable import Step
from handbell.policy.zones import zone
from handbell.vocabulary.words import BalanceFrequency, Channel, ReminderMode


@dataclass(frozen=True, slots=True)
class StepsSet:
    """Which set of steps a facility or kind of visit has (None: no own), and since when."""

    id: int | None = None
    since: datetime | None = None


#: No set of its own.
NO_SET: Final = StepsSet()


@dataclass(frozen=True, slots=True)
class Place:
    """A facility as messages speak of it."""

    id: int
    name: str
    phone: str
    address: str
    zone: ZoneInfo
    steps_set: StepsSet = NO_SET


@dataclass(frozen=True, slots=True)
class Options:
    """What a practice may switch on or off (access.models.Practice has the same columns)."""

    notify_changes: bool = True
    notify_cancellations: bool = False
    open_days_only: bool = False
    weekly_digest_from: int = 0
    escalate: bool = False
    balance_by_voice: bool = False
    balance_says_amount: bool = False


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
    domains: tuple[str, ...] = ()  # the practice's own, for links in texts
    sets: Mapping[int, tuple[Step, ...]] = field(default_factory=dict)
    reply_to: str = ""
    region: str = "US"
    options: Options = Options()

    def steps_for(self, facility_id: int | None, own: StepsSet) -> tuple[Step, ...]:
        """Return the steps of a visit: its kind's `own` set, else its facility's, else all's.

        A set that was chosen later is not made up for, as a step that was added later is not.
        """
        place = self.place(facility_id)
        asked = [own] if own.id is not None or place is None else [own, place.steps_set]
        chosen = asked[-1].id
        steps = self.steps if chosen is None else self.sets.get(chosen, ())
        moments = [one.since for one in asked if one.since is not None]
        return tuple(_since(step, moments) for step in steps) if moments else steps

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


_PRACTICE = """
SELECT id, name, phone, language, time_zone, payment_url, reminder_mode, reminder_too_late_hours,
       balance_frequency, balance_at, balance_minimum, windows::text, domains, reply_to, region,
       notify_changes, notify_cancellations, open_days_only, weekly_digest_from, escalate,
       balance_by_voice, balance_says_amount
FROM access_practice WHERE id = %s
"""

_PLACES = """
SELECT id, name, phone, address, time_zone, reminder_set_id, reminder_set_since
FROM access_facility WHERE practice_id = %s ORDER BY id
"""

_STEPS = """
SELECT key, days_before, hours_before, at, channels, when_confirmed, since, reminder_set_id
FROM access_reminderstep WHERE practice_id = %s
ORDER BY days_before DESC NULLS LAST, hours_before DESC NULLS LAST, id
"""


def practice_settings(practice_id: int) -> PracticeSettings:
    """Return a practice's settings as they are now: plain SQL, three queries.

    Raises LookupError if there is no such practice.
    """
    with round_trip() as trip:
        settings = ask_settings(trip, practice_id)
    return settings()


def ask_settings(trip: Trip, practice_id: int) -> Answer[PracticeSettings]:
    """Ask for a practice's settings, as every claim does."""
    practice = trip.ask(_PRACTICE, [practice_id], list)
    places = trip.ask(_PLACES, [practice_id], list)
    steps = trip.ask(_STEPS, [practice_id], list)
    return lambda: _settings(practice(), places(), steps())


def _settings(
    practices: Sequence[Row], places: Sequence[Row], steps: Sequence[Row]
) -> PracticeSettings:
    if not practices:
        raise LookupError("no such practice")
    row = practices[0]
    sets: dict[int | None, list[Step]] = defaultdict(list)
    for step in steps:
        sets[step[7]].append(_step(step))
    own_zone = zone_among(row[4], [place[4] for place in places])
    return PracticeSettings(
        id=row[0],
        name=row[1],
        phone=row[2],
        language=row[3],
        zone=own_zone,
        payment_url=row[5],
        mode=ReminderMode(row[6]),
        too_late_hours=row[7],
        frequency=BalanceFrequency(row[8]),
        balance_at=row[9],
        balance_minimum=row[10],
        windows=parse_windows(json.loads(row[11])),
        domains=tuple(row[12]),
        reply_to=row[13],
        region=row[14],
        options=Options(*row[15:]),
        steps=tuple(sets[None]),
        places={place[0]: _place(place, own_zone) for place in places},
        sets={key: tuple(steps) for key, steps in sets.items() if key is not None},
    )


def parse_windows(stored: Mapping[str, list[str]]) -> Windows:
    """Return the practice's hours per channel from the stored JSON."""
    return {
        Channel(channel): (time.fromisoformat(opens), time.fromisoformat(closes))
        for channel, (opens, closes) in stored.items()
    }


def _step(row: Sequence[Any]) -> Step:
    return Step(
        key=row[0],
        days_before=row[1],
        hours_before=row[2],
        at=row[3],
        channels=tuple(Channel(channel) for channel in row[4]),
        when_confirmed=row[5],
        since=row[6],
    )


def _place(row: Sequence[Any], fallback: ZoneInfo) -> Place:
    return Place(
        id=row[0],
        name=row[1],
        phone=row[2],
        address=row[3],
        zone=zone(row[4]) or fallback,
        steps_set=StepsSet(row[5], row[6]),
    )


def _since(step: Step, moments: Sequence[datetime]) -> Step:
    return replace(step, since=max([*moments, *([step.since] if step.since else [])]))
