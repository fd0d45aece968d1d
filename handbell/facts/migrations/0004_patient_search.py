"""Lets any part of a name, number or e-mail address be found among 100,000 patients at once.

Trigram indexes on what is searched. The column `searched` belongs to the database, which fills
it; no model names it. `pg_trgm` is a trusted extension of PostgreSQL's own: the owner of the
database may install it, here and on managed servers.
"""

from django.contrib.postgres.operations import TrigramExtension
from django.db import migrations

FORWARD = """
CREATE FUNCTION facts_folded(written text) RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
    SELECT translate(lower(written), 'áàâäãåéèêëíìîïóòôöõúùûüñçýÿ-’''', 'aaaaaaeeeeiiiiooooouuuuncyy ')
$$;
ALTER TABLE facts_patient ADD COLUMN searched text GENERATED ALWAYS AS (
    facts_folded(first_name || ' ' || preferred_name || ' ' || last_name || ' ' || guardian_name
                 || ' ' || external_id)) STORED;
CREATE INDEX patient_by_part_of_name ON facts_patient USING gin (searched gin_trgm_ops);
CREATE INDEX contact_point_by_part ON facts_contactpoint USING gin (lower(value) gin_trgm_ops);
"""

BACKWARD = """
DROP INDEX contact_point_by_part;
ALTER TABLE facts_patient DROP COLUMN searched;
DROP FUNCTION facts_folded(text);
"""


class Migration(migrations.Migration):
    dependencies = [("facts", "0003_marketing_permission_is_append_only")]
    operations = [TrigramExtension(), migrations.RunSQL(FORWARD, BACKWARD)]
