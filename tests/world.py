"""A small invented clinic for tests: make a fact, get the row. Nothing here decides anything."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from itertools import count
from typing import Any
from zoneinfo import ZoneInfo

from handbell.access.models import Facility, Practice, ReminderStep
from handbell.facts.models import Appointment, Consent, ContactPoint, LedgerEntry, Patient
from handbell.facts.operations import mark_changed
from handbell.outbox.models import Sender
from handbell.policy.timetable import start_of_day
from handbell.vocabulary.words import (
    AppointmentStatus,
    Channel,
    ConsentKind,
    ContactKind,
    LedgerKind,
    Purpose,
    Recipient,
)

NEW_YORK = ZoneInfo("America/New_York")

#: A Monday morning; every test counts from here.
MONDAY = datetime(2026, 11, 2, 9, 0, tzinfo=NEW_YORK)

_numbers = count(1)


def phone(last: int) -> str:
    """Return a fictitious number; `last` is 0 to 99."""
    return f"+120255501{last:02d}"


def at(day: int, hour: int, minute: int = 0, *, month: int = 11) -> datetime:
    """Return a New York wall-clock moment of 2026 in UTC."""
    return datetime(2026, month, day, hour, minute, tzinfo=NEW_YORK).astimezone(UTC)


@dataclass
class Clinic:
    """A practice with one facility, one step a day before at 10:00, a sender per channel."""

    now: datetime = MONDAY
    practice: Practice = field(init=False)
    facility: Facility = field(init=False)

    def __post_init__(self) -> None:
        number = next(_numbers)
        self.practice = Practice.objects.create(
            slug=f"clinic-{number}", name="Harbor PT", domains=["harborpt.example"]
        )
        self.facility = self.add_facility("Main", "America/New_York")

    def add_facility(self, name: str, zone: str) -> Facility:
        return Facility.objects.create(
            practice=self.practice,
            external_id=name,
            name=name,
            phone="+12025550190",
            address="1 Harbor St, Springfield",
            time_zone=zone,
        )

    def step(
        self,
        *,
        days: int | None = 1,
        hours: int | None = None,
        when: time = time(10),
        channels: Sequence[Channel] = (Channel.SMS,),
        when_confirmed: bool = False,
    ) -> ReminderStep:
        return ReminderStep.objects.create(
            practice=self.practice,
            key=f"{hours}h" if hours is not None else f"{days}d@{when:%H:%M}",
            days_before=None if hours is not None else days,
            hours_before=hours,
            at=None if hours is not None else when,
            channels=list(channels),
            when_confirmed=when_confirmed,
        )

    def sender(self, channel: Channel, **columns: object) -> Sender:
        address = "frontdesk@harborpt.example" if channel is Channel.EMAIL else "+12025550199"
        values: dict[str, object] = {
            "provider": "rehearsal",
            "rate_per_second": 1000.0,
            "burst": 1000,
            "address": address,
        }
        return Sender.objects.create(practice=self.practice, channel=channel, **(values | columns))

    def senders(self) -> dict[Channel, Sender]:
        return {channel: self.sender(channel) for channel in Channel}

    def patient(
        self,
        name: str = "Alex",
        *,
        mobile: str = "",
        home: str = "",
        email: str = "",
        guardian_mobile: str = "",
        consents: Iterable[Channel] = (),
        purpose: Purpose = Purpose.APPOINTMENT_REMINDER,
        consented_at: datetime | None = None,
        **columns: Any,
    ) -> Patient:
        values: dict[str, object] = {"facility": self.facility, "last_name": "Doe"}
        patient = Patient.objects.create(
            practice=self.practice,
            external_id=f"p{next(_numbers)}",
            first_name=name,
            **(values | columns),
        )
        self.contact(patient, ContactKind.MOBILE_PHONE, mobile)
        self.contact(patient, ContactKind.HOME_PHONE, home)
        self.contact(patient, ContactKind.EMAIL, email)
        self.contact(patient, ContactKind.MOBILE_PHONE, guardian_mobile, Recipient.GUARDIAN)
        for channel in consents:
            self.consent(patient, channel, purpose=purpose, when=consented_at)
        self.changed(patient)
        return patient

    def contact(
        self,
        patient: Patient,
        kind: ContactKind,
        value: str,
        owner: Recipient = Recipient.PATIENT,
    ) -> None:
        if value:
            ContactPoint.objects.create(
                practice=self.practice, patient=patient, owner=owner, kind=kind, value=value
            )

    def consent(
        self,
        patient: Patient,
        channel: Channel,
        *,
        purpose: Purpose = Purpose.APPOINTMENT_REMINDER,
        kind: ConsentKind = ConsentKind.GRANTED,
        when: datetime | None = None,
    ) -> None:
        Consent.objects.create(
            practice=self.practice,
            patient=patient,
            purpose=purpose,
            channel=channel,
            kind=kind,
            at=when or self.now - timedelta(days=30),
            how="paper form",
            by="front desk",
        )
        self.changed(patient)

    def visit(
        self,
        patient: Patient,
        starts_at: datetime,
        *,
        status: AppointmentStatus = AppointmentStatus.BOOKED,
        booked_at: datetime | None = None,
        facility: Facility | None = None,
    ) -> Appointment:
        visit = Appointment.objects.create(
            practice=self.practice,
            external_id=f"a{next(_numbers)}",
            patient=patient,
            facility=facility or self.facility,
            starts_at=starts_at,
            duration_minutes=45,
            status=status,
            booked_at=booked_at,
        )
        self.changed(patient)
        return visit

    def entry(self, patient: Patient, kind: LedgerKind, amount: str, on: date) -> LedgerEntry:
        entry = LedgerEntry.objects.create(
            practice=self.practice,
            external_id=f"l{next(_numbers)}",
            patient=patient,
            kind=kind,
            amount=Decimal(amount),
            entry_date=on,
            effective_at=start_of_day(on, NEW_YORK),
        )
        self.changed(patient)
        return entry

    def changed(self, patient: Patient) -> None:
        mark_changed([patient.pk], at=self.now)


def move(visit: Appointment, starts_at: datetime, *, now: datetime) -> None:
    """Move a visit as an import does."""
    visit.starts_at = starts_at
    visit.revision += 1
    visit.save()
    mark_changed([visit.patient_id], at=now)
