"""Who has a visit soon and wants to be reminded, and cannot be reached on any channel they chose?

Somebody not subscribed at all is not unreachable: they asked for nothing. Plain SQL picks the
few who might be; policy decides, with the very words it uses for a message.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from django.db import connection

from handbell.access.practice_settings import PracticeSettings
from handbell.facts.people import Person, load_people
from handbell.planner.touches import standing_of, subscribed_channels
from handbell.policy.judge import ADULT_AT, standing_objection
from handbell.vocabulary.words import Objection, Purpose

#: How far ahead a visit makes somebody unreachable worth a telephone call.
SOON: Final = timedelta(days=7)

# Whoever has a contact point for each channel they agreed to, their guardian's if the guardian is
# written to, and none of them suppressed, can be reached: not worth a closer look. About the 18th
# birthday both would do, so it is looked at.
_SUSPECTS = """
WITH visits AS (
    SELECT patient_id, min(starts_at) AS starts_at FROM facts_appointment
    WHERE practice_id = %(practice)s AND starts_at > %(now)s AND starts_at <= %(until)s
      AND status IN ('booked', 'confirmed')
    GROUP BY patient_id),
coming AS MATERIALIZED (
    SELECT p.id AS patient_id, visits.starts_at,
           CASE WHEN p.to_guardian OR p.birth_date > %(born)s THEN 'guardian' ELSE 'patient' END
               AS owner,
           COALESCE(abs(p.birth_date - %(born)s) < 6, false) AS birthday
    FROM visits JOIN facts_patient p ON p.id = visits.patient_id
    WHERE p.status <> 'inactive' AND NOT p.deceased
      AND (p.facility_id = %(facility)s OR %(facility)s::bigint IS NULL)),
agreed AS (
    SELECT c.patient_id, bool_or(c.channel = 'email') AS email, bool_or(c.channel = 'sms') AS sms,
           bool_or(c.channel = 'voice') AS voice
    FROM coming JOIN facts_consent c ON c.patient_id = coming.patient_id
    WHERE c.purpose = 'appointment_reminder' AND c.kind = 'granted' AND NOT c.of_caregiver
    GROUP BY c.patient_id),
owned AS (
    SELECT k.patient_id, bool_or(k.kind = 'email') AS email,
           bool_or(k.kind = 'mobile_phone') AS sms, bool_or(k.kind <> 'email') AS voice,
           bool_or(s.id IS NOT NULL) AS stopped
    FROM coming JOIN facts_contactpoint k ON k.patient_id = coming.patient_id
    LEFT JOIN facts_suppression s
      ON s.practice_id = k.practice_id AND s.address = k.value AND s.lifted_at IS NULL
    WHERE k.owner = coming.owner
    GROUP BY k.patient_id)
SELECT coming.patient_id, coming.starts_at
FROM coming JOIN agreed USING (patient_id) LEFT JOIN owned USING (patient_id)
WHERE coming.birthday OR owned.patient_id IS NULL OR owned.stopped
   OR agreed.email AND NOT owned.email OR agreed.sms AND NOT owned.sms
   OR agreed.voice AND NOT owned.voice
ORDER BY coming.starts_at, coming.patient_id
"""


@dataclass(frozen=True, slots=True)
class Unreachable:
    """A patient nobody reaches, their next visit, and why (of the first channel they chose)."""

    patient_id: int
    visit_at: datetime
    why: Objection


def unreachable_soon(
    settings: PracticeSettings, *, facility_id: int | None = None, now: datetime
) -> list[Unreachable]:
    """Return the practice's patients with a visit soon whom no reminder reaches, soonest first."""
    today = now.astimezone(settings.zone).date()
    with connection.cursor() as cursor:
        cursor.execute(
            _SUSPECTS,
            {
                "practice": settings.id,
                "facility": facility_id,
                "now": now,
                "until": now + SOON,
                "born": _born_to_be_of_age(today),
            },
        )
        suspects = dict(cursor.fetchall())
    people = load_people(suspects, now=now)
    reasons = ((id, _why_unreachable(people[id], settings, now)) for id in suspects)
    return [Unreachable(id, suspects[id], why) for id, why in reasons if why]


def _born_to_be_of_age(today: date) -> date:
    """Return the day on which those who come of age today were born, give or take three."""
    return today.replace(year=today.year - ADULT_AT, day=min(today.day, 28))


def _why_unreachable(person: Person, settings: PracticeSettings, now: datetime) -> Objection | None:
    today = now.astimezone(settings.zone_of(person.facility_id)).date()
    reasons = [
        standing_objection(
            standing_of(
                person,
                purpose=Purpose.APPOINTMENT_REMINDER,
                channel=channel,
                today=today,
                has_sender=True,
            ),
            now=now,
        )
        for channel in subscribed_channels(person, Purpose.APPOINTMENT_REMINDER, now)
    ]
    if not reasons or None in reasons:
        return None
    return reasons[0]
