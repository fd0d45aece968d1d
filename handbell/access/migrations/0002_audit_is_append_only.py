"""Refuses UPDATE and DELETE on the audit trail, whoever asks."""

from django.db import migrations

FORWARD = """
CREATE FUNCTION access_audit_is_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the audit trail is append-only'
        USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'audit_append_only';
END $$;
CREATE TRIGGER audit_append_only BEFORE UPDATE OR DELETE ON access_auditevent
    FOR EACH ROW EXECUTE FUNCTION access_audit_is_append_only();
"""

BACKWARD = """
DROP TRIGGER audit_append_only ON access_auditevent;
DROP FUNCTION access_audit_is_append_only();
"""


class Migration(migrations.Migration):
    dependencies = [("access", "0001_initial")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
