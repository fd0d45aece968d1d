"""Marketing permission, a consent of its own; the log refuses UPDATE and DELETE, whoever asks."""

import django.db.models.deletion
from django.db import migrations, models

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

    dependencies = [
        ('access', '0009_staff_language'),
        ("facts", "0007_closures"),
    ]

    operations = [
        migrations.CreateModel(
            name='MarketingPermission',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('granted', 'Granted'), ('withdrawn', 'Withdrawn')], max_length=10)),
                ('at', models.DateTimeField()),
                ('how', models.CharField(max_length=120)),
                ('by', models.CharField(max_length=120)),
                ('wording', models.TextField(blank=True)),
                ('patient', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='marketing_permissions', to='facts.patient')),
                ('practice', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to='access.practice')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('patient', 'kind', 'at'), name='marketing_permission_recorded_once'), models.CheckConstraint(condition=models.Q(('kind__in', ['granted', 'withdrawn'])), name='marketing_permission_kind_known'), models.CheckConstraint(condition=models.Q(models.Q(('how', ''), _negated=True), models.Q(('by', ''), _negated=True)), name='marketing_permission_says_how_and_by_whom')],
            },
        ),
        migrations.RunSQL(FORWARD, BACKWARD),
    ]
