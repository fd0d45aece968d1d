"""Lets a page of the schedule begin in the middle of an hour in which many visits start."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [('facts', '0011_lists_without_sorting')]

    operations = [
        migrations.AddIndex(
            model_name='appointment',
            index=models.Index(fields=['practice', 'starts_at', 'id'], name='appointment_in_order'),
        ),
        migrations.RemoveIndex(model_name='appointment', name='appointment_by_practice'),
    ]
