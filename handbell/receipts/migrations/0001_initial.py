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
                    name="ProviderEvent",
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
                        ("provider", models.CharField(max_length=30)),
                        ("kind", models.CharField(max_length=20)),
                        ("key", models.CharField(max_length=200)),
                        (
                            "message",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="events",
                                to="outbox.message",
                            ),
                        ),
                        ("attempt", models.PositiveSmallIntegerField(blank=True, null=True)),
                        ("payload", models.JSONField()),
                        ("received_at", models.DateTimeField()),
                        ("folded_at", models.DateTimeField(blank=True, null=True)),
                    ],
                    options={
                        "indexes": [
                            models.Index(
                                models.F("id"),
                                condition=models.Q(("folded_at__isnull", True)),
                                name="provider_event_unfolded",
                            )
                        ],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("provider", "key"), name="provider_event_once"
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="MailboxPlace",
                    fields=[
                        (
                            "mailbox",
                            models.CharField(max_length=700, primary_key=True, serialize=False),
                        ),
                        ("uid_validity", models.BigIntegerField()),
                        ("last_uid", models.BigIntegerField()),
                    ],
                ),
                migrations.CreateModel(
                    name="Reply",
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
                                related_name="replies",
                                to="access.practice",
                            ),
                        ),
                        (
                            "event",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.PROTECT,
                                to="receipts.providerevent",
                            ),
                        ),
                        (
                            "channel",
                            models.CharField(
                                choices=[("sms", "Sms"), ("voice", "Voice"), ("email", "Email")],
                                max_length=10,
                            ),
                        ),
                        ("address", models.CharField(max_length=254)),
                        (
                            "patient",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                to="facts.patient",
                            ),
                        ),
                        (
                            "message",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                to="outbox.message",
                            ),
                        ),
                        ("text", models.TextField()),
                        ("meaning", models.CharField(max_length=20)),
                        ("answer", models.TextField(blank=True)),
                        ("received_at", models.DateTimeField()),
                        ("seen_at", models.DateTimeField(blank=True, null=True)),
                    ],
                    options={
                        "verbose_name_plural": "replies",
                        "indexes": [
                            models.Index(
                                fields=["practice", "-received_at"], name="reply_by_practice"
                            ),
                            models.Index(
                                fields=["practice", "address", "received_at"],
                                name="reply_by_address",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="LinkEvent",
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
                            "message",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="link_events",
                                to="outbox.message",
                            ),
                        ),
                        (
                            "act",
                            models.CharField(
                                choices=[
                                    ("confirmed", "Confirmed"),
                                    ("stopped", "Stopped"),
                                    ("chose", "Chose"),
                                    ("language_chosen", "Language chosen"),
                                    ("balance_shown", "Balance shown"),
                                    ("balance_locked", "Balance locked"),
                                ],
                                max_length=30,
                            ),
                        ),
                        ("at", models.DateTimeField()),
                    ],
                    options={
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    (
                                        "act__in",
                                        [
                                            "confirmed",
                                            "stopped",
                                            "chose",
                                            "language_chosen",
                                            "balance_shown",
                                            "balance_locked",
                                        ],
                                    )
                                ),
                                name="link_event_act_known",
                            )
                        ],
                    },
                ),
            ]
        ),
    ]
