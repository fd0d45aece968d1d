"""The audit trail: every act a link of a chain, and nobody changes a link unseen."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import IntegrityError, connection, transaction

from handbell.access.audit import BY_HANDBELL, record, verify
from handbell.access.models import AuditEvent, Practice, StaffMember
from handbell.vocabulary.words import AuditAct, PermissionLevel

NOW = datetime(2026, 11, 2, 17, 0, 0, 123456, tzinfo=UTC)


@pytest.fixture
def practice(db: None) -> Practice:
    return Practice.objects.create(slug="harbor", name="Harbor PT")


def some_events(practice: Practice, many: int = 4) -> None:
    for number in range(many):
        record(
            AuditAct.PATIENT_SEEN,
            practice_id=practice.pk,
            by=BY_HANDBELL,
            subject=f"patient {number}",
            detail={"page": "patient", "ñ": [1, None, "é"]},
            now=NOW + timedelta(seconds=number),
        )


def tamper(sql: str) -> None:
    """Do what only somebody with the database in their hands can do."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")  # no triggers
        cursor.execute(sql)


def test_a_chain_nobody_touched_holds(practice: Practice) -> None:
    assert verify(practice.pk) == (0, None)
    some_events(practice)
    assert verify(practice.pk) == (4, None)


def test_an_event_names_who_did_it_as_they_were_called_then(practice: Practice) -> None:
    member = StaffMember.objects.create_user(
        practice=practice,
        email="robin@harborpt.example",
        name="Robin Desk",
        level=PermissionLevel.FRONT_DESK,
    )
    record(AuditAct.SIGNED_IN, practice_id=practice.pk, by=member, now=NOW)
    member.name = "Robin Quay"
    member.save()
    event = AuditEvent.objects.get()
    assert (event.who, event.staff_id) == ("Robin Desk", member.pk)
    assert verify(practice.pk) == (1, None)


def test_the_zone_a_time_is_told_in_makes_no_difference(practice: Practice) -> None:
    here = NOW.astimezone(ZoneInfo("America/New_York"))
    record(AuditAct.SIGNED_IN, practice_id=practice.pk, by=BY_HANDBELL, now=here)
    assert verify(practice.pk) == (1, None)


@pytest.mark.parametrize(
    ("sql", "at"),
    [
        ("UPDATE access_auditevent SET who = 'nobody' WHERE number = 2", 2),
        ("UPDATE access_auditevent SET at = at + interval '1 microsecond' WHERE number = 3", 3),
        ("""UPDATE access_auditevent SET detail = '{"page": "other"}' WHERE number = 1""", 1),
        ("DELETE FROM access_auditevent WHERE number = 2", 2),
        ("DELETE FROM access_auditevent WHERE number = 1", 1),
        ("UPDATE access_auditevent SET hash = repeat('a', 64) WHERE number = 4", 4),
    ],
)
def test_a_row_that_was_changed_or_removed_breaks_the_chain_there(
    practice: Practice, sql: str, at: int
) -> None:
    some_events(practice)
    tamper(sql)
    _, broken = verify(practice.pk)
    assert broken is not None
    assert broken.number == at


@pytest.mark.parametrize(
    "sql", ["UPDATE access_auditevent SET who = 'nobody'", "DELETE FROM access_auditevent"]
)
def test_the_database_refuses_to_change_the_trail(practice: Practice, sql: str) -> None:
    some_events(practice, 1)
    with (
        pytest.raises(IntegrityError, match="append-only"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(sql)


def test_an_event_goes_with_the_act_it_records(practice: Practice) -> None:
    class Undone(Exception):
        """The act did not happen after all."""

    def act_and_fail() -> None:
        with transaction.atomic():
            some_events(practice)
            raise Undone

    with pytest.raises(Undone):
        act_and_fail()
    assert verify(practice.pk) == (0, None)


def test_each_practice_has_a_chain_of_its_own(practice: Practice) -> None:
    other = Practice.objects.create(slug="other", name="Other PT")
    some_events(practice, 2)
    some_events(other, 3)
    assert (verify(practice.pk), verify(other.pk)) == ((2, None), (3, None))


@pytest.mark.django_db(transaction=True)
def test_writers_at_one_moment_take_turns() -> None:
    practice = Practice.objects.create(slug="busy", name="Busy PT")

    def write(_: int) -> None:
        try:
            some_events(practice, 5)
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(write, range(4)))
    assert verify(practice.pk) == (20, None)
