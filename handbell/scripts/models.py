"""The approved texts, every version kept."""

from django.db import models
from django.db.models import F, Q

from handbell.access.models import CHANNELS, PURPOSES, Practice, StaffMember, choices, one_of
from handbell.facts.models import Closure
from handbell.vocabulary.words import Approval, Channel, NoticeKind, Purpose


class Script(models.Model):
    """One version of one text; the highest version that may be used is the one in use.

    A version the guard holds awaits a second person (`approval`) and is not in use until then.
    Who is who is told by `author` and `decider`; names (as they were then) where there is no login.

    `body` may use only the whitelisted `{{ variables }}` of scripts/variables.py; `subject` is
    for e-mail. A practice without a row uses the starting text.
    """

    practice = models.ForeignKey(Practice, models.CASCADE, related_name="scripts")
    purpose = models.CharField(max_length=30, choices=PURPOSES)
    channel = models.CharField(max_length=10, choices=CHANNELS)
    language = models.CharField(max_length=10)
    version = models.PositiveIntegerField()
    subject = models.CharField(max_length=200, blank=True)
    body = models.TextField()
    written_by = models.CharField(max_length=120, blank=True)
    author = models.ForeignKey(StaffMember, models.PROTECT, null=True, blank=True, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    approval = models.CharField(
        max_length=20, choices=choices(Approval), default=Approval.NOT_NEEDED
    )
    decided_by = models.CharField(max_length=120, blank=True)
    decider = models.ForeignKey(
        StaffMember, models.PROTECT, null=True, blank=True, related_name="+"
    )
    decided_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["practice", "purpose", "channel", "language", "version"],
                name="script_version_once",
            ),
            one_of("approval", Approval, name="script_approval_known"),
            models.CheckConstraint(
                condition=Q(approval__in=[Approval.NOT_NEEDED, Approval.AWAITING])
                | (~Q(decided_by="") & Q(decided_at__isnull=False)),
                name="script_decided_by_somebody",
            ),
            models.CheckConstraint(
                condition=~Q(approval=Approval.APPROVED)
                | Q(author__isnull=False, decider__isnull=False) & ~Q(decider=F("author"))
                | (Q(author__isnull=True) | Q(decider__isnull=True))
                & ~Q(decided_by=F("written_by")),
                name="script_approved_by_another",
            ),
            one_of("purpose", Purpose, name="script_purpose_known"),
            one_of("channel", Channel, name="script_channel_known"),
        ]

    def __str__(self) -> str:
        return f"script {self.pk}"


class NoticeText(models.Model):
    """What one closure's notice says by one channel in one language; refused texts have no row.

    One the guard holds awaits a second person (`approval`), and nothing is sent before.
    """

    closure = models.ForeignKey(Closure, models.PROTECT, related_name="texts")
    kind = models.CharField(max_length=20, choices=choices(NoticeKind))
    channel = models.CharField(max_length=10, choices=CHANNELS)
    language = models.CharField(max_length=10)
    subject = models.CharField(max_length=200, blank=True)
    body = models.TextField()
    author = models.ForeignKey(StaffMember, models.PROTECT, related_name="+")
    written_at = models.DateTimeField()
    approval = models.CharField(
        max_length=20, choices=choices(Approval), default=Approval.NOT_NEEDED
    )
    decider = models.ForeignKey(
        StaffMember, models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["closure", "kind", "channel", "language"], name="notice_text_once"
            ),
            one_of("kind", NoticeKind, name="notice_text_kind_known"),
            one_of("channel", Channel, name="notice_text_channel_known"),
            one_of("approval", Approval, name="notice_text_approval_known"),
            models.CheckConstraint(
                condition=~Q(approval=Approval.APPROVED)
                | Q(decider__isnull=False) & ~Q(decider=F("author")),
                name="notice_text_approved_by_another",
            ),
        ]

    def __str__(self) -> str:
        return f"notice text {self.pk}"


class ScriptPause(models.Model):
    """A purpose's text on a channel that carriers filter or providers cannot take (30007 ...).

    Nothing of it leaves until a person looks: a new version of the script, or `lifted_at`.
    """

    practice = models.ForeignKey(Practice, models.CASCADE)
    purpose = models.CharField(max_length=30, choices=PURPOSES)
    channel = models.CharField(max_length=10, choices=CHANNELS)
    reason = models.CharField(max_length=120)
    paused_at = models.DateTimeField()
    lifted_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["practice", "purpose", "channel"],
                condition=models.Q(lifted_at__isnull=True),
                name="script_paused_once",
            ),
            one_of("purpose", Purpose, name="script_pause_purpose_known"),
            one_of("channel", Channel, name="script_pause_channel_known"),
        ]

    def __str__(self) -> str:
        return f"script pause {self.pk}"
