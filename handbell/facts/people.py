"""Everything policy needs to know about some patients, as of a moment, in four queries.

The planner and the dispatcher ask the same question; neither goes through the ORM, because
both ask it for thousands of patients at a time.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from handbell.access.round_trip import Answer, Row, Trip, round_trip
from handbell.policy.consent import ConsentEvent, SuppressionEvent
from handbell.policy.judge import is_minor
from handbell.vocabulary.words import (
    BalancePreference,
    Channel,
    ConsentKind,
    ContactKind,
    PatientStatus,
    Purpose,
    Recipient,
    SuppressionKind,
)

Contacts = dict[tuple[Recipient, ContactKind], str]


@dataclass(frozen=True, slots=True)
class Person:
    """One patient as policy sees them."""

    id: int
    practice_id: int
    first_name: str = field(repr=False)
    birth_date: date | None = field(repr=False)
    language: str
    status: PatientStatus
    deceased: bool
    time_zone: str
    facility_id: int | None
    contacts: Mapping[tuple[Recipient, ContactKind], str] = field(repr=False)
    consents: Sequence[ConsentEvent]
    suppressions: Mapping[str, Sequence[SuppressionEvent]] = field(repr=False)
    to_guardian: bool = False
    balance_alerts: BalancePreference = BalancePreference.PRACTICE
    with_agency: bool = False
    caregiver_consents: Sequence[ConsentEvent] = ()

    def minor_on(self, day: date) -> bool:
        return is_minor(self.birth_date, today=day)

    def recipient_on(self, day: date) -> Recipient:
        """Return who is written to: the guardian of somebody under 18, else the patient.

        An adult who wants it so has a caregiver in the guardian's place.
        """
        instead = self.to_guardian or self.minor_on(day)
        return Recipient.GUARDIAN if instead else Recipient.PATIENT

    def recipients_for(self, purpose: Purpose, day: date) -> tuple[Recipient, ...]:
        """Return everybody who is written to about this: first who answers for the patient.

        Of a balance that is the guarantor, where there is one. A caregiver hears of visits too.
        """
        if purpose is Purpose.BALANCE_ALERT and self._has(Recipient.GUARANTOR):
            return (Recipient.GUARANTOR,)
        first = self.recipient_on(day)
        if purpose is Purpose.APPOINTMENT_REMINDER and self._has(Recipient.CAREGIVER):
            return (first, Recipient.CAREGIVER)
        return (first,)

    def consents_of(self, recipient: Recipient) -> Sequence[ConsentEvent]:
        """Return what a recipient agreed to; only a caregiver's consent is their own."""
        return self.caregiver_consents if recipient is Recipient.CAREGIVER else self.consents

    @property
    def has_guardian(self) -> bool:
        return self._has(Recipient.GUARDIAN)

    def _has(self, owner: Recipient) -> bool:
        return owner in [found for found, _ in self.contacts]

    def address(self, recipient: Recipient, channel: Channel) -> str:
        """Return the address for a channel, or "" if there is none.

        A text needs a mobile number; a call takes the mobile number, else the home number.
        """
        for kind in KINDS[channel]:
            if found := self.contacts.get((recipient, kind)):
                return found
        return ""

    def telephones_on(self, day: date) -> list[str]:
        """Return the numbers a person of the practice would dial: of whoever is written to."""
        owner = self.recipient_on(day)
        numbers = [self.contacts.get((owner, kind), "") for kind in KINDS[Channel.VOICE]]
        return [number for number in dict.fromkeys(numbers) if number]

    def suppressions_of(self, address: str) -> Sequence[SuppressionEvent]:
        return self.suppressions.get(address, ())


KINDS: Mapping[Channel, tuple[ContactKind, ...]] = {
    Channel.SMS: (ContactKind.MOBILE_PHONE,),
    Channel.VOICE: (ContactKind.MOBILE_PHONE, ContactKind.HOME_PHONE),
    Channel.EMAIL: (ContactKind.EMAIL,),
}

_PATIENTS = """
SELECT id, practice_id, COALESCE(NULLIF(preferred_name, ''), first_name), birth_date, language,
       status, deceased, time_zone, facility_id, to_guardian, balance_alerts, with_agency
FROM facts_patient WHERE id = ANY(%s)
"""

_CONTACTS = """
SELECT patient_id, owner, kind, value FROM facts_contactpoint WHERE patient_id = ANY(%s)
"""

# Only the newest event per purpose and channel decides (policy.consent.newest).
_CONSENTS = """
SELECT DISTINCT ON (patient_id, purpose, channel, of_caregiver)
       patient_id, purpose, channel, of_caregiver, kind, at
FROM facts_consent WHERE patient_id = ANY(%s) AND at <= %s
ORDER BY patient_id, purpose, channel, of_caregiver, at DESC, kind DESC
"""

_SUPPRESSIONS = """
SELECT practice_id, address, channel, kind, at, lifted_at FROM facts_suppression
WHERE practice_id = ANY(ARRAY(SELECT DISTINCT practice_id FROM facts_patient WHERE id = ANY(%s)))
  AND address = ANY(ARRAY(SELECT value FROM facts_contactpoint WHERE patient_id = ANY(%s)))
  AND at <= %s
"""


def load_people(patient_ids: Iterable[int], *, now: datetime) -> dict[int, Person]:
    """Return the patients by id, with consents and suppressions as of `now`."""
    ids = list(patient_ids)
    if not ids:
        return {}
    with round_trip() as trip:
        people = ask_people(trip, ids, now=now)
    return people()


def ask_people(trip: Trip, ids: Sequence[int], *, now: datetime) -> Answer[dict[int, Person]]:
    """Ask for patients by id, with consents and suppressions as of `now`."""
    patients = trip.ask(_PATIENTS, [ids], list)
    contacts = trip.ask(_CONTACTS, [ids], _contacts)
    consents = trip.ask(_CONSENTS, [ids, now], _consents)
    suppressions = trip.ask(_SUPPRESSIONS, [ids, ids, now], _suppressions)
    return lambda: _people(patients(), contacts(), consents(), suppressions())


def _people(
    rows: Sequence[Row],
    contacts: Mapping[int, Contacts],
    consents: Mapping[tuple[int, bool], list[ConsentEvent]],
    suppressions: Mapping[int, dict[str, list[SuppressionEvent]]],
) -> dict[int, Person]:
    return {
        row[0]: Person(
            id=row[0],
            practice_id=row[1],
            first_name=row[2],
            birth_date=row[3],
            language=row[4],
            status=PatientStatus(row[5]),
            deceased=row[6],
            time_zone=row[7],
            facility_id=row[8],
            to_guardian=row[9],
            balance_alerts=BalancePreference(row[10]),
            contacts=contacts.get(row[0], {}),
            with_agency=row[11],
            consents=consents.get((row[0], False), ()),
            caregiver_consents=consents.get((row[0], True), ()),
            suppressions=suppressions.get(row[1], {}),
        )
        for row in rows
    }


def _contacts(rows: Sequence[Row]) -> dict[int, Contacts]:
    found: dict[int, Contacts] = defaultdict(dict)
    for patient_id, owner, kind, value in rows:
        found[patient_id][Recipient(owner), ContactKind(kind)] = value
    return found


def _consents(rows: Sequence[Row]) -> dict[tuple[int, bool], list[ConsentEvent]]:
    found: dict[tuple[int, bool], list[ConsentEvent]] = defaultdict(list)
    for patient_id, purpose, channel, of_caregiver, kind, at in rows:
        found[patient_id, of_caregiver].append(
            ConsentEvent(Purpose(purpose), Channel(channel), ConsentKind(kind), at)
        )
    return found


def _suppressions(rows: Sequence[Row]) -> dict[int, dict[str, list[SuppressionEvent]]]:
    """Return the suppressions by practice, because one practice's STOP is none of another's."""
    found: dict[int, dict[str, list[SuppressionEvent]]] = defaultdict(lambda: defaultdict(list))
    for practice_id, address, channel, kind, at, lifted_at in rows:
        found[practice_id][address].append(
            SuppressionEvent(Channel(channel), SuppressionKind(kind), at, lifted_at)
        )
    return found
