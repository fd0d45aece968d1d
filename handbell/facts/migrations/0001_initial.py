"""The room's tables, with their constraints and indexes."""

import django.contrib.postgres.fields
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import handbell.vocabulary.words
from handbell.access.first_tables import CreateTables


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("access", "0001_initial"),
        # Before ours: a step of a package makes every model anew that is related to its own.
        ("account", "0009_emailaddress_unique_primary_email"),
        ("mfa", "0003_authenticator_type_uniq"),
    ]

    operations = [
        CreateTables(
            [
                migrations.CreateModel(
                    name="Closure",
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
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="closures",
                                to="access.practice",
                            ),
                        ),
                        (
                            "reason",
                            models.CharField(
                                choices=[
                                    ("weather", "Weather"),
                                    ("fire_or_flood", "Fire or flood"),
                                    ("power_or_water", "Power or water"),
                                    ("public_safety", "Public safety"),
                                    ("health_hazard", "Health hazard"),
                                    ("staffing", "Staffing"),
                                    ("holiday", "Holiday"),
                                    ("other", "Other"),
                                ],
                                max_length=20,
                            ),
                        ),
                        (
                            "facility_ids",
                            django.contrib.postgres.fields.ArrayField(
                                base_field=models.BigIntegerField(), size=None
                            ),
                        ),
                        ("first_day", models.DateField()),
                        ("last_day", models.DateField()),
                        ("closed_from", models.TimeField(blank=True, null=True)),
                        ("closed_to", models.TimeField(blank=True, null=True)),
                        ("begun_at", models.DateTimeField()),
                        (
                            "begun_by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        ("ends_at", models.DateTimeField()),
                        ("ended_at", models.DateTimeField(blank=True, null=True)),
                        (
                            "ended_by",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                    ],
                    options={
                        "indexes": [
                            models.Index(fields=["practice", "ends_at"], name="closure_by_end")
                        ],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    (
                                        "reason__in",
                                        [
                                            "weather",
                                            "fire_or_flood",
                                            "power_or_water",
                                            "public_safety",
                                            "health_hazard",
                                            "staffing",
                                            "holiday",
                                            "other",
                                        ],
                                    )
                                ),
                                name="closure_reason_known",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("facility_ids__len__gt", 0)),
                                name="closure_of_some_facility",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("last_day__gte", models.F("first_day"))),
                                name="closure_days_in_order",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("ended_at__isnull", True),
                                    ("ended_by__isnull", False),
                                    _connector="OR",
                                ),
                                name="closure_ended_by_somebody",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Patient",
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
                                related_name="patients",
                                to="access.practice",
                            ),
                        ),
                        ("external_id", models.CharField(max_length=120)),
                        ("first_name", models.CharField(max_length=120)),
                        ("last_name", models.CharField(max_length=120)),
                        ("preferred_name", models.CharField(blank=True, max_length=120)),
                        ("birth_date", models.DateField(blank=True, null=True)),
                        ("language", models.CharField(blank=True, max_length=20)),
                        (
                            "status",
                            models.CharField(
                                choices=[
                                    ("active", "Active"),
                                    ("inactive", "Inactive"),
                                    ("referral", "Referral"),
                                ],
                                default=handbell.vocabulary.words.PatientStatus["ACTIVE"],
                                max_length=20,
                            ),
                        ),
                        ("deceased", models.BooleanField(default=False)),
                        ("time_zone", models.CharField(blank=True, max_length=60)),
                        (
                            "facility",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                to="access.facility",
                            ),
                        ),
                        ("guardian_name", models.CharField(blank=True, max_length=240)),
                        (
                            "guarantor_name",
                            models.CharField(blank=True, db_default="", max_length=240),
                        ),
                        (
                            "caregiver_name",
                            models.CharField(blank=True, db_default="", max_length=240),
                        ),
                        ("to_guardian", models.BooleanField(db_default=False, default=False)),
                        (
                            "balance_alerts",
                            models.CharField(
                                choices=[("practice", "Practice"), ("in", "In"), ("out", "Out")],
                                db_default="practice",
                                default=handbell.vocabulary.words.BalancePreference["PRACTICE"],
                                max_length=20,
                            ),
                        ),
                        ("with_agency", models.BooleanField(db_default=False, default=False)),
                    ],
                    options={
                        "indexes": [
                            models.Index(
                                fields=["practice", "last_name", "first_name", "id"],
                                name="patient_by_name",
                            )
                        ],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("practice", "external_id"), name="patient_known_once"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("status__in", ["active", "inactive", "referral"])
                                ),
                                name="patient_status_known",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("balance_alerts__in", ["practice", "in", "out"])
                                ),
                                name="patient_balance_alerts_known",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="ClosureExclusion",
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
                            "closure",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="exclusions",
                                to="facts.closure",
                            ),
                        ),
                        (
                            "patient",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, to="facts.patient"
                            ),
                        ),
                        ("why", models.CharField(max_length=120)),
                        (
                            "by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        ("at", models.DateTimeField()),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("closure", "patient"), name="closure_excluded_once"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("why", ""), _negated=True),
                                name="closure_exclusion_says_why",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="ClosureCall",
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
                            "closure",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="calls",
                                to="facts.closure",
                            ),
                        ),
                        (
                            "patient",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, to="facts.patient"
                            ),
                        ),
                        (
                            "result",
                            models.CharField(
                                choices=[
                                    ("spoken", "Spoken"),
                                    ("left_message", "Left message"),
                                    ("not_reached", "Not reached"),
                                ],
                                max_length=20,
                            ),
                        ),
                        (
                            "by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        ("at", models.DateTimeField()),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("closure", "patient"), name="closure_called_once"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("result__in", ["spoken", "left_message", "not_reached"])
                                ),
                                name="closure_call_result_known",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="ContactPoint",
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
                                on_delete=django.db.models.deletion.CASCADE, to="access.practice"
                            ),
                        ),
                        (
                            "patient",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="contact_points",
                                to="facts.patient",
                            ),
                        ),
                        (
                            "owner",
                            models.CharField(
                                choices=[
                                    ("patient", "Patient"),
                                    ("guardian", "Guardian"),
                                    ("guarantor", "Guarantor"),
                                    ("caregiver", "Caregiver"),
                                ],
                                max_length=20,
                            ),
                        ),
                        (
                            "kind",
                            models.CharField(
                                choices=[
                                    ("mobile_phone", "Mobile phone"),
                                    ("home_phone", "Home phone"),
                                    ("email", "Email"),
                                ],
                                max_length=20,
                            ),
                        ),
                        ("value", models.CharField(max_length=254)),
                    ],
                    options={
                        "indexes": [
                            models.Index(
                                fields=["practice", "value"], name="contact_point_by_value"
                            )
                        ],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("patient", "owner", "kind"),
                                name="contact_point_one_of_each_kind",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("owner__in", ["patient", "guardian", "guarantor", "caregiver"])
                                ),
                                name="contact_point_owner_known",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(
                                        ("kind__in", ["mobile_phone", "home_phone"]),
                                        ("value__regex", "^\\+[1-9][0-9]{6,14}$"),
                                    ),
                                    models.Q(("kind", "email"), ("value__contains", "@")),
                                    _connector="OR",
                                ),
                                name="contact_point_value_fits_kind",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="AppointmentType",
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
                                on_delete=django.db.models.deletion.CASCADE, to="access.practice"
                            ),
                        ),
                        ("name", models.CharField(max_length=120)),
                        ("reminders", models.BooleanField(default=True)),
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
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("practice", "name"), name="appointment_type_known_once"
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Appointment",
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
                                on_delete=django.db.models.deletion.CASCADE, to="access.practice"
                            ),
                        ),
                        ("external_id", models.CharField(max_length=200)),
                        (
                            "patient",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="appointments",
                                to="facts.patient",
                            ),
                        ),
                        (
                            "facility",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, to="access.facility"
                            ),
                        ),
                        (
                            "type",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                to="facts.appointmenttype",
                            ),
                        ),
                        ("provider_name", models.CharField(blank=True, max_length=120)),
                        ("starts_at", models.DateTimeField()),
                        ("duration_minutes", models.PositiveIntegerField(default=0)),
                        (
                            "status",
                            models.CharField(
                                choices=[
                                    ("booked", "Booked"),
                                    ("confirmed", "Confirmed"),
                                    ("arrived", "Arrived"),
                                    ("in_progress", "In progress"),
                                    ("completed", "Completed"),
                                    ("cancelled", "Cancelled"),
                                    ("no_show", "No show"),
                                ],
                                max_length=20,
                            ),
                        ),
                        ("booked_at", models.DateTimeField(blank=True, null=True)),
                        ("revision", models.PositiveIntegerField(default=1)),
                        (
                            "confirmed_by_patient",
                            models.BooleanField(db_default=False, default=False),
                        ),
                    ],
                    options={
                        "indexes": [
                            models.Index(
                                fields=["patient", "starts_at"], name="appointment_by_patient"
                            ),
                            models.Index(
                                fields=["practice", "starts_at", "id"], name="appointment_in_order"
                            ),
                        ],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("practice", "external_id"), name="appointment_known_once"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    (
                                        "status__in",
                                        [
                                            "booked",
                                            "confirmed",
                                            "arrived",
                                            "in_progress",
                                            "completed",
                                            "cancelled",
                                            "no_show",
                                        ],
                                    )
                                ),
                                name="appointment_status_known",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="LedgerEntry",
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
                                on_delete=django.db.models.deletion.CASCADE, to="access.practice"
                            ),
                        ),
                        ("external_id", models.CharField(max_length=200)),
                        (
                            "patient",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="ledger",
                                to="facts.patient",
                            ),
                        ),
                        (
                            "kind",
                            models.CharField(
                                choices=[
                                    ("responsibility", "Responsibility"),
                                    ("payment", "Payment"),
                                    ("adjustment", "Adjustment"),
                                ],
                                max_length=20,
                            ),
                        ),
                        ("amount", models.DecimalField(decimal_places=2, max_digits=12)),
                        ("entry_date", models.DateField()),
                        ("effective_at", models.DateTimeField()),
                        ("description", models.CharField(blank=True, max_length=200)),
                    ],
                    options={
                        "indexes": [
                            models.Index(fields=["patient", "entry_date"], name="ledger_by_patient")
                        ],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("practice", "external_id"), name="ledger_entry_known_once"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("kind__in", ["responsibility", "payment", "adjustment"])
                                ),
                                name="ledger_kind_known",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("kind", "adjustment"), ("amount__gt", 0), _connector="OR"
                                ),
                                name="ledger_amount_positive",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Consent",
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
                        (
                            "patient",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="consents",
                                to="facts.patient",
                            ),
                        ),
                        (
                            "purpose",
                            models.CharField(
                                choices=[
                                    ("appointment_reminder", "Appointment reminder"),
                                    ("balance_alert", "Balance alert"),
                                    ("emergency_notice", "Emergency notice"),
                                ],
                                max_length=30,
                            ),
                        ),
                        (
                            "channel",
                            models.CharField(
                                choices=[("sms", "Sms"), ("voice", "Voice"), ("email", "Email")],
                                max_length=10,
                            ),
                        ),
                        (
                            "kind",
                            models.CharField(
                                choices=[("granted", "Granted"), ("withdrawn", "Withdrawn")],
                                max_length=10,
                            ),
                        ),
                        ("at", models.DateTimeField()),
                        ("how", models.CharField(max_length=120)),
                        ("by", models.CharField(max_length=120)),
                        ("wording", models.TextField(blank=True)),
                        ("recorded_at", models.DateTimeField(auto_now_add=True)),
                        ("of_caregiver", models.BooleanField(db_default=False, default=False)),
                    ],
                    options={
                        "indexes": [
                            models.Index(
                                condition=models.Q(("kind", "withdrawn")),
                                fields=["patient", "purpose", "channel"],
                                name="consent_withdrawn",
                            )
                        ],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=(
                                    "patient",
                                    "purpose",
                                    "channel",
                                    "kind",
                                    "at",
                                    "of_caregiver",
                                ),
                                name="consent_recorded_once",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    (
                                        "purpose__in",
                                        [
                                            "appointment_reminder",
                                            "balance_alert",
                                            "emergency_notice",
                                        ],
                                    )
                                ),
                                name="consent_purpose_known",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("channel__in", ["sms", "voice", "email"])),
                                name="consent_channel_known",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("kind__in", ["granted", "withdrawn"])),
                                name="consent_kind_known",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("how", ""), _negated=True),
                                    models.Q(("by", ""), _negated=True),
                                ),
                                name="consent_says_how_and_by_whom",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="MarketingPermission",
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
                        (
                            "patient",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="marketing_permissions",
                                to="facts.patient",
                            ),
                        ),
                        (
                            "kind",
                            models.CharField(
                                choices=[("granted", "Granted"), ("withdrawn", "Withdrawn")],
                                max_length=10,
                            ),
                        ),
                        ("at", models.DateTimeField()),
                        ("how", models.CharField(max_length=120)),
                        ("by", models.CharField(max_length=120)),
                        ("wording", models.TextField(blank=True)),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("patient", "kind", "at"),
                                name="marketing_permission_recorded_once",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("kind__in", ["granted", "withdrawn"])),
                                name="marketing_permission_kind_known",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("how", ""), _negated=True),
                                    models.Q(("by", ""), _negated=True),
                                ),
                                name="marketing_permission_says_how_and_by_whom",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Suppression",
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
                                on_delete=django.db.models.deletion.CASCADE, to="access.practice"
                            ),
                        ),
                        ("address", models.CharField(max_length=254)),
                        (
                            "channel",
                            models.CharField(
                                choices=[("sms", "Sms"), ("voice", "Voice"), ("email", "Email")],
                                max_length=10,
                            ),
                        ),
                        (
                            "kind",
                            models.CharField(
                                choices=[
                                    ("opted_out", "Opted out"),
                                    ("hard_bounce", "Hard bounce"),
                                    ("complaint", "Complaint"),
                                    ("unreachable", "Unreachable"),
                                ],
                                max_length=20,
                            ),
                        ),
                        ("at", models.DateTimeField()),
                        ("source", models.CharField(max_length=120)),
                        ("lifted_at", models.DateTimeField(blank=True, null=True)),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("practice", "address", "channel", "kind", "at"),
                                name="suppression_recorded_once",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("channel__in", ["sms", "voice", "email"])),
                                name="suppression_channel_known",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    (
                                        "kind__in",
                                        ["opted_out", "hard_bounce", "complaint", "unreachable"],
                                    )
                                ),
                                name="suppression_kind_known",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Owing",
                    fields=[
                        (
                            "patient",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.CASCADE,
                                primary_key=True,
                                related_name="owing",
                                serialize=False,
                                to="facts.patient",
                            ),
                        ),
                        (
                            "practice",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE, to="access.practice"
                            ),
                        ),
                        ("amount", models.DecimalField(decimal_places=2, max_digits=20)),
                        ("since", models.DateField()),
                        ("next_at", models.DateTimeField(blank=True, null=True)),
                        ("objection", models.CharField(blank=True, max_length=40)),
                    ],
                    options={
                        "indexes": [
                            models.Index(fields=["practice", "amount"], name="owing_by_amount"),
                            models.Index(fields=["practice", "since"], name="owing_by_age"),
                        ],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("amount__gt", 0)), name="owing_is_positive"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("next_at__isnull", False), ("objection", "")),
                                    models.Q(
                                        ("next_at__isnull", True),
                                        models.Q(("objection", ""), _negated=True),
                                    ),
                                    _connector="OR",
                                ),
                                name="owing_is_told_or_says_why_not",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Unreachable",
                    fields=[
                        (
                            "patient",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.CASCADE,
                                primary_key=True,
                                related_name="unreachable",
                                serialize=False,
                                to="facts.patient",
                            ),
                        ),
                        (
                            "practice",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE, to="access.practice"
                            ),
                        ),
                        ("objection", models.CharField(max_length=40)),
                    ],
                    options={
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("objection", ""), _negated=True),
                                name="unreachable_says_why",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Change",
                    fields=[
                        (
                            "patient",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.CASCADE,
                                primary_key=True,
                                serialize=False,
                                to="facts.patient",
                            ),
                        ),
                        (
                            "practice",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE, to="access.practice"
                            ),
                        ),
                        ("at", models.DateTimeField()),
                    ],
                    options={
                        "indexes": [
                            models.Index(fields=["at", "patient"], name="change_by_moment")
                        ],
                    },
                ),
            ]
        ),
    ]
