"""Visits: what differs goes in, and a revision rises when the visit is another. Plain SQL."""

from typing import Final

APPOINTMENTS_TYPES: Final = """
INSERT INTO facts_appointmenttype (practice_id, name, reminders)
SELECT DISTINCT %(practice)s, m.type, true FROM {merged} m WHERE m.type <> ''
ON CONFLICT (practice_id, name) DO NOTHING
"""

#: FHIR and HL7 may name a facility nobody told us about; it gets the practice's time zone.
APPOINTMENTS_FACILITIES: Final = """
INSERT INTO access_facility (practice_id, external_id, name, phone, address, time_zone)
SELECT %(practice)s, m.facility, max(m.facility_name), '', '', %(zone)s
FROM {merged} m
WHERE m.facility_name <> '' AND NOT m.only_known
  AND NOT EXISTS (SELECT 1 FROM access_facility f
                  WHERE f.practice_id = %(practice)s AND f.external_id = m.facility)
GROUP BY m.facility RETURNING name
"""

#: What each visit should be, where that differs from what it is (`id` NULL: it is new). One without
#: a facility is at the practice's only one. A patient who confirmed stays confirmed if a system
#: that does not know says "booked" of the same visit.
APPOINTMENTS_RESOLVE: Final = """
INSERT INTO resolved_appointment
SELECT m.seq, m.line, m.appointment, a.id, m.only_known, n.*,
       a.patient_id AS old_patient_id, a.starts_at AS old_starts_at
FROM {merged} m
LEFT JOIN facts_appointment a ON a.practice_id = %(practice)s AND a.external_id = m.appointment
LEFT JOIN facts_patient p ON p.practice_id = %(practice)s AND p.external_id = m.patient
LEFT JOIN access_facility f ON f.practice_id = %(practice)s AND f.external_id = m.facility
LEFT JOIN facts_appointmenttype t ON t.practice_id = %(practice)s AND t.name = m.type
LEFT JOIN (SELECT min(id) AS id FROM access_facility WHERE practice_id = %(practice)s
           HAVING count(*) = 1) AS o ON true
CROSS JOIN LATERAL (SELECT
    COALESCE(p.id, a.patient_id), COALESCE(f.id, a.facility_id, o.id),
    CASE WHEN m.type IS NULL THEN a.type_id ELSE t.id END,
    COALESCE(m.provider, a.provider_name, ''), COALESCE(m.starts_at, a.starts_at),
    COALESCE(m.duration_minutes, a.duration_minutes, 0),
    COALESCE(m.status, a.status, 'booked'), COALESCE(m.booked_at, a.booked_at)
) AS n (patient_id, facility_id, type_id, provider_name, starts_at, duration_minutes, status,
        booked_at)
WHERE a.id IS NULL
   OR (a.patient_id, a.facility_id, a.type_id, a.provider_name, a.starts_at, a.duration_minutes,
       a.booked_at)
      IS DISTINCT FROM
      (n.patient_id, n.facility_id, n.type_id, n.provider_name, n.starts_at, n.duration_minutes,
       n.booked_at)
   OR (a.status <> n.status AND NOT (n.status = 'booked' AND a.status = 'confirmed'))
"""

APPOINTMENTS_UNUSABLE: Final = """
SELECT line, only_known, starts_at IS NULL AS no_time FROM resolved_appointment
WHERE id IS NULL
  AND (only_known OR starts_at IS NULL OR facility_id IS NULL OR patient_id IS NULL)
ORDER BY line
"""

APPOINTMENTS_UNUSABLE_DELETE: Final = """
DELETE FROM resolved_appointment WHERE id IS NULL
  AND (only_known OR starts_at IS NULL OR facility_id IS NULL OR patient_id IS NULL)
"""

APPOINTMENTS_ADD: Final = """
INSERT INTO facts_appointment (practice_id, external_id, patient_id, facility_id, type_id,
    provider_name, starts_at, duration_minutes, status, booked_at, revision)
SELECT %(practice)s, r.appointment, r.patient_id, r.facility_id, r.type_id, r.provider_name,
    r.starts_at, r.duration_minutes, r.status, r.booked_at, 1
FROM resolved_appointment r WHERE r.id IS NULL AND r.ctid >= %(low)s::tid AND r.ctid < %(high)s::tid
"""

#: Judged against the row as it is now: the patient may confirm while a file is being imported.
APPOINTMENTS_UPDATE: Final = """
UPDATE facts_appointment a
SET patient_id = r.patient_id, facility_id = r.facility_id, type_id = r.type_id,
    provider_name = r.provider_name, starts_at = r.starts_at,
    duration_minutes = r.duration_minutes, booked_at = r.booked_at,
    status = CASE
        WHEN r.status = 'booked' AND a.status = 'confirmed' AND a.patient_id = r.patient_id
             AND a.starts_at = r.starts_at AND a.facility_id = r.facility_id
        THEN a.status ELSE r.status END,
    confirmed_by_patient = a.confirmed_by_patient AND a.status = 'confirmed'
        AND r.status IN ('booked', 'confirmed') AND a.patient_id = r.patient_id
        AND a.starts_at = r.starts_at AND a.facility_id = r.facility_id,
    revision = a.revision + CASE
        WHEN a.starts_at <> r.starts_at OR a.facility_id <> r.facility_id
             OR a.patient_id <> r.patient_id
             OR (a.status IN ('cancelled', 'no_show') AND r.status IN ('booked', 'confirmed'))
        THEN 1 ELSE 0 END
FROM resolved_appointment r
WHERE a.id = r.id AND r.ctid >= %(low)s::tid AND r.ctid < %(high)s::tid
"""

#: A visit that is over, before and after, changes nothing that could still be sent.
APPOINTMENTS_CHANGE: Final = """
INSERT INTO import_mark (patient_id, at)
SELECT c.patient_id, min(GREATEST(%(now)s, COALESCE(c.booked_at, %(now)s)))
FROM (
    SELECT patient_id, booked_at FROM resolved_appointment
    WHERE starts_at >= %(now)s OR old_starts_at >= %(now)s
    UNION ALL
    SELECT old_patient_id, NULL FROM resolved_appointment
    WHERE old_patient_id <> patient_id AND old_starts_at >= %(now)s
) AS c
GROUP BY c.patient_id
"""
