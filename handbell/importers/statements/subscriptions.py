"""Consents given and withdrawn: events that are only ever added. Plain SQL."""

# ruff: noqa: S608 - put together from names of ours only

from typing import Final

from handbell.importers.statements.staging import moment

#: Where a patient is treated, else where the practice is.
ZONE: Final = "COALESCE(f.time_zone, %(zone)s)"

_EVENTS: Final = f"""
    SELECT s.seq, p.id AS patient_id, s.purpose, c.channel, s.consent AS kind, s.how, s.by,
           COALESCE(s.at, {moment("s.at_local", ZONE)}, %(now)s) AS at,
           s.at IS NULL AND s.at_local IS NULL AS whenever, s.of_caregiver
    FROM staged_subscription s
    JOIN facts_patient p ON p.practice_id = %(practice)s AND p.external_id = s.patient
    LEFT JOIN access_facility f ON f.id = p.facility_id
    CROSS JOIN LATERAL unnest(s.channels) AS c (channel)
"""

SUBSCRIPTIONS_RESOLVE: Final = f"""
INSERT INTO resolved_consent
SELECT DISTINCT ON (e.patient_id, e.purpose, e.channel, e.kind, e.at, e.of_caregiver) e.*
FROM ({_EVENTS}) AS e
WHERE NOT e.whenever AND NOT EXISTS (
    SELECT 1 FROM facts_consent k
    WHERE k.patient_id = e.patient_id AND k.purpose = e.purpose AND k.channel = e.channel
      AND k.kind = e.kind AND k.at = e.at AND k.of_caregiver = e.of_caregiver)
ORDER BY e.patient_id, e.purpose, e.channel, e.kind, e.at, e.of_caregiver, e.seq
"""

#: How somebody answered us, of which a practice's own system knows nothing.
ANSWERED: Final = ("texted START", "chosen on the page behind a link")

_NEWEST: Final = """COALESCE((
    SELECT k.kind FROM facts_consent k
    WHERE k.patient_id = e.patient_id AND k.purpose = e.purpose AND k.channel = e.channel
      AND k.of_caregiver = e.of_caregiver AND k.at <= %(now)s {}
    ORDER BY k.at DESC, k.kind DESC LIMIT 1), '')"""

#: An opt-out without a time is recorded now, unless the newest event says so already, or the newest
#: that the practice told us of: what the patient told us since, by START or by the link, is not
#: taken back by a file that only says again what it said before.
SUBSCRIPTIONS_RESOLVE_NOW: Final = f"""
INSERT INTO resolved_consent
SELECT DISTINCT ON (e.patient_id, e.purpose, e.channel, e.kind, e.of_caregiver) e.*
FROM ({_EVENTS}) AS e
WHERE e.whenever AND e.kind NOT IN (
    {_NEWEST.format("")}, {_NEWEST.format(f"AND k.how NOT IN {ANSWERED}")})
ORDER BY e.patient_id, e.purpose, e.channel, e.kind, e.of_caregiver, e.seq
"""

SUBSCRIPTIONS_ADD: Final = """
INSERT INTO facts_consent (practice_id, patient_id, purpose, channel, kind, at, how, by, wording,
    recorded_at, of_caregiver)
SELECT %(practice)s, patient_id, purpose, channel, kind, at, how, by, '', %(now)s, of_caregiver
FROM resolved_consent WHERE whenever = %(whenever)s
ON CONFLICT (patient_id, purpose, channel, kind, at, of_caregiver) DO NOTHING
"""

#: What has a time first, so that an opt-out without one sees it; with what `ADD` is to add.
STEPS: Final = ((SUBSCRIPTIONS_RESOLVE, False), (SUBSCRIPTIONS_RESOLVE_NOW, True))

SUBSCRIPTIONS_NEW: Final = "SELECT count(DISTINCT seq) FROM resolved_consent"

SUBSCRIPTIONS_KNOWN: Final = """
SELECT count(*) FROM staged_subscription s
WHERE NOT EXISTS (SELECT 1 FROM resolved_consent r WHERE r.seq = s.seq)
"""

SUBSCRIPTIONS_CHANGE: Final = """
INSERT INTO import_mark (patient_id, at)
SELECT patient_id, min(GREATEST(%(now)s, at)) FROM resolved_consent
GROUP BY patient_id
"""
