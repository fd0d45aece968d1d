"""Money owed and settled: what differs goes in. Plain SQL."""

# ruff: noqa: S608 - put together from names of ours only

from typing import Final

from handbell.importers.statements.staging import moment

#: Where a patient is treated, else where the practice is.
ZONE: Final = "COALESCE(f.time_zone, %(zone)s)"

LEDGER_RESOLVE: Final = f"""
INSERT INTO resolved_ledger
SELECT m.seq, m.line, m.entry, l.id, m.kind, m.amount, m.entry_date, n.*
FROM {{merged}} m
JOIN facts_patient p ON p.practice_id = %(practice)s AND p.external_id = m.patient
LEFT JOIN access_facility f ON f.id = p.facility_id
LEFT JOIN facts_ledgerentry l ON l.practice_id = %(practice)s AND l.external_id = m.entry
CROSS JOIN LATERAL (SELECT p.id, COALESCE(m.description, l.description, ''),
    {moment("m.entry_date::timestamp", ZONE)}
) AS n (patient_id, description, effective_at)
WHERE l.id IS NULL
   OR (l.patient_id, l.kind, l.amount, l.entry_date, l.description, l.effective_at)
      IS DISTINCT FROM
      (n.patient_id, m.kind, m.amount, m.entry_date, n.description, n.effective_at)
"""

LEDGER_ADD: Final = """
INSERT INTO facts_ledgerentry (practice_id, external_id, patient_id, kind, amount, entry_date,
    effective_at, description)
SELECT %(practice)s, r.entry, r.patient_id, r.kind, r.amount, r.entry_date, r.effective_at,
    r.description
FROM resolved_ledger r WHERE r.id IS NULL AND r.ctid >= %(low)s::tid AND r.ctid < %(high)s::tid
"""

LEDGER_UPDATE: Final = """
UPDATE facts_ledgerentry l
SET patient_id = r.patient_id, kind = r.kind, amount = r.amount, entry_date = r.entry_date,
    effective_at = r.effective_at, description = r.description
FROM resolved_ledger r WHERE l.id = r.id AND r.ctid >= %(low)s::tid AND r.ctid < %(high)s::tid
"""

#: What is told anew about an entry is news now, whenever the entry takes effect.
LEDGER_CHANGE: Final = """
INSERT INTO import_mark (patient_id, at)
SELECT patient_id,
       min(CASE WHEN id IS NULL THEN GREATEST(%(now)s, effective_at) ELSE %(now)s END)
FROM resolved_ledger GROUP BY patient_id
"""
