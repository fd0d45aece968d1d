"""What follows when a patient answers: a visit is confirmed, a number is never used again."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Final

import structlog
from django.db import transaction
from django.db.models import Exists, F, OuterRef, QuerySet

from handbell.facts.lifting import lift_opt_out
from handbell.facts.models import Appointment, ContactPoint
from handbell.facts.operations import (
    confirm_appointments,
    consented_pairs,
    one_at_a_time,
    owners_at,
    record_consent,
    suppress,
)
from handbell.outbox.lifecycle import REACHED
from handbell.outbox.models import Message
from handbell.vocabulary.words import (
    AppointmentStatus,
    Channel,
    ConsentKind,
    Purpose,
    Recipient,
    SuppressionKind,
)

log = structlog.get_logger()

PHONE_CHANNELS = (Channel.SMS, Channel.VOICE)

#: How long a reminder's question stays open: longer than any lead time in use.
CONFIRM_OPEN_FOR = timedelta(days=35)


def visits_of(message: Message) -> list[int]:
    """Return the visits one message asked about: its own and those merged into it.

    A notice of a closure asks nothing: nobody confirms a visit by it.
    """
    return [
        appointment
        for appointment in _reminders(message).values_list("appointment_id", flat=True)
        if appointment is not None
    ]


def _reminders(message: Message) -> QuerySet[Message]:
    rows = Message.objects.filter(pk=message.pk) | Message.objects.filter(merged_into=message)
    return rows.exclude(purpose=Purpose.EMERGENCY_NOTICE)


def visits_as_told(message: Message) -> list[int]:
    """Return those of the visits that are still when and where the message said.

    And whose patient is still reached where it was sent: whoever has a former number now answers
    for nobody.
    """
    told = _reminders(message).filter(_STILL_THEIRS)
    as_told = told.filter(subject_revision=F("appointment__revision"))
    return list(as_told.values_list("appointment__pk", flat=True))


_STILL_THEIRS: Final = Exists(
    ContactPoint.objects.filter(
        patient=OuterRef("patient"), owner=OuterRef("recipient"), value=OuterRef("address")
    )
)


def confirm_visits(
    *, message: Message, how: str, now: datetime, shown: Iterable[int] | None = None
) -> int:
    """Confirm the visits a message spoke of; return how many were newly confirmed.

    `how` is a fixed word for the log: link, text or key. The page behind a link shows visits as
    they are now (`shown`); who answers a text or a call knows them only as they were told.
    """
    visits = visits_as_told(message) if shown is None else shown
    count = confirm_appointments(visits, now=now)
    log.info("visits.confirmed", message_id=message.pk, how=how, count=count)
    return count


def open_question(practice_id: int, address: str, *, now: datetime) -> Message | None:
    """Return the newest reminder sent to an address whose visit is ahead, booked and not moved.

    After a notice that a facility is closed there is none: "C" to that confirms no visit. Nor is
    there one of a patient who is reached elsewhere by now.
    """
    asked = (
        Message.objects.filter(
            _STILL_THEIRS,
            practice_id=practice_id,
            address=address,
            purpose=Purpose.APPOINTMENT_REMINDER,
            state__in=[state.value for state in REACHED],
            handed_over_at__gt=now - CONFIRM_OPEN_FOR,
            subject_revision=F("appointment__revision"),
            appointment__starts_at__gt=now,
            appointment__status__in=[AppointmentStatus.BOOKED, AppointmentStatus.CONFIRMED],
        )
        .order_by("-handed_over_at", "-id")
        .first()
    )
    if asked is None:
        return None
    closed_since = Message.objects.filter(
        practice_id=practice_id,
        address=address,
        purpose=Purpose.EMERGENCY_NOTICE,
        handed_over_at__gte=asked.handed_over_at,
    )
    return None if closed_since.exists() else asked


@transaction.atomic
def stop_address(
    *, practice_id: int, address: str, channels: Iterable[Channel], source: str, now: datetime
) -> bool:
    """Never text or call this number again, for anybody in the practice; False if known."""
    one_at_a_time(practice_id, address)
    return suppress(
        practice_id=practice_id,
        address=address,
        channels=channels,
        kind=SuppressionKind.OPTED_OUT,
        source=source,
        now=now,
    )


@transaction.atomic
def start_address(*, practice_id: int, address: str, wording: str, now: datetime) -> int:
    """Record the consent a START is; return for how many patients.

    It gives back what the people at this number had agreed to before, by text and by call; to
    somebody who never agreed to anything, reminders by text. Billing is never agreed to by a
    word (rules.md 16). Whoever only pays for a patient agrees to nothing for them: their START
    takes back the STOP of their own address.
    """
    owners = owners_at(practice_id, address)
    if any(Recipient.GUARANTOR in own for own in owners.values()):
        lift_opt_out(practice_id=practice_id, address=address, channels=PHONE_CHANNELS, now=now)
    for patient_id, everybody in owners.items():
        own = everybody - {Recipient.GUARANTOR}
        if not own:
            continue
        # On a telephone they share, it is the patient's word.
        of_caregiver = own == {Recipient.CAREGIVER}
        before = {
            (purpose, channel)
            for purpose, channel in consented_pairs(patient_id, now=now, of_caregiver=of_caregiver)
            if channel in PHONE_CHANNELS
        } or {(Purpose.APPOINTMENT_REMINDER, Channel.SMS)}
        for purpose in {purpose for purpose, _ in before}:
            record_consent(
                practice_id=practice_id,
                patient_id=patient_id,
                purpose=purpose,
                channels=sorted(channel for p, channel in before if p is purpose),
                kind=ConsentKind.GRANTED,
                how="texted START",
                by="the caregiver" if of_caregiver else "the patient",
                wording=wording,
                now=now,
                of_caregiver=of_caregiver,
            )
    return len(owners)


def is_confirmed(message: Message, *, now: datetime) -> bool:
    """Return whether a visit the message spoke of is ahead, as told, and confirmed."""
    return Appointment.objects.filter(
        pk__in=visits_as_told(message), starts_at__gt=now, status=AppointmentStatus.CONFIRMED
    ).exists()


def upcoming_visits(message: Message, *, now: datetime) -> list[Appointment]:
    """Return the visits a message spoke of that are still ahead, earliest first."""
    return list(
        Appointment.objects.filter(pk__in=visits_of(message), starts_at__gt=now)
        .select_related("facility", "patient")
        .order_by("starts_at")
    )
