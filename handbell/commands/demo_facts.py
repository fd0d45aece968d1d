"""What has happened at the demo practice? Patients, consents, visits and money around `now`.

Everything is drawn from one seed and hung on the day of `now`, so two installations started on
the same day tell the same story.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from random import Random
from typing import Final
from zoneinfo import ZoneInfo

from holidays import country_holidays

from handbell.access.models import Facility, Practice
from handbell.commands.demo_people import SEED, Invented, Money, Story, invent
from handbell.facts.models import (
    Appointment,
    AppointmentType,
    Consent,
    ContactPoint,
    LedgerEntry,
    MarketingPermission,
    Patient,
    Suppression,
)
from handbell.policy.timetable import start_of_day, wall_clock
from handbell.vocabulary.words import (
    AppointmentStatus,
    Channel,
    ConsentKind,
    ContactKind,
    LedgerKind,
    Purpose,
    Recipient,
    SuppressionKind,
)

DAYS_BACK: Final = 3
DAYS_AHEAD: Final = 10

_TYPES: Final = ("Evaluation", "Follow-up", "Re-evaluation")
_CLINICIANS: Final = {
    "east": ("Ines Oakhurst, PT", "Bram Larkspur, PT", "Thea Inkpen, PTA"),
    "lake": ("Milo Pemberly, PT", "Alma Granado, PT"),
}
_WORDING: Final = (
    "I agree to receive automated texts, calls and e-mails from Maple Street Physical Therapy "
    "about my {topic}. I can stop them at any time."
)
_TOPICS: Final = {
    Purpose.APPOINTMENT_REMINDER: "appointments",
    Purpose.BALANCE_ALERT: "balance",
}


@dataclass(frozen=True, slots=True)
class Known:
    """A demo patient and the row made for them."""

    invented: Invented
    row: Patient
    place: Facility

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.place.time_zone)


def write_facts(*, practice: Practice, places: Mapping[str, Facility], now: datetime) -> None:
    """Write the demo practice's patients and all that is known of them."""
    people = _patients(practice, places, now)
    ContactPoint.objects.bulk_create(p for known in people for p in _contacts(practice, known))
    Consent.objects.bulk_create(c for known in people for c in _consents(practice, known, now))
    MarketingPermission.objects.bulk_create(
        permission for known in people for permission in _marketing(practice, known, now)
    )
    Suppression.objects.bulk_create(s for k in people for s in _suppressions(practice, k, now))
    LedgerEntry.objects.bulk_create(e for known in people for e in _ledger(practice, known, now))
    types = AppointmentType.objects.bulk_create(
        AppointmentType(practice=practice, name=name) for name in _TYPES
    )
    Appointment.objects.bulk_create(_visits(practice, people, types, now))


def _patients(practice: Practice, places: Mapping[str, Facility], now: datetime) -> list[Known]:
    invented = invent()
    rows = [
        Patient(
            practice=practice,
            external_id=f"MS-{person.number:04}",
            first_name=person.first_name,
            last_name=person.last_name,
            preferred_name=person.preferred_name,
            birth_date=_birthday(person, now),
            language=person.language,
            status=person.status,
            deceased=person.story is Story.DECEASED,
            time_zone=person.time_zone,
            facility=places[person.place],
            guardian_name=person.guardian_name,
        )
        for person in invented
    ]
    made = Patient.objects.bulk_create(rows)
    return [
        Known(person, row, places[person.place]) for person, row in zip(invented, made, strict=True)
    ]


def _birthday(person: Invented, now: datetime) -> date:
    """Return a birth date that gives the invented age for the next weeks too."""
    return (now - timedelta(days=int(person.age * 365.25) + 90 + person.number)).date()


def _contacts(practice: Practice, known: Known) -> Iterator[ContactPoint]:
    person = known.invented
    owner = Recipient.GUARDIAN if person.story is Story.CHILD else Recipient.PATIENT
    for kind, value in (
        (ContactKind.MOBILE_PHONE, person.mobile),
        (ContactKind.HOME_PHONE, person.home),
        (ContactKind.EMAIL, person.email),
    ):
        if value:
            yield ContactPoint(
                practice=practice, patient=known.row, owner=owner, kind=kind, value=value
            )


def _marketing(practice: Practice, known: Known, now: datetime) -> Iterator[MarketingPermission]:
    """Some were asked whether a marketing tool may have their address; some took it back."""
    yes, no = ConsentKind.GRANTED, ConsentKind.WITHDRAWN
    events = {0: (yes,), 1: (yes,), 2: (yes, no)}  # and of three in six nobody asked
    for number, kind in enumerate(events.get(known.invented.number % 6, ())):
        yield MarketingPermission(
            practice=practice,
            patient=known.row,
            kind=kind,
            at=now - timedelta(days=60 - 20 * number),
            how="in person, by the patient",
            by="Nora Quillfeather",
        )


def _consents(practice: Practice, known: Known, now: datetime) -> Iterator[Consent]:
    person = known.invented
    if person.story is Story.UNSUBSCRIBED:
        return
    asked_at = now - timedelta(days=20 + person.number, hours=person.number % 7)
    purposes = [Purpose.APPOINTMENT_REMINDER]
    if person.money is not Money.NOTHING:
        purposes.append(Purpose.BALANCE_ALERT)
    for purpose in purposes:
        for channel in person.channels:
            if purpose is Purpose.BALANCE_ALERT and channel is Channel.VOICE:
                continue
            yield Consent(
                practice=practice,
                patient=known.row,
                purpose=purpose,
                channel=channel,
                kind=ConsentKind.GRANTED,
                at=asked_at,
                how="paper form at the first visit",
                by="Nora Quillfeather",
                wording=_WORDING.format(topic=_TOPICS[purpose]),
            )


def _suppressions(practice: Practice, known: Known, now: datetime) -> Iterator[Suppression]:
    person, at = known.invented, now - timedelta(days=2 + known.invented.number % 9)
    if person.story is Story.OPTED_OUT and person.mobile:
        for channel in (Channel.SMS, Channel.VOICE):
            yield Suppression(
                practice=practice,
                address=person.mobile,
                channel=channel,
                kind=SuppressionKind.OPTED_OUT,
                at=at,
                source="replied STOP",
            )
    if person.story is Story.BOUNCED and person.email:
        yield Suppression(
            practice=practice,
            address=person.email,
            channel=Channel.EMAIL,
            kind=SuppressionKind.HARD_BOUNCE,
            at=at,
            source="550 5.1.1",
        )


_R, _P, _A = LedgerKind.RESPONSIBILITY, LedgerKind.PAYMENT, LedgerKind.ADJUSTMENT

#: Per kind of debtor: what was entered, how many days ago, and how much.
_MONEY_STORIES: Final[Mapping[Money, tuple[tuple[LedgerKind, int, str], ...]]] = {
    Money.NOTHING: (),
    Money.RECENT: ((_R, 6, "48.00"), (_R, 2, "35.50")),
    Money.PART_PAID: ((_R, 21, "160.00"), (_P, 9, "60.00")),
    Money.SMALL: ((_R, 5, "3.50"),),
    Money.OLD: ((_R, 75, "92.00"),),
    Money.PAID: ((_R, 18, "75.00"), (_P, 4, "75.00")),
    Money.CREDIT: ((_R, 30, "40.00"), (_P, 12, "55.00")),
    Money.WRITTEN_OFF: ((_R, 40, "22.00"), (_A, 8, "22.00")),
}


def _ledger(practice: Practice, known: Known, now: datetime) -> Iterator[LedgerEntry]:
    today = now.astimezone(known.zone).date()
    for index, (kind, days, amount) in enumerate(_MONEY_STORIES[known.invented.money], start=1):
        day = today - timedelta(days=days)
        yield LedgerEntry(
            practice=practice,
            external_id=f"L-{known.invented.number:04}-{index}",
            patient=known.row,
            kind=kind,
            amount=Decimal(amount) + (known.invented.number % 5 if kind is _R and days < 4 else 0),
            entry_date=day,
            effective_at=start_of_day(day, known.zone),
        )


def _visits(
    practice: Practice, people: list[Known], types: list[AppointmentType], now: datetime
) -> Iterator[Appointment]:
    """Yield two or three visits for everybody, always at hours the clinic is open."""
    random = Random(SEED)  # noqa: S311  (the same schedule every time is the point)
    number = 0
    for known in people:
        for day in _visit_days(known, random, now):
            number += 1
            yield _visit(practice, known, types, number, day, random, now)
            if random.random() < 0.04:  # a second visit on the same day: one message says both
                number += 1
                yield _visit(practice, known, types, number, day, random, now)


def _visit_days(known: Known, random: Random, now: datetime) -> list[date]:
    today = now.astimezone(known.zone).date()
    days = [today + timedelta(days=offset) for offset in range(-DAYS_BACK, DAYS_AHEAD + 1)]
    closed = country_holidays("US", years={day.year for day in days})
    is_open = [day for day in days if day.weekday() < 6 and day not in closed]
    chosen = set(random.sample(is_open, random.randint(2, 4)))
    if known.invented.story is Story.MISBEHAVING:  # their reminder goes out on the first day
        chosen.add(next(day for day in is_open if day > today))
    return sorted(chosen)


def _visit(
    practice: Practice,
    known: Known,
    types: list[AppointmentType],
    number: int,
    day: date,
    random: Random,
    now: datetime,
) -> Appointment:
    last_hour = 12 if day.weekday() == 5 else 18  # Saturday mornings only
    at = time(random.randrange(8, last_hour), random.choice((0, 15, 30, 45)))
    starts_at = wall_clock(day, at, known.zone)
    return Appointment(
        practice=practice,
        external_id=f"V-{number:05}",
        patient=known.row,
        facility=known.place,
        type=random.choices(types, weights=(2, 7, 1))[0],
        provider_name=random.choice(_CLINICIANS[known.invented.place]),
        starts_at=starts_at,
        duration_minutes=random.choice((30, 45, 60)),
        status=_status(known, starts_at, random, now),
        booked_at=now - timedelta(days=random.randint(4, 25), hours=random.randrange(10)),
    )


def _status(known: Known, starts_at: datetime, random: Random, now: datetime) -> AppointmentStatus:
    chance = random.random()
    if known.row.deceased or chance < 0.05:
        return AppointmentStatus.CANCELLED
    if starts_at + timedelta(hours=1) < now:
        return AppointmentStatus.NO_SHOW if chance < 0.14 else AppointmentStatus.COMPLETED
    if starts_at <= now:
        return AppointmentStatus.IN_PROGRESS
    return AppointmentStatus.CONFIRMED if chance < 0.15 else AppointmentStatus.BOOKED
