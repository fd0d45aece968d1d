from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('receipts', '0002_link_events'),
    ]

    operations = [
        migrations.CreateModel(
            name='MailboxPlace',
            fields=[
                ('mailbox', models.CharField(max_length=700, primary_key=True, serialize=False)),
                ('uid_validity', models.BigIntegerField()),
                ('last_uid', models.BigIntegerField()),
            ],
        ),
    ]
