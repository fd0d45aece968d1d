from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("access", "0008_practice_and_facilities")]

    operations = [
        migrations.AddField(
            model_name="staffmember",
            name="language",
            field=models.CharField(blank=True, db_default="", default="", max_length=10),
        ),
        migrations.AddConstraint(
            model_name="staffmember",
            constraint=models.CheckConstraint(
                condition=models.Q(("language__in", ["", "en", "es"])), name="staff_language_known"
            ),
        ),
    ]
