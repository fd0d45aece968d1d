"""The room's tables, with their constraints and indexes."""

import django.db.models.deletion
from django.db import migrations, models

from handbell.access.first_tables import CreateTables


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("access", "0001_initial"),
        ("facts", "0001_initial"),
        ("outbox", "0001_initial"),
    ]

    operations = [
        CreateTables(
            [
                migrations.CreateModel(
                    name="Bucket",
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
                            "sender",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE, to="outbox.sender"
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
                        ("begins", models.DateTimeField()),
                        ("sent", models.PositiveIntegerField(default=0)),
                        ("delivered", models.PositiveIntegerField(default=0)),
                        ("hard_bounce", models.PositiveIntegerField(default=0)),
                        ("filtered", models.PositiveIntegerField(default=0)),
                        ("error", models.PositiveIntegerField(default=0)),
                        ("answered", models.PositiveIntegerField(default=0)),
                        ("short_call", models.PositiveIntegerField(default=0)),
                        ("opt_out", models.PositiveIntegerField(default=0)),
                        ("complaint", models.PositiveIntegerField(default=0)),
                    ],
                    options={
                        "indexes": [models.Index(fields=["begins"], name="bucket_by_time")],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("sender", "purpose", "begins"), name="bucket_once"
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
                                name="bucket_purpose_known",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Objected",
                    fields=[
                        (
                            "suppression",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.CASCADE,
                                primary_key=True,
                                serialize=False,
                                to="facts.suppression",
                            ),
                        ),
                        (
                            "message",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE, to="outbox.message"
                            ),
                        ),
                        (
                            "sender",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.CASCADE,
                                to="outbox.sender",
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
                            "signal",
                            models.CharField(
                                choices=[
                                    ("hard_bounce", "Hard bounce"),
                                    ("complaint", "Complaint"),
                                    ("opt_out", "Opt out"),
                                    ("filtered", "Filtered"),
                                    ("error", "Error"),
                                    ("short_call", "Short call"),
                                ],
                                max_length=20,
                            ),
                        ),
                        ("at", models.DateTimeField()),
                    ],
                    options={
                        "indexes": [
                            models.Index(fields=["sender", "at"], name="objected_by_sender")
                        ],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    (
                                        "signal__in",
                                        [
                                            "hard_bounce",
                                            "complaint",
                                            "opt_out",
                                            "filtered",
                                            "error",
                                            "short_call",
                                        ],
                                    )
                                ),
                                name="objected_signal_known",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Mark",
                    fields=[
                        (
                            "table",
                            models.CharField(max_length=40, primary_key=True, serialize=False),
                        ),
                        ("last", models.BigIntegerField(default=0)),
                    ],
                ),
                migrations.CreateModel(
                    name="Alarm",
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
                            "kind",
                            models.CharField(
                                choices=[
                                    ("breaker", "Breaker"),
                                    ("sender", "Sender"),
                                    ("script", "Script"),
                                ],
                                max_length=20,
                            ),
                        ),
                        (
                            "sender",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.CASCADE,
                                to="outbox.sender",
                            ),
                        ),
                        (
                            "breaker",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.CASCADE,
                                to="outbox.breaker",
                            ),
                        ),
                        (
                            "purpose",
                            models.CharField(
                                blank=True,
                                choices=[
                                    ("appointment_reminder", "Appointment reminder"),
                                    ("balance_alert", "Balance alert"),
                                    ("emergency_notice", "Emergency notice"),
                                ],
                                max_length=30,
                            ),
                        ),
                        ("channel", models.CharField(max_length=10)),
                        (
                            "state",
                            models.CharField(
                                blank=True,
                                choices=[
                                    ("closed", "Closed"),
                                    ("warned", "Warned"),
                                    ("paused", "Paused"),
                                    ("half_open", "Half open"),
                                ],
                                max_length=20,
                            ),
                        ),
                        (
                            "signal",
                            models.CharField(
                                blank=True,
                                choices=[
                                    ("hard_bounce", "Hard bounce"),
                                    ("complaint", "Complaint"),
                                    ("opt_out", "Opt out"),
                                    ("filtered", "Filtered"),
                                    ("error", "Error"),
                                    ("short_call", "Short call"),
                                ],
                                max_length=20,
                            ),
                        ),
                        ("count", models.PositiveIntegerField(default=0)),
                        ("out_of", models.PositiveIntegerField(default=0)),
                        ("reason", models.CharField(blank=True, max_length=120)),
                        ("at", models.DateTimeField()),
                        ("settled_at", models.DateTimeField(blank=True, null=True)),
                        ("mailed_at", models.DateTimeField(blank=True, null=True)),
                        ("mail", models.CharField(blank=True, max_length=40)),
                        ("tries", models.PositiveSmallIntegerField(default=0)),
                    ],
                    options={
                        "indexes": [
                            models.Index(
                                models.F("practice"),
                                models.F("at"),
                                condition=models.Q(("settled_at__isnull", True)),
                                name="alarm_open",
                            ),
                            models.Index(
                                models.F("at"),
                                condition=models.Q(("mailed_at__isnull", True)),
                                name="alarm_to_mail",
                            ),
                        ],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("kind__in", ["breaker", "sender", "script"])),
                                name="alarm_kind_known",
                            )
                        ],
                    },
                ),
            ]
        ),
    ]
