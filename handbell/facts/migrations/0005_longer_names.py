"""People's names have up to 300 characters.

PostgreSQL changes no column that another is generated from, so what is searched (0004) is taken
away and made again.
"""

from django.db import migrations, models

WITHOUT_SEARCH = "ALTER TABLE facts_patient DROP COLUMN searched;"

WITH_SEARCH = """
ALTER TABLE facts_patient ADD COLUMN searched text GENERATED ALWAYS AS (
    facts_folded(first_name || ' ' || preferred_name || ' ' || last_name || ' ' || guardian_name
                 || ' ' || external_id)) STORED;
CREATE INDEX patient_by_part_of_name ON facts_patient USING gin (searched gin_trgm_ops);
"""

_NAME = models.CharField(max_length=300)
_MAYBE = models.CharField(blank=True, max_length=300)
_BESIDE = models.CharField(blank=True, db_default="", max_length=300)

COLUMNS = {
    "first_name": _NAME,
    "last_name": _NAME,
    "preferred_name": _MAYBE,
    "guardian_name": _MAYBE,
    "guarantor_name": _BESIDE,
    "caregiver_name": _BESIDE,
}


class Migration(migrations.Migration):
    dependencies = [("facts", "0004_patient_search")]
    operations = [
        migrations.RunSQL(WITHOUT_SEARCH, WITH_SEARCH),
        *(
            migrations.AlterField(model_name="patient", name=name, field=field)
            for name, field in COLUMNS.items()
        ),
        migrations.RunSQL(WITH_SEARCH, WITHOUT_SEARCH),
    ]
