from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('reputation', '0001_initial'),
    ]

    operations = [
        migrations.AddIndex(
            model_name='bucket',
            index=models.Index(fields=['begins'], name='bucket_by_time'),
        ),
    ]
