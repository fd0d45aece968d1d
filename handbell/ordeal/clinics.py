"""The invented practices of an ordeal, and the visits they are fed while it goes on.

Every visit is of another patient with another number, so that no cap on how often a number may
be written to hides a message that is missing, or one too many.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from itertools import count
from zoneinfo import ZoneInfo

from django.db import transaction

from handbell.access.models import Facility, Practice, ReminderStep
from handbell.facts.models import Appointment, Consent, ContactPoint, Patient
from handbell.facts.operations import mark_changed
from handbell.outbox.models import Sender
from handbell.policy.quiet_hours import next_open, window_for
from handbell.policy.zones import EASTERN, phone_prefix_zones
from handbell.vocabulary.contact import ContactFlaw, PhoneNumber
from handbell.vocabulary.words import (
    AppointmentStatus,
    Channel,
    ConsentKind,
    ContactKind,
    Purpose,
    Recipient,
)

ZONE = ZoneInfo(EASTERN)
PER_SECOND = 25.0  # what each sender may hand over: claims of a handful, as at a clinic
HOURS_BEFORE = 24
_KINDS = {Channel.EMAIL: ContactKind.EMAIL}


@dataclass(frozen=True, slots=True)
class Clinic:
    """A practice with one sender. `opens` and `closes` are its window, None for any hour."""

    name: str
    practice_id: int
    facility_id: int
    channel: Channel
    sender: str
    opens: time | None = None
    closes: time | None = None

    def is_open(self, at: datetime) -> bool:
        """Return whether its window is open at `at`."""
        if self.opens is None or self.closes is None:
            return True
        return self.opens <= at.astimezone(ZONE).time() < self.closes


@dataclass(slots=True)
class Subject:
    """A visit that was fed, and what is to be remembered of it: each fact and when it stood."""

    visit_id: int
    patient_id: int
    clinic: Clinic
    address: str = field(repr=False)
    revision: int = 1
    moved_at: datetime | None = None  # it has `revision` since
    cancelled_at: datetime | None = None
    stopped_at: datetime | None = None

    @property
    def is_undisturbed(self) -> bool:
        return self.moved_at is None and self.cancelled_at is None and self.stopped_at is None


def open_clinics(*, closing_at: datetime, now: datetime) -> list[Clinic]:
    """Make the practices: a text, an e-mail and a call practice that are open, one whose window
    ends in the middle, and one whose window is not open at all."""
    local = closing_at.astimezone(ZONE)
    shut = (now.astimezone(ZONE) + timedelta(hours=3)).replace(second=0)
    clinics = [
        _open("harbor", Channel.SMS),
        _open("mill", Channel.EMAIL),
        _open("dusk", Channel.SMS, (time(0), time(local.hour, local.minute))),
        _open("night", Channel.SMS, (time(shut.hour), time(min(shut.hour + 2, 23), 59))),
    ]
    everyday = {Channel.VOICE: (time(0), time(23, 59))}
    hours = window_for(Purpose.APPOINTMENT_REMINDER, Channel.VOICE, everyday)
    if next_open(now, window=hours, zones=[ZONE]) == now:  # nobody calls on a Sunday morning
        clinics.append(_open("hill", Channel.VOICE))
    return clinics


@transaction.atomic
def _open(name: str, channel: Channel, hours: tuple[time, time] | None = None) -> Clinic:
    opens, closes = hours or (time(0), time(23, 59))
    practice = Practice.objects.create(
        slug=name,
        name=f"{name.title()} PT",
        domains=[f"{name}.example"],
        windows={channel.value: [f"{opens:%H:%M}", f"{closes:%H:%M}"]},
    )
    facility = Facility.objects.create(
        practice=practice,
        external_id="main",
        name="Main",
        phone="+12025550190",
        address="1 Bell St, Springfield",
        time_zone=EASTERN,
    )
    ReminderStep.objects.create(
        practice=practice, key="24h", hours_before=HOURS_BEFORE, channels=[channel.value]
    )
    address = f"desk@{name}.example" if channel is Channel.EMAIL else f"+1202555019{len(name)}"
    Sender.objects.create(
        practice=practice,
        channel=channel,
        provider="rehearsal",
        address=address,
        rate_per_second=PER_SECOND,
        burst=60,
    )
    window = hours if hours else (None, None)
    return Clinic(name, practice.pk, facility.pk, channel, address, *window)


def addresses(channel: Channel) -> Iterator[str]:
    """Yield addresses of nobody: fictitious numbers of the East, or mailboxes."""
    if channel is Channel.EMAIL:
        yield from (f"patient{number}@patients.example" for number in count(1))
    for last in range(100, 190):
        for area in range(201, 990):
            try:
                number = PhoneNumber.parse(f"+1{area}5550{last}").value
            except ContactFlaw:
                continue
            if phone_prefix_zones(number) == (EASTERN,):
                yield number


@transaction.atomic
def feed(
    clinic: Clinic, numbers: Sequence[tuple[str, datetime]], *, first: int, now: datetime
) -> list[Subject]:
    """Store one visit per address, each to be reminded at its moment; once, however often called.

    `first` numbers the patients. What was stored before a crash of the database is found again.
    """
    names = [f"o{first + place}" for place in range(len(numbers))]
    if not Patient.objects.filter(practice_id=clinic.practice_id, external_id=names[0]).exists():
        _store(clinic, numbers, names, now)
    found = Appointment.objects.filter(practice_id=clinic.practice_id, external_id__in=names)
    visits = {visit.external_id: visit for visit in found}
    return [
        Subject(visits[name].pk, visits[name].patient_id, clinic, address)
        for name, (address, _) in zip(names, numbers, strict=True)
    ]


def _store(
    clinic: Clinic, numbers: Sequence[tuple[str, datetime]], names: Sequence[str], now: datetime
) -> None:
    patients = Patient.objects.bulk_create(
        Patient(
            practice_id=clinic.practice_id,
            external_id=name,
            first_name="Alex",
            last_name="Doe",
            facility_id=clinic.facility_id,
        )
        for name in names
    )
    ContactPoint.objects.bulk_create(
        ContactPoint(
            practice_id=clinic.practice_id,
            patient=patient,
            owner=Recipient.PATIENT,
            kind=_KINDS.get(clinic.channel, ContactKind.MOBILE_PHONE),
            value=address,
        )
        for patient, (address, _) in zip(patients, numbers, strict=True)
    )
    Consent.objects.bulk_create(
        Consent(
            practice_id=clinic.practice_id,
            patient=patient,
            purpose=Purpose.APPOINTMENT_REMINDER,
            channel=clinic.channel,
            kind=ConsentKind.GRANTED,
            at=now - timedelta(days=30),
            how="paper form",
            by="front desk",
        )
        for patient in patients
    )
    Appointment.objects.bulk_create(
        Appointment(
            practice_id=clinic.practice_id,
            external_id=name,
            patient=patient,
            facility_id=clinic.facility_id,
            starts_at=due_at + timedelta(hours=HOURS_BEFORE),
            duration_minutes=45,
            status=AppointmentStatus.BOOKED,
        )
        for name, patient, (_, due_at) in zip(names, patients, numbers, strict=True)
    )
    mark_changed([patient.pk for patient in patients], at=now)


@transaction.atomic
def move(subject: Subject, *, revision: int, to: datetime, now: datetime) -> None:
    """Move a visit as an import does; doing it again changes nothing."""
    Appointment.objects.filter(pk=subject.visit_id, revision=revision - 1).update(
        starts_at=to + timedelta(hours=HOURS_BEFORE), revision=revision
    )
    mark_changed([subject.patient_id], at=now)


@transaction.atomic
def cancel(subject: Subject, *, now: datetime) -> None:
    """Cancel a visit; doing it again changes nothing."""
    Appointment.objects.filter(pk=subject.visit_id).update(status=AppointmentStatus.CANCELLED)
    mark_changed([subject.patient_id], at=now)


@transaction.atomic
def opt_out(subject: Subject, *, now: datetime) -> None:
    """Record at the desk that somebody wants no more reminders."""
    Consent.objects.create(
        practice_id=subject.clinic.practice_id,
        patient_id=subject.patient_id,
        purpose=Purpose.APPOINTMENT_REMINDER,
        channel=subject.clinic.channel,
        kind=ConsentKind.WITHDRAWN,
        at=now,
        how="in person",
        by="front desk",
    )
    mark_changed([subject.patient_id], at=now)


def release_senders() -> None:
    """Do what a person would who reads why a sender pauses: let it go on."""
    Sender.objects.exclude(paused_reason="").update(paused_reason="", paused_until=None)
