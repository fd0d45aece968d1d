"""The one table of messages to go, who they go out as, and every try to hand one over."""

import secrets

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from handbell.access.models import CHANNELS, PURPOSES, Practice, StaffMember, choices, one_of
from handbell.facts.models import Appointment, Closure, Patient
from handbell.outbox.sender_models import Breaker, MailDomain, Sender, SenderPapers
from handbell.vocabulary.words import (
    Channel,
    MessageState,
    NoticeKind,
    Objection,
    Purpose,
    Recipient,
    SendingState,
)

__all__ = [
    "Attempt",
    "Breaker",
    "MailDomain",
    "Message",
    "Sender",
    "SenderPapers",
    "Sending",
    "link_code",
]


def link_code() -> str:
    """Return a code for a patient's link: 96 random bits, nobody can guess one."""
    return secrets.token_urlsafe(12)


class Sending(models.Model):
    """One press of a button that sent emergency notices by one channel: once a practice-local day.

    `unreached_only` says that it went to those no other channel reached (the spill-over),
    `untold_only` to those it had told nothing of days that were added: that may be on the same day.
    `through_pause` says that its messages pass a sender that is paused, because whoever pressed
    chose so. `counted` is the number of people they typed. `unwritten` are the patients of its
    audience whose rows are still to be written: they were promised when the first ones were.
    """

    practice = models.ForeignKey(Practice, models.PROTECT)
    closure = models.ForeignKey(Closure, models.PROTECT, related_name="sendings")
    kind = models.CharField(max_length=20, choices=choices(NoticeKind))
    channel = models.CharField(max_length=10, choices=CHANNELS)
    day = models.DateField()
    state = models.CharField(max_length=20, choices=choices(SendingState))
    counted = models.PositiveIntegerField()
    unreached_only = models.BooleanField(default=False)
    untold_only = models.BooleanField(default=False)
    through_pause = models.BooleanField(default=False)
    unwritten = ArrayField(models.BigIntegerField(), default=list, blank=True)
    pressed_by = models.ForeignKey(StaffMember, models.PROTECT, related_name="+")
    pressed_at = models.DateTimeField()
    agreed_by = models.ForeignKey(
        StaffMember, models.PROTECT, null=True, blank=True, related_name="+"
    )
    went_at = models.DateTimeField(null=True, blank=True)  # null: nothing was queued yet

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["closure", "kind", "channel", "day"],
                condition=~Q(state="declined") & Q(untold_only=False),
                name="sending_once_a_day",
            ),
            one_of("kind", NoticeKind, name="sending_kind_known"),
            one_of("channel", Channel, name="sending_channel_known"),
            one_of("state", SendingState, name="sending_state_known"),
            models.CheckConstraint(
                condition=Q(agreed_by__isnull=True) | ~Q(agreed_by=F("pressed_by")),
                name="sending_agreed_by_another",
            ),
        ]

    def __str__(self) -> str:
        return f"sending {self.pk}"


class Message(models.Model):
    """One touch: a purpose and its subject, one step, one channel, one recipient.

    The dedup key (`message_once_per_touch`) makes planning idempotent: a visit that moved has a
    new `subject_revision` and so a new message; the same plan never makes a second one.
    `objection` on a queued message is the planner's forecast, on an ended one the reason.
    A message that travelled inside another's text is WITHHELD/merged and names it in
    `merged_into`. `planned_for` is the moment the step names; `due_at` that moment moved into
    the recipient's window; after `useful_until` it is not worth sending.
    """

    id = models.BigAutoField(primary_key=True)
    practice = models.ForeignKey(Practice, models.PROTECT, related_name="messages")
    purpose = models.CharField(max_length=30, choices=PURPOSES)
    channel = models.CharField(max_length=10, choices=CHANNELS)
    patient = models.ForeignKey(Patient, models.PROTECT, related_name="messages")
    appointment = models.ForeignKey(
        Appointment, models.PROTECT, null=True, blank=True, related_name="messages"
    )
    subject_id = models.BigIntegerField()  # appointment; or patient (balance, closure)
    subject_revision = models.IntegerField(default=1)
    step = models.CharField(max_length=40)
    recipient = models.CharField(max_length=20, choices=choices(Recipient))
    address = models.CharField(max_length=254, blank=True)  # the contact point's value, as planned
    sender = models.ForeignKey(Sender, models.PROTECT, null=True, blank=True)
    sending = models.ForeignKey(Sending, models.PROTECT, null=True, blank=True, db_index=False)
    visit_date = models.DateField(null=True, blank=True)  # facility-local; merges a day's visits
    priority = models.SmallIntegerField()
    planned_for = models.DateTimeField()
    due_at = models.DateTimeField()
    useful_until = models.DateTimeField()
    state = models.CharField(
        max_length=20, choices=choices(MessageState), default=MessageState.QUEUED
    )
    objection = models.CharField(max_length=40, choices=choices(Objection), blank=True)
    detail = models.CharField(
        max_length=120, blank=True
    )  # a code or fixed word, never patient data
    code = models.CharField(max_length=24, default=link_code, unique=True)
    merged_into = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="merged", db_index=False
    )
    lease = models.UUIDField(null=True, blank=True)
    lease_until = models.DateTimeField(null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    handed_over_at = models.DateTimeField(null=True, blank=True)
    look_up_at = models.DateTimeField(null=True, blank=True)  # in doubt: when to ask the provider
    changed_at = models.DateTimeField()  # when the state last changed
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=[
                    "practice",
                    "purpose",
                    "subject_id",
                    "subject_revision",
                    "step",
                    "channel",
                    "recipient",
                ],
                name="message_once_per_touch",
            ),
            one_of("purpose", Purpose, name="message_purpose_known"),
            one_of("channel", Channel, name="message_channel_known"),
            one_of("state", MessageState, name="message_state_known"),
            models.CheckConstraint(
                condition=Q(objection="")
                | Q(objection__in=[objection.value for objection in Objection]),
                name="message_objection_known",
            ),
            models.CheckConstraint(
                condition=~Q(state="claimed") | Q(lease__isnull=False, lease_until__isnull=False),
                name="message_claimed_has_lease",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["withheld", "cancelled", "expired"]) | ~Q(objection=""),
                name="message_not_sent_has_reason",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["claimed", "accepted", "delivered", "in_doubt"])
                | (~Q(address="") & Q(sender__isnull=False)),
                name="message_handed_over_has_address",
            ),
            models.CheckConstraint(
                condition=~Q(purpose="appointment_reminder") | Q(appointment__isnull=False),
                name="message_reminder_has_appointment",
            ),
            models.CheckConstraint(
                condition=Q(purpose="emergency_notice") | Q(sending__isnull=True),
                name="message_of_a_sending_is_a_notice",
            ),
        ]
        indexes = [
            models.Index(
                F("sender"),
                F("priority"),
                F("due_at"),
                F("id"),
                condition=Q(state="queued", objection=""),
                name="message_claimable",
            ),
            models.Index(
                F("practice"), F("due_at"), condition=Q(state="queued"), name="message_queued"
            ),
            # What a tick ends: a million that wait must not be read to find none.
            models.Index(F("useful_until"), condition=Q(state="queued"), name="message_useful"),
            models.Index(
                F("due_at"),
                condition=Q(state="queued") & ~Q(objection=""),
                name="message_objected_to",
            ),
            models.Index(F("lease_until"), condition=Q(state="claimed"), name="message_leased"),
            models.Index(F("look_up_at"), condition=Q(state="in_doubt"), name="message_in_doubt"),
            models.Index(
                F("address"),
                F("visit_date"),
                condition=Q(state="queued", purpose="appointment_reminder"),
                name="message_companions",
            ),
            models.Index(
                F("merged_into"), condition=Q(merged_into__isnull=False), name="message_merged"
            ),
            models.Index(fields=["patient", "due_at"], name="message_by_patient"),
            # "Why did they get nothing?" over any time; only messages with a reason are in it.
            models.Index(
                F("practice"),
                F("objection"),
                F("due_at"),
                F("id"),
                condition=~Q(objection=""),
                name="message_by_reason",
            ),
            models.Index(
                F("sending"),
                F("state"),
                F("address"),
                condition=Q(sending__isnull=False),
                name="message_by_sending",
            ),
            models.Index(fields=["practice", "due_at", "id"], name="message_by_practice"),
            models.Index(
                F("practice"),
                F("address"),
                F("handed_over_at"),
                condition=Q(handed_over_at__isnull=False),
                name="message_by_address",
            ),
            # What was offered and came back: few, and a look-up must know them too.
            models.Index(
                F("practice"),
                F("address"),
                condition=Q(handed_over_at__isnull=True, attempts__gt=0),
                name="message_tried",
            ),
            # How often a provider's code was met lately.
            models.Index(
                F("practice"),
                F("detail"),
                F("changed_at"),
                condition=~Q(detail=""),
                name="message_by_code",
            ),
        ]

    def __str__(self) -> str:
        return f"message {self.pk}"


class Attempt(models.Model):
    """One offer of a message to a provider, with the text exactly as it was rendered.

    Written in the transaction that claims the message, before anything leaves; `outcome` is
    empty until the hand-over is settled.
    """

    message = models.ForeignKey(Message, models.PROTECT, related_name="tries")
    number = models.PositiveSmallIntegerField()
    sender = models.ForeignKey(Sender, models.PROTECT, db_index=False)  # attempt_by_sender
    subject = models.CharField(max_length=200, blank=True)
    text = models.TextField()
    voicemail = models.TextField(blank=True)  # calls: what a machine hears instead
    language = models.CharField(max_length=10, blank=True)  # calls: BCP 47
    segments = models.PositiveSmallIntegerField(default=0)
    claimed_at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True, blank=True)
    outcome = models.CharField(max_length=20, blank=True)  # accepted, rejected, busy, in_doubt
    provider_id = models.CharField(max_length=120, blank=True)
    code = models.CharField(max_length=40, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["message", "number"], name="attempt_numbered_once")
        ]
        indexes = [
            models.Index(
                fields=["provider_id"], condition=~Q(provider_id=""), name="attempt_by_provider_id"
            ),
            models.Index(
                F("sender"), F("id").desc(), condition=~Q(code=""), name="attempt_refused"
            ),
            # What left in ten minutes, counted again when something is heard of it.
            models.Index(fields=["sender", "claimed_at"], name="attempt_by_sender"),
        ]

    def __str__(self) -> str:
        return f"attempt {self.pk}"
