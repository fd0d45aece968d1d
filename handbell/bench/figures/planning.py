"""What does planning cost beyond writing? Against one INSERT ... SELECT of the same rows.

The peer writes the rows the planner wrote into a twin of the outbox, with the same columns,
checks, indexes and foreign keys: what PostgreSQL alone needs, deciding nothing.
"""

from django.db import connection
from django.utils import timezone

from handbell.bench import filling
from handbell.bench.frame import Figure, Rounds, Size, seconds_of
from handbell.bench.ground import fresh_database
from handbell.outbox.models import Message
from handbell.planner.planner import plan_due
from handbell.vocabulary.words import Channel

_MARK = """
INSERT INTO facts_change (patient_id, practice_id, at)
SELECT id, practice_id, now() - interval '1 minute' FROM facts_patient
"""


def _measure(visits: int, rounds: int) -> Rounds:
    ours, peer = [], []
    for _ in range(rounds):
        with fresh_database():
            practice, facility = filling.practice()
            filling.sender(practice, Channel.SMS)
            filling.people(practice, facility, patients=visits)
            with connection.cursor() as cursor:
                cursor.execute(_MARK)
            ours.append(seconds_of(lambda: plan_due(now=timezone.now())))
            assert Message.objects.count() >= visits
            peer.append(seconds_of(_insert_twin))
    return Rounds(ours, peer, f"{visits:,} visits")


def _insert_twin() -> None:
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE twin (LIKE outbox_message INCLUDING ALL)")
        for column, table in (
            ("practice_id", "access_practice"),
            ("patient_id", "facts_patient"),
            ("appointment_id", "facts_appointment"),
            ("sender_id", "outbox_sender"),
        ):
            cursor.execute(f"ALTER TABLE twin ADD FOREIGN KEY ({column}) REFERENCES {table}")
        cursor.execute("INSERT INTO twin SELECT * FROM outbox_message")


def _thousands(size: Size) -> Rounds:
    return _measure(size.of(2_000, 10_000), 3)


def _hundred_thousand(size: Size) -> Rounds:
    return _measure(size.of(4_000, 100_000), size.of(1, 2))


def _million(size: Size) -> Rounds:
    return _measure(size.of(4_000, 1_000_000), 1)


FIGURES = tuple(
    Figure(
        f"planning-{name}",
        f"planning {text} visits, against INSERT ... SELECT of the rows",
        goal=3.0,
        at_least=False,
        unit="s",
        measure=measure,
    )
    for name, text, measure in (
        ("10k", "10,000", _thousands),
        ("100k", "100,000", _hundred_thousand),
        ("1m", "1,000,000", _million),
    )
)
