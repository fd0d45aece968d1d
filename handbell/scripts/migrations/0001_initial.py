"""The room's tables, with their constraints and indexes."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import handbell.vocabulary.words
from handbell.access.first_tables import CreateTables


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("access", "0001_initial"),
        ("facts", "0001_initial"),
    ]

    operations = [
        CreateTables(
            [
                migrations.CreateModel(
                    name="Script",
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
                                related_name="scripts",
                                to="access.practice",
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
                        ("language", models.CharField(max_length=10)),
                        ("version", models.PositiveIntegerField()),
                        ("subject", models.CharField(blank=True, max_length=200)),
                        ("body", models.TextField()),
                        ("written_by", models.CharField(blank=True, max_length=120)),
                        (
                            "author",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        ("created_at", models.DateTimeField(auto_now_add=True)),
                        (
                            "approval",
                            models.CharField(
                                choices=[
                                    ("not_needed", "Not needed"),
                                    ("awaiting", "Awaiting"),
                                    ("approved", "Approved"),
                                    ("declined", "Declined"),
                                ],
                                default=handbell.vocabulary.words.Approval["NOT_NEEDED"],
                                max_length=20,
                            ),
                        ),
                        ("decided_by", models.CharField(blank=True, max_length=120)),
                        (
                            "decider",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        ("decided_at", models.DateTimeField(blank=True, null=True)),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("practice", "purpose", "channel", "language", "version"),
                                name="script_version_once",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    (
                                        "approval__in",
                                        ["not_needed", "awaiting", "approved", "declined"],
                                    )
                                ),
                                name="script_approval_known",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    (
                                        "approval__in",
                                        [
                                            handbell.vocabulary.words.Approval["NOT_NEEDED"],
                                            handbell.vocabulary.words.Approval["AWAITING"],
                                        ],
                                    ),
                                    models.Q(
                                        models.Q(("decided_by", ""), _negated=True),
                                        ("decided_at__isnull", False),
                                    ),
                                    _connector="OR",
                                ),
                                name="script_decided_by_somebody",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(
                                        (
                                            "approval",
                                            handbell.vocabulary.words.Approval["APPROVED"],
                                        ),
                                        _negated=True,
                                    ),
                                    models.Q(
                                        ("author__isnull", False),
                                        ("decider__isnull", False),
                                        models.Q(("decider", models.F("author")), _negated=True),
                                    ),
                                    models.Q(
                                        models.Q(
                                            ("author__isnull", True),
                                            ("decider__isnull", True),
                                            _connector="OR",
                                        ),
                                        models.Q(
                                            ("decided_by", models.F("written_by")), _negated=True
                                        ),
                                    ),
                                    _connector="OR",
                                ),
                                name="script_approved_by_another",
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
                                name="script_purpose_known",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("channel__in", ["sms", "voice", "email"])),
                                name="script_channel_known",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="NoticeText",
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
                                related_name="texts",
                                to="facts.closure",
                            ),
                        ),
                        (
                            "kind",
                            models.CharField(
                                choices=[("closing", "Closing"), ("all_clear", "All clear")],
                                max_length=20,
                            ),
                        ),
                        (
                            "channel",
                            models.CharField(
                                choices=[("sms", "Sms"), ("voice", "Voice"), ("email", "Email")],
                                max_length=10,
                            ),
                        ),
                        ("language", models.CharField(max_length=10)),
                        ("subject", models.CharField(blank=True, max_length=200)),
                        ("body", models.TextField()),
                        (
                            "author",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        ("written_at", models.DateTimeField()),
                        (
                            "approval",
                            models.CharField(
                                choices=[
                                    ("not_needed", "Not needed"),
                                    ("awaiting", "Awaiting"),
                                    ("approved", "Approved"),
                                    ("declined", "Declined"),
                                ],
                                default=handbell.vocabulary.words.Approval["NOT_NEEDED"],
                                max_length=20,
                            ),
                        ),
                        (
                            "decider",
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
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("closure", "kind", "channel", "language"),
                                name="notice_text_once",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("kind__in", ["closing", "all_clear"])),
                                name="notice_text_kind_known",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("channel__in", ["sms", "voice", "email"])),
                                name="notice_text_channel_known",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    (
                                        "approval__in",
                                        ["not_needed", "awaiting", "approved", "declined"],
                                    )
                                ),
                                name="notice_text_approval_known",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(
                                        (
                                            "approval",
                                            handbell.vocabulary.words.Approval["APPROVED"],
                                        ),
                                        _negated=True,
                                    ),
                                    models.Q(
                                        ("decider__isnull", False),
                                        models.Q(("decider", models.F("author")), _negated=True),
                                    ),
                                    _connector="OR",
                                ),
                                name="notice_text_approved_by_another",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="ScriptPause",
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
                        ("reason", models.CharField(max_length=120)),
                        ("paused_at", models.DateTimeField()),
                        ("lifted_at", models.DateTimeField(blank=True, null=True)),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(("lifted_at__isnull", True)),
                                fields=("practice", "purpose", "channel"),
                                name="script_paused_once",
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
                                name="script_pause_purpose_known",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("channel__in", ["sms", "voice", "email"])),
                                name="script_pause_channel_known",
                            ),
                        ],
                    },
                ),
            ]
        ),
    ]
