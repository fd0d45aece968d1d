"""What the clinic told us. Columns and constraints only; operations.py writes, queries.py reads.

Facts carry the moment they take effect (`booked_at`, `at`, `effective_at`): every question is
asked "as of" a moment, so a rehearsal and the real thing read the same rows the same way.
"""

from django.db import models
from django.db.models import Q

from handbell.access.models import (
    CHANNELS,
    PURPOSES,
    Facility,
    Practice,
    ReminderSet,
    choices,
    one_of,
)
from handbell.facts.closure_models import Closure, ClosureCall, ClosureExclusion
from handbell.vocabulary.words import (
    AppointmentStatus,
    BalancePreference,
    Channel,
    ConsentKind,
    ContactKind,
    LedgerKind,
    PatientStatus,
    Purpose,
    Recipient,
    SuppressionKind,
)

__all__ = [
    "Appointment",
    "AppointmentType",
    "Change",
    "Closure",
    "ClosureCall",
    "ClosureExclusion",
    "Consent",
    "ContactPoint",
    "LedgerEntry",
    "MarketingPermission",
    "Owing",
    "Patient",
    "Suppression",
    "Unreachable",
]


class Patient(models.Model):
    """A person the practice treats. Starts with no subscription to anything.

    `to_guardian` says that an adult wants a caregiver to be written to instead; that person's
    name and contact points stand where a minor's guardian's do. The caregiver of
    `caregiver_name` is written to besides, of visits only and by a consent of their own; the
    guarantor of balances, instead of the patient. `with_agency`: the account is at a collection
    agency, and nothing of ours speaks of it.
    """

    practice = models.ForeignKey(Practice, models.CASCADE, related_name="patients")
    external_id = models.CharField(max_length=120)
    first_name = models.CharField(max_length=300)
    last_name = models.CharField(max_length=300)
    preferred_name = models.CharField(max_length=300, blank=True)
    birth_date = models.DateField(null=True, blank=True)
    language = models.CharField(max_length=20, blank=True)  # BCP 47; empty = the practice's
    status = models.CharField(
        max_length=20, choices=choices(PatientStatus), default=PatientStatus.ACTIVE
    )
    deceased = models.BooleanField(default=False)
    time_zone = models.CharField(max_length=60, blank=True)
    facility = models.ForeignKey(Facility, models.SET_NULL, null=True, blank=True)
    guardian_name = models.CharField(max_length=300, blank=True)
    guarantor_name = models.CharField(max_length=300, blank=True, db_default="")
    caregiver_name = models.CharField(max_length=300, blank=True, db_default="")
    to_guardian = models.BooleanField(default=False, db_default=False)
    balance_alerts = models.CharField(
        max_length=20,
        choices=choices(BalancePreference),
        default=BalancePreference.PRACTICE,
        db_default=BalancePreference.PRACTICE.value,
    )

    with_agency = models.BooleanField(default=False, db_default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["practice", "external_id"], name="patient_known_once"),
            one_of("status", PatientStatus, name="patient_status_known"),
            one_of("balance_alerts", BalancePreference, name="patient_balance_alerts_known"),
        ]
        indexes = [
            models.Index(
                fields=["practice", "last_name", "first_name", "id"], name="patient_by_name"
            )
        ]

    def __str__(self) -> str:
        return f"patient {self.pk}"


class ContactPoint(models.Model):
    """One address of a patient, or of who stands beside them. The row outlives its value."""

    practice = models.ForeignKey(Practice, models.CASCADE)
    patient = models.ForeignKey(Patient, models.CASCADE, related_name="contact_points")
    owner = models.CharField(max_length=20, choices=choices(Recipient))
    kind = models.CharField(max_length=20, choices=choices(ContactKind))
    value = models.CharField(max_length=254)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["patient", "owner", "kind"], name="contact_point_one_of_each_kind"
            ),
            one_of("owner", Recipient, name="contact_point_owner_known"),
            models.CheckConstraint(
                condition=(
                    Q(kind__in=["mobile_phone", "home_phone"])
                    & Q(value__regex=r"^\+[1-9][0-9]{6,14}$")
                )
                | (Q(kind="email") & Q(value__contains="@")),
                name="contact_point_value_fits_kind",
            ),
        ]
        indexes = [models.Index(fields=["practice", "value"], name="contact_point_by_value")]

    def __str__(self) -> str:
        return f"contact point {self.pk}"


class AppointmentType(models.Model):
    """A kind of visit, practice-wide. Blocks that are not visits are excluded from reminders.

    `reminder_set` None means the steps of the visit's facility.
    """

    practice = models.ForeignKey(Practice, models.CASCADE)
    name = models.CharField(max_length=120)
    reminders = models.BooleanField(default=True)
    reminder_set = models.ForeignKey(ReminderSet, models.PROTECT, null=True, blank=True)
    reminder_set_since = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["practice", "name"], name="appointment_type_known_once")
        ]

    def __str__(self) -> str:
        return self.name


class Appointment(models.Model):
    """A visit. `revision` rises whenever its time or place changes, or it is booked anew.

    `confirmed_by_patient` means something while it is confirmed: who else said so was staff, or
    the clinic's own system.
    """

    practice = models.ForeignKey(Practice, models.CASCADE)
    external_id = models.CharField(max_length=200)
    patient = models.ForeignKey(Patient, models.CASCADE, related_name="appointments")
    facility = models.ForeignKey(Facility, models.PROTECT)
    type = models.ForeignKey(AppointmentType, models.PROTECT, null=True, blank=True)
    provider_name = models.CharField(max_length=120, blank=True)
    starts_at = models.DateTimeField()
    duration_minutes = models.PositiveIntegerField(default=0)
    status = models.CharField(max_length=20, choices=choices(AppointmentStatus))
    booked_at = models.DateTimeField(null=True, blank=True)  # null: known from the start
    revision = models.PositiveIntegerField(default=1)
    confirmed_by_patient = models.BooleanField(default=False, db_default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["practice", "external_id"], name="appointment_known_once"
            ),
            one_of("status", AppointmentStatus, name="appointment_status_known"),
        ]
        indexes = [
            models.Index(fields=["patient", "starts_at"], name="appointment_by_patient"),
            models.Index(fields=["practice", "starts_at", "id"], name="appointment_in_order"),
        ]

    def __str__(self) -> str:
        return f"appointment {self.pk}"


class LedgerEntry(models.Model):
    """Money owed or settled; the balance is the sum of what is in effect.

    `amount` is positive for a responsibility and a payment; an adjustment may be negative
    (which raises the balance). `effective_at` is the start of `entry_date` where the patient's
    facility is.
    """

    practice = models.ForeignKey(Practice, models.CASCADE)
    external_id = models.CharField(max_length=200)
    patient = models.ForeignKey(Patient, models.CASCADE, related_name="ledger")
    kind = models.CharField(max_length=20, choices=choices(LedgerKind))
    amount = models.DecimalField(max_digits=12, decimal_places=2)
    entry_date = models.DateField()
    effective_at = models.DateTimeField()
    description = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["practice", "external_id"], name="ledger_entry_known_once"
            ),
            one_of("kind", LedgerKind, name="ledger_kind_known"),
            models.CheckConstraint(
                condition=Q(kind="adjustment") | Q(amount__gt=0), name="ledger_amount_positive"
            ),
        ]
        indexes = [models.Index(fields=["patient", "entry_date"], name="ledger_by_patient")]

    def __str__(self) -> str:
        return f"ledger entry {self.pk}"


class Consent(models.Model):
    """One event in the append-only consent log: a trigger refuses UPDATE and DELETE.

    A subscription (a patient's switch per purpose and channel) is the newest event in effect.
    `wording` is what the person was told or wrote; `how` e.g. "paper form", "texted START".
    `of_caregiver`: the caregiver's own, for messages to them; it says nothing of the patient's.
    """

    practice = models.ForeignKey(Practice, models.PROTECT)
    patient = models.ForeignKey(Patient, models.PROTECT, related_name="consents")
    purpose = models.CharField(max_length=30, choices=PURPOSES)
    channel = models.CharField(max_length=10, choices=CHANNELS)
    kind = models.CharField(max_length=10, choices=choices(ConsentKind))
    at = models.DateTimeField()
    how = models.CharField(max_length=120)
    by = models.CharField(max_length=120)
    wording = models.TextField(blank=True)
    recorded_at = models.DateTimeField(auto_now_add=True)
    of_caregiver = models.BooleanField(default=False, db_default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["patient", "purpose", "channel", "kind", "at", "of_caregiver"],
                name="consent_recorded_once",
            ),
            one_of("purpose", Purpose, name="consent_purpose_known"),
            one_of("channel", Channel, name="consent_channel_known"),
            one_of("kind", ConsentKind, name="consent_kind_known"),
            models.CheckConstraint(
                condition=~Q(how="") & ~Q(by=""), name="consent_says_how_and_by_whom"
            ),
        ]
        indexes = [
            models.Index(
                fields=["patient", "purpose", "channel"],
                condition=Q(kind="withdrawn"),
                name="consent_withdrawn",
            )
        ]

    def __str__(self) -> str:
        return f"consent {self.pk}"


class MarketingPermission(models.Model):
    """One event of a log of its own: may the clinic promote itself to this patient, elsewhere?

    Append-only like the consent log, and no part of it: nothing Handbell sends asks for it. It
    tells the Patient Email Report whom a marketing tool may be given. The newest event decides;
    `wording` is what the person was told.
    """

    practice = models.ForeignKey(Practice, models.PROTECT)
    patient = models.ForeignKey(Patient, models.PROTECT, related_name="marketing_permissions")
    kind = models.CharField(max_length=10, choices=choices(ConsentKind))
    at = models.DateTimeField()
    how = models.CharField(max_length=120)
    by = models.CharField(max_length=120)
    wording = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["patient", "kind", "at"], name="marketing_permission_recorded_once"
            ),
            one_of("kind", ConsentKind, name="marketing_permission_kind_known"),
            models.CheckConstraint(
                condition=~Q(how="") & ~Q(by=""), name="marketing_permission_says_how_and_by_whom"
            ),
        ]

    def __str__(self) -> str:
        return f"marketing permission {self.pk}"


class Suppression(models.Model):
    """An address that must not be used on a channel, anywhere in the practice.

    An opt-out never expires: only a consent given after `at` lifts it, for the patient who
    gave it. The other kinds are lifted by a person (`lifted_at`) or by a new address.
    """

    practice = models.ForeignKey(Practice, models.CASCADE)
    address = models.CharField(max_length=254)
    channel = models.CharField(max_length=10, choices=CHANNELS)
    kind = models.CharField(max_length=20, choices=choices(SuppressionKind))
    at = models.DateTimeField()
    source = models.CharField(max_length=120)  # "replied STOP", "Twilio 30005" ...
    lifted_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["practice", "address", "channel", "kind", "at"],
                name="suppression_recorded_once",
            ),
            one_of("channel", Channel, name="suppression_channel_known"),
            one_of("kind", SuppressionKind, name="suppression_kind_known"),
        ]

    def __str__(self) -> str:
        return f"suppression {self.pk}"


class Owing(models.Model):
    """What a patient owes, since when, and what is expected of their next balance alert.

    Worked out from the ledger by the planner whenever it plans the patient, and never asked for a
    decision: it answers lists and totals over everybody who owes. Who owes nothing has no row.
    `next_at` None: nothing will go, because of `objection`.
    """

    patient = models.OneToOneField(Patient, models.CASCADE, primary_key=True, related_name="owing")
    practice = models.ForeignKey(Practice, models.CASCADE)
    amount = models.DecimalField(max_digits=20, decimal_places=2)  # a sum of many entries
    since = models.DateField()
    next_at = models.DateTimeField(null=True, blank=True)
    objection = models.CharField(max_length=40, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(amount__gt=0), name="owing_is_positive"),
            models.CheckConstraint(
                condition=Q(next_at__isnull=False, objection="")
                | Q(next_at__isnull=True) & ~Q(objection=""),
                name="owing_is_told_or_says_why_not",
            ),
        ]
        indexes = [
            models.Index(fields=["practice", "amount"], name="owing_by_amount"),
            models.Index(fields=["practice", "since"], name="owing_by_age"),
        ]

    def __str__(self) -> str:
        return f"owing {self.pk}"


class Unreachable(models.Model):
    """Somebody who wants reminders and whom none reaches, and why.

    Worked out by the planner whenever it plans the patient, and never asked for a decision, as
    `Owing` is not. Who can be reached, or asked for nothing, has no row.
    """

    patient = models.OneToOneField(
        Patient, models.CASCADE, primary_key=True, related_name="unreachable"
    )
    practice = models.ForeignKey(Practice, models.CASCADE)
    objection = models.CharField(max_length=40)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(objection=""), name="unreachable_says_why")
        ]

    def __str__(self) -> str:
        return f"unreachable {self.pk}"


class Change(models.Model):
    """From `at` on, something about this patient is different: plan again.

    Whoever writes a fact brings `at` forward to the moment the fact takes effect; the planner
    deletes the row, plans the patient and notes when the next thing comes near. A planner tick
    with nothing to do reads one index.
    """

    patient = models.OneToOneField(Patient, models.CASCADE, primary_key=True)
    practice = models.ForeignKey(Practice, models.CASCADE)
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["at", "patient"], name="change_by_moment")]

    def __str__(self) -> str:
        return f"change {self.pk}"
