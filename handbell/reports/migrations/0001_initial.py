"""The room's tables, with their constraints and indexes."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from handbell.access.first_tables import CreateTables


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("access", "0001_initial"),
    ]

    operations = [
        CreateTables(
            [
                migrations.CreateModel(
                    name="Run",
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
                            "staff",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="report_runs",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        ("report", models.CharField(max_length=40)),
                        ("profile", models.CharField(blank=True, max_length=40)),
                        ("form", models.CharField(max_length=10)),
                        ("filters", models.JSONField(default=dict)),
                        (
                            "why",
                            models.CharField(
                                blank=True,
                                choices=[
                                    ("marketing_tool", "Marketing tool"),
                                    ("other_system", "Other system"),
                                    ("letters_or_calls", "Letters or calls"),
                                    ("checking_records", "Checking records"),
                                    ("law_or_audit", "Law or audit"),
                                    ("another", "Another"),
                                    ("not_said", "Not said"),
                                ],
                                max_length=20,
                            ),
                        ),
                        ("note", models.CharField(blank=True, max_length=200)),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("asked", "Asked"),
                                    ("ready", "Ready"),
                                    ("failed", "Failed"),
                                    ("removed", "Removed"),
                                ],
                                max_length=10,
                            ),
                        ),
                        ("asked_at", models.DateTimeField()),
                        ("begun_at", models.DateTimeField(blank=True, null=True)),
                        ("ended_at", models.DateTimeField(blank=True, null=True)),
                        ("rows", models.PositiveBigIntegerField(blank=True, null=True)),
                        ("bytes", models.PositiveBigIntegerField(blank=True, null=True)),
                        ("file", models.CharField(blank=True, max_length=40)),
                        ("result", models.JSONField(blank=True, null=True)),
                        ("trouble", models.CharField(blank=True, max_length=120)),
                    ],
                    options={
                        "indexes": [
                            models.Index(
                                fields=["practice", "staff", "-id"], name="report_run_newest_first"
                            ),
                            models.Index(fields=["state", "asked_at"], name="report_run_by_state"),
                        ],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("state__in", ["asked", "ready", "failed", "removed"])
                                ),
                                name="report_run_state_known",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("why", ""),
                                    (
                                        "why__in",
                                        [
                                            "marketing_tool",
                                            "other_system",
                                            "letters_or_calls",
                                            "checking_records",
                                            "law_or_audit",
                                            "another",
                                            "not_said",
                                        ],
                                    ),
                                    _connector="OR",
                                ),
                                name="report_run_reason_known",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="SummaryMail",
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
                            "staff",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        ("week", models.DateField()),
                        ("claimed_at", models.DateTimeField()),
                        ("outcome", models.CharField(blank=True, max_length=20)),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("staff", "week"), name="summary_mail_once_a_week"
                            )
                        ],
                    },
                ),
            ]
        ),
    ]
