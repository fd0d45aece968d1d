"""What came back: provider events as they arrived, and what people answered."""

from django.db import models
from django.db.models import F, Q

from handbell.access.models import CHANNELS, Practice, choices, one_of
from handbell.facts.models import Patient
from handbell.outbox.models import Message
from handbell.vocabulary.words import LinkAct


class ProviderEvent(models.Model):
    """One report from a provider, appended as it came; never changed but for `folded_at`.

    `key` names the event, so a replay is recognised: it is the provider's id, the status and
    the code. The message's state is folded from these rows, in any order, any number of times.
    """

    provider = models.CharField(max_length=30)
    kind = models.CharField(max_length=20)  # receipt, key_press, inbound, look_up
    key = models.CharField(max_length=200)
    message = models.ForeignKey(
        Message, models.PROTECT, null=True, blank=True, related_name="events"
    )
    attempt = models.PositiveSmallIntegerField(null=True, blank=True)
    payload = models.JSONField()
    received_at = models.DateTimeField()
    folded_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["provider", "key"], name="provider_event_once")
        ]
        indexes = [
            models.Index(
                F("id"), condition=Q(folded_at__isnull=True), name="provider_event_unfolded"
            )
        ]

    def __str__(self) -> str:
        return f"provider event {self.pk}"


class MailboxPlace(models.Model):
    """How far a mailbox was read whose server keeps no keyword of ours.

    Its numbers count only under the same `uid_validity` (RFC 9051, 2.3.1.1).
    """

    mailbox = models.CharField(max_length=700, primary_key=True)  # user name, server and folder
    uid_validity = models.BigIntegerField()
    last_uid = models.BigIntegerField()

    def __str__(self) -> str:
        return f"mailbox place {self.mailbox}"


class Reply(models.Model):
    """Something a person sent us: a text, or a key pressed during a call.

    `meaning` is stop, start, help, confirm, call_back or unclear; staff see the unclear ones
    until `seen_at`. `answer` is what we sent back, if anything.
    """

    practice = models.ForeignKey(Practice, models.CASCADE, related_name="replies")
    event = models.OneToOneField(ProviderEvent, models.PROTECT)
    channel = models.CharField(max_length=10, choices=CHANNELS)
    address = models.CharField(max_length=254)
    patient = models.ForeignKey(Patient, models.SET_NULL, null=True, blank=True)
    message = models.ForeignKey(Message, models.SET_NULL, null=True, blank=True)
    text = models.TextField()
    meaning = models.CharField(max_length=20)
    answer = models.TextField(blank=True)
    received_at = models.DateTimeField()
    seen_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name_plural = "replies"
        indexes = [
            models.Index(fields=["practice", "-received_at"], name="reply_by_practice"),
            models.Index(fields=["practice", "address", "received_at"], name="reply_by_address"),
        ]

    def __str__(self) -> str:
        return f"reply {self.pk}"


class LinkEvent(models.Model):
    """Something a person did on the page behind a message's link, by a button; never by looking."""

    practice = models.ForeignKey(Practice, models.CASCADE)
    message = models.ForeignKey(Message, models.PROTECT, related_name="link_events")
    act = models.CharField(max_length=30, choices=choices(LinkAct))
    at = models.DateTimeField()

    class Meta:
        constraints = [one_of("act", LinkAct, name="link_event_act_known")]

    def __str__(self) -> str:
        return f"link event {self.pk}"
