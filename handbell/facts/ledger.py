"""What does each of these patients owe, entry by entry?"""

from collections import defaultdict
from collections.abc import Sequence

from django.db import connection

from handbell.policy.ledger import Entry
from handbell.vocabulary.words import LedgerKind

_ENTRIES = """
SELECT patient_id, kind, amount, entry_date, effective_at FROM facts_ledgerentry
WHERE patient_id = ANY(%s)
"""


def load_entries(patient_ids: Sequence[int]) -> dict[int, list[Entry]]:
    """Return every ledger entry of the patients, those of the future included."""
    with connection.cursor() as cursor:
        cursor.execute(_ENTRIES, [list(patient_ids)])
        rows = cursor.fetchall()
    found: dict[int, list[Entry]] = defaultdict(list)
    for patient_id, kind, amount, entry_date, effective_at in rows:
        found[patient_id].append(Entry(LedgerKind(kind), amount, entry_date, effective_at))
    return found
