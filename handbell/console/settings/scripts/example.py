"""For whom is a script shown while it is written? Somebody invented, with a visit in a few days."""

from datetime import UTC, datetime, time, timedelta
from decimal import Decimal
from typing import Final

from handbell.access.practice_settings import PracticeSettings
from handbell.dispatch.letter import Letter
from handbell.facts.people import Person
from handbell.planner.touches import Visit
from handbell.scripts.starting_texts import Key
from handbell.vocabulary.words import AppointmentStatus, PatientStatus, Purpose

_NAMES: Final = {"en": "Sam", "es": "Ana"}

#: As long as a patient's own code, so that the text is as long as a real one.
_CODE: Final = "an-example-link0"

_OWED: Final = Decimal("45.00")


def example_letter(
    settings: PracticeSettings, key: Key, *, public_url: str, now: datetime
) -> Letter:
    """Return what a message of this script would be about, at the practice's first facility."""
    purpose, channel, language = key
    place = next(iter(settings.places), None)
    visits = [_visit(settings, place, now)] if purpose is not Purpose.BALANCE_ALERT else []
    return Letter(
        purpose=purpose,
        channel=channel,
        person=Person(
            id=0,
            practice_id=settings.id,
            first_name=_NAMES.get(language, _NAMES["en"]),
            birth_date=None,
            language=language,
            status=PatientStatus.ACTIVE,
            deceased=False,
            time_zone="",
            facility_id=place,
            contacts={},
            consents=(),
            suppressions={},
        ),
        visits=visits,
        facility_id=place,
        link=f"{public_url}/v/{_CODE}",
        owed=_OWED if purpose is Purpose.BALANCE_ALERT else None,
    )


def _visit(settings: PracticeSettings, place: int | None, now: datetime) -> Visit:
    """Return a visit at ten on the next weekday but two."""
    zone = settings.zone_of(place)
    day = now.astimezone(zone).date() + timedelta(days=3)
    day += timedelta(days=max(0, 7 - day.weekday()) if day.weekday() >= 5 else 0)
    return Visit(
        id=0,
        patient_id=0,
        facility_id=place or 0,
        starts_at=datetime.combine(day, time(10), zone).astimezone(UTC),
        duration_minutes=45,
        status=AppointmentStatus.BOOKED,
        revision=1,
        booked_at=None,
        wants_reminders=True,
    )
