"""Who cannot be reached, for Today and lists. Everybody with a consent is planned again."""

import django.db.models.deletion
from django.db import migrations, models


PLAN_AGAIN = """
INSERT INTO facts_change (patient_id, practice_id, at)
SELECT patient_id, min(practice_id), now() FROM facts_consent GROUP BY patient_id
ON CONFLICT (patient_id) DO UPDATE SET at = LEAST(facts_change.at, EXCLUDED.at);
SET CONSTRAINTS ALL IMMEDIATE
"""


class Migration(migrations.Migration):

    dependencies = [
        ('access', '0007_reminder_sets'),
        ("facts", "0009_people_beside_the_patient"),
    ]

    operations = [
        migrations.CreateModel(
            name='Unreachable',
            fields=[
                ('patient', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='unreachable', serialize=False, to='facts.patient')),
                ('objection', models.CharField(max_length=40)),
                ('practice', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to='access.practice')),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('objection', ''), _negated=True), name='unreachable_says_why')],
            },
        ),
        migrations.RunSQL(PLAN_AGAIN, migrations.RunSQL.noop),
    ]
