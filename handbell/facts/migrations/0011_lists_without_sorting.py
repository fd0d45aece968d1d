"""Lets pages of those who owe, or have a switch on, and the planner's tick read less than all."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [('facts', '0010_unreachable')]

    operations = [
        # The planner asks for whoever is due, of whichever practice, in this order.
        migrations.AddIndex(
            model_name='change',
            index=models.Index(fields=['at', 'patient'], name='change_by_moment'),
        ),
        migrations.RemoveIndex(model_name='change', name='change_by_time'),
        migrations.AddIndex(
            model_name='consent',
            index=models.Index(condition=models.Q(('kind', 'withdrawn')), fields=['patient', 'purpose', 'channel'], name='consent_withdrawn'),
        ),
        migrations.AddIndex(
            model_name='owing',
            index=models.Index(fields=['practice', 'amount'], name='owing_by_amount'),
        ),
        migrations.AddIndex(
            model_name='owing',
            index=models.Index(fields=['practice', 'since'], name='owing_by_age'),
        ),
    ]
