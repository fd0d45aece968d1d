"""Refuses UPDATE and DELETE on the consent log, whoever asks."""

from django.db import migrations

FORWARD = """
CREATE FUNCTION facts_consent_is_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the consent log is append-only: record a new event instead'
        USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'consent_append_only';
END $$;
CREATE TRIGGER consent_append_only BEFORE UPDATE OR DELETE ON facts_consent
    FOR EACH ROW EXECUTE FUNCTION facts_consent_is_append_only();
"""

BACKWARD = """
DROP TRIGGER consent_append_only ON facts_consent;
DROP FUNCTION facts_consent_is_append_only();
"""


class Migration(migrations.Migration):
    dependencies = [("facts", "0001_initial")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
