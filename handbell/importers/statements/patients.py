"""Facilities, patients, guardians and their contact points: what differs goes in. Plain SQL."""

from typing import Final

FACILITIES_KNOWN: Final = """
SELECT count(*) FROM {merged} m
JOIN access_facility f ON f.practice_id = %(practice)s AND f.external_id = m.facility
"""

FACILITIES_ZONELESS: Final = """
SELECT m.line FROM {merged} m
WHERE COALESCE(m.time_zone, '') = '' AND NOT EXISTS (
    SELECT 1 FROM access_facility f
    WHERE f.practice_id = %(practice)s AND f.external_id = m.facility)
ORDER BY m.line
"""

FACILITIES_ADD: Final = """
INSERT INTO access_facility (practice_id, external_id, name, phone, address, time_zone)
SELECT %(practice)s, m.facility, COALESCE(NULLIF(m.name, ''), m.facility), COALESCE(m.phone, ''),
       COALESCE(m.address, ''), COALESCE(NULLIF(m.time_zone, ''), %(zone)s)
FROM {merged} m
WHERE NOT EXISTS (SELECT 1 FROM access_facility f
                  WHERE f.practice_id = %(practice)s AND f.external_id = m.facility)
ORDER BY m.seq
"""

FACILITIES_UPDATE: Final = """
UPDATE access_facility f
SET name = n.name, phone = n.phone, address = n.address, time_zone = n.time_zone
FROM {merged} m
JOIN access_facility o ON o.practice_id = %(practice)s AND o.external_id = m.facility
CROSS JOIN LATERAL (SELECT COALESCE(NULLIF(m.name, ''), o.name), COALESCE(m.phone, o.phone),
    COALESCE(m.address, o.address), COALESCE(NULLIF(m.time_zone, ''), o.time_zone)
) AS n (name, phone, address, time_zone)
WHERE f.id = o.id AND (f.name, f.phone, f.address, f.time_zone)
    IS DISTINCT FROM (n.name, n.phone, n.address, n.time_zone)
"""

PATIENTS_NAMELESS: Final = """
SELECT m.line FROM {merged} m
WHERE COALESCE(m.first_name, '') = '' AND COALESCE(m.last_name, '') = ''
  AND NOT EXISTS (SELECT 1 FROM facts_patient p
                  WHERE p.practice_id = %(practice)s AND p.external_id = m.patient)
ORDER BY m.line
"""

PATIENTS_NAMELESS_DELETE: Final = """
DELETE FROM {merged} m
WHERE COALESCE(m.first_name, '') = '' AND COALESCE(m.last_name, '') = ''
  AND NOT EXISTS (SELECT 1 FROM facts_patient p
                  WHERE p.practice_id = %(practice)s AND p.external_id = m.patient)
"""

#: Whose row or contact points this file changed, and who is new, is noted in `touched`.
PATIENTS_KNOWN: Final = """
SELECT count(*) FROM {merged} m
JOIN facts_patient p ON p.practice_id = %(practice)s AND p.external_id = m.patient
"""

PATIENTS_ADD: Final = """
WITH added AS (
    INSERT INTO facts_patient (practice_id, external_id, first_name, last_name, preferred_name,
        birth_date, language, status, deceased, time_zone, facility_id, guardian_name,
        guarantor_name, caregiver_name, with_agency)
    SELECT %(practice)s, m.patient, COALESCE(m.first_name, ''), COALESCE(m.last_name, ''),
        COALESCE(m.preferred_name, ''), NULLIF(m.birth_date, '-infinity'),
        COALESCE(m.language, ''), COALESCE(m.status, 'active'), COALESCE(m.deceased, false),
        COALESCE(m.time_zone, ''), f.id, COALESCE(m.guardian_name, ''),
        COALESCE(m.guarantor_name, ''), COALESCE(m.caregiver_name, ''),
        COALESCE(m.with_agency, false)
    FROM {merged} m
    LEFT JOIN access_facility f ON f.practice_id = %(practice)s AND f.external_id = m.facility
    WHERE m.ctid >= %(low)s::tid AND m.ctid < %(high)s::tid
      AND NOT EXISTS (SELECT 1 FROM facts_patient p
                      WHERE p.practice_id = %(practice)s AND p.external_id = m.patient)
    RETURNING id
)
INSERT INTO touched SELECT id, true FROM added
"""

PATIENTS_UPDATE: Final = """
WITH changed AS (
    UPDATE facts_patient p
    SET first_name = n.first_name, last_name = n.last_name, preferred_name = n.preferred_name,
        birth_date = n.birth_date, language = n.language, status = n.status,
        deceased = n.deceased, time_zone = n.time_zone, facility_id = n.facility_id,
        guardian_name = n.guardian_name, guarantor_name = n.guarantor_name,
        caregiver_name = n.caregiver_name, with_agency = n.with_agency
    FROM {merged} m
    JOIN facts_patient o ON o.practice_id = %(practice)s AND o.external_id = m.patient
    LEFT JOIN access_facility f ON f.practice_id = %(practice)s AND f.external_id = m.facility
    CROSS JOIN LATERAL (SELECT
        COALESCE(m.first_name, o.first_name), COALESCE(m.last_name, o.last_name),
        COALESCE(m.preferred_name, o.preferred_name),
        NULLIF(COALESCE(m.birth_date, o.birth_date), '-infinity'),
        COALESCE(m.language, o.language), COALESCE(m.status, o.status),
        COALESCE(m.deceased, o.deceased), COALESCE(m.time_zone, o.time_zone),
        CASE WHEN m.facility IS NULL THEN o.facility_id ELSE f.id END,
        COALESCE(m.guardian_name, o.guardian_name),
        COALESCE(m.guarantor_name, o.guarantor_name),
        COALESCE(m.caregiver_name, o.caregiver_name), COALESCE(m.with_agency, o.with_agency)
    ) AS n (first_name, last_name, preferred_name, birth_date, language, status, deceased,
            time_zone, facility_id, guardian_name, guarantor_name, caregiver_name, with_agency)
    WHERE m.ctid >= %(low)s::tid AND m.ctid < %(high)s::tid AND p.id = o.id
      AND (p.first_name, p.last_name, p.preferred_name, p.birth_date, p.language, p.status,
           p.deceased, p.time_zone, p.facility_id, p.guardian_name, p.guarantor_name,
           p.caregiver_name, p.with_agency)
      IS DISTINCT FROM
          (n.first_name, n.last_name, n.preferred_name, n.birth_date, n.language, n.status,
           n.deceased, n.time_zone, n.facility_id, n.guardian_name, n.guarantor_name,
           n.caregiver_name, n.with_agency)
    RETURNING p.id
)
INSERT INTO touched SELECT id, false FROM changed
"""

#: What a merged row of patients says about contact points; "" says there is none.
_PATIENTS_CONTACTS: Final = """
    SELECT p.id AS patient_id, v.owner, v.kind, v.value
    FROM {merged} m
    JOIN facts_patient p ON p.practice_id = %(practice)s AND p.external_id = m.patient
    CROSS JOIN LATERAL (VALUES
        ('patient', 'mobile_phone', m.mobile_phone),
        ('patient', 'home_phone', m.home_phone),
        ('patient', 'email', m.email),
        ('guardian', 'mobile_phone', m.guardian_mobile_phone),
        ('guardian', 'home_phone', m.guardian_home_phone),
        ('guardian', 'email', m.guardian_email),
        ('guarantor', 'mobile_phone', m.guarantor_phone),
        ('guarantor', 'email', m.guarantor_email),
        ('caregiver', 'mobile_phone', m.caregiver_phone),
        ('caregiver', 'email', m.caregiver_email)
    ) AS v (owner, kind, value)
    WHERE v.value IS NOT NULL AND m.ctid >= %(low)s::tid AND m.ctid < %(high)s::tid
"""

_GUARDIANS_CONTACTS: Final = """
    SELECT m.patient_id, 'guardian' AS owner, v.kind, v.value
    FROM {merged} m
    CROSS JOIN LATERAL (VALUES
        ('mobile_phone', m.mobile_phone), ('home_phone', m.home_phone), ('email', m.email)
    ) AS v (kind, value)
    WHERE m.ctid >= %(low)s::tid AND m.ctid < %(high)s::tid
"""

_CONTACTS_REMOVE: Final = """
WITH told AS ({contacts}), removed AS (
    DELETE FROM facts_contactpoint c USING told t
    WHERE c.patient_id = t.patient_id AND c.owner = t.owner AND c.kind = t.kind AND t.value = ''
    RETURNING c.patient_id
)
INSERT INTO touched SELECT patient_id, false FROM removed
"""

_CONTACTS_STORE: Final = """
WITH told AS ({contacts}), stored AS (
    INSERT INTO facts_contactpoint AS c (practice_id, patient_id, owner, kind, value)
    SELECT %(practice)s, t.patient_id, t.owner, t.kind, t.value
    FROM told t LEFT JOIN facts_contactpoint o
        ON o.patient_id = t.patient_id AND o.owner = t.owner AND o.kind = t.kind
    WHERE t.value <> '' AND t.value IS DISTINCT FROM o.value
    ON CONFLICT (patient_id, owner, kind) DO UPDATE SET value = EXCLUDED.value
    RETURNING c.patient_id
)
INSERT INTO touched SELECT patient_id, false FROM stored
"""

# A caregiver's consent ends with the number or address it was given for: whoever has the new one
# was not asked. At the moment of the consent, so that a newer one from the same files stands.
_CAREGIVERS_CONSENTS: Final = """
WITH told AS ({contacts}), replaced AS (
    SELECT t.patient_id, t.kind FROM told t
    JOIN facts_contactpoint o
      ON o.patient_id = t.patient_id AND o.owner = t.owner AND o.kind = t.kind
    WHERE t.owner = 'caregiver' AND t.value <> o.value
), newest AS (
    SELECT DISTINCT ON (c.patient_id, c.purpose, c.channel) c.*
    FROM facts_consent c
    JOIN replaced r ON r.patient_id = c.patient_id AND (r.kind = 'email') = (c.channel = 'email')
    WHERE c.of_caregiver
    ORDER BY c.patient_id, c.purpose, c.channel, c.at DESC, c.kind DESC
), taken_back AS (
    INSERT INTO facts_consent (practice_id, patient_id, purpose, channel, kind, at, how, by,
        wording, recorded_at, of_caregiver)
    SELECT practice_id, patient_id, purpose, channel, 'withdrawn', at,
           'the number or address is another', 'import', '', %(now)s, true
    FROM newest WHERE kind = 'granted'
    RETURNING patient_id
)
INSERT INTO touched SELECT DISTINCT patient_id, false FROM taken_back
"""

PATIENTS_CONTACTS: Final = (
    _CAREGIVERS_CONSENTS.replace("{contacts}", _PATIENTS_CONTACTS),
    _CONTACTS_REMOVE.replace("{contacts}", _PATIENTS_CONTACTS),
    _CONTACTS_STORE.replace("{contacts}", _PATIENTS_CONTACTS),
)

TOUCHED_KNOWN: Final = """
SELECT count(*)
FROM (SELECT FROM touched GROUP BY patient_id HAVING NOT bool_or(is_new)) AS known
"""

#: Nothing is planned for somebody new: their visits and consents will say so themselves.
TOUCHED_CHANGE: Final = """
INSERT INTO import_mark (patient_id, at)
SELECT patient_id, %(now)s FROM touched GROUP BY patient_id HAVING NOT bool_or(is_new)
"""

GUARDIANS_OF_ADULTS: Final = """
SELECT s.line FROM staged_guardian s
JOIN facts_patient p ON p.practice_id = %(practice)s AND p.external_id = s.patient
WHERE p.birth_date IS NULL OR p.birth_date <= %(adult_since)s
ORDER BY s.line
"""

GUARDIANS_OF_MINORS: Final = """
SELECT count(*) FROM staged_guardian s
JOIN facts_patient p ON p.practice_id = %(practice)s AND p.external_id = s.patient
WHERE p.birth_date > %(adult_since)s
"""

#: One guardian for each minor: one told of themselves before one told in passing, then one who
#: can be texted, then the last.
GUARDIANS_MERGE: Final = """
INSERT INTO merged_guardian
SELECT DISTINCT ON (p.id) p.id AS patient_id, s.seq, s.name, s.mobile_phone, s.home_phone, s.email
FROM staged_guardian s
JOIN facts_patient p ON p.practice_id = %(practice)s AND p.external_id = s.patient
WHERE p.birth_date > %(adult_since)s
  AND NOT (s.weak AND p.guardian_name NOT IN ('', s.name))
ORDER BY p.id, s.weak, (s.mobile_phone <> '') DESC, (s.home_phone || s.email <> '') DESC,
         s.seq DESC
"""

GUARDIANS_UPDATE: Final = """
WITH changed AS (
    UPDATE facts_patient p SET guardian_name = m.name
    FROM merged_guardian m WHERE p.id = m.patient_id AND p.guardian_name <> m.name
    RETURNING p.id
)
INSERT INTO touched SELECT id, false FROM changed
"""

GUARDIANS_CONTACTS: Final = (
    _CONTACTS_REMOVE.replace("{contacts}", _GUARDIANS_CONTACTS),
    _CONTACTS_STORE.replace("{contacts}", _GUARDIANS_CONTACTS),
)
