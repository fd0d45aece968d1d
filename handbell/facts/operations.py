"""Every single fact that is written outside an import, each with its mark for the planner."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Final

from django.db import OperationalError, connection, transaction
from psycopg.errors import LockNotAvailable

from handbell.access.audit import record
from handbell.access.models import Facility, StaffMember
from handbell.facts.models import (
    Appointment,
    AppointmentType,
    Consent,
    ContactPoint,
    MarketingPermission,
    Patient,
    Suppression,
)
from handbell.vocabulary.words import (
    AppointmentStatus,
    AuditAct,
    Channel,
    ConsentKind,
    ContactKind,
    Purpose,
    Recipient,
    SuppressionKind,
)

_MARK = """
INSERT INTO facts_change (patient_id, practice_id, at)
SELECT id, practice_id, %s FROM facts_patient WHERE id = ANY(%s) ORDER BY id
ON CONFLICT (patient_id) DO UPDATE SET at = LEAST(facts_change.at, EXCLUDED.at)
"""

_LOCK_TIMEOUT = "SELECT set_config('lock_timeout', %s, true)"
_PATIENCE = "200ms"

_LOOK_AGAIN = """
INSERT INTO facts_change (patient_id, practice_id, at)
SELECT p.id, p.practice_id, u.at FROM unnest(%s::bigint[], %s::timestamptz[]) AS u (id, at)
JOIN facts_patient p ON p.id = u.id ORDER BY p.id
ON CONFLICT (patient_id) DO UPDATE SET at = LEAST(facts_change.at, EXCLUDED.at)
"""

_MARK_PRACTICE = """
INSERT INTO facts_change (patient_id, practice_id, at)
SELECT id, practice_id, %s FROM facts_patient WHERE practice_id = %s ORDER BY id
ON CONFLICT (patient_id) DO UPDATE SET at = LEAST(facts_change.at, EXCLUDED.at)
"""

# Whoever is treated there, and whoever has a visit ahead there.
_MARK_FACILITY = """
INSERT INTO facts_change (patient_id, practice_id, at)
SELECT id, practice_id, %s FROM facts_patient p
WHERE practice_id = %s AND (facility_id = %s OR EXISTS (
    SELECT FROM facts_appointment a
    WHERE a.patient_id = p.id AND a.facility_id = %s AND a.starts_at > %s))
ORDER BY id
ON CONFLICT (patient_id) DO UPDATE SET at = LEAST(facts_change.at, EXCLUDED.at)
"""


def mark_changed(patient_ids: Iterable[int], *, at: datetime) -> None:
    """Ask the planner to plan these patients again at `at`. Idempotent; the earliest wins."""
    with connection.cursor() as cursor:
        cursor.execute(_MARK, [at, sorted(patient_ids)])


def mark_without_waiting(patient_ids: Iterable[int], *, at: datetime) -> None:
    """Mark as `mark_changed` does, but once the transaction is over if somebody has the rows now.

    What a person said must be committed at once, whatever an import or the planner is at.
    """
    ids = sorted(patient_ids)
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT current_setting('lock_timeout')")
            before = cursor.fetchone()[0]
            cursor.execute(_LOCK_TIMEOUT, [_PATIENCE])
            cursor.execute(_MARK, [at, ids])
            cursor.execute(_LOCK_TIMEOUT, [before])
    except OperationalError as error:
        if not isinstance(error.__cause__, LockNotAvailable):
            raise
        transaction.on_commit(lambda: mark_changed(ids, at=at))


def look_again(moments: Mapping[int, datetime]) -> None:
    """Ask the planner to plan each patient again at a moment of their own; the earliest wins."""
    with connection.cursor() as cursor:
        cursor.execute(_LOOK_AGAIN, [list(moments), list(moments.values())])


def mark_practice_changed(practice_id: int, *, at: datetime) -> None:
    """Ask the planner to plan a whole practice again: its settings changed."""
    with connection.cursor() as cursor:
        cursor.execute(_MARK_PRACTICE, [at, practice_id])


def mark_facility_changed(facility: Facility, *, at: datetime) -> None:
    """Ask the planner to plan again whoever has to do with a facility: its clock changed."""
    with connection.cursor() as cursor:
        cursor.execute(_MARK_FACILITY, [at, facility.practice_id, facility.pk, facility.pk, at])


@transaction.atomic
def choose_steps(
    kind: AppointmentType,
    *,
    reminders: bool,
    set_id: int | None,
    by: StaffMember,
    now: datetime,
) -> bool:
    """Say whether visits of a kind are reminded, and by which set; False if so already."""
    old, new = (kind.reminders, kind.reminder_set_id), (reminders, set_id)
    if old == new:
        return False
    kind.reminders, kind.reminder_set_id, kind.reminder_set_since = reminders, set_id, now
    kind.save(update_fields=["reminders", "reminder_set", "reminder_set_since"])
    names = ("reminders", "reminder_set_id")
    record(
        AuditAct.SETTINGS_CHANGED,
        practice_id=kind.practice_id,
        by=by,
        subject=f"appointment type {kind.pk}",
        detail={
            "old": dict(zip(names, old, strict=True)),
            "new": dict(zip(names, new, strict=True)),
        },
        now=now,
    )
    return True


def one_at_a_time(practice_id: int, address: str) -> None:
    """Make transactions about one address take turns: the lock lasts as long as the transaction.

    Two texts that arrive together must not both find that nobody has said STOP yet.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_advisory_xact_lock(hashtextextended(%s, %s))", [address, practice_id]
        )


def owners_at(practice_id: int, address: str) -> dict[int, set[Recipient]]:
    """Return whose contact point `address` is: patients, and who beside them is reached by it."""
    found: dict[int, set[Recipient]] = {}
    rows = ContactPoint.objects.filter(practice_id=practice_id, value=address).order_by("patient")
    for patient_id, owner in rows.values_list("patient_id", "owner"):
        found.setdefault(patient_id, set()).add(Recipient(owner))
    return found


def patients_at(practice_id: int, address: str) -> list[int]:
    """Return the patients of a practice whose own or guardian's contact point is `address`."""
    found = ContactPoint.objects.filter(practice_id=practice_id, value=address)
    return sorted(set(found.values_list("patient_id", flat=True)))


#: How an opt-out reads that came by our own link or key, so that no telephone company knows of it.
STOPPED_BY_LINK: Final = "stopped by the link in a message"
PRESSED_9: Final = "pressed 9"
KNOWN_TO_US_ONLY: Final = frozenset({STOPPED_BY_LINK, PRESSED_9})


@transaction.atomic
def suppress(
    *,
    practice_id: int,
    address: str,
    channels: Iterable[Channel],
    kind: SuppressionKind,
    source: str,
    now: datetime,
) -> bool:
    """Never use this address on these channels again, anywhere in the practice.

    Idempotent: returns False if every channel was suppressed in this way already and no consent
    has been given since, True if anything is new: so is a STOP by text after one by our link or
    key, because the telephone company heard it. Callers that act on the answer take turns
    (`one_at_a_time`).
    """
    rows = [
        Suppression(
            practice_id=practice_id,
            address=address,
            channel=channel,
            kind=kind,
            at=now,
            source=source,
        )
        for channel in channels
        if not _stands_already(practice_id, address, channel, kind, source, now)
    ]
    Suppression.objects.bulk_create(rows, ignore_conflicts=True)
    mark_without_waiting(patients_at(practice_id, address), at=now)
    return bool(rows)


def _stands_already(
    practice_id: int,
    address: str,
    channel: Channel,
    kind: SuppressionKind,
    source: str,
    now: datetime,
) -> bool:
    newest = (
        Suppression.objects.filter(
            practice_id=practice_id, address=address, channel=channel, kind=kind
        )
        .order_by("-at")
        .first()
    )
    if newest is None or newest.lifted_at is not None:
        return False
    if newest.source in KNOWN_TO_US_ONLY and source not in KNOWN_TO_US_ONLY:
        return False
    return not Consent.objects.filter(
        practice_id=practice_id,
        patient_id__in=patients_at(practice_id, address),
        channel=channel,
        kind=ConsentKind.GRANTED,
        at__gt=newest.at,
        at__lte=now,
    ).exists()


@transaction.atomic
def record_consent(  # noqa: PLR0913  (the columns of an event)
    *,
    practice_id: int,
    patient_id: int,
    purpose: Purpose,
    channels: Iterable[Channel],
    kind: ConsentKind,
    how: str,
    by: str,
    wording: str,
    now: datetime,
    of_caregiver: bool = False,
) -> None:
    """Append one event per channel to the consent log. Idempotent for the same moment."""
    Consent.objects.bulk_create(
        [
            Consent(
                practice_id=practice_id,
                patient_id=patient_id,
                purpose=purpose,
                channel=channel,
                kind=kind,
                at=now,
                how=how,
                by=by,
                wording=wording,
                of_caregiver=of_caregiver,
            )
            for channel in channels
        ],
        ignore_conflicts=True,
    )
    mark_without_waiting([patient_id], at=now)


def record_marketing_permission(
    *,
    practice_id: int,
    patient_id: int,
    kind: ConsentKind,
    how: str,
    by: str,
    wording: str,
    now: datetime,
) -> None:
    """Append to the log of marketing permissions. Idempotent for the same moment.

    Nothing Handbell sends depends on it, so the planner is not told.
    """
    row = MarketingPermission(
        practice_id=practice_id,
        patient_id=patient_id,
        kind=kind,
        at=now,
        how=how,
        by=by,
        wording=wording,
    )
    MarketingPermission.objects.bulk_create([row], ignore_conflicts=True)


@transaction.atomic
def change_patient(
    *,
    practice_id: int,
    patient_id: int,
    columns: Mapping[str, object],
    contacts: Mapping[tuple[Recipient, ContactKind], str],
    now: datetime,
) -> list[str]:
    """Write what differs of a patient's columns and contact points; return what that was.

    `contacts` holds whole addresses, "" for none; kinds it does not name stay as they are. The
    names returned are of columns ("language") and kinds ("patient mobile_phone"), never values.
    """
    patient = Patient.objects.select_for_update().get(practice_id=practice_id, pk=patient_id)
    changed = [name for name, value in columns.items() if getattr(patient, name) != value]
    Patient.objects.filter(pk=patient_id).update(**{name: columns[name] for name in changed})
    points = ContactPoint.objects.filter(patient_id=patient_id)
    known = {(row.owner, row.kind): row for row in points}
    for (owner, kind), value in contacts.items():
        row = known.get((owner, kind))
        if (row.value if row else "") == value:
            continue
        changed.append(f"{owner} {kind}")
        if row is None:
            points.create(
                practice_id=practice_id, patient_id=patient_id, owner=owner, kind=kind, value=value
            )
        elif value:
            points.filter(pk=row.pk).update(value=value)
        else:
            row.delete()
    if changed:
        mark_changed([patient_id], at=now)
    return changed


@transaction.atomic
def confirm_appointments(appointment_ids: Iterable[int], *, now: datetime) -> int:
    """Set visits that are still booked and still ahead to confirmed by their patient.

    Returns how many there were.

    Idempotent: a visit that is confirmed already stays so and is not counted.
    """
    booked = Appointment.objects.select_for_update().filter(
        pk__in=list(appointment_ids), status=AppointmentStatus.BOOKED, starts_at__gt=now
    )
    found = {row.pk: row.patient_id for row in booked}
    Appointment.objects.filter(pk__in=found).update(
        status=AppointmentStatus.CONFIRMED, confirmed_by_patient=True
    )
    mark_changed(set(found.values()), at=now)
    return len(found)


def consented_pairs(
    patient_id: int, *, now: datetime, of_caregiver: bool = False
) -> set[tuple[Purpose, Channel]]:
    """Return every purpose and channel this patient ever consented to, up to `now`.

    Billing counts only while it has not been taken back: no word brings it back (rules.md 16).
    """
    events = Consent.objects.filter(
        patient_id=patient_id, at__lte=now, of_caregiver=of_caregiver
    ).order_by("at", "kind")
    newest = {
        (Purpose(purpose), Channel(channel)): ConsentKind(kind)
        for purpose, channel, kind in events.values_list("purpose", "channel", "kind")
    }
    granted = {
        (Purpose(purpose), Channel(channel))
        for purpose, channel in events.filter(kind=ConsentKind.GRANTED).values_list(
            "purpose", "channel"
        )
    }
    return {
        pair
        for pair in granted
        if pair[0] is not Purpose.BALANCE_ALERT or newest[pair] is ConsentKind.GRANTED
    }
