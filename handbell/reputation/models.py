"""What became of what senders sent, in ten-minute buckets; who objected; what staff must know."""

from django.db import models
from django.db.models import F, Q

from handbell.access.models import PURPOSES, Practice, choices, one_of
from handbell.facts.models import Suppression
from handbell.outbox.models import Breaker, Message, Sender
from handbell.vocabulary.words import AlarmKind, BreakerState, Purpose, Signal


class Bucket(models.Model):
    """What one sender sent for one purpose in ten minutes, and what is known of it by now.

    Counted again, whole, whenever something is heard of a message in it: counting twice changes
    nothing. Opt-outs and complaints stand in the ten minutes in which they were made.
    """

    sender = models.ForeignKey(Sender, models.CASCADE)
    purpose = models.CharField(max_length=30, choices=PURPOSES)
    begins = models.DateTimeField()
    sent = models.PositiveIntegerField(default=0)
    delivered = models.PositiveIntegerField(default=0)
    hard_bounce = models.PositiveIntegerField(default=0)
    filtered = models.PositiveIntegerField(default=0)
    error = models.PositiveIntegerField(default=0)
    answered = models.PositiveIntegerField(default=0)  # calls, by a person
    short_call = models.PositiveIntegerField(default=0)
    opt_out = models.PositiveIntegerField(default=0)
    complaint = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["sender", "purpose", "begins"], name="bucket_once"),
            one_of("purpose", Purpose, name="bucket_purpose_known"),
        ]
        indexes = [models.Index(fields=["begins"], name="bucket_by_time")]

    def __str__(self) -> str:
        return f"bucket {self.pk}"


class Objected(models.Model):
    """Somebody opted out or complained, and the newest message they had by then."""

    suppression = models.OneToOneField(Suppression, models.CASCADE, primary_key=True)
    message = models.ForeignKey(Message, models.CASCADE)
    sender = models.ForeignKey(Sender, models.CASCADE, db_index=False)
    purpose = models.CharField(max_length=30, choices=PURPOSES)
    signal = models.CharField(max_length=20, choices=choices(Signal))
    at = models.DateTimeField()

    class Meta:
        constraints = [one_of("signal", Signal, name="objected_signal_known")]
        indexes = [models.Index(fields=["sender", "at"], name="objected_by_sender")]

    def __str__(self) -> str:
        return f"objected {self.pk}"


class Mark(models.Model):
    """How far a table has been looked through: everything up to `last` is counted for good."""

    table = models.CharField(max_length=40, primary_key=True)
    last = models.BigIntegerField(default=0)

    def __str__(self) -> str:
        return self.table


class Alarm(models.Model):
    """Something was paused, warned or let go on: a to-do on Today and an e-mail, once each.

    `settled_at` is when there was nothing to do any more. `mailed_at` None: still to be mailed;
    `mail` then says how that went: sent, or why not.
    """

    practice = models.ForeignKey(Practice, models.CASCADE)
    kind = models.CharField(max_length=20, choices=choices(AlarmKind))
    sender = models.ForeignKey(Sender, models.CASCADE, null=True, blank=True)
    breaker = models.ForeignKey(Breaker, models.CASCADE, null=True, blank=True)
    purpose = models.CharField(max_length=30, choices=PURPOSES, blank=True)
    channel = models.CharField(max_length=10)
    state = models.CharField(max_length=20, choices=choices(BreakerState), blank=True)
    signal = models.CharField(max_length=20, choices=choices(Signal), blank=True)
    count = models.PositiveIntegerField(default=0)
    out_of = models.PositiveIntegerField(default=0)
    reason = models.CharField(max_length=120, blank=True)  # a provider's answer, or a person's word
    at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True, blank=True)
    mailed_at = models.DateTimeField(null=True, blank=True)
    mail = models.CharField(max_length=40, blank=True)
    tries = models.PositiveSmallIntegerField(default=0)

    class Meta:
        constraints = [one_of("kind", AlarmKind, name="alarm_kind_known")]
        indexes = [
            models.Index(
                F("practice"), F("at"), condition=Q(settled_at__isnull=True), name="alarm_open"
            ),
            models.Index(F("at"), condition=Q(mailed_at__isnull=True), name="alarm_to_mail"),
        ]

    def __str__(self) -> str:
        return f"alarm {self.pk}"
