"""Who did what? The audit trail: append, and verify that nobody changed it.

`record` runs in the transaction of the act it records, so that neither exists without the other.
Each practice has a chain of its own: writers take turns, so the numbers have no gaps.
"""

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from django.db import connection, transaction

from handbell.access.models import AuditEvent, StaffMember
from handbell.vocabulary.words import AuditAct

#: Who did what nobody signed in did.
BY_HANDBELL: Final = "handbell"
BY_THE_PATIENT: Final = "the patient"

#: What the first row of a chain names as the hash before it.
BEGINNING: Final = "0" * 64

#: The class of advisory locks that keeps one practice's writers in turn.
_LOCK_CLASS: Final = 0x48424155


@dataclass(frozen=True, slots=True)
class Broken:
    """The first row of a practice's chain that does not fit, and why."""

    practice_id: int
    number: int
    why: str


@transaction.atomic
def record(
    act: AuditAct,
    *,
    practice_id: int,
    by: StaffMember | str,
    subject: str = "",
    detail: Mapping[str, Any] | None = None,
    now: datetime,
) -> AuditEvent:
    """Append one event to the practice's chain. Not idempotent: what happens twice is twice there.

    `subject` reads "patient 12"; `detail` is JSON without patient data: ids, columns, words of
    closed lists.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [_LOCK_CLASS, practice_id])
    last = AuditEvent.objects.filter(practice_id=practice_id).order_by("-number").first()
    event = AuditEvent(
        practice_id=practice_id,
        number=last.number + 1 if last else 1,
        at=now.astimezone(UTC),
        staff=by if isinstance(by, StaffMember) else None,
        who=by.name if isinstance(by, StaffMember) else by,
        act=act,
        subject=subject,
        detail=dict(detail or {}),
    )
    event.hash = hash_of(event, before=last.hash if last else BEGINNING)
    event.save(force_insert=True)
    return event


def hash_of(event: AuditEvent, *, before: str) -> str:
    """Return the SHA-256 (hex) over an event and the hash of the one before it."""
    told = [
        before,
        event.practice_id,
        event.number,
        event.at.astimezone(UTC).isoformat(timespec="microseconds"),
        event.staff_id,
        event.who,
        str(event.act),
        event.subject,
        event.detail,
    ]
    written = json.dumps(told, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(written.encode()).hexdigest()


def verify(practice_id: int) -> tuple[int, Broken | None]:
    """Return how many events a practice's chain has, and the first that does not fit, if any."""
    before, count = BEGINNING, 0
    for event in _chain(practice_id):
        count += 1
        if event.number != count:
            return count, Broken(practice_id, count, "it is missing")
        if event.hash != hash_of(event, before=before):
            return count, Broken(practice_id, count, "it is not what was written")
        before = event.hash
    return count, None


def _chain(practice_id: int) -> Iterator[AuditEvent]:
    return (
        AuditEvent.objects.filter(practice_id=practice_id)
        .order_by("number")
        .iterator(chunk_size=2000)
    )
