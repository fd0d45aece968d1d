"""The staging tables of an import: made, filled and merged. Plain SQL.

Every statement of this package sees one file's rows in temporary tables (`staged_*`), with the
rows of one identifier merged into one: in a merged row NULL means "the file says nothing, keep
what is known". Nothing is written where the table says it already, so importing a file twice
changes nothing. Statements that write many rows run slice by slice, that is, for the pages from
`%(low)s` to `%(high)s`, so that the server's queue of foreign key checks stays short.
"""

# ruff: noqa: S608 - put together from names of ours only

from collections.abc import Mapping
from typing import Final

from handbell.importers.facts import Kind

LOCK: Final = "SELECT pg_advisory_xact_lock(hashtext('handbell import'), %(practice)s::int)"

#: Per transaction: memory for the joins of a large file, and checks at the end of a statement.
SETTINGS: Final = "SET LOCAL work_mem = '64MB'; SET CONSTRAINTS ALL IMMEDIATE"

#: Each kind's table and its columns after `seq` and `line`; rows are merged by the first of them.
STAGED: Final[Mapping[Kind, tuple[str, str]]] = {
    Kind.FACILITIES: (
        "staged_facility",
        "facility text, name text, phone text, address text, time_zone text",
    ),
    Kind.PATIENTS: (
        "staged_patient",
        "patient text, first_name text, last_name text, preferred_name text, birth_date date, "
        "language text, status text, deceased boolean, time_zone text, facility text, "
        "mobile_phone text, home_phone text, email text, guardian_name text, "
        "guardian_mobile_phone text, guardian_home_phone text, guardian_email text, "
        "guarantor_name text, guarantor_phone text, guarantor_email text, "
        "caregiver_name text, caregiver_phone text, caregiver_email text, with_agency boolean",
    ),
    Kind.GUARDIANS: (
        "staged_guardian",
        "patient text, name text, mobile_phone text, home_phone text, email text, weak boolean",
    ),
    Kind.APPOINTMENTS: (
        "staged_appointment",
        "appointment text, patient text, facility text, facility_name text, provider text, "
        "type text, starts_at timestamptz, duration_minutes int, status text, "
        "booked_at timestamptz, only_known boolean",
    ),
    Kind.LEDGER: (
        "staged_ledger",
        "entry text, patient text, kind text, amount numeric, entry_date date, description text",
    ),
    Kind.SUBSCRIPTIONS: (
        "staged_subscription",
        "patient text, purpose text, channels text[], consent text, at timestamptz, "
        "at_local timestamp, how text, by text, of_caregiver boolean",
    ),
}


#: What the statements work out on the way: name and columns.
WORKED_OUT: Final = {
    "touched": "patient_id bigint, is_new boolean",
    "merged_guardian": (
        "patient_id bigint, seq bigint, name text, mobile_phone text, home_phone text, email text"
    ),
    "resolved_appointment": (
        "seq bigint, line int, appointment text, id bigint, only_known boolean, "
        "patient_id bigint, facility_id bigint, type_id bigint, provider_name text, "
        "starts_at timestamptz, duration_minutes int, status text, booked_at timestamptz, "
        "old_patient_id bigint, old_starts_at timestamptz"
    ),
    "resolved_ledger": (
        "seq bigint, line int, entry text, id bigint, kind text, amount numeric, "
        "entry_date date, patient_id bigint, description text, effective_at timestamptz"
    ),
    "resolved_consent": (
        "seq bigint, patient_id bigint, purpose text, channel text, kind text, how text, "
        "by text, at timestamptz, whenever boolean, of_caregiver boolean"
    ),
}


def table_of(kind: Kind) -> str:
    """Return the name of a kind's staging table."""
    return STAGED[kind][0]


def columns_of(kind: Kind) -> list[str]:
    """Return the names of a staging table's columns after `seq` and `line`."""
    return [column.split()[0] for column in STAGED[kind][1].split(", ")]


def empty_staged(kind: Kind) -> str:
    """Return the statements that give a kind an empty staging table."""
    name, columns = STAGED[kind]
    return _empty(name, f"seq bigint, line int, {columns}")


def empty_merged(kind: Kind) -> str:
    """Return the statements that give a kind an empty table for its merged rows."""
    _, columns = STAGED[kind]
    return _empty(merged_of(kind), f"seq bigint, line int, {columns}")


def empty_worked_out(name: str) -> str:
    """Return the statements that give an empty table for what is worked out on the way."""
    return _empty(name, WORKED_OUT[name])


def _empty(name: str, columns: str) -> str:
    """Made once per connection and emptied by every commit: a table made anew for each file of a
    large folder would hold its locks until the folder is through.
    """
    return (
        f"CREATE TEMP TABLE IF NOT EXISTS {name} ({columns}) ON COMMIT DELETE ROWS; "
        f"DELETE FROM {name}"
    )


def merged_of(kind: Kind) -> str:
    """Return the name of the table of a kind's merged rows."""
    return table_of(kind).replace("staged", "merged")


def size_of(table: str) -> str:
    """Return the query for the number of a table's rows."""
    return f"SELECT count(*) FROM {table}"


def pages_of(table: str) -> str:
    """Return the query for the number of pages a table takes."""
    return f"SELECT pg_relation_size('pg_temp.{table}') / current_setting('block_size')::int"


def copy_staged(kind: Kind) -> str:
    """Return the COPY statement that fills a kind's staging table."""
    return f"COPY {table_of(kind)} (seq, line, {', '.join(columns_of(kind))}) FROM STDIN"


def is_repeated(kind: Kind) -> str:
    """Return the query whether any identifier was staged twice."""
    key = columns_of(kind)[0]
    return f"SELECT EXISTS (SELECT 1 FROM {table_of(kind)} GROUP BY {key} HAVING count(*) > 1)"


def merge_staged(kind: Kind) -> str:
    """Return the statement that merges the rows of one identifier: per column, the last word.

    Rows that stand alone are copied, which is nearly all of them in any export.
    """
    name, (key, *rest) = table_of(kind), columns_of(kind)
    last = ", ".join(
        f"(array_agg({column} ORDER BY seq DESC) FILTER (WHERE {column} IS NOT NULL))[1]"
        for column in rest
    )
    return f"""
        WITH often AS (SELECT {key} FROM {name} GROUP BY {key} HAVING count(*) > 1)
        INSERT INTO {merged_of(kind)} (seq, line, {key}, {", ".join(rest)})
        SELECT seq, line, {key}, {", ".join(rest)} FROM {name}
        WHERE {key} NOT IN (SELECT {key} FROM often)
        UNION ALL
        SELECT max(seq), (array_agg(line ORDER BY seq DESC))[1], {key}, {last}
        FROM {name} WHERE {key} IN (SELECT {key} FROM often) GROUP BY {key}
    """


_UNKNOWN: Final = """s.patient IS NOT NULL AND NOT EXISTS (
    SELECT 1 FROM facts_patient p
    WHERE p.practice_id = %(practice)s AND p.external_id = s.patient)"""


def unknown_patients(kind: Kind) -> str:
    """Return the query for the lines that name a patient nobody told us about."""
    return f"SELECT s.line FROM {table_of(kind)} s WHERE {_UNKNOWN} ORDER BY s.line"


def delete_unknown_patients(kind: Kind) -> str:
    """Return the statement that leaves those lines out."""
    return f"DELETE FROM {table_of(kind)} s WHERE {_UNKNOWN}"


def moment(wall: str, zone: str) -> str:
    """Return the expression for a wall clock's moment in a zone.

    Of a time that exists twice PostgreSQL takes the second; Handbell means the first.
    """
    return (
        f"LEAST({wall} AT TIME ZONE {zone}, "
        f"({wall} - interval '1 hour') AT TIME ZONE {zone} + interval '1 hour')"
    )
