"""How is an import taken back? Row by row: what it left and nobody changed since goes back.

What it changed gets its old values, what it added goes, what it removed returns. A row that is
another now stays, and is counted. A visit that messages speak of is cancelled instead of removed,
a patient or place that others refer to stays, and a consent is withdrawn: nothing that was sent
or agreed to is ever forgotten. Settings are a person's to change.
"""

# ruff: noqa: S608 - put together from names of ours only

from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, Final

from django.db import connection
from django.db.backends.utils import CursorWrapper
from django.db.models import ForeignKey, Model

from handbell.access.models import Facility
from handbell.facts.models import (
    Appointment,
    AppointmentType,
    Change,
    Consent,
    ContactPoint,
    LedgerEntry,
    Patient,
)
from handbell.facts.operations import mark_practice_changed
from handbell.importers.models import Import
from handbell.importers.statements.staging import LOCK


@dataclass(slots=True)
class Back:
    """What became of one table's rows."""

    back: int = 0
    instead: int = 0  # cancelled visits, withdrawn consents
    changed_since: int = 0
    in_use: int = 0


#: What each row was before the first thing the import did to it, and is after the last.
_GATHER: Final = """
CREATE TEMP TABLE undo ON COMMIT DROP AS
SELECT r.place, r.row_id, (array_agg(r.act ORDER BY r.id))[1] AS act,
       (array_agg(r.act ORDER BY r.id DESC))[1] AS last_act,
       (array_agg(r.fingerprint ORDER BY r.id DESC))[1] AS fingerprint, NULL::jsonb AS before
FROM importers_importedrow r WHERE r.run_id = %(run)s GROUP BY r.place, r.row_id;
UPDATE undo u SET before = b.before
FROM (SELECT r.place, r.row_id, jsonb_object_agg(e.key, e.value ORDER BY r.id DESC) AS before
      FROM importers_importedrow r CROSS JOIN LATERAL jsonb_each(r.before) AS e
      WHERE r.run_id = %(run)s GROUP BY r.place, r.row_id) AS b
WHERE u.place = b.place AND u.row_id = b.row_id AND u.act <> 'added';
ANALYZE undo;
"""

_PATIENTS: Final = """
CREATE TEMP TABLE undo_patient ON COMMIT DROP AS
SELECT row_id AS id FROM undo WHERE place = 'facts_patient'
UNION SELECT (before->>'patient_id')::bigint FROM undo WHERE before ? 'patient_id'
UNION SELECT t.patient_id FROM undo u JOIN facts_contactpoint t ON t.id = u.row_id
      WHERE u.place = 'facts_contactpoint'
UNION SELECT t.patient_id FROM undo u JOIN facts_appointment t ON t.id = u.row_id
      WHERE u.place = 'facts_appointment'
UNION SELECT t.patient_id FROM undo u JOIN facts_ledgerentry t ON t.id = u.row_id
      WHERE u.place = 'facts_ledgerentry'
UNION SELECT t.patient_id FROM undo u JOIN facts_consent t ON t.id = u.row_id
      WHERE u.place = 'facts_consent'
"""

#: Done first: a planner that is at one of these patients is waited for, and no other takes them up
#: meanwhile, or it would write of visits and patients that are about to go.
_MARK: Final = """
INSERT INTO facts_change (patient_id, practice_id, at)
SELECT p.id, p.practice_id, %(now)s FROM undo_patient u JOIN facts_patient p ON p.id = u.id
ORDER BY p.id
ON CONFLICT (patient_id) DO UPDATE SET at = LEAST(facts_change.at, EXCLUDED.at)
"""

_SAME: Final = (
    "u.place = '{table}' AND t.id = u.row_id AND decode(md5(t::text), 'hex') = u.fingerprint"
)

_CHANGED_SINCE: Final = """
SELECT count(*) FROM undo u JOIN {table} t ON t.id = u.row_id
WHERE u.place = '{table}' AND u.last_act <> 'removed'
  AND decode(md5(t::text), 'hex') IS DISTINCT FROM u.fingerprint
"""

_LEFT: Final = "SELECT count(*) FROM undo u, {table} t WHERE u.act = 'added' AND {same}"

_DELETE: Final = "DELETE FROM {table} t USING undo u WHERE u.act = 'added' AND {same}{unused}"

_RESTORE: Final = """
UPDATE {table} t SET ({columns}) = (
    SELECT {columns} FROM jsonb_populate_record(t, u.before) AS was){more}
FROM undo u WHERE u.act = 'changed' AND {same}
"""

#: A reminder belongs to a revision of its visit, so a visit never gets an old one again.
_REVISION: Final = """, revision = t.revision + (
    u.before ? 'starts_at' OR u.before ? 'facility_id' OR u.before ? 'patient_id'
    OR (t.status IN ('cancelled', 'no_show') AND u.before->>'status' IN ('booked', 'confirmed'))
    )::int"""

_RETURN: Final = """
INSERT INTO {table} (id, {columns}) SELECT was.id, {was} FROM undo u
CROSS JOIN LATERAL jsonb_populate_record(NULL::{table}, u.before) AS was
JOIN facts_patient p ON p.id = was.patient_id
WHERE u.place = '{table}' AND u.last_act = 'removed' AND u.act <> 'added'
ON CONFLICT DO NOTHING
"""

_CANCEL: Final = """
UPDATE facts_appointment t SET status = 'cancelled'
FROM undo u WHERE u.act = 'added' AND {same} AND t.status IN ('booked', 'confirmed')
"""

#: A consent that the import brought is withdrawn, unless something newer speaks about it, or it
#: stood before the import too: given by somebody else's word, and no STOP since.
_WITHDRAW: Final = """
INSERT INTO facts_consent (practice_id, patient_id, purpose, channel, kind, at, how, by, wording,
    recorded_at, of_caregiver)
SELECT c.practice_id, c.patient_id, c.purpose, c.channel, 'withdrawn', %(now)s,
       'the import that brought it was taken back', %(by)s, '', %(now)s, c.of_caregiver
FROM undo u JOIN facts_consent c ON c.id = u.row_id
WHERE u.place = 'facts_consent' AND c.kind = 'granted' AND NOT EXISTS (
    SELECT 1 FROM facts_consent n
    WHERE n.patient_id = c.patient_id AND n.purpose = c.purpose AND n.channel = c.channel
      AND n.of_caregiver = c.of_caregiver AND (n.at, n.id) > (c.at, c.id))
  AND NOT EXISTS (
    SELECT 1 FROM (
        SELECT k.kind, k.at FROM facts_consent k
        WHERE k.patient_id = c.patient_id AND k.purpose = c.purpose AND k.channel = c.channel
          AND k.of_caregiver = c.of_caregiver AND NOT EXISTS (SELECT 1 FROM undo m
                          WHERE m.place = 'facts_consent' AND m.row_id = k.id)
        ORDER BY k.at DESC, k.kind DESC LIMIT 1) AS other
    WHERE other.kind = 'granted' AND NOT EXISTS (
        SELECT 1 FROM facts_suppression s
        JOIN facts_contactpoint p ON p.patient_id = c.patient_id AND p.value = s.address
        WHERE s.practice_id = c.practice_id AND s.channel = c.channel AND s.kind = 'opted_out'
          AND s.at > other.at))
ON CONFLICT DO NOTHING
"""

_OF: Final = "SELECT count(*) FROM undo WHERE place = %(place)s"

#: Tables whose rows are settings: told about, and left as they are.
SETTINGS: Final = (
    "access_practice",
    "access_reminderstep",
    "scripts_script",
    "outbox_sender",
)


def take_back(run: Import, *, by: str, now: datetime) -> dict[str, dict[str, int]]:
    """Take an import back; return by table what became of its rows. Needs a transaction."""
    return _TakingBack(run, by, now).all()


class _TakingBack:
    """One import, being taken back."""

    def __init__(self, run: Import, by: str, now: datetime) -> None:
        self._cursor: CursorWrapper = connection.cursor()
        self._practice_id = run.practice_id
        self._values: dict[str, Any] = {
            "run": run.pk,
            "practice": run.practice_id,
            "by": by,
            "now": now,
        }

    def all(self) -> dict[str, dict[str, int]]:
        self._do(LOCK)
        self._do("SET CONSTRAINTS ALL IMMEDIATE")
        self._do(_GATHER)
        self._do(_PATIENTS)
        self._do(_MARK)
        steps: list[tuple[type[Model], Callable[[type[Model]], Back]]] = [
            (LedgerEntry, self._rows),
            (Appointment, self._visits),
            (ContactPoint, self._contacts),
            (Consent, self._consents),
            (Patient, self._rows),
            (AppointmentType, self._rows),
            (Facility, self._facilities),
        ]
        found = {model._meta.db_table: step(model) for model, step in steps}
        for table in SETTINGS:
            found[table] = Back(changed_since=self._count(_OF, place=table))
        return {table: asdict(back) for table, back in found.items() if any(asdict(back).values())}

    def _rows(self, model: type[Model], more: str = "") -> Back:
        table = model._meta.db_table
        changed = self._count(_CHANGED_SINCE.format(table=table))
        restored = self._do(
            _RESTORE.format(
                table=table, columns=_columns(model, without=more), more=more, same=_same(table)
            )
        )
        if model is Patient:
            self._do(
                "DELETE FROM facts_change c USING undo u, facts_patient t WHERE u.act = 'added' "
                f"AND c.patient_id = t.id AND {_same(table)}{_unused(model)}"
            )
        removed = self._do(_DELETE.format(table=table, same=_same(table), unused=_unused(model)))
        left = self._count(_LEFT.format(table=table, same=_same(table)))
        return Back(back=restored + removed, changed_since=changed, in_use=left)

    def _visits(self, model: type[Model]) -> Back:
        found = self._rows(model, more=_REVISION)
        found.instead = self._do(_CANCEL.format(same=_same(model._meta.db_table)))
        found.in_use -= found.instead
        return found

    def _contacts(self, model: type[Model]) -> Back:
        found = self._rows(model)
        columns = _columns(model, without="")
        was = ", ".join(f"was.{column}" for column in columns.split(", "))
        found.back += self._do(_RETURN.format(table=model._meta.db_table, columns=columns, was=was))
        return found

    def _consents(self, model: type[Model]) -> Back:
        total = self._count(_OF, place=model._meta.db_table)
        withdrawn = self._do(_WITHDRAW)
        return Back(instead=withdrawn, in_use=total - withdrawn)

    def _facilities(self, model: type[Model]) -> Back:
        found = self._rows(model)
        if found.back:  # a time zone may have moved every message of the place
            mark_practice_changed(self._practice_id, at=self._values["now"])
        return found

    def _do(self, statement: str) -> int:
        self._cursor.execute(statement, self._values)
        return max(int(self._cursor.rowcount), 0)

    def _count(self, query: str, **more: str) -> int:
        self._cursor.execute(query, self._values | more)
        row = self._cursor.fetchone()
        return int(row[0]) if row else 0


def _same(table: str) -> str:
    return _SAME.format(table=table)


def _columns(model: type[Model], *, without: str) -> str:
    left_out = {"id"} | ({"revision"} if without else set())
    columns = (str(field.column) for field in model._meta.local_fields)
    return ", ".join(column for column in columns if column not in left_out)


def _unused(model: type[Model]) -> str:
    """Return the condition that no row of another table refers to this one."""
    keys = [
        field
        for one in model._meta.related_objects
        if isinstance(field := one.field, ForeignKey) and field.model is not Change
    ]
    return "".join(
        f" AND NOT EXISTS (SELECT 1 FROM {key.model._meta.db_table} x WHERE x.{key.attname} = t.id)"
        for key in keys
    )
