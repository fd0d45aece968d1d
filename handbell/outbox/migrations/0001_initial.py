"""The room's tables, with their constraints and indexes."""

import django.contrib.postgres.fields
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import handbell.outbox.models
import handbell.vocabulary.words
from handbell.access.first_tables import CreateTables


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("access", "0001_initial"),
        ("facts", "0001_initial"),
    ]

    operations = [
        CreateTables(
            [
                migrations.CreateModel(
                    name="Sender",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True,
                                primary_key=True,
                                serialize=False,
                                verbose_name="ID",
                            ),
                        ),
                        (
                            "practice",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="senders",
                                to="access.practice",
                            ),
                        ),
                        (
                            "channel",
                            models.CharField(
                                choices=[("sms", "Sms"), ("voice", "Voice"), ("email", "Email")],
                                max_length=10,
                            ),
                        ),
                        ("address", models.CharField(max_length=254)),
                        ("provider", models.CharField(max_length=30)),
                        ("rate_per_second", models.FloatField(default=1.0)),
                        ("burst", models.PositiveIntegerField(default=20)),
                        ("tokens", models.FloatField(default=20.0)),
                        ("tokens_at", models.DateTimeField(blank=True, null=True)),
                        ("daily_limit", models.PositiveIntegerField(blank=True, null=True)),
                        ("sent_on", models.DateField(blank=True, null=True)),
                        ("sent_today", models.PositiveIntegerField(default=0)),
                        ("paused_until", models.DateTimeField(blank=True, null=True)),
                        ("paused_reason", models.CharField(blank=True, max_length=120)),
                        ("retired", models.BooleanField(default=False)),
                        (
                            "registration",
                            models.CharField(
                                choices=[
                                    ("unknown", "Unknown"),
                                    ("dlc_high", "Dlc high"),
                                    ("dlc_middle", "Dlc middle"),
                                    ("dlc_low", "Dlc low"),
                                    ("dlc_low_volume", "Dlc low volume"),
                                    ("dlc_sole_proprietor", "Dlc sole proprietor"),
                                    ("toll_free", "Toll free"),
                                    ("short_code", "Short code"),
                                ],
                                db_default=handbell.vocabulary.words.Registration["UNKNOWN"],
                                default=handbell.vocabulary.words.Registration["UNKNOWN"],
                                max_length=30,
                            ),
                        ),
                        ("hourly_limit", models.PositiveIntegerField(blank=True, null=True)),
                        ("hour", models.DateTimeField(blank=True, null=True)),
                        ("sent_this_hour", models.PositiveIntegerField(db_default=0, default=0)),
                        ("carrier_day", models.DateField(blank=True, null=True)),
                        ("segments_today", models.PositiveIntegerField(db_default=0, default=0)),
                        ("new_since", models.DateField(blank=True, null=True)),
                        ("emergency_passes", models.BooleanField(db_default=False, default=False)),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("practice", "channel", "address"), name="sender_known_once"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    (
                                        "registration__in",
                                        [
                                            "unknown",
                                            "dlc_high",
                                            "dlc_middle",
                                            "dlc_low",
                                            "dlc_low_volume",
                                            "dlc_sole_proprietor",
                                            "toll_free",
                                            "short_code",
                                        ],
                                    )
                                ),
                                name="sender_registration_known",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("channel__in", ["sms", "voice", "email"])),
                                name="sender_channel_known",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("rate_per_second__gt", 0)),
                                name="sender_rate_positive",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("burst__gt", 0)), name="sender_burst_positive"
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Breaker",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True,
                                primary_key=True,
                                serialize=False,
                                verbose_name="ID",
                            ),
                        ),
                        (
                            "sender",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="breakers",
                                to="outbox.sender",
                            ),
                        ),
                        (
                            "purpose",
                            models.CharField(
                                choices=[
                                    ("appointment_reminder", "Appointment reminder"),
                                    ("balance_alert", "Balance alert"),
                                    ("emergency_notice", "Emergency notice"),
                                ],
                                max_length=30,
                            ),
                        ),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("closed", "Closed"),
                                    ("warned", "Warned"),
                                    ("paused", "Paused"),
                                    ("half_open", "Half open"),
                                ],
                                default=handbell.vocabulary.words.BreakerState["CLOSED"],
                                max_length=20,
                            ),
                        ),
                        (
                            "signal",
                            models.CharField(
                                blank=True,
                                choices=[
                                    ("hard_bounce", "Hard bounce"),
                                    ("complaint", "Complaint"),
                                    ("opt_out", "Opt out"),
                                    ("filtered", "Filtered"),
                                    ("error", "Error"),
                                    ("short_call", "Short call"),
                                ],
                                max_length=20,
                            ),
                        ),
                        ("count", models.PositiveIntegerField(default=0)),
                        ("out_of", models.PositiveIntegerField(default=0)),
                        ("since", models.DateTimeField()),
                        ("until", models.DateTimeField(blank=True, null=True)),
                        ("counts_from", models.DateTimeField(blank=True, null=True)),
                        ("trickle_left", models.PositiveIntegerField(default=0)),
                        ("trips", models.PositiveSmallIntegerField(default=0)),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("sender", "purpose"), name="breaker_once"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    (
                                        "purpose__in",
                                        [
                                            "appointment_reminder",
                                            "balance_alert",
                                            "emergency_notice",
                                        ],
                                    )
                                ),
                                name="breaker_purpose_known",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("state__in", ["closed", "warned", "paused", "half_open"])
                                ),
                                name="breaker_state_known",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(
                                        ("state", handbell.vocabulary.words.BreakerState["PAUSED"]),
                                        _negated=True,
                                    ),
                                    ("until__isnull", False),
                                    _connector="OR",
                                ),
                                name="breaker_pause_ends",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(
                                        (
                                            "purpose",
                                            handbell.vocabulary.words.Purpose["EMERGENCY_NOTICE"],
                                        ),
                                        _negated=True,
                                    ),
                                    (
                                        "state__in",
                                        [
                                            handbell.vocabulary.words.BreakerState["CLOSED"],
                                            handbell.vocabulary.words.BreakerState["WARNED"],
                                        ],
                                    ),
                                    _connector="OR",
                                ),
                                name="breaker_never_stops_an_emergency",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="MailDomain",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True,
                                primary_key=True,
                                serialize=False,
                                verbose_name="ID",
                            ),
                        ),
                        (
                            "sender",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="domains",
                                to="outbox.sender",
                            ),
                        ),
                        ("domain", models.CharField(max_length=253)),
                        ("held_until", models.DateTimeField()),
                        ("at_once", models.PositiveSmallIntegerField(default=1)),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("sender", "domain"), name="mail_domain_once"
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="SenderPapers",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True,
                                primary_key=True,
                                serialize=False,
                                verbose_name="ID",
                            ),
                        ),
                        (
                            "sender",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="papers",
                                to="outbox.sender",
                            ),
                        ),
                        ("agreement_on", models.DateField(blank=True, null=True)),
                        ("dkim_selector", models.CharField(blank=True, max_length=63)),
                        ("legal_name", models.CharField(blank=True, max_length=120)),
                        ("own_tax_number", models.BooleanField(default=False)),
                        ("campaign", models.CharField(blank=True, max_length=60)),
                        ("privacy_url", models.URLField(blank=True)),
                        ("says_not_shared", models.BooleanField(default=False)),
                        ("says_how_to_stop", models.BooleanField(default=False)),
                        ("declares_links_and_phone", models.BooleanField(default=False)),
                        ("consent_is_separate", models.BooleanField(default=False)),
                    ],
                ),
                migrations.CreateModel(
                    name="Sending",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True,
                                primary_key=True,
                                serialize=False,
                                verbose_name="ID",
                            ),
                        ),
                        (
                            "practice",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, to="access.practice"
                            ),
                        ),
                        (
                            "closure",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="sendings",
                                to="facts.closure",
                            ),
                        ),
                        (
                            "kind",
                            models.CharField(
                                choices=[("closing", "Closing"), ("all_clear", "All clear")],
                                max_length=20,
                            ),
                        ),
                        (
                            "channel",
                            models.CharField(
                                choices=[("sms", "Sms"), ("voice", "Voice"), ("email", "Email")],
                                max_length=10,
                            ),
                        ),
                        ("day", models.DateField()),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("awaiting", "Awaiting"),
                                    ("going", "Going"),
                                    ("paused", "Paused"),
                                    ("stopped", "Stopped"),
                                    ("declined", "Declined"),
                                ],
                                max_length=20,
                            ),
                        ),
                        ("counted", models.PositiveIntegerField()),
                        ("unreached_only", models.BooleanField(default=False)),
                        ("untold_only", models.BooleanField(default=False)),
                        ("through_pause", models.BooleanField(default=False)),
                        (
                            "unwritten",
                            django.contrib.postgres.fields.ArrayField(
                                base_field=models.BigIntegerField(),
                                blank=True,
                                default=list,
                                size=None,
                            ),
                        ),
                        (
                            "pressed_by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        ("pressed_at", models.DateTimeField()),
                        (
                            "agreed_by",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        ("went_at", models.DateTimeField(blank=True, null=True)),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(
                                    models.Q(("state", "declined"), _negated=True),
                                    ("untold_only", False),
                                ),
                                fields=("closure", "kind", "channel", "day"),
                                name="sending_once_a_day",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("kind__in", ["closing", "all_clear"])),
                                name="sending_kind_known",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("channel__in", ["sms", "voice", "email"])),
                                name="sending_channel_known",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    (
                                        "state__in",
                                        ["awaiting", "going", "paused", "stopped", "declined"],
                                    )
                                ),
                                name="sending_state_known",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("agreed_by__isnull", True),
                                    models.Q(("agreed_by", models.F("pressed_by")), _negated=True),
                                    _connector="OR",
                                ),
                                name="sending_agreed_by_another",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Message",
                    fields=[
                        ("id", models.BigAutoField(primary_key=True, serialize=False)),
                        (
                            "practice",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="messages",
                                to="access.practice",
                            ),
                        ),
                        (
                            "purpose",
                            models.CharField(
                                choices=[
                                    ("appointment_reminder", "Appointment reminder"),
                                    ("balance_alert", "Balance alert"),
                                    ("emergency_notice", "Emergency notice"),
                                ],
                                max_length=30,
                            ),
                        ),
                        (
                            "channel",
                            models.CharField(
                                choices=[("sms", "Sms"), ("voice", "Voice"), ("email", "Email")],
                                max_length=10,
                            ),
                        ),
                        (
                            "patient",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="messages",
                                to="facts.patient",
                            ),
                        ),
                        (
                            "appointment",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="messages",
                                to="facts.appointment",
                            ),
                        ),
                        ("subject_id", models.BigIntegerField()),
                        ("subject_revision", models.IntegerField(default=1)),
                        ("step", models.CharField(max_length=40)),
                        (
                            "recipient",
                            models.CharField(
                                choices=[
                                    ("patient", "Patient"),
                                    ("guardian", "Guardian"),
                                    ("guarantor", "Guarantor"),
                                    ("caregiver", "Caregiver"),
                                ],
                                max_length=20,
                            ),
                        ),
                        ("address", models.CharField(blank=True, max_length=254)),
                        (
                            "sender",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                to="outbox.sender",
                            ),
                        ),
                        (
                            "sending",
                            models.ForeignKey(
                                blank=True,
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                to="outbox.sending",
                            ),
                        ),
                        ("visit_date", models.DateField(blank=True, null=True)),
                        ("priority", models.SmallIntegerField()),
                        ("planned_for", models.DateTimeField()),
                        ("due_at", models.DateTimeField()),
                        ("useful_until", models.DateTimeField()),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("queued", "Queued"),
                                    ("claimed", "Claimed"),
                                    ("accepted", "Accepted"),
                                    ("delivered", "Delivered"),
                                    ("undelivered", "Undelivered"),
                                    ("failed", "Failed"),
                                    ("in_doubt", "In doubt"),
                                    ("withheld", "Withheld"),
                                    ("cancelled", "Cancelled"),
                                    ("expired", "Expired"),
                                ],
                                default=handbell.vocabulary.words.MessageState["QUEUED"],
                                max_length=20,
                            ),
                        ),
                        (
                            "objection",
                            models.CharField(
                                blank=True,
                                choices=[
                                    ("no_consent", "No consent"),
                                    ("opted_out", "Opted out"),
                                    ("suppressed", "Suppressed"),
                                    ("no_contact_point", "No contact point"),
                                    ("minor_without_guardian", "Minor without guardian"),
                                    ("deceased", "Deceased"),
                                    ("inactive", "Inactive"),
                                    ("not_booked", "Not booked"),
                                    ("confirmed", "Confirmed"),
                                    ("moved", "Moved"),
                                    ("over_cap", "Over cap"),
                                    ("too_late", "Too late"),
                                    ("merged", "Merged"),
                                    ("below_minimum", "Below minimum"),
                                    ("no_recent_responsibility", "No recent responsibility"),
                                    ("paid", "Paid"),
                                    ("switched_off", "Switched off"),
                                    ("with_agency", "With agency"),
                                    ("past_due_call", "Past due call"),
                                    ("mode", "Mode"),
                                    ("content", "Content"),
                                    ("no_sender", "No sender"),
                                    ("quiet_hours", "Quiet hours"),
                                    ("settings_changed", "Settings changed"),
                                    ("provider_refused", "Provider refused"),
                                    ("tries_spent", "Tries spent"),
                                    ("closed", "Closed"),
                                    ("halted", "Halted"),
                                ],
                                max_length=40,
                            ),
                        ),
                        ("detail", models.CharField(blank=True, max_length=120)),
                        (
                            "code",
                            models.CharField(
                                default=handbell.outbox.models.link_code, max_length=24, unique=True
                            ),
                        ),
                        (
                            "merged_into",
                            models.ForeignKey(
                                blank=True,
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="merged",
                                to="outbox.message",
                            ),
                        ),
                        ("lease", models.UUIDField(blank=True, null=True)),
                        ("lease_until", models.DateTimeField(blank=True, null=True)),
                        ("attempts", models.PositiveSmallIntegerField(default=0)),
                        ("handed_over_at", models.DateTimeField(blank=True, null=True)),
                        ("look_up_at", models.DateTimeField(blank=True, null=True)),
                        ("changed_at", models.DateTimeField()),
                        ("created_at", models.DateTimeField()),
                    ],
                    options={
                        "indexes": [
                            models.Index(
                                models.F("sender"),
                                models.F("priority"),
                                models.F("due_at"),
                                models.F("id"),
                                condition=models.Q(("objection", ""), ("state", "queued")),
                                name="message_claimable",
                            ),
                            models.Index(
                                models.F("practice"),
                                models.F("due_at"),
                                condition=models.Q(("state", "queued")),
                                name="message_queued",
                            ),
                            models.Index(
                                models.F("useful_until"),
                                condition=models.Q(("state", "queued")),
                                name="message_useful",
                            ),
                            models.Index(
                                models.F("due_at"),
                                condition=models.Q(
                                    ("state", "queued"), models.Q(("objection", ""), _negated=True)
                                ),
                                name="message_objected_to",
                            ),
                            models.Index(
                                models.F("lease_until"),
                                condition=models.Q(("state", "claimed")),
                                name="message_leased",
                            ),
                            models.Index(
                                models.F("look_up_at"),
                                condition=models.Q(("state", "in_doubt")),
                                name="message_in_doubt",
                            ),
                            models.Index(
                                models.F("address"),
                                models.F("visit_date"),
                                condition=models.Q(
                                    ("purpose", "appointment_reminder"), ("state", "queued")
                                ),
                                name="message_companions",
                            ),
                            models.Index(
                                models.F("merged_into"),
                                condition=models.Q(("merged_into__isnull", False)),
                                name="message_merged",
                            ),
                            models.Index(fields=["patient", "due_at"], name="message_by_patient"),
                            models.Index(
                                models.F("practice"),
                                models.F("objection"),
                                models.F("due_at"),
                                models.F("id"),
                                condition=models.Q(("objection", ""), _negated=True),
                                name="message_by_reason",
                            ),
                            models.Index(
                                models.F("sending"),
                                models.F("state"),
                                models.F("address"),
                                condition=models.Q(("sending__isnull", False)),
                                name="message_by_sending",
                            ),
                            models.Index(
                                fields=["practice", "due_at", "id"], name="message_by_practice"
                            ),
                            models.Index(
                                models.F("practice"),
                                models.F("address"),
                                models.F("handed_over_at"),
                                condition=models.Q(("handed_over_at__isnull", False)),
                                name="message_by_address",
                            ),
                            models.Index(
                                models.F("practice"),
                                models.F("address"),
                                condition=models.Q(
                                    ("attempts__gt", 0), ("handed_over_at__isnull", True)
                                ),
                                name="message_tried",
                            ),
                            models.Index(
                                models.F("practice"),
                                models.F("detail"),
                                models.F("changed_at"),
                                condition=models.Q(("detail", ""), _negated=True),
                                name="message_by_code",
                            ),
                        ],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=(
                                    "practice",
                                    "purpose",
                                    "subject_id",
                                    "subject_revision",
                                    "step",
                                    "channel",
                                    "recipient",
                                ),
                                name="message_once_per_touch",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    (
                                        "purpose__in",
                                        [
                                            "appointment_reminder",
                                            "balance_alert",
                                            "emergency_notice",
                                        ],
                                    )
                                ),
                                name="message_purpose_known",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("channel__in", ["sms", "voice", "email"])),
                                name="message_channel_known",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    (
                                        "state__in",
                                        [
                                            "queued",
                                            "claimed",
                                            "accepted",
                                            "delivered",
                                            "undelivered",
                                            "failed",
                                            "in_doubt",
                                            "withheld",
                                            "cancelled",
                                            "expired",
                                        ],
                                    )
                                ),
                                name="message_state_known",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("objection", ""),
                                    (
                                        "objection__in",
                                        [
                                            "no_consent",
                                            "opted_out",
                                            "suppressed",
                                            "no_contact_point",
                                            "minor_without_guardian",
                                            "deceased",
                                            "inactive",
                                            "not_booked",
                                            "confirmed",
                                            "moved",
                                            "over_cap",
                                            "too_late",
                                            "merged",
                                            "below_minimum",
                                            "no_recent_responsibility",
                                            "paid",
                                            "switched_off",
                                            "with_agency",
                                            "past_due_call",
                                            "mode",
                                            "content",
                                            "no_sender",
                                            "quiet_hours",
                                            "settings_changed",
                                            "provider_refused",
                                            "tries_spent",
                                            "closed",
                                            "halted",
                                        ],
                                    ),
                                    _connector="OR",
                                ),
                                name="message_objection_known",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("state", "claimed"), _negated=True),
                                    models.Q(
                                        ("lease__isnull", False), ("lease_until__isnull", False)
                                    ),
                                    _connector="OR",
                                ),
                                name="message_claimed_has_lease",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(
                                        ("state__in", ["withheld", "cancelled", "expired"]),
                                        _negated=True,
                                    ),
                                    models.Q(("objection", ""), _negated=True),
                                    _connector="OR",
                                ),
                                name="message_not_sent_has_reason",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(
                                        (
                                            "state__in",
                                            ["claimed", "accepted", "delivered", "in_doubt"],
                                        ),
                                        _negated=True,
                                    ),
                                    models.Q(
                                        models.Q(("address", ""), _negated=True),
                                        ("sender__isnull", False),
                                    ),
                                    _connector="OR",
                                ),
                                name="message_handed_over_has_address",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("purpose", "appointment_reminder"), _negated=True),
                                    ("appointment__isnull", False),
                                    _connector="OR",
                                ),
                                name="message_reminder_has_appointment",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("purpose", "emergency_notice"),
                                    ("sending__isnull", True),
                                    _connector="OR",
                                ),
                                name="message_of_a_sending_is_a_notice",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Attempt",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True,
                                primary_key=True,
                                serialize=False,
                                verbose_name="ID",
                            ),
                        ),
                        (
                            "message",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="tries",
                                to="outbox.message",
                            ),
                        ),
                        ("number", models.PositiveSmallIntegerField()),
                        (
                            "sender",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                to="outbox.sender",
                            ),
                        ),
                        ("subject", models.CharField(blank=True, max_length=200)),
                        ("text", models.TextField()),
                        ("voicemail", models.TextField(blank=True)),
                        ("language", models.CharField(blank=True, max_length=10)),
                        ("segments", models.PositiveSmallIntegerField(default=0)),
                        ("claimed_at", models.DateTimeField()),
                        ("settled_at", models.DateTimeField(blank=True, null=True)),
                        ("outcome", models.CharField(blank=True, max_length=20)),
                        ("provider_id", models.CharField(blank=True, max_length=120)),
                        ("code", models.CharField(blank=True, max_length=40)),
                    ],
                    options={
                        "indexes": [
                            models.Index(
                                condition=models.Q(("provider_id", ""), _negated=True),
                                fields=["provider_id"],
                                name="attempt_by_provider_id",
                            ),
                            models.Index(
                                models.F("sender"),
                                models.OrderBy(models.F("id"), descending=True),
                                condition=models.Q(("code", ""), _negated=True),
                                name="attempt_refused",
                            ),
                            models.Index(fields=["sender", "claimed_at"], name="attempt_by_sender"),
                        ],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("message", "number"), name="attempt_numbered_once"
                            )
                        ],
                    },
                ),
            ]
        ),
    ]
