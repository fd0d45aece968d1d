"""The practice of a snowstorm: two facilities in two zones, and the people booked there.

Django is set up after this is read, so models are imported where they are used.
"""

import time
from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import islice
from typing import Any, Final

PASSWORD: Final = "a storm before the dawn"
SENDER: Final = "+12025550199"
PER_SECOND: Final = 60.0
STOPPED_EACH: Final = 50  # one of so many said STOP, another has no telephone
WATCHED: Final = 5  # patients whose visit is after the closure, and whose reminder is held


@dataclass
class Storm:
    """Who is to be told, and what came of it."""

    people: int
    closure: int = 0
    told: list[str] = field(default_factory=list, repr=False)
    stopped: list[str] = field(default_factory=list, repr=False)
    watched: list[str] = field(default_factory=list, repr=False)
    emails: list[str] = field(default_factory=list)
    answers: Counter[str] = field(default_factory=Counter)
    killed: Counter[str] = field(default_factory=Counter)
    began: float = field(default_factory=time.monotonic)
    ahead: float = 0.0  # seconds the workers' clocks are ahead


def snow(storm: Storm) -> None:
    """Make the practice, its people and their visits, and close both facilities."""
    from django.utils import timezone

    from handbell.access.models import Facility, Practice, ReminderStep, StaffMember
    from handbell.access.practice_settings import practice_settings
    from handbell.closures import mode
    from handbell.closures.wording import write_starting_words
    from handbell.facts.operations import mark_changed
    from handbell.ordeal.clinics import addresses
    from handbell.outbox.models import Sender
    from handbell.policy.closures import Span
    from handbell.vocabulary.words import Channel, ClosureReason, PermissionLevel

    now = timezone.now()
    practice = Practice.objects.create(
        slug="riverside",
        name="Riverside Physical Therapy",
        domains=["riverside.example"],
        windows={"sms": ["00:00", "23:59"]},
    )
    places = [
        Facility.objects.create(
            practice=practice, external_id=name, name=name, phone="+12025550190", time_zone=zone
        )
        for name, zone in (("North", "America/New_York"), ("West", "America/Denver"))
    ]
    ReminderStep.objects.create(practice=practice, key="4d", hours_before=96, channels=["sms"])
    Sender.objects.create(
        practice=practice,
        channel=Channel.SMS,
        provider="rehearsal",
        address=SENDER,
        rate_per_second=PER_SECOND,
        burst=60,
    )
    for number in range(2):
        made = StaffMember.objects.create_user(
            practice=practice,
            email=f"dana{number}@riverside.example",
            name=f"Dana {number}",
            level=PermissionLevel.THERAPY_DIRECTOR,
            password=PASSWORD,
        )
        storm.emails.append(made.email)
    numbers = list(islice(addresses(Channel.SMS), storm.people + WATCHED))
    ids = _patients(practice.pk, places, numbers, storm, now)
    settings = practice_settings(practice.pk)
    today = now.astimezone(settings.zone).date()
    closure = mode.begin(
        settings,
        reason=ClosureReason.WEATHER,
        facility_ids=[one.pk for one in places],
        span=Span(today, today + timedelta(days=2)),
        by=StaffMember.objects.get(email=storm.emails[0]),
        now=now,
    )
    write_starting_words(closure, by=closure.begun_by, now=now)
    mark_changed(ids, at=now)
    storm.closure = closure.pk


def _patients(
    practice_id: int, places: list[Any], numbers: list[str], storm: Storm, now: datetime
) -> list[int]:
    from handbell.facts.models import Appointment, Consent, ContactPoint, Patient, Suppression

    patients = Patient.objects.bulk_create(
        Patient(
            practice_id=practice_id,
            external_id=f"s{number}",
            first_name="Alex",
            last_name="Doe",
            facility_id=places[number % 2].pk,
        )
        for number in range(len(numbers))
    )
    points, consents, visits, stops = [], [], [], []
    for number, (patient, address) in enumerate(zip(patients, numbers, strict=True)):
        is_watched = number >= storm.people
        if number % STOPPED_EACH == 1 and not is_watched:
            stops.append(address)
        elif is_watched:
            storm.watched.append(address)
        elif number % STOPPED_EACH != 2:
            storm.told.append(address)
        own = {"practice_id": practice_id, "patient": patient}
        if number % STOPPED_EACH != 2 or is_watched:
            points.append(ContactPoint(**own, owner="patient", kind="mobile_phone", value=address))
        consents.append(
            Consent(
                **own,
                purpose="appointment_reminder",
                channel="sms",
                kind="granted",
                at=now - timedelta(days=9),
                how="paper form",
                by="front desk",
            )
        )
        later = timedelta(hours=96, seconds=20)  # its reminder is due while all this goes on
        starts_at = now + (later if is_watched else timedelta(hours=26 + number % 12))
        visits.append(
            Appointment(
                **own,
                external_id=f"v{number}",
                facility_id=places[number % 2].pk,
                starts_at=starts_at,
                duration_minutes=45,
                status="booked",
            )
        )
    ContactPoint.objects.bulk_create(points)
    Consent.objects.bulk_create(consents)
    Appointment.objects.bulk_create(visits)
    storm.stopped = stops
    Suppression.objects.bulk_create(
        Suppression(
            practice_id=practice_id,
            address=address,
            channel="sms",
            kind="opted_out",
            at=now - timedelta(days=2),
            source="replied STOP",
        )
        for address in stops
    )
    return [patient.pk for patient in patients]
