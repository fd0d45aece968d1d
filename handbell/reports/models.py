"""Which reports were asked for, and which weekly summaries went to whom. Columns only."""

from django.db import models
from django.db.models import Q

from handbell.access.models import Practice, StaffMember, choices, one_of
from handbell.vocabulary.words import ReportReason, ReportState


class Run(models.Model):
    """A report somebody asked for: as a file, or as rows a page shows (`form` "page").

    `filters` is what was asked, in words of closed lists. `file` is the name of the private file
    while it is kept, `result` the rows of a page. `why` is said where patients' contact data
    leave; `note` is theirs in their own words and stays out of the audit trail.
    """

    practice = models.ForeignKey(Practice, models.CASCADE)
    staff = models.ForeignKey(StaffMember, models.CASCADE, related_name="report_runs")
    report = models.CharField(max_length=40)
    profile = models.CharField(max_length=40, blank=True)
    form = models.CharField(max_length=10)
    filters = models.JSONField(default=dict)
    why = models.CharField(max_length=20, blank=True, choices=choices(ReportReason))
    note = models.CharField(max_length=200, blank=True)
    state = models.CharField(max_length=10, choices=choices(ReportState))
    asked_at = models.DateTimeField()
    begun_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    rows = models.PositiveBigIntegerField(null=True, blank=True)
    bytes = models.PositiveBigIntegerField(null=True, blank=True)
    file = models.CharField(max_length=40, blank=True)
    result = models.JSONField(null=True, blank=True)
    trouble = models.CharField(max_length=120, blank=True)

    class Meta:
        constraints = [
            one_of("state", ReportState, name="report_run_state_known"),
            models.CheckConstraint(
                condition=Q(why="") | Q(why__in=[reason.value for reason in ReportReason]),
                name="report_run_reason_known",
            ),
        ]
        indexes = [
            models.Index(fields=["practice", "staff", "-id"], name="report_run_newest_first"),
            models.Index(fields=["state", "asked_at"], name="report_run_by_state"),
        ]

    def __str__(self) -> str:
        return f"report run {self.pk}"


class SummaryMail(models.Model):
    """One practice's summary of one week, to one person. Written before it is handed over.

    Without `outcome` a worker has it, or died with it: then it may have left, and is not sent
    again.
    """

    practice = models.ForeignKey(Practice, models.CASCADE)
    staff = models.ForeignKey(StaffMember, models.CASCADE)
    week = models.DateField()  # the Monday on which it goes
    claimed_at = models.DateTimeField()
    outcome = models.CharField(max_length=20, blank=True)  # accepted, rejected, busy, in_doubt

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["staff", "week"], name="summary_mail_once_a_week")
        ]

    def __str__(self) -> str:
        return f"summary mail {self.pk}"
