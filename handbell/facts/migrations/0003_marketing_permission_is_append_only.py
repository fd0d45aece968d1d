"""Refuses UPDATE and DELETE on the log of marketing permissions, whoever asks."""

from django.db import migrations

FORWARD = """
CREATE FUNCTION facts_marketingpermission_is_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the log of marketing permissions is append-only: record a new event instead'
        USING ERRCODE = 'integrity_constraint_violation',
              CONSTRAINT = 'marketing_permission_append_only';
END $$;
CREATE TRIGGER marketing_permission_append_only BEFORE UPDATE OR DELETE
    ON facts_marketingpermission
    FOR EACH ROW EXECUTE FUNCTION facts_marketingpermission_is_append_only();
"""

BACKWARD = """
DROP TRIGGER marketing_permission_append_only ON facts_marketingpermission;
DROP FUNCTION facts_marketingpermission_is_append_only();
"""


class Migration(migrations.Migration):
    dependencies = [("facts", "0002_consent_is_append_only")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
