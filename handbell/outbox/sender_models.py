"""Who messages go out as: a sender's pace and budgets, its breakers, its papers.

The tables belong to `outbox.models`, which takes them in.
"""

from datetime import datetime

from django.db import models
from django.db.models import Q

from handbell.access.models import CHANNELS, PURPOSES, Practice, choices, one_of
from handbell.vocabulary.words import BreakerState, Channel, Purpose, Registration, Signal


class Sender(models.Model):
    """The number or from-address we send as, with its pacing and its budgets.

    `tokens` (as of `tokens_at`) is how many segments of texts, or calls or e-mails, may leave
    now; it refills at `rate_per_second` up to `burst`. `paused_until` in the future, or
    `paused_reason` without it, means nothing leaves; a person or time lifts it. While
    `emergency_passes` a person has said that emergency notices leave all the same.

    Whatever counts against a limit is counted here, in the row that a claim locks, so that many
    workers share one budget; policy.budgets says what the numbers mean.
    """

    practice = models.ForeignKey(Practice, models.CASCADE, related_name="senders")
    channel = models.CharField(max_length=10, choices=CHANNELS)
    address = models.CharField(max_length=254)
    provider = models.CharField(max_length=30)
    rate_per_second = models.FloatField(default=1.0)
    burst = models.PositiveIntegerField(default=20)
    tokens = models.FloatField(default=20.0)
    tokens_at = models.DateTimeField(null=True, blank=True)
    daily_limit = models.PositiveIntegerField(null=True, blank=True)
    sent_on = models.DateField(null=True, blank=True)  # the practice-local day sent_today counts
    sent_today = models.PositiveIntegerField(default=0)
    paused_until = models.DateTimeField(null=True, blank=True)
    paused_reason = models.CharField(max_length=120, blank=True)
    retired = models.BooleanField(default=False)  # no longer named in the settings
    registration = models.CharField(
        max_length=30,
        choices=choices(Registration),
        default=Registration.UNKNOWN,
        db_default=Registration.UNKNOWN,
    )
    hourly_limit = models.PositiveIntegerField(null=True, blank=True)
    hour = models.DateTimeField(null=True, blank=True)  # the hour sent_this_hour counts
    sent_this_hour = models.PositiveIntegerField(default=0, db_default=0)
    carrier_day = models.DateField(null=True, blank=True)  # the Pacific day segments_today counts
    segments_today = models.PositiveIntegerField(default=0, db_default=0)
    new_since = models.DateField(null=True, blank=True)  # a new sender begins slowly; None: known
    emergency_passes = models.BooleanField(default=False, db_default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["practice", "channel", "address"], name="sender_known_once"
            ),
            one_of("registration", Registration, name="sender_registration_known"),
            one_of("channel", Channel, name="sender_channel_known"),
            models.CheckConstraint(condition=Q(rate_per_second__gt=0), name="sender_rate_positive"),
            models.CheckConstraint(condition=Q(burst__gt=0), name="sender_burst_positive"),
        ]

    def __str__(self) -> str:
        return f"{self.channel} sender {self.pk}"

    def is_paused(self, now: datetime) -> bool:
        """Return whether nothing may leave by this sender at `now`."""
        if self.paused_until is not None:
            return self.paused_until > now
        return bool(self.paused_reason)


class Breaker(models.Model):
    """What one sender may do for one purpose. No row: closed, and never anything else.

    The room `reputation` moves it; a claim reads it while it holds the sender. Rates count what
    left since `counts_from`, so that a breaker that closed does not open for what it opened for
    before. `trickle_left` counts down while HALF_OPEN; `trips` is how often it opened in a row.
    """

    sender = models.ForeignKey(Sender, models.CASCADE, related_name="breakers")
    purpose = models.CharField(max_length=30, choices=PURPOSES)
    state = models.CharField(
        max_length=20, choices=choices(BreakerState), default=BreakerState.CLOSED
    )
    signal = models.CharField(max_length=20, choices=choices(Signal), blank=True)
    count = models.PositiveIntegerField(default=0)  # of the signal, when the state changed
    out_of = models.PositiveIntegerField(default=0)
    since = models.DateTimeField()
    until = models.DateTimeField(null=True, blank=True)  # when a pause ends in a trickle
    counts_from = models.DateTimeField(null=True, blank=True)
    trickle_left = models.PositiveIntegerField(default=0)
    trips = models.PositiveSmallIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["sender", "purpose"], name="breaker_once"),
            one_of("purpose", Purpose, name="breaker_purpose_known"),
            one_of("state", BreakerState, name="breaker_state_known"),
            models.CheckConstraint(
                condition=~Q(state=BreakerState.PAUSED) | Q(until__isnull=False),
                name="breaker_pause_ends",
            ),
            models.CheckConstraint(
                condition=~Q(purpose=Purpose.EMERGENCY_NOTICE)
                | Q(state__in=[BreakerState.CLOSED, BreakerState.WARNED]),
                name="breaker_never_stops_an_emergency",
            ),
        ]

    def __str__(self) -> str:
        return f"breaker {self.pk}"


class MailDomain(models.Model):
    """A mailbox provider that asked a sender for less: held, then let in one by one again.

    Gmail, 4.7.28: stop for ten minutes or more, resume on one connection, add one at a time. The
    row goes when the provider takes as many at once as any other.
    """

    sender = models.ForeignKey(Sender, models.CASCADE, related_name="domains")
    domain = models.CharField(max_length=253)
    held_until = models.DateTimeField()
    at_once = models.PositiveSmallIntegerField(default=1)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["sender", "domain"], name="mail_domain_once")
        ]

    def __str__(self) -> str:
        return f"mail domain {self.pk}"


class SenderPapers(models.Model):
    """What a practice says of a sender beside its class: registered, signed for, contracted.

    Written by staff from their provider's papers; `policy.registration` and the checks of a domain
    read it. `agreement_on` is the day of the business associate agreement with the provider.
    """

    sender = models.OneToOneField(Sender, models.CASCADE, related_name="papers")
    agreement_on = models.DateField(null=True, blank=True)
    dkim_selector = models.CharField(max_length=63, blank=True)
    legal_name = models.CharField(max_length=120, blank=True)
    own_tax_number = models.BooleanField(default=False)
    campaign = models.CharField(max_length=60, blank=True)
    privacy_url = models.URLField(blank=True)
    says_not_shared = models.BooleanField(default=False)
    says_how_to_stop = models.BooleanField(default=False)
    declares_links_and_phone = models.BooleanField(default=False)
    consent_is_separate = models.BooleanField(default=False)

    def __str__(self) -> str:
        return f"papers {self.pk}"
