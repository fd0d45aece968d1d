"""A paused script is a reason of its own, apart from words that cannot be sent."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("outbox", "0003_hot_end")]

    operations = [
        migrations.RemoveConstraint(
            model_name="message",
            name="message_objection_known",
        ),
        migrations.AlterField(
            model_name="message",
            name="objection",
            field=models.CharField(blank=True, choices=[("no_consent", "No consent"), ("opted_out", "Opted out"), ("suppressed", "Suppressed"), ("no_contact_point", "No contact point"), ("minor_without_guardian", "Minor without guardian"), ("deceased", "Deceased"), ("inactive", "Inactive"), ("not_booked", "Not booked"), ("confirmed", "Confirmed"), ("moved", "Moved"), ("over_cap", "Over cap"), ("too_late", "Too late"), ("merged", "Merged"), ("below_minimum", "Below minimum"), ("no_recent_responsibility", "No recent responsibility"), ("paid", "Paid"), ("switched_off", "Switched off"), ("with_agency", "With agency"), ("past_due_call", "Past due call"), ("mode", "Mode"), ("content", "Content"), ("script_paused", "Script paused"), ("no_sender", "No sender"), ("quiet_hours", "Quiet hours"), ("settings_changed", "Settings changed"), ("provider_refused", "Provider refused"), ("tries_spent", "Tries spent"), ("closed", "Closed"), ("halted", "Halted")], max_length=40),
        ),
        migrations.AddConstraint(
            model_name="message",
            constraint=models.CheckConstraint(condition=models.Q(("objection", ""), ("objection__in", ["no_consent", "opted_out", "suppressed", "no_contact_point", "minor_without_guardian", "deceased", "inactive", "not_booked", "confirmed", "moved", "over_cap", "too_late", "merged", "below_minimum", "no_recent_responsibility", "paid", "switched_off", "with_agency", "past_due_call", "mode", "content", "script_paused", "no_sender", "quiet_hours", "settings_changed", "provider_refused", "tries_spent", "closed", "halted"]), _connector="OR"), name="message_objection_known"),
        ),
    ]
