"""Who owes, for lists and totals. Whoever has a ledger is planned again, which fills it."""

import django.db.models.deletion
from django.db import migrations, models


PLAN_AGAIN = """
INSERT INTO facts_change (patient_id, practice_id, at)
SELECT patient_id, min(practice_id), now() FROM facts_ledgerentry GROUP BY patient_id
ON CONFLICT (patient_id) DO UPDATE SET at = LEAST(facts_change.at, EXCLUDED.at);
SET CONSTRAINTS ALL IMMEDIATE
"""


class Migration(migrations.Migration):

    dependencies = [
        ('access', '0007_reminder_sets'),
        ('facts', '0005_appointment_type_reminder_set'),
    ]

    operations = [
        migrations.CreateModel(
            name='Owing',
            fields=[
                ('patient', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='owing', serialize=False, to='facts.patient')),
                ('amount', models.DecimalField(decimal_places=2, max_digits=20)),
                ('since', models.DateField()),
                ('next_at', models.DateTimeField(blank=True, null=True)),
                ('objection', models.CharField(blank=True, max_length=40)),
                ('practice', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to='access.practice')),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('amount__gt', 0)), name='owing_is_positive'), models.CheckConstraint(condition=models.Q(models.Q(('next_at__isnull', False), ('objection', '')), models.Q(('next_at__isnull', True), models.Q(('objection', ''), _negated=True)), _connector='OR'), name='owing_is_told_or_says_why_not')],
            },
        ),
        migrations.RunSQL(PLAN_AGAIN, migrations.RunSQL.noop),
    ]
