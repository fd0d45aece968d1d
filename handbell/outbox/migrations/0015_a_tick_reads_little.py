"""Lets a tick find what expires or is withheld without reading everything that waits."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [("outbox", "0014_past_due_and_agency")]

    operations = [
        migrations.AddIndex(
            model_name='message',
            index=models.Index(models.F('useful_until'), condition=models.Q(('state', 'queued')), name='message_useful'),
        ),
        migrations.AddIndex(
            model_name='message',
            index=models.Index(models.F('due_at'), condition=models.Q(('state', 'queued'), models.Q(('objection', ''), _negated=True)), name='message_objected_to'),
        ),
    ]
