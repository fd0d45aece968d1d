from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ("access", "0012_breaker_changed"),
    ]

    operations = [
        migrations.AddField(
            model_name="practice",
            name="balance_says_amount",
            field=models.BooleanField(db_default=False, default=False),
        ),
    ]
