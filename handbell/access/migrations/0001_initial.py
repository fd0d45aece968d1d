"""The room's tables, with their constraints and indexes."""

import datetime

import django.contrib.postgres.fields
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import handbell.vocabulary.words
from handbell.access.first_tables import CreateTables


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        CreateTables(
            [
                migrations.CreateModel(
                    name="Practice",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True,
                                primary_key=True,
                                serialize=False,
                                verbose_name="ID",
                            ),
                        ),
                        ("slug", models.SlugField(max_length=60, unique=True)),
                        ("name", models.CharField(max_length=120)),
                        ("region", models.CharField(default="US", max_length=2)),
                        ("language", models.CharField(default="en", max_length=10)),
                        ("phone", models.CharField(blank=True, max_length=16)),
                        ("time_zone", models.CharField(blank=True, max_length=60)),
                        (
                            "domains",
                            django.contrib.postgres.fields.ArrayField(
                                base_field=models.CharField(max_length=253), default=list, size=None
                            ),
                        ),
                        ("payment_url", models.URLField(blank=True)),
                        ("reply_to", models.EmailField(blank=True, db_default="", max_length=254)),
                        (
                            "reminder_mode",
                            models.CharField(
                                choices=[("normal", "Normal"), ("paused", "Paused")],
                                default=handbell.vocabulary.words.ReminderMode["NORMAL"],
                                max_length=20,
                            ),
                        ),
                        ("reminder_too_late_hours", models.PositiveSmallIntegerField(default=2)),
                        ("notify_changes", models.BooleanField(db_default=True, default=True)),
                        (
                            "notify_cancellations",
                            models.BooleanField(db_default=False, default=False),
                        ),
                        ("open_days_only", models.BooleanField(db_default=False, default=False)),
                        (
                            "weekly_digest_from",
                            models.PositiveSmallIntegerField(db_default=0, default=0),
                        ),
                        ("escalate", models.BooleanField(db_default=False, default=False)),
                        (
                            "balance_frequency",
                            models.CharField(
                                choices=[
                                    ("every_two_weeks", "Every two weeks"),
                                    ("every_month", "Every month"),
                                    ("dont_send", "Dont send"),
                                ],
                                default=handbell.vocabulary.words.BalanceFrequency[
                                    "EVERY_TWO_WEEKS"
                                ],
                                max_length=20,
                            ),
                        ),
                        ("balance_at", models.TimeField(default=datetime.time(10, 0))),
                        (
                            "balance_minimum",
                            models.DecimalField(decimal_places=2, default=5, max_digits=9),
                        ),
                        ("second_person_above", models.PositiveIntegerField(blank=True, null=True)),
                        ("balance_by_voice", models.BooleanField(db_default=False, default=False)),
                        (
                            "balance_says_amount",
                            models.BooleanField(db_default=False, default=False),
                        ),
                        ("windows", models.JSONField(default=dict)),
                        (
                            "second_factor_required",
                            models.BooleanField(db_default=False, default=False),
                        ),
                        (
                            "idle_minutes",
                            models.PositiveSmallIntegerField(db_default=15, default=15),
                        ),
                        ("created_at", models.DateTimeField(auto_now_add=True)),
                    ],
                    options={
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("idle_minutes__gte", 1), ("idle_minutes__lte", 480)
                                ),
                                name="practice_idle_minutes_bearable",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("reminder_mode__in", ["normal", "paused"])),
                                name="practice_reminder_mode_known",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("weekly_digest_from", 0),
                                    models.Q(
                                        ("weekly_digest_from__gte", 2),
                                        ("weekly_digest_from__lte", 7),
                                    ),
                                    _connector="OR",
                                ),
                                name="practice_weekly_digest_of_several",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    (
                                        "balance_frequency__in",
                                        ["every_two_weeks", "every_month", "dont_send"],
                                    )
                                ),
                                name="practice_balance_frequency_known",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("balance_minimum__gte", 0)),
                                name="practice_balance_minimum_not_negative",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="ReminderSet",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True,
                                primary_key=True,
                                serialize=False,
                                verbose_name="ID",
                            ),
                        ),
                        (
                            "practice",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="reminder_sets",
                                to="access.practice",
                            ),
                        ),
                        ("name", models.CharField(max_length=60)),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("practice", "name"), name="reminder_set_known_once"
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Facility",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True,
                                primary_key=True,
                                serialize=False,
                                verbose_name="ID",
                            ),
                        ),
                        (
                            "practice",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="facilities",
                                to="access.practice",
                            ),
                        ),
                        ("external_id", models.CharField(max_length=120)),
                        ("name", models.CharField(max_length=120)),
                        ("phone", models.CharField(blank=True, max_length=16)),
                        ("address", models.CharField(blank=True, max_length=300)),
                        ("time_zone", models.CharField(max_length=60)),
                        (
                            "reminder_set",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                to="access.reminderset",
                            ),
                        ),
                        ("reminder_set_since", models.DateTimeField(blank=True, null=True)),
                        ("closed_at", models.DateTimeField(blank=True, null=True)),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("practice", "external_id"), name="facility_known_once"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("phone", ""),
                                    ("phone__regex", "^\\+[1-9][0-9]{6,14}$"),
                                    _connector="OR",
                                ),
                                name="facility_phone_is_e164",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="ReminderStep",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True,
                                primary_key=True,
                                serialize=False,
                                verbose_name="ID",
                            ),
                        ),
                        (
                            "practice",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="reminder_steps",
                                to="access.practice",
                            ),
                        ),
                        (
                            "reminder_set",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="steps",
                                to="access.reminderset",
                            ),
                        ),
                        ("key", models.CharField(max_length=40)),
                        ("days_before", models.PositiveSmallIntegerField(blank=True, null=True)),
                        ("hours_before", models.PositiveSmallIntegerField(blank=True, null=True)),
                        ("at", models.TimeField(blank=True, null=True)),
                        (
                            "channels",
                            django.contrib.postgres.fields.ArrayField(
                                base_field=models.CharField(max_length=10),
                                blank=True,
                                default=list,
                                size=None,
                            ),
                        ),
                        ("when_confirmed", models.BooleanField(default=False)),
                        ("since", models.DateTimeField(blank=True, null=True)),
                    ],
                    options={
                        "ordering": [
                            models.OrderBy(
                                models.F("days_before"), descending=True, nulls_last=True
                            ),
                            models.OrderBy(
                                models.F("hours_before"), descending=True, nulls_last=True
                            ),
                        ],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("practice", "reminder_set", "key"),
                                name="reminder_step_known_once",
                                nulls_distinct=False,
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(
                                        ("at__isnull", False),
                                        ("days_before__isnull", False),
                                        ("hours_before__isnull", True),
                                    ),
                                    models.Q(
                                        ("at__isnull", True),
                                        ("days_before__isnull", True),
                                        ("hours_before__isnull", False),
                                    ),
                                    _connector="OR",
                                ),
                                name="reminder_step_days_or_hours",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("channels__contained_by", ["sms", "voice", "email"])
                                ),
                                name="reminder_step_channels_known",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="StaffMember",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True,
                                primary_key=True,
                                serialize=False,
                                verbose_name="ID",
                            ),
                        ),
                        ("password", models.CharField(max_length=128, verbose_name="password")),
                        (
                            "last_login",
                            models.DateTimeField(blank=True, null=True, verbose_name="last login"),
                        ),
                        (
                            "practice",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="staff",
                                to="access.practice",
                            ),
                        ),
                        ("email", models.EmailField(max_length=254, unique=True)),
                        ("name", models.CharField(max_length=120)),
                        (
                            "level",
                            models.CharField(
                                choices=[
                                    ("front_desk", "Front desk"),
                                    ("clinical_staff", "Clinical staff"),
                                    ("therapy_director", "Therapy director"),
                                    ("practice_administrator", "Practice administrator"),
                                    ("business_owner", "Business owner"),
                                ],
                                max_length=30,
                            ),
                        ),
                        ("limit_financial", models.BooleanField(default=False)),
                        ("limit_messaging", models.BooleanField(default=False)),
                        ("may_run_reports", models.BooleanField(default=False)),
                        (
                            "language",
                            models.CharField(blank=True, db_default="", default="", max_length=10),
                        ),
                        ("is_active", models.BooleanField(default=True)),
                        ("created_at", models.DateTimeField(auto_now_add=True)),
                    ],
                    options={
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    (
                                        "level__in",
                                        [
                                            "front_desk",
                                            "clinical_staff",
                                            "therapy_director",
                                            "practice_administrator",
                                            "business_owner",
                                        ],
                                    )
                                ),
                                name="staff_level_known",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("language__in", ["", "en", "es"])),
                                name="staff_language_known",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="StaffSession",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True,
                                primary_key=True,
                                serialize=False,
                                verbose_name="ID",
                            ),
                        ),
                        (
                            "staff",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="sessions",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        ("session_key", models.CharField(max_length=40, unique=True)),
                        ("device", models.CharField(blank=True, max_length=300)),
                        ("signed_in_at", models.DateTimeField()),
                    ],
                ),
                migrations.CreateModel(
                    name="Lockout",
                    fields=[
                        ("key", models.CharField(max_length=64, primary_key=True, serialize=False)),
                        ("tries", models.PositiveIntegerField()),
                        ("since", models.DateTimeField()),
                        ("locked_until", models.DateTimeField(blank=True, null=True)),
                    ],
                ),
                migrations.CreateModel(
                    name="AuditEvent",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True,
                                primary_key=True,
                                serialize=False,
                                verbose_name="ID",
                            ),
                        ),
                        (
                            "practice",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, to="access.practice"
                            ),
                        ),
                        ("number", models.PositiveBigIntegerField()),
                        ("at", models.DateTimeField()),
                        (
                            "staff",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        ("who", models.CharField(max_length=120)),
                        (
                            "act",
                            models.CharField(
                                choices=[
                                    ("signed_in", "Signed in"),
                                    ("sign_in_refused", "Sign in refused"),
                                    ("signed_out", "Signed out"),
                                    ("account_changed", "Account changed"),
                                    ("patient_seen", "Patient seen"),
                                    ("patient_changed", "Patient changed"),
                                    ("consent_recorded", "Consent recorded"),
                                    ("schedule_changed", "Schedule changed"),
                                    ("settings_changed", "Settings changed"),
                                    ("script_saved", "Script saved"),
                                    ("script_refused", "Script refused"),
                                    ("script_approved", "Script approved"),
                                    ("script_declined", "Script declined"),
                                    ("staff_changed", "Staff changed"),
                                    ("sender_changed", "Sender changed"),
                                    ("breaker_changed", "Breaker changed"),
                                    ("reply_settled", "Reply settled"),
                                    ("imported", "Imported"),
                                    ("exported", "Exported"),
                                    ("report_run", "Report run"),
                                    ("emergency_changed", "Emergency changed"),
                                    ("sent", "Sent"),
                                ],
                                max_length=40,
                            ),
                        ),
                        ("subject", models.CharField(blank=True, max_length=60)),
                        ("detail", models.JSONField(default=dict)),
                        ("hash", models.CharField(max_length=64)),
                    ],
                    options={
                        "indexes": [
                            models.Index(
                                fields=["practice", "subject", "number"], name="audit_by_subject"
                            ),
                            models.Index(fields=["practice", "act", "number"], name="audit_by_act"),
                            models.Index(
                                fields=["practice", "staff", "number"], name="audit_by_staff"
                            ),
                        ],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("practice", "number"), name="audit_numbered_once"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    (
                                        "act__in",
                                        [
                                            "signed_in",
                                            "sign_in_refused",
                                            "signed_out",
                                            "account_changed",
                                            "patient_seen",
                                            "patient_changed",
                                            "consent_recorded",
                                            "schedule_changed",
                                            "settings_changed",
                                            "script_saved",
                                            "script_refused",
                                            "script_approved",
                                            "script_declined",
                                            "staff_changed",
                                            "sender_changed",
                                            "breaker_changed",
                                            "reply_settled",
                                            "imported",
                                            "exported",
                                            "report_run",
                                            "emergency_changed",
                                            "sent",
                                        ],
                                    )
                                ),
                                name="audit_act_known",
                            ),
                        ],
                    },
                ),
            ]
        ),
    ]
