"""Practices, their facilities and settings, and the staff who may sign in."""

from datetime import time
from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from handbell.vocabulary.words import (
    AuditAct,
    BalanceFrequency,
    Channel,
    PermissionLevel,
    Purpose,
    ReminderMode,
)

#: The languages there are staff pages in.
PAGE_LANGUAGES = ("en", "es")


def choices(words: type[Any]) -> list[tuple[str, str]]:
    """Return a closed list of the vocabulary as Django's choices."""
    return [(word.value, word.value.replace("_", " ").capitalize()) for word in words]


def one_of(field: str, words: type[Any], *, name: str) -> models.CheckConstraint:
    """Return the constraint that a column holds one of the vocabulary's values."""
    return models.CheckConstraint(
        condition=Q(**{f"{field}__in": [word.value for word in words]}), name=name
    )


class Practice(models.Model):
    """The tenant: a clinic group with its own patients, staff, senders and settings."""

    slug = models.SlugField(max_length=60, unique=True)
    name = models.CharField(max_length=120)
    region = models.CharField(max_length=2, default="US")  # how bare telephone numbers are read
    language = models.CharField(max_length=10, default="en")
    phone = models.CharField(max_length=16, blank=True)
    time_zone = models.CharField(max_length=60, blank=True)  # empty: the first facility's
    domains = ArrayField(models.CharField(max_length=253), default=list)
    payment_url = models.URLField(blank=True)
    reply_to = models.EmailField(blank=True, db_default="")  # empty: answers go where it came from
    reminder_mode = models.CharField(
        max_length=20, choices=choices(ReminderMode), default=ReminderMode.NORMAL
    )
    reminder_too_late_hours = models.PositiveSmallIntegerField(default=2)
    notify_changes = models.BooleanField(default=True, db_default=True)
    notify_cancellations = models.BooleanField(default=False, db_default=False)
    open_days_only = models.BooleanField(default=False, db_default=False)
    weekly_digest_from = models.PositiveSmallIntegerField(default=0, db_default=0)  # 0: no digest
    escalate = models.BooleanField(default=False, db_default=False)
    balance_frequency = models.CharField(
        max_length=20, choices=choices(BalanceFrequency), default=BalanceFrequency.EVERY_TWO_WEEKS
    )
    balance_at = models.TimeField(default=time(10, 0))
    balance_minimum = models.DecimalField(max_digits=9, decimal_places=2, default=5)
    # A notice to more people than this waits until a second person agrees; null: it never does.
    second_person_above = models.PositiveIntegerField(null=True, blank=True)
    balance_by_voice = models.BooleanField(default=False, db_default=False)
    balance_says_amount = models.BooleanField(default=False, db_default=False)
    windows = models.JSONField(default=dict)  # {"sms": ["08:00", "20:00"], ...}; empty = defaults
    second_factor_required = models.BooleanField(default=False, db_default=False)  # of everybody
    idle_minutes = models.PositiveSmallIntegerField(
        default=15, db_default=15
    )  # then a session ends
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(idle_minutes__gte=1, idle_minutes__lte=480),
                name="practice_idle_minutes_bearable",
            ),
            one_of("reminder_mode", ReminderMode, name="practice_reminder_mode_known"),
            models.CheckConstraint(
                condition=Q(weekly_digest_from=0)
                | Q(weekly_digest_from__gte=2, weekly_digest_from__lte=7),
                name="practice_weekly_digest_of_several",
            ),
            one_of("balance_frequency", BalanceFrequency, name="practice_balance_frequency_known"),
            models.CheckConstraint(
                condition=Q(balance_minimum__gte=0), name="practice_balance_minimum_not_negative"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class ReminderSet(models.Model):
    """Reminder steps that some facilities or kinds of visit have instead of the practice's.

    A set without steps sends nothing.
    """

    practice = models.ForeignKey(Practice, models.CASCADE, related_name="reminder_sets")
    name = models.CharField(max_length=60)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["practice", "name"], name="reminder_set_known_once"),
        ]

    def __str__(self) -> str:
        return self.name


class Facility(models.Model):
    """A location: its name, telephone, address and, above all, its time zone.

    `reminder_set` None means the practice's steps; since `reminder_set_since` it is as it is.
    Since `closed_at` it is closed for good: offered no more, and all it has stays as it is.
    """

    practice = models.ForeignKey(Practice, models.CASCADE, related_name="facilities")
    external_id = models.CharField(max_length=120)
    name = models.CharField(max_length=120)
    phone = models.CharField(max_length=16, blank=True)
    address = models.CharField(max_length=300, blank=True)
    time_zone = models.CharField(max_length=60)
    reminder_set = models.ForeignKey(ReminderSet, models.PROTECT, null=True, blank=True)
    reminder_set_since = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["practice", "external_id"], name="facility_known_once"),
            models.CheckConstraint(
                condition=Q(phone="") | Q(phone__regex=r"^\+[1-9][0-9]{6,14}$"),
                name="facility_phone_is_e164",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class ReminderStep(models.Model):
    """One reminder of every visit: so long before, at such a time, by these channels.

    Exactly one of `days_before` (with `at`, facility-local) and `hours_before` is set. Empty
    `channels` means the channels the patient subscribed to. `key` names the step in dedup keys
    and reports and never changes; a step of the same moment in another set (`reminder_set` None:
    the practice's own) has the same, so a visit that changes sets is not reminded twice. A step
    added later (`since`) is not made up for: visits that were known then and whose moment had
    passed get nothing from it.
    """

    practice = models.ForeignKey(Practice, models.CASCADE, related_name="reminder_steps")
    reminder_set = models.ForeignKey(
        ReminderSet, models.CASCADE, null=True, blank=True, related_name="steps"
    )
    key = models.CharField(max_length=40)
    days_before = models.PositiveSmallIntegerField(null=True, blank=True)
    hours_before = models.PositiveSmallIntegerField(null=True, blank=True)
    at = models.TimeField(null=True, blank=True)
    channels = ArrayField(models.CharField(max_length=10), default=list, blank=True)
    when_confirmed = models.BooleanField(default=False)
    since = models.DateTimeField(null=True, blank=True)  # null: from the start

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["practice", "reminder_set", "key"],
                nulls_distinct=False,
                name="reminder_step_known_once",
            ),
            models.CheckConstraint(
                condition=Q(days_before__isnull=False, at__isnull=False, hours_before__isnull=True)
                | Q(days_before__isnull=True, at__isnull=True, hours_before__isnull=False),
                name="reminder_step_days_or_hours",
            ),
            models.CheckConstraint(
                condition=Q(channels__contained_by=[channel.value for channel in Channel]),
                name="reminder_step_channels_known",
            ),
        ]
        ordering = [F("days_before").desc(nulls_last=True), F("hours_before").desc(nulls_last=True)]

    def __str__(self) -> str:
        return self.key


class StaffManager(BaseUserManager["StaffMember"]):
    """Makes staff members; the e-mail address is the login."""

    def create_user(
        self,
        *,
        practice: Practice,
        email: str,
        name: str,
        level: PermissionLevel,
        password: str | None = None,
    ) -> "StaffMember":
        """Return a new staff member of `practice` with a hashed password."""
        member = self.model(
            practice=practice, email=self.normalize_email(email).lower(), name=name, level=level
        )
        member.set_password(password)
        member.save(using=self._db)
        return member

    def get_by_natural_key(self, username: str | None) -> "StaffMember":
        return self.get(email=(username or "").lower())


class StaffMember(AbstractBaseUser):
    """A person of the practice who may sign in, at one permission level.

    `language` is the one they read pages in; empty means the one their browser asks for.
    """

    practice = models.ForeignKey(Practice, models.CASCADE, related_name="staff")
    email = models.EmailField(unique=True)
    name = models.CharField(max_length=120)
    level = models.CharField(max_length=30, choices=choices(PermissionLevel))
    limit_financial = models.BooleanField(default=False)
    limit_messaging = models.BooleanField(default=False)
    may_run_reports = models.BooleanField(default=False)
    language = models.CharField(max_length=10, blank=True, default="", db_default="")  # of pages
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField(auto_now_add=True)

    objects: ClassVar[StaffManager] = StaffManager()

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name", "level"]

    class Meta:
        constraints = [
            one_of("level", PermissionLevel, name="staff_level_known"),
            models.CheckConstraint(
                condition=Q(language__in=["", *PAGE_LANGUAGES]), name="staff_language_known"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class StaffSession(models.Model):
    """A browser in which a staff member signed in. The session itself is Django's.

    `device` is what the browser calls itself, kept so that a person recognises it.
    """

    staff = models.ForeignKey(StaffMember, models.CASCADE, related_name="sessions")
    session_key = models.CharField(max_length=40, unique=True)
    device = models.CharField(max_length=300, blank=True)
    signed_in_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"session {self.pk}"


class Lockout(models.Model):
    """How often a secret was tried lately: a password for one address, or a code of one login;
    one patient's birth date, or links nobody has from one computer.

    `key` is a hash, so that the table does not say which addresses were tried.
    """

    key = models.CharField(max_length=64, primary_key=True)
    tries = models.PositiveIntegerField()
    since = models.DateTimeField()
    locked_until = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"lockout {self.key[:8]}"


class AuditEvent(models.Model):
    """Something somebody did that others may have to account for; a link of a chain.

    Append-only (a trigger refuses UPDATE and DELETE). `number` counts within the practice from
    1 without gaps; `hash` is over the row and the `hash` of the one before, so that a row that
    was changed, removed or slipped in breaks the chain (`handbell audit verify`). `detail` names
    columns and words of closed lists, never a patient's name, number or text.
    """

    practice = models.ForeignKey(Practice, models.PROTECT)
    number = models.PositiveBigIntegerField()
    at = models.DateTimeField()
    staff = models.ForeignKey(StaffMember, models.PROTECT, null=True, blank=True)
    who = models.CharField(max_length=120)  # as they were called then; "handbell", "the patient"
    act = models.CharField(max_length=40, choices=choices(AuditAct))
    subject = models.CharField(max_length=60, blank=True)  # "patient 12", "script 3"
    detail = models.JSONField(default=dict)
    hash = models.CharField(max_length=64)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["practice", "number"], name="audit_numbered_once"),
            one_of("act", AuditAct, name="audit_act_known"),
        ]
        indexes = [
            models.Index(fields=["practice", "subject", "number"], name="audit_by_subject"),
            models.Index(fields=["practice", "act", "number"], name="audit_by_act"),
            models.Index(fields=["practice", "staff", "number"], name="audit_by_staff"),
        ]

    def __str__(self) -> str:
        return f"audit {self.practice_id}.{self.number}"


PURPOSES = choices(Purpose)
CHANNELS = choices(Channel)
