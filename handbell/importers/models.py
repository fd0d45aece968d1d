"""What people brought in by the console, and what became of it. Columns and constraints only.

The row of an import stays for good. Its files go when it ends, the values from before after
`operations.CHANGES_KEPT`.
"""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from handbell.access.models import Practice, StaffMember, choices, one_of
from handbell.vocabulary.words import ImportChange, ImportState

#: While one of a practice's imports is in such a state, no other may be.
UNDER_WAY = (ImportState.CHECKING, ImportState.IMPORTING, ImportState.TAKING_BACK)


class Import(models.Model):
    """The files one person brought in at once.

    `folder` is their place among the private files, "" once they are gone; `begun_at` when a
    worker took up what is under way; `report` what became of the rows, counted; `foreseen` what
    it means for messages, None if that was not worked out.
    """

    practice = models.ForeignKey(Practice, models.CASCADE)
    staff = models.ForeignKey(StaffMember, models.SET_NULL, null=True, blank=True)
    who = models.CharField(max_length=120)
    state = models.CharField(max_length=20, choices=choices(ImportState))
    folder = models.CharField(max_length=40, blank=True)
    created_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    begun_at = models.DateTimeField(null=True, blank=True)
    checked_at = models.DateTimeField(null=True, blank=True)
    imported_at = models.DateTimeField(null=True, blank=True)
    taken_back_at = models.DateTimeField(null=True, blank=True)
    seconds = models.FloatField(null=True, blank=True)
    report = models.JSONField(default=dict)
    foreseen = models.JSONField(null=True, blank=True)
    taken_back_by = models.ForeignKey(
        StaffMember, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    taken_back = models.JSONField(default=dict)
    trouble = models.CharField(max_length=300, blank=True)
    changes_kept = models.BooleanField(default=False)

    class Meta:
        constraints = [
            one_of("state", ImportState, name="import_state_known"),
            models.UniqueConstraint(
                fields=["practice"],
                condition=Q(state__in=[state.value for state in UNDER_WAY]),
                name="import_one_at_a_time",
            ),
        ]
        indexes = [models.Index(fields=["practice", "-id"], name="import_newest_first")]

    def __str__(self) -> str:
        return f"import {self.pk}"


class ImportFile(models.Model):
    """One file: what it is, and, for a table, its columns and what somebody chose they hold.

    `columns` maps a heading to what csv/chosen.py calls its meaning; empty: read by its header.
    `missing` says what a table lacks to be read so. `order` is how it writes dates in figures, ""
    as the practice's region does.
    """

    run = models.ForeignKey(Import, models.CASCADE, related_name="files")
    position = models.PositiveIntegerField()
    name = models.CharField(max_length=200)
    kept_as = models.CharField(max_length=40)
    size = models.BigIntegerField()
    sha256 = models.CharField(max_length=64)
    format = models.CharField(max_length=80)
    header = models.JSONField(default=list)
    columns = models.JSONField(default=dict)
    order = models.CharField(max_length=20, blank=True)
    missing = models.JSONField(default=list)
    usable = models.BooleanField(default=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["run", "position"], name="import_file_once")]

    def __str__(self) -> str:
        return f"file {self.position} of import {self.run_id}"


class ImportFlaw(models.Model):
    """One thing that is wrong in a file, and every place where it is. Never what stands there."""

    run = models.ForeignKey(Import, models.CASCADE, related_name="flaws")
    file = models.CharField(max_length=200)
    unit = models.CharField(max_length=20)
    kind = models.CharField(max_length=20)
    field = models.CharField(max_length=300, blank=True)
    value_kind = models.CharField(max_length=120)
    reason = models.TextField()
    cure = models.TextField()
    severity = models.CharField(max_length=20)
    count = models.PositiveIntegerField()
    lines = ArrayField(models.IntegerField())

    def __str__(self) -> str:
        return f"flaw {self.pk}"


class ImportedRow(models.Model):
    """What an import did to one row: the columns that differ, before and after.

    Written by triggers (migration 0002). Of a row that is new there is only its fingerprint: the
    digest of the row as the import left it, by which one tells whether somebody changed it since.
    """

    # No constraint: checking it for each of a million rows would cost as much as writing them.
    run = models.ForeignKey(Import, models.CASCADE, db_constraint=False)
    place = models.CharField(max_length=60)  # the table
    row_id = models.BigIntegerField()
    act = models.CharField(max_length=10, choices=choices(ImportChange))
    before = models.JSONField(null=True, blank=True)
    after = models.JSONField(null=True, blank=True)
    fingerprint = models.BinaryField(null=True, blank=True)

    class Meta:
        constraints = [one_of("act", ImportChange, name="imported_row_act_known")]
        indexes = [
            models.Index(
                fields=["run", "id"],
                condition=~Q(act="added"),
                name="imported_row_with_values",
            )
        ]

    def __str__(self) -> str:
        return f"row {self.row_id} of {self.place} in import {self.run_id}"


class ColumnChoice(models.Model):
    """What a practice said the columns of such a table hold, for the next time.

    `header` is the digest of its headings, whatever their order.
    """

    practice = models.ForeignKey(Practice, models.CASCADE)
    header = models.CharField(max_length=64)
    columns = models.JSONField()
    order = models.CharField(max_length=20, blank=True)
    who = models.CharField(max_length=120)
    changed_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["practice", "header"], name="column_choice_once_per_header"
            )
        ]

    def __str__(self) -> str:
        return f"columns {self.pk}"
