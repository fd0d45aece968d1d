"""Lets a page of those who owe, or of those with a switch on, be read without reading all."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [('facts', '0010_unreachable')]

    operations = [
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
