"""Make the outbox agree with the facts.

    take      the patients whose facts changed or whose next message came near   (one transaction
    describe  every touch their near future should hold                           for the batch)
    write     the difference to the outbox, and when to look again

Running it twice changes nothing; several planners at once take different patients. Patients who
cannot be planned stop nobody else: they are put back, and tried again later.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta

import structlog
from django.db import InterfaceError, OperationalError, connection, transaction

from handbell.access.practice_settings import PracticeSettings, practice_settings
from handbell.facts.closures import hold_ends
from handbell.facts.ledger import load_entries
from handbell.facts.operations import look_again
from handbell.facts.owing import Owed, note_owing
from handbell.facts.people import load_people
from handbell.facts.reach import note_unreachable
from handbell.outbox import operations as outbox
from handbell.planner import queries
from handbell.planner.difference import Difference, Existing, add_difference
from handbell.planner.history import history_of
from handbell.planner.person import plan_person
from handbell.planner.touches import HORIZON, Frame, Plan
from handbell.vocabulary.words import Channel

log = structlog.get_logger()

BATCH = 500

#: When whoever could not be planned is tried again, if nothing of theirs changes before.
AGAIN = timedelta(minutes=10)

_TAKE = """
DELETE FROM facts_change WHERE patient_id IN (
    SELECT patient_id FROM facts_change WHERE at <= %s ORDER BY at, patient_id LIMIT %s
    FOR UPDATE SKIP LOCKED)
RETURNING practice_id, patient_id
"""


def plan_due(*, now: datetime, batch: int = BATCH) -> int:
    """Plan every patient who is due; return how many were planned."""
    planned = 0
    while taken := plan_batch(now=now, batch=batch):
        planned += taken
        if taken < batch:
            break
    return planned


@transaction.atomic
def plan_batch(*, now: datetime, batch: int = BATCH) -> int:
    """Plan up to `batch` patients who are due; return how many there were."""
    with connection.cursor() as cursor:
        cursor.execute(_TAKE, [now, batch])
        taken = cursor.fetchall()
    by_practice: dict[int, list[int]] = defaultdict(list)
    for practice_id, patient_id in taken:
        by_practice[practice_id].append(patient_id)
    for practice_id, patient_ids in sorted(by_practice.items()):
        _plan_apart(practice_id, sorted(patient_ids), now)
    return len(taken)


def _plan_apart(practice_id: int, patient_ids: list[int], now: datetime) -> None:
    """Plan these patients; if that fails, each half of them, and put back whom it fails for."""
    try:
        with transaction.atomic():
            _plan_patients(practice_id, patient_ids, now)
    except (OperationalError, InterfaceError):  # the database's trouble: nobody can be planned
        raise
    except Exception as error:
        half = len(patient_ids) // 2
        if half:
            _plan_apart(practice_id, patient_ids[:half], now)
            _plan_apart(practice_id, patient_ids[half:], now)
            return
        # The type only: the text can carry what is known of a patient.
        name = type(error).__name__
        log.error("patient.not_planned", practice_id=practice_id, error=name)
        look_again(dict.fromkeys(patient_ids, now + AGAIN))


def _plan_patients(practice_id: int, patient_ids: list[int], now: datetime) -> None:
    settings = practice_settings(practice_id)
    difference, plans = _difference(settings, patient_ids, now)
    outbox.enqueue(difference.new, now=now)
    outbox.replan(difference.replanned, now=now)
    outbox.cancel(difference.cancelled, now=now)
    look_again({id: plan.again_at for id, plan in plans.items() if plan.again_at is not None})
    note_owing(settings.id, {id: _owing(plan) for id, plan in plans.items()})
    note_unreachable(settings.id, {id: plan.unreachable for id, plan in plans.items()})


def _owing(plan: Plan) -> Owed | None:
    told = plan.outlook
    return None if told is None else (told.amount, told.since, told.next_at, told.objection or "")


def foresee(practice_id: int, patient_ids: Sequence[int], *, now: datetime) -> Difference:
    """Return what planning these patients would write, and write nothing."""
    return _difference(practice_settings(practice_id), sorted(patient_ids), now)[0]


def _difference(
    settings: PracticeSettings, patient_ids: list[int], now: datetime
) -> tuple[Difference, dict[int, Plan]]:
    """Return what to write for these patients, and what was planned for each."""
    senders = queries.senders_of(settings.id)
    existing = queries.existing_messages(patient_ids, now=now)
    plans = describe(settings, patient_ids, existing=existing, sendable=senders.keys(), now=now)
    difference = Difference()
    for patient_id, plan in plans.items():
        add_difference(
            difference,
            plan,
            existing.get(patient_id, ()),
            practice_id=settings.id,
            senders=senders,
            now=now,
        )
    return difference, plans


def describe(
    settings: PracticeSettings,
    patient_ids: Sequence[int],
    *,
    existing: Mapping[int, Sequence[Existing]],
    sendable: Collection[Channel],
    now: datetime,
    horizon: timedelta = HORIZON,
) -> dict[int, Plan]:
    """Return what should exist for each patient. Reads facts, writes nothing."""
    people = load_people(patient_ids, now=now)
    visits = queries.visits_ahead(patient_ids, now=now)
    entries = load_entries(patient_ids)
    consents = queries.next_consents(patient_ids, now=now)
    frame = Frame(settings, sendable, now, horizon, hold_ends(settings.id, now=now))
    return {
        patient_id: plan_person(
            person,
            visits=visits.get(patient_id, ()),
            entries=entries.get(patient_id, ()),
            slots=queries.balance_slots(existing.get(patient_id, ())),
            history=history_of(existing.get(patient_id, ())),
            next_consent_at=consents.get(patient_id),
            frame=frame,
        )
        for patient_id, person in people.items()
    }
