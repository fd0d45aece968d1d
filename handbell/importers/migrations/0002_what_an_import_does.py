"""Writes down what an import does to a row, while a transaction says that it imports.

The setting `handbell.import` holds the number of the import; below zero it is a dry run, of which
only changed and removed rows are noted. Without the setting a trigger costs one look at it.
"""

from django.db import migrations

TABLES = (
    "access_practice",
    "access_facility",
    "access_reminderstep",
    "scripts_script",
    "outbox_sender",
    "facts_patient",
    "facts_contactpoint",
    "facts_appointmenttype",
    "facts_appointment",
    "facts_ledgerentry",
    "facts_consent",
)

FUNCTION = """
CREATE FUNCTION importers_note_row() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    number bigint := current_setting('handbell.import')::bigint;
    old_values jsonb;
    new_values jsonb;
BEGIN
    IF TG_OP = 'DELETE' THEN
        INSERT INTO importers_importedrow (run_id, place, row_id, act, before)
        VALUES (abs(number), TG_TABLE_NAME, OLD.id, 'removed', to_jsonb(OLD));
    ELSE
        SELECT jsonb_object_agg(o.key, o.value), jsonb_object_agg(n.key, n.value)
        INTO old_values, new_values
        FROM jsonb_each(to_jsonb(OLD)) AS o JOIN jsonb_each(to_jsonb(NEW)) AS n USING (key)
        WHERE o.value IS DISTINCT FROM n.value;
        IF old_values IS NOT NULL THEN
            INSERT INTO importers_importedrow
                (run_id, place, row_id, act, before, after, fingerprint)
            VALUES (abs(number), TG_TABLE_NAME, NEW.id, 'changed', old_values, new_values,
                    decode(md5(NEW::text), 'hex'));
        END IF;
    END IF;
    RETURN NULL;
END $$;
"""

#: A million rows may be new: they are noted a statement at a time.
FUNCTION_ADDED = """
CREATE FUNCTION importers_note_added() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    number bigint := current_setting('handbell.import')::bigint;
BEGIN
    IF number > 0 THEN
        INSERT INTO importers_importedrow (run_id, place, row_id, act, fingerprint)
        SELECT number, TG_TABLE_NAME, added.id, 'added', decode(md5(added::text), 'hex')
        FROM added;
    END IF;
    RETURN NULL;
END $$;
"""

TRIGGER = """
CREATE TRIGGER noted_while_importing AFTER UPDATE OR DELETE ON {table}
    FOR EACH ROW WHEN (COALESCE(current_setting('handbell.import', true), '') <> '')
    EXECUTE FUNCTION importers_note_row();
CREATE TRIGGER added_while_importing AFTER INSERT ON {table}
    REFERENCING NEW TABLE AS added
    FOR EACH STATEMENT WHEN (COALESCE(current_setting('handbell.import', true), '') <> '')
    EXECUTE FUNCTION importers_note_added();
"""

FORWARD = FUNCTION + FUNCTION_ADDED + "".join(TRIGGER.format(table=table) for table in TABLES)
BACKWARD = (
    "".join(
        f"DROP TRIGGER {name} ON {table};"
        for table in TABLES
        for name in ("noted_while_importing", "added_while_importing")
    )
    + "DROP FUNCTION importers_note_row(); DROP FUNCTION importers_note_added();"
)


class Migration(migrations.Migration):
    dependencies = [
        ("importers", "0001_initial"),
        ("access", "0001_initial"),
        ("facts", "0001_initial"),
        ("scripts", "0001_initial"),
        ("outbox", "0001_initial"),
    ]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
