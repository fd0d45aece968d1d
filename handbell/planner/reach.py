"""Who has a visit soon and wants to be reminded, and cannot be reached on any channel they chose?

Somebody not subscribed at all is not unreachable: they asked for nothing. Plain SQL picks the
few who might be; policy decides, with the very words it uses for a message.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.db import connection

from handbell.access.practice_settings import PracticeSettings
from handbell.facts.people import Person, load_people
from handbell.planner.touches import standing_of, subscribed_channels
from handbell.policy.judge import standing_objection
from handbell.vocabulary.words import Objection, Purpose

#: How far ahead a visit makes somebody unreachable worth a telephone call.
SOON: Final = timedelta(days=7)

# Whoever has all the contact points of the channels they agreed to, none of them suppressed, and
# is written to in person, can be reached: not worth a closer look.
_SUSPECTS = """
WITH coming AS (
    SELECT patient_id, min(starts_at) AS starts_at FROM facts_appointment
    WHERE practice_id = %(practice)s AND starts_at > %(now)s AND starts_at <= %(until)s
      AND status IN ('booked', 'confirmed')
    GROUP BY patient_id)
SELECT p.id, coming.starts_at FROM coming JOIN facts_patient p ON p.id = coming.patient_id
WHERE p.status <> 'inactive' AND NOT p.deceased
  AND (p.facility_id = %(facility)s OR %(facility)s IS NULL)
  AND EXISTS (
    SELECT 1 FROM facts_consent c
    WHERE c.patient_id = p.id AND c.purpose = 'appointment_reminder' AND c.kind = 'granted'
      AND (p.to_guardian OR p.birth_date > %(born_after)s
        OR NOT EXISTS (
            SELECT 1 FROM facts_contactpoint k
            WHERE k.patient_id = p.id AND k.owner = 'patient'
              AND CASE c.channel WHEN 'email' THEN k.kind = 'email'
                                 WHEN 'sms' THEN k.kind = 'mobile_phone'
                                 ELSE k.kind IN ('mobile_phone', 'home_phone') END)
        OR EXISTS (
            SELECT 1 FROM facts_contactpoint k
            JOIN facts_suppression s ON s.practice_id = k.practice_id AND s.address = k.value
            WHERE k.patient_id = p.id AND s.lifted_at IS NULL)))
ORDER BY coming.starts_at, p.id
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
                "born_after": today - timedelta(days=19 * 366),
            },
        )
        suspects = dict(cursor.fetchall())
    people = load_people(suspects, now=now)
    reasons = ((id, _why_unreachable(people[id], settings, now)) for id in suspects)
    return [Unreachable(id, suspects[id], why) for id, why in reasons if why]


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
