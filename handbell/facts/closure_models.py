"""Closures: facilities that are shut unexpectedly, who is left out, and who was telephoned.

The tables belong to `facts.models`, which takes them in.
"""

from datetime import datetime

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from handbell.access.models import Practice, StaffMember, choices, one_of
from handbell.vocabulary.words import CallResult, ClosureReason


class Closure(models.Model):
    """Facilities shut unexpectedly; while it lasts their reminders are held.

    It lasts from `begun_at` until `ends_at`, by itself, or until somebody ends it. What is closed
    is told on the facilities' own clocks: from `first_day` (at `closed_from`, None: all day) to
    `last_day` (at `closed_to`).
    """

    practice = models.ForeignKey(Practice, models.PROTECT, related_name="closures")
    reason = models.CharField(max_length=20, choices=choices(ClosureReason))
    facility_ids = ArrayField(models.BigIntegerField())
    first_day = models.DateField()
    last_day = models.DateField()
    closed_from = models.TimeField(null=True, blank=True)
    closed_to = models.TimeField(null=True, blank=True)
    begun_at = models.DateTimeField()
    begun_by = models.ForeignKey(StaffMember, models.PROTECT, related_name="+")
    ends_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)  # null: by itself, at ends_at
    ended_by = models.ForeignKey(
        StaffMember, models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        constraints = [
            one_of("reason", ClosureReason, name="closure_reason_known"),
            models.CheckConstraint(
                condition=Q(facility_ids__len__gt=0), name="closure_of_some_facility"
            ),
            models.CheckConstraint(
                condition=Q(last_day__gte=F("first_day")), name="closure_days_in_order"
            ),
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True) | Q(ended_by__isnull=False),
                name="closure_ended_by_somebody",
            ),
        ]
        indexes = [models.Index(fields=["practice", "ends_at"], name="closure_by_end")]

    def __str__(self) -> str:
        return f"closure {self.pk}"

    def is_on(self, now: datetime) -> bool:
        """Return whether reminders of its facilities are held at `now`."""
        over_at = self.ends_at if self.ended_at is None else min(self.ends_at, self.ended_at)
        return self.begun_at <= now < over_at


class ClosureExclusion(models.Model):
    """A patient whom somebody took out of a closure's audience, and why."""

    closure = models.ForeignKey(Closure, models.PROTECT, related_name="exclusions")
    patient = models.ForeignKey("facts.Patient", models.PROTECT)
    why = models.CharField(max_length=120)
    by = models.ForeignKey(StaffMember, models.PROTECT)
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["closure", "patient"], name="closure_excluded_once"),
            models.CheckConstraint(condition=~Q(why=""), name="closure_exclusion_says_why"),
        ]

    def __str__(self) -> str:
        return f"closure exclusion {self.pk}"


class ClosureCall(models.Model):
    """Somebody telephoned a patient whom no notice of a closure reached."""

    closure = models.ForeignKey(Closure, models.PROTECT, related_name="calls")
    patient = models.ForeignKey("facts.Patient", models.PROTECT)
    result = models.CharField(max_length=20, choices=choices(CallResult))
    by = models.ForeignKey(StaffMember, models.PROTECT)
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["closure", "patient"], name="closure_called_once"),
            one_of("result", CallResult, name="closure_call_result_known"),
        ]

    def __str__(self) -> str:
        return f"closure call {self.pk}"
