"""The room's tables, with their constraints and indexes."""

import django.contrib.postgres.fields
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
                    name="Import",
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
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        ("who", models.CharField(max_length=120)),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("uploaded", "Uploaded"),
                                    ("checking", "Checking"),
                                    ("checked", "Checked"),
                                    ("importing", "Importing"),
                                    ("imported", "Imported"),
                                    ("failed", "Failed"),
                                    ("discarded", "Discarded"),
                                    ("taking_back", "Taking back"),
                                    ("taken_back", "Taken back"),
                                ],
                                max_length=20,
                            ),
                        ),
                        ("folder", models.CharField(blank=True, max_length=40)),
                        ("created_at", models.DateTimeField()),
                        ("changed_at", models.DateTimeField()),
                        ("begun_at", models.DateTimeField(blank=True, null=True)),
                        ("checked_at", models.DateTimeField(blank=True, null=True)),
                        ("imported_at", models.DateTimeField(blank=True, null=True)),
                        ("taken_back_at", models.DateTimeField(blank=True, null=True)),
                        ("seconds", models.FloatField(blank=True, null=True)),
                        ("report", models.JSONField(default=dict)),
                        ("foreseen", models.JSONField(blank=True, null=True)),
                        (
                            "taken_back_by",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        ("taken_back", models.JSONField(default=dict)),
                        ("trouble", models.CharField(blank=True, max_length=300)),
                        ("changes_kept", models.BooleanField(default=False)),
                    ],
                    options={
                        "indexes": [
                            models.Index(fields=["practice", "-id"], name="import_newest_first")
                        ],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    (
                                        "state__in",
                                        [
                                            "uploaded",
                                            "checking",
                                            "checked",
                                            "importing",
                                            "imported",
                                            "failed",
                                            "discarded",
                                            "taking_back",
                                            "taken_back",
                                        ],
                                    )
                                ),
                                name="import_state_known",
                            ),
                            models.UniqueConstraint(
                                condition=models.Q(
                                    ("state__in", ["checking", "importing", "taking_back"])
                                ),
                                fields=("practice",),
                                name="import_one_at_a_time",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="ImportFile",
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
                            "run",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="files",
                                to="importers.import",
                            ),
                        ),
                        ("position", models.PositiveIntegerField()),
                        ("name", models.CharField(max_length=200)),
                        ("kept_as", models.CharField(max_length=40)),
                        ("size", models.BigIntegerField()),
                        ("sha256", models.CharField(max_length=64)),
                        ("format", models.CharField(max_length=80)),
                        ("header", models.JSONField(default=list)),
                        ("columns", models.JSONField(default=dict)),
                        ("order", models.CharField(blank=True, max_length=20)),
                        ("missing", models.JSONField(default=list)),
                        ("usable", models.BooleanField(default=True)),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("run", "position"), name="import_file_once"
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="ImportFlaw",
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
                            "run",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="flaws",
                                to="importers.import",
                            ),
                        ),
                        ("file", models.CharField(max_length=200)),
                        ("unit", models.CharField(max_length=20)),
                        ("kind", models.CharField(max_length=20)),
                        ("field", models.CharField(blank=True, max_length=300)),
                        ("value_kind", models.CharField(max_length=120)),
                        ("reason", models.TextField()),
                        ("cure", models.TextField()),
                        ("severity", models.CharField(max_length=20)),
                        ("count", models.PositiveIntegerField()),
                        (
                            "lines",
                            django.contrib.postgres.fields.ArrayField(
                                base_field=models.IntegerField(), size=None
                            ),
                        ),
                    ],
                ),
                migrations.CreateModel(
                    name="ImportedRow",
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
                            "run",
                            models.ForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.CASCADE,
                                to="importers.import",
                            ),
                        ),
                        ("place", models.CharField(max_length=60)),
                        ("row_id", models.BigIntegerField()),
                        (
                            "act",
                            models.CharField(
                                choices=[
                                    ("added", "Added"),
                                    ("changed", "Changed"),
                                    ("removed", "Removed"),
                                ],
                                max_length=10,
                            ),
                        ),
                        ("before", models.JSONField(blank=True, null=True)),
                        ("after", models.JSONField(blank=True, null=True)),
                        ("fingerprint", models.BinaryField(blank=True, null=True)),
                    ],
                    options={
                        "indexes": [
                            models.Index(
                                condition=models.Q(("act", "added"), _negated=True),
                                fields=["run", "id"],
                                name="imported_row_with_values",
                            )
                        ],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("act__in", ["added", "changed", "removed"])),
                                name="imported_row_act_known",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="ColumnChoice",
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
                        ("header", models.CharField(max_length=64)),
                        ("columns", models.JSONField()),
                        ("order", models.CharField(blank=True, max_length=20)),
                        ("who", models.CharField(max_length=120)),
                        ("changed_at", models.DateTimeField()),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("practice", "header"), name="column_choice_once_per_header"
                            )
                        ],
                    },
                ),
            ]
        ),
    ]
