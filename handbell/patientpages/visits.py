"""What may a patient be told of a visit, and may it still be confirmed? Pure.

The page shows when, where and whose visit it is by first name; never a surname, a reason, a
clinician or anything a stranger holding the phone could use.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Final
from zoneinfo import ZoneInfo

from handbell.facts.models import Appointment
from handbell.outbox.models import Message
from handbell.patientpages.speech import say_date, say_time
from handbell.policy.zones import zone
from handbell.vocabulary.words import AppointmentStatus


class Standing(StrEnum):
    """How a visit stands, as far as its patient is concerned."""

    OPEN = "open"  # ahead and waiting to be confirmed
    CONFIRMED = "confirmed"
    CANCELLED = "cancelled"
    OVER = "over"


@dataclass(frozen=True, slots=True)
class ShownVisit:
    """One visit as its patient sees it."""

    id: int
    revision: int
    standing: Standing
    moved: bool  # since the message with this link was written
    first_name: str = field(repr=False)
    date: str
    time: str
    place: str
    address: str


_UNDECIDED: Final = frozenset({AppointmentStatus.BOOKED, AppointmentStatus.CONFIRMED})


def shown_visits(rows: Iterable[Message], *, language: str, now: datetime) -> list[ShownVisit]:
    """Return the visits of rows that travelled as one, as they are now, the earliest first."""
    shown = {}
    with_visit = [row for row in rows if row.appointment is not None]
    for row in sorted(with_visit, key=lambda row: _visit_of(row).starts_at):
        visit = _visit_of(row)
        shown[visit.pk] = _shown(row, visit, language, now)
    return list(shown.values())


def _visit_of(row: Message) -> Appointment:
    assert row.appointment is not None
    return row.appointment


def _shown(row: Message, visit: Appointment, language: str, now: datetime) -> ShownVisit:
    there = zone(visit.facility.time_zone) or ZoneInfo("UTC")
    patient = row.patient
    return ShownVisit(
        id=visit.pk,
        revision=visit.revision,
        standing=standing_of(visit, now=now),
        moved=visit.revision != row.subject_revision,
        first_name=patient.preferred_name or patient.first_name,
        date=say_date(visit.starts_at, zone=there, language=language),
        time=say_time(visit.starts_at, zone=there, language=language),
        place=visit.facility.name,
        address=visit.facility.address,
    )


def standing_of(visit: Appointment, *, now: datetime) -> Standing:
    """Return how a visit stands: cancelled stays cancelled, what has begun is over."""
    status = AppointmentStatus(visit.status)
    if status is AppointmentStatus.CANCELLED:
        return Standing.CANCELLED
    if visit.starts_at <= now or status not in _UNDECIDED:
        return Standing.OVER
    return Standing.OPEN if status is AppointmentStatus.BOOKED else Standing.CONFIRMED


def fingerprint(visits: Iterable[ShownVisit]) -> str:
    """Return which visits at which revision a page showed; a button carries it back.

    A visit that moves while somebody reads the page is not confirmed by the old button.
    """
    return ",".join(f"{visit.id}.{visit.revision}" for visit in visits)


def overall(visits: Sequence[ShownVisit]) -> Standing | None:
    """Return what the page as a whole is about: the first of these that any visit has."""
    standings = {visit.standing for visit in visits}
    for standing in Standing:
        if standing in standings:
            return standing
    return None
