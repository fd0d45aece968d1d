"""What may a page's connection see? Row-level security: only the rows of its reader's practice.

Every query of a page names its practice. This says it a second time, in PostgreSQL: while a page
is made the connection acts as the role `handbell_page` and names the practice, and a policy on
each table that belongs to a practice hides everybody else's rows, whatever the query forgot.
Workers, imports and commands act as the tables' owner, whom no policy binds.

What is fenced is worked out from the models: a table with a practice, the practice itself, and
every table that belongs to a fenced one. `build_fence` is run after each migration, changes only
what is missing, and needs a user who may make roles; where it could not, `handbell doctor` says
so and pages go on by their own filters alone.
"""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

import psycopg
from django.apps import apps
from django.db import DatabaseError, connection, connections, transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import ForeignKey, Model

ROLE: Final = "handbell_page"
_HERE: Final = "nullif(current_setting('handbell.practice', true), '')::bigint"

#: Whether this connection's user may act as the role, and whether the role was given this
#: database's tables. Since PostgreSQL 16 being a member does not say that one may: whoever made
#: the role is one, and is still to be given SET.
_USABLE: Final = f"""
EXISTS (SELECT FROM pg_roles WHERE rolname = '{ROLE}'
        AND pg_has_role(current_user, oid, CASE
            WHEN current_setting('server_version_num')::int >= 160000 THEN 'SET' ELSE 'MEMBER' END)
        AND has_table_privilege(oid, 'access_practice', 'SELECT'))
"""

#: One statement, so that a page costs one more way to the database and back, and one after it.
_ENTER: Final = f"""
SELECT set_config('handbell.practice', %s, false),
       CASE WHEN {_USABLE} THEN set_config('role', '{ROLE}', false) END
"""
_LEAVE: Final = (
    "SELECT set_config('role', 'none', false), set_config('handbell.practice', '', false)"
)


@contextmanager
def fenced(practice_id: int) -> Iterator[None]:
    """Let this thread's connection see one practice's rows within the block, and all after it."""
    here = connections["default"]
    _run(here, _ENTER, [str(practice_id)])
    try:
        yield
    finally:
        _leave(here)


@contextmanager
def unfenced(practice_id: int) -> Iterator[None]:
    """Take the fence away for one query of a page that names its practice itself.

    For a search by text: PostgreSQL uses no index for LIKE behind a policy, because the operator
    could tell about rows it must not see.
    """
    here = connections["default"]
    _leave(here)
    try:
        yield
    finally:
        _run(here, _ENTER, [str(practice_id)])


def fence_holds() -> bool:
    """Return whether pages of this installation are fenced."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {_USABLE}")
        usable = bool(cursor.fetchone()[0])
        cursor.execute(
            "SELECT polrelid::regclass::text FROM pg_policy WHERE polname = 'one_practice'"
        )
        fenced_tables = {name for (name,) in cursor.fetchall()}
    return usable and fenced_tables >= set(conditions())


def _run(here: BaseDatabaseWrapper, statement: str, values: list[str] | None = None) -> None:
    # Beside Django's own cursor: what the fence costs is no query of the page.
    here.ensure_connection()
    here.connection.execute(statement, values)


def _leave(here: BaseDatabaseWrapper) -> None:
    """Take the fence away. A connection that cannot be cleaned is closed, never used again."""
    if here.connection is None:
        return
    try:
        here.connection.execute(_LEAVE)
    except psycopg.Error:
        if not here.in_atomic_block:
            here.close()
        else:  # the transaction is broken, and what it set ends with it
            here.set_rollback(True)


def conditions() -> dict[str, str]:
    """Return, for each fenced table, what must be true of a row that a page may see."""
    found: dict[str, str] = {}
    waiting = [model for model in apps.get_models() if model._meta.managed]
    while True:
        settled = [model for model in waiting if _condition(model, found)]
        if not settled:
            return found
        for model in settled:
            found[model._meta.db_table] = _condition(model, found)
        waiting = [model for model in waiting if model not in settled]


def _condition(model: type[Model], found: dict[str, str]) -> str:
    table = model._meta.db_table
    if table == "access_practice":
        return f"id = {_HERE}"
    keys = {
        field.name: field for field in model._meta.get_fields() if isinstance(field, ForeignKey)
    }
    if "practice" in keys:
        return f"practice_id = {_HERE}"
    for key in keys.values():
        parent: Any = key.remote_field.model
        if parent._meta.db_table in found:
            # The parent's own policy decides which of its rows this subquery finds.
            return (
                f"EXISTS (SELECT FROM {parent._meta.db_table} AS parent"
                f" WHERE parent.id = {table}.{key.column})"
            )
    return ""


def build_fence() -> bool:
    """Make the role, its rights and the policies, as far as they are missing.

    Return whether pages are fenced now. Idempotent, and safe beside others doing the same.
    """
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(hashtext('handbell fence'))")
            _make_role(cursor)
            _give_rights(cursor)
    except DatabaseError:
        return False  # not a user who may; doctor says what to do
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('handbell fence'))")
        present = set(connection.introspection.table_names(cursor))
        for table, condition in conditions().items():
            if table in present:
                _make_policy(cursor, table, condition)
    return fence_holds()


def _make_role(cursor: Any) -> None:  # noqa: ANN401  (Django's cursor)
    cursor.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [ROLE])
    if cursor.fetchone() is None:
        # Roles belong to the whole server: another database's migration may make it just now.
        cursor.execute(
            f"DO $$ BEGIN CREATE ROLE {ROLE} NOLOGIN NOBYPASSRLS;"
            " EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL; END $$"
        )
    cursor.execute("SELECT current_setting('server_version_num')::int >= 160000")
    (knows_set,) = cursor.fetchone()
    needed = "SET" if knows_set else "MEMBER"
    cursor.execute("SELECT pg_has_role(current_user, %s, %s)", [ROLE, needed])
    (may_act,) = cursor.fetchone()
    if not may_act:
        options = " WITH INHERIT FALSE, SET TRUE" if knows_set else ""
        cursor.execute(f"GRANT {ROLE} TO current_user{options}")


def _give_rights(cursor: Any) -> None:  # noqa: ANN401
    schema = "public"
    for right in (
        f"USAGE ON SCHEMA {schema}",
        f"SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA {schema}",
        f"USAGE, SELECT, UPDATE ON ALL SEQUENCES IN SCHEMA {schema}",
        f"EXECUTE ON ALL FUNCTIONS IN SCHEMA {schema}",
    ):
        cursor.execute(f"GRANT {right} TO {ROLE}")


def _make_policy(cursor: Any, table: str, condition: str) -> None:  # noqa: ANN401
    """Two policies: others see what they saw before, and a page sees one practice of that."""
    fingerprint = hashlib.sha256(condition.encode()).hexdigest()
    cursor.execute(
        "SELECT obj_description(oid, 'pg_policy') FROM pg_policy"
        " WHERE polrelid = %s::regclass AND polname = 'one_practice'",
        [table],
    )
    known = cursor.fetchone()
    if known and known[0] == fingerprint:
        return
    for statement in (
        f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY",
        f"DROP POLICY IF EXISTS everybody ON {table}",
        f"DROP POLICY IF EXISTS one_practice ON {table}",
        f"CREATE POLICY everybody ON {table} USING (true) WITH CHECK (true)",
        f"CREATE POLICY one_practice ON {table} AS RESTRICTIVE TO {ROLE}"
        f" USING ({condition}) WITH CHECK ({condition})",
        f"COMMENT ON POLICY one_practice ON {table} IS '{fingerprint}'",
    ):
        cursor.execute(statement)
